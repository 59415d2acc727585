using Earthmover.Torch;

namespace Earthmover.Testing;

/// <summary>Assertions on tensors.</summary>
public static class AssertTensor
{
    /// <summary>Equal shapes, and elements within a tolerance.</summary>
    public static void Close(Tensor expected, Tensor actual, double tolerance = 1e-5)
    {
        Assert.Equal(expected.Shape, actual.Shape);
        using var scope = TensorScope.Open();
        var difference = expected.ElementCount == 0 ? 0 : Operators.Largest(expected, actual);
        Assert.True(difference <= tolerance, $"largest difference {difference:g4} exceeds {tolerance:g4}");
    }

    private static class Operators
    {
        public static double Largest(Tensor a, Tensor b) =>
            Torch.Operators.Op.Max((a.To(DType.Float64) - b.To(DType.Float64)).Abs()).Item();
    }

    /// <summary>Compares gradients with central finite differences, in float64.</summary>
    /// <param name="function">A function of the inputs; its elements are summed.</param>
    /// <param name="inputs">Where to differentiate, Float64 leaves.</param>
    /// <param name="tolerance">Largest allowed difference, relative to 1 + |gradient|.</param>
    public static void Gradients(Func<Tensor[], Tensor> function, Tensor[] inputs, double tolerance = 1e-6)
    {
        using var scope = TensorScope.Open();
        foreach (var input in inputs)
            input.RequireGrad();
        var analytic = Autograd.Gradients(function(inputs).Sum(), inputs, allowUnused: true);
        const double h = 1e-5;
        for (var k = 0; k < inputs.Length; k++)
        {
            var gradient = analytic[k]?.ToArray<double>() ?? new double[inputs[k].ElementCount];
            var flat = inputs[k].Detach().AsSpan<double>();
            for (var i = 0; i < flat.Length; i++)
            {
                using var inner = TensorScope.Open();
                var value = flat[i];
                flat[i] = value + h;
                var up = function(inputs).Sum().Item();
                flat[i] = value - h;
                var down = function(inputs).Sum().Item();
                flat[i] = value;
                var numeric = (up - down) / (2 * h);
                Assert.True(Math.Abs(numeric - gradient[i]) <= tolerance * (1 + Math.Abs(numeric)),
                    $"input {k}, element {i}: analytic {gradient[i]:g8}, numeric {numeric:g8}");
            }
        }
    }

    /// <summary>
    /// Checks the derivative of ‖∂f/∂x‖², the second order that a gradient penalty needs, by finite differences in float64.
    /// </summary>
    /// <param name="function">A function of the inputs.</param>
    /// <param name="inputs">Float64 leaves; the first is x, the others are parameters.</param>
    /// <param name="tolerance">Largest allowed difference, relative to 1 + |gradient|.</param>
    public static void SecondOrder(Func<Tensor[], Tensor> function, Tensor[] inputs, double tolerance = 1e-5)
    {
        inputs[0].RequireGrad();
        Gradients(x => Autograd.Gradient(function(x).Sum(), x[0], createGraph: true).Square().Sum(), inputs, tolerance);
    }
}
