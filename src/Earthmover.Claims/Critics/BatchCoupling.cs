using Earthmover.Claims.Lab;
using Earthmover.Constraints;
using Earthmover.Data;
using Earthmover.Networks;
using Earthmover.Nn;
using Earthmover.Reports.Figures;
using Earthmover.Torch;

namespace Earthmover.Claims.Critics;

/// <summary>
/// Batch normalization lets the samples of a batch speak to each other in the critic, so a per-sample penalty refuses it; every other
/// normalization keeps them apart.
/// </summary>
public sealed class BatchCoupling : Claim<BatchCoupling.Run>
{
    private const int Batch = 8, Side = 16;
    private static readonly Normalization[] s_all =
    [
        Normalization.None, Normalization.Layer, Normalization.Instance,
        Normalization.Weight, Normalization.Spectral, Normalization.Batch,
    ];

    /// <summary>What one run measures.</summary>
    /// <param name="Influence">‖∂D(xᵢ)/∂xⱼ‖ for every i, j, by normalization, convolutional critics.</param>
    /// <param name="Perceptron">Largest influence of another sample over that of the own one, in perceptrons; NaN where there is
    /// none.</param>
    /// <param name="Refused">Whether the gradient penalty refuses the critic.</param>
    public sealed record Run(double[][,] Influence, double[] Perceptron, bool[] Refused);

    /// <inheritdoc/>
    public override string Name => "batch-coupling";

    /// <inheritdoc/>
    public override string Title =>
        "Batch normalization couples the samples of a batch; layer, instance, weight and spectral normalization do not";

    /// <inheritdoc/>
    public override IReadOnlyList<string> Rows => ["R19"];

    /// <inheritdoc/>
    public override string Statement =>
        "The gradient penalty is about each sample's own gradient, ∂D(xᵢ)/∂xᵢ. "
        + "Batch normalization turns the critic into a function of the whole batch, and the penalty loses its meaning. "
        + "Layer normalization is recommended in its place.";

    /// <inheritdoc/>
    public override string Source => "Gulrajani et al., 2017, arXiv:1704.00028, section 4, “No critic batch normalization”";

    /// <inheritdoc/>
    public override string Experiment =>
        $"DCGAN critics of {Side} × {Side} pictures and perceptrons with each normalization, random weights, in training mode: "
        + $"the length of ∂D(xᵢ)/∂xⱼ for all pairs of a batch of {Batch}. And whether the gradient penalty admits the critic.";

    /// <inheritdoc/>
    protected override Run Measure(Trial trial)
    {
        var influence = new double[s_all.Length][,];
        var perceptron = new double[s_all.Length];
        var refused = new bool[s_all.Length];
        for (var k = 0; k < s_all.Length; k++)
        {
            using var scope = TensorScope.Open();
            using var critic = Dcgan.Critic(new(1, Side, Side), trial.Of(16, 64), s_all[k]);
            influence[k] = Of(critic, Tensor.Normal([Batch, 1, Side, Side], RandomStreams.Current["data"]));
            refused[k] = IsRefused(critic);
            perceptron[k] = double.NaN;
            if (s_all[k] == Normalization.Instance)
                continue;
            using var small = Mlp.Critic(new SampleShape.Points(3), [32, 32], s_all[k]);
            perceptron[k] = Others(Of(small, Tensor.Normal([Batch, 3], RandomStreams.Current["data"])));
        }
        return new(influence, perceptron, refused);
    }

    private static double[,] Of(Module critic, Tensor x)
    {
        var lengths = new double[Batch, Batch];
        for (var i = 0; i < Batch; i++)
        {
            using var turn = TensorScope.Open();
            var leaf = x.Clone().RequireGrad();
            double[] row = Autograd.Gradient(critic.Forward(leaf).Flatten().Narrow(0, i, 1), leaf)
                .SquaredNormPerSample().To(DType.Float64).ToArray<double>();
            for (var j = 0; j < Batch; j++)
                lengths[i, j] = Math.Sqrt(row[j]);
        }
        return lengths;
    }

    // The largest influence of another sample over the mean influence of the own one.
    private static double Others(double[,] lengths)
    {
        double others = 0, own = 0;
        for (var i = 0; i < Batch; i++)
            for (var j = 0; j < Batch; j++)
                (others, own) = i == j ? (others, own + lengths[i, j] / Batch) : (Math.Max(others, lengths[i, j]), own);
        return others / own;
    }

    private static bool IsRefused(Module critic)
    {
        try
        {
            new GradientPenalty().Admit(critic.CouplesBatch, critic.HasSpectralNorm);
            return false;
        }
        catch (ArgumentException)
        {
            return true;
        }
    }

    /// <inheritdoc/>
    protected override Evidence Judge(IReadOnlyList<Run> runs)
    {
        double[,] Share(Normalization of)
        {
            var lengths = (double[,])runs[0].Influence[Array.IndexOf(s_all, of)].Clone();
            for (var i = 0; i < Batch; i++)
                for (var (j, own) = (0, lengths[i, i]); j < Batch; j++)
                    lengths[i, j] /= own;
            return lengths;
        }
        Axis Row(string title) => new(title) { Range = (0.5, Batch + 0.5), Whole = true };
        Figure Map(string title, Normalization of) =>
            Plot.HeatMap(title, Row("of xⱼ, j"), Row("on D(xᵢ), i"),
                new("share of own") { Log = true, Range = (1e-3, 1) }, Share(of), width: 300, height: 300);
        var figure = Figure.Multiples("Influence of every sample on every score of a batch", 2,
            [Map("Layer normalization", Normalization.Layer), Map("Batch normalization", Normalization.Batch)],
            "Over that of the score's own sample: from 0.001, dark, to 1, yellow; white is exactly zero.");
        var batch = s_all.Length - 1;
        var checks = new List<Check>();
        for (var k = 0; k < batch; k++)
        {
            var at = k;
            checks.Add(Check.Claimed($"largest influence of another sample, {s_all[k].ToString().ToLowerInvariant()}",
                runs.Select(r => double.IsNaN(r.Perceptron[at]) ? Others(r.Influence[at])
                    : Math.Max(Others(r.Influence[at]), r.Perceptron[at])),
                Band.Around(0, 0)));
        }
        checks.Add(Check.Claimed("largest influence of another sample, batch, over the mean own one",
            runs.Select(r => Math.Min(Others(r.Influence[batch]), r.Perceptron[batch])), Band.AtLeast(1e-3)));
        checks.Add(Check.Claimed("the gradient penalty refuses batch normalization",
            runs.Select(r => r.Refused[batch] ? 1.0 : 0), Band.Around(1, 0)));
        checks.Add(Check.Control("others that it refuses",
            runs.Select(r => (double)r.Refused.Take(batch).Count(v => v)), Band.Around(0, 0)));
        return new(checks, figure,
            "With batch normalization another sample of the batch has up "
            + $"to {Numbers.Median(runs.Select(r => Others(r.Influence[batch]))):p0} of the influence of a sample itself "
            + $"in the convolutional critic, {Numbers.Median(runs.Select(r => r.Perceptron[batch])):p0} in the perceptron, "
            + $"for a batch of {Batch}; it falls with larger batches but never to zero. "
            + "∇ₓΣD(xᵢ), which the penalty takes for the samples' own gradients, then is something else.");
    }
}
