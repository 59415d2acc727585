using Earthmover.Nn;
using Earthmover.Torch;
using Earthmover.Torch.Operators;

namespace Earthmover.Health;

/// <summary>
/// The critic's slope, measured: at real and generated samples, between random pairs, and along the optimal plan, where Theorem 4.1 of
/// arXiv:1701.07875 says it is 1 and points along the plan.
/// </summary>
public static class Slopes
{
    private const int MostPoints = 64, ManyNumbers = 64, SlopeBins = 24;

    /// <summary>Measures slopes and directions.</summary>
    /// <returns>The 95th percentile of all slopes.</returns>
    internal static double Measure(Subject subject, Tensor fake, IReadOnlyList<int> plan, RandomGenerator random, Values values)
    {
        using var scope = TensorScope.Open();
        // Four kinds of points go through the critic together; large samples as many as a critic's usual pass over real and generated ones
        // has.
        var size = subject.Real.Size(0);
        var n = Math.Min(MostPoints, subject.Real.ElementCount / size > ManyNumbers ? Math.Max(1, size / 2) : size);
        Tensor x = subject.Real.Narrow(0, 0, n), y = fake.Detach().Narrow(0, 0, n);
        var coupled = fake.Detach().IndexSelect(0, Tensor.From<long>([.. plan.Take((int)n).Select(j => (long)j)], [n], fake.Device));
        var labels = subject.Labels?.Narrow(0, 0, n);
        var points = Tensor.Cat([x, y, Between(x, y, random), Between(x, coupled, random)]);
        var gradients = Gradient(v => subject.Critic!(v, labels is null ? null : Tensor.Cat([labels, labels, labels, labels])), points);
        var slopes = Truth.Flat(gradients.NormPerSample());
        var part = (int)n;
        values[Signals.SlopeReal] = Statistics.Median(slopes.AsSpan(0, part));
        values[Signals.SlopeFake] = Statistics.Median(slopes.AsSpan(part, part));
        values[Signals.SlopeBetween] = Statistics.Median(slopes.AsSpan(2 * part, part));
        var along = slopes.AsSpan(3 * part, part);
        var steepest = slopes.Where(float.IsFinite).DefaultIfEmpty(0).Max();
        Signal[] kinds = [Signals.SlopeReal, Signals.SlopeFake, Signals.SlopeBetween, Signals.SlopeCoupled];
        foreach (var (kind, signal) in kinds.Index())
            values.Histograms[signal.Name] = Histogram.Of(slopes.AsSpan(kind * part, part), 0, steepest, SlopeBins);
        values[Signals.SlopeCoupled] = Statistics.Median(along);
        values[Signals.SlopeSpread] = Statistics.Deviation(along) / Statistics.Mean(along);
        values[Signals.CosineBetween] = Cosine(gradients.Narrow(0, 2 * n, n), x - y);
        values[Signals.CosineCoupled] = Cosine(gradients.Narrow(0, 3 * n, n), x - coupled);
        return values[Signals.SlopeMax] = Statistics.Quantile(slopes, 0.95);
    }

    /// <summary>Influence of the other samples of a batch on a score: ‖∂D(x₀)/∂xⱼ‖, j ≠ 0, over ‖∂D(x₀)/∂x₀‖.</summary>
    internal static double Coupling(Func<Tensor, Tensor> critic, Tensor x)
    {
        using var scope = TensorScope.Open();
        var gradients = Gradient(v => critic(v).Flatten().Narrow(0, 0, 1), x);
        var squares = Truth.Flat(gradients.SquaredNormPerSample());
        return squares[0] > 0 ? Math.Sqrt(squares.Skip(1).Sum(v => (double)v) / squares[0]) : double.NaN;
    }

    /// <summary>∇ of the summed scores with respect to samples [N, …].</summary>
    public static Tensor Gradient(Func<Tensor, Tensor> critic, Tensor x)
    {
        using var scope = TensorScope.Open();
        using var record = Autograd.Record();
        var leaf = x.Detach().Clone().RequireGrad();
        return scope.Keep(Autograd.Gradients(critic(leaf).Sum(), [leaf], allowUnused: true)[0] ?? Op.ZerosLike(leaf));
    }

