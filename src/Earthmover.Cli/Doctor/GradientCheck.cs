using Earthmover.Torch;

namespace Earthmover.Cli.Doctor;

/// <summary>How far a device's derivatives are from the processor's.</summary>
/// <param name="Name">What was differentiated, and how often.</param>
/// <param name="Double">Largest relative difference of the device's double precision from the processor's; infinite where it is not
/// finite.</param>
/// <param name="Single">The same for the device's single precision.</param>
/// <param name="Failure">What broke off, in one line; null when nothing did.</param>
internal sealed record GradientError(string Name, double Double, double Single, string? Failure = null)
{
    /// <summary>Both differences are within their bounds.</summary>
    public bool Holds => Failure is null && Double <= GradientCheck.DoubleBound && Single <= GradientCheck.SingleBound;
}

/// <summary>
/// Compares first and second derivatives on a device with those of the processor in double precision, where the tests compare them with
/// finite differences.
/// </summary>
internal static class GradientCheck
{
    /// <summary>Largest relative difference in double precision.</summary>
    public const double DoubleBound = 1e-9;

    /// <summary>Largest relative difference in single precision, without TF32.</summary>
    public const double SingleBound = 1e-4;

    /// <summary>Checks everything that networks are made of.</summary>
    /// <param name="device">Where to compute.</param>
    public static IEnumerable<GradientError> Of(Device device)
    {
        Runtime.Open(device);
        return DifferentiableCase.All.SelectMany(Orders, (function, order) => Compare(function, order, device));
    }

    // The penalty of a critic holds a second derivative already.
    private static int[] Orders(DifferentiableCase function) => function.IsPenalty ? [1] : [1, 2];

    private static GradientError Compare(DifferentiableCase function, int order, Device device)
    {
        var name = function.IsPenalty ? function.Name : $"{function.Name}, order {order}";
        try
        {
            var values = Draw(function.Shapes);
            var truth = Gradients(function, order, values, Device.Cpu, DType.Float64);
            return new(name,
                Distance(truth, Gradients(function, order, values, device, DType.Float64)),
                Distance(truth, Gradients(function, order, values, device, DType.Float32)));
        }
        catch (TorchException e)
        {
            return new(name, double.PositiveInfinity, double.PositiveInfinity, e.Message.ReplaceLineEndings(" "));
        }
    }

    // The same numbers on every device.
    private static double[][] Draw(IReadOnlyList<long[]> shapes)
    {
        using var scope = TensorScope.Open();
        using var random = new RandomGenerator(1);
        return [.. shapes.Select(shape => (Tensor.Normal(shape, random, DType.Float64) * 0.5).ToArray<double>())];
    }

    private static double[][] Gradients(DifferentiableCase function, int order, double[][] values, Device device, DType type)
    {
        using var scope = TensorScope.Open();
        var inputs = values.Select((numbers, i) =>
            Tensor.From<double>(numbers, function.Shapes[i]).To(type).To(device).RequireGrad()).ToArray();
        var result = function.Compute(inputs);
        // A cube, so that the second derivative of something linear is not zero.
        var total = function.IsPenalty ? result : result.Pow(3).Sum();
        if (order == 2)
            total = Autograd.Gradient(total, inputs[0], createGraph: true).Square().Sum();
        return [.. Autograd.Gradients(total, inputs, allowUnused: true)
            .Select(gradient => gradient?.To(DType.Float64).ToArray<double>() ?? [])];
    }

    // Relative to the largest number of the same gradient; one that is nearly zero beside the others, to a thousandth of theirs.
    private static double Distance(double[][] truth, double[][] other)
    {
        var largest = truth.Max(Largest);
        return truth.Zip(other).Max(pair => pair.First.Length != pair.Second.Length || pair.Second.Any(value => !double.IsFinite(value))
            ? double.PositiveInfinity
            : Largest([.. pair.First.Zip(pair.Second, (a, b) => a - b)]) / Math.Max(Largest(pair.First), 1e-3 * largest));
    }

    private static double Largest(double[] values) => values.Select(Math.Abs).DefaultIfEmpty(0).Max();
}