    private static Tensor Between(Tensor a, Tensor b, RandomGenerator random)
    {
        var shape = new long[a.Rank];
        Array.Fill(shape, 1);
        shape[0] = a.Size(0);
        var t = Tensor.Uniform(shape, random);
        return a + (b - a) * t;
    }

    // Mean cosine between two fields [N, …].
    private static double Cosine(Tensor a, Tensor b) =>
        ((a * b).Flatten(1).Sum([1]) / (a.NormPerSample() * b.NormPerSample())).Mean().Item();
}

/// <summary>
/// What clipping and depth do to a critic: weights at the limit, gradients that grow or vanish from layer to layer, the bound that its
/// layers give.
/// </summary>
internal static class Layers
{
    private const int FewestHidden = 3, WeightBins = 41;
    private const int PowerIterations = 5;

    /// <summary>Measures the critic's layers.</summary>
    public static void Measure(Subject subject, RandomGenerator random, Values values)
    {
        using var scope = TensorScope.Open();
        var flat = subject.Critics[0];
        var magnitudes = flat.Values.Detach().Abs();
        var limit = Op.Max(magnitudes).Item();
        if (limit > 0)
        {
            var count = flat.Entries.Sum(e => e.Parameter.Value.ElementCount);
            values[Signals.AtLimit] = Op.Gt(magnitudes, (Scalar)(0.99 * limit)).To(DType.Float32).Sum().Item() / count;
        }
        var weights = Op.Cat([.. flat.Entries.Select(e => e.Parameter.Value.Detach().Flatten())]).ToArray<float>();
        values.Histograms["weights"] = Histogram.Of(weights, -limit, limit, WeightBins);
        values[Signals.LayerNorms] = flat.Entries.Where(e => e.Parameter.Value.Rank >= 2)
            .Sum(e => Math.Log10(SpectralNorm(e.Parameter.Value.Detach(), random)));
        values.LayerGradients = Gradients(subject, flat, random);
        if (values.LayerGradients.Count >= FewestHidden && values.LayerGradients.Any(norm => norm > 0))
            values[Signals.LayerGain] = Gain(values.LayerGradients);
    }

    // The gradient with respect to a bias is the gradient at its layer's output. With a random sign before every sample's score, the
    // expected square of the batch's gradient is the sum of the samples' squares: no sample cancels another, in one pass.
    private static double[] Gradients(Subject subject, FlatParameters flat, RandomGenerator random)
    {
        var biases = flat.Entries.Select((entry, i) => (entry, i))
            .Where(e => e.entry.Path.EndsWith("bias", StringComparison.Ordinal))
            .Select(e => flat.Leaves[e.i]).ToArray();
        if (biases.Length < 2)
            return [];
        using var record = Autograd.Record();
        var scores = subject.Critic!(subject.Real, subject.Labels).Flatten();
        var signs = Op.Sign(Tensor.Uniform([scores.Size(0)], random, -1, 1));
        var gradients = Autograd.Gradients((scores * signs).Sum(), biases, allowUnused: true);
        // The last bias is added to the score itself; its gradient says nothing.
        return [.. gradients.SkipLast(1).Select(g => g is null ? 0 : Math.Sqrt(g.Square().Sum().Item()))];
    }

    // Slope of the straight line through the logarithms, from the output to the input.
    private static double Gain(IReadOnlyList<double> norms)
    {
        // An underflow counts as the smallest number there is.
        var logs = norms.Select(v => Math.Log10(Math.Max(v, float.Epsilon))).ToArray();
        var center = (logs.Length - 1) / 2.0;
        return -logs.Select((log, i) => (i - center) * log).Sum() / logs.Select((_, i) => (i - center) * (i - center)).Sum();
    }

    private static double SpectralNorm(Tensor weight, RandomGenerator random)
    {
        using var scope = TensorScope.Open();
        var matrix = weight.Flatten(1);
        var v = Tensor.Normal([matrix.Size(1), 1], random);
        var norm = 0.0;
        for (var i = 0; i < PowerIterations; i++)
        {
            var u = matrix.MatMul(v / v.Square().Sum().Sqrt());
            norm = Math.Sqrt(u.Square().Sum().Item());
            v = matrix.Transpose(0, 1).MatMul(u);
            if (norm == 0)
                break;
        }
        return norm;
    }
}
