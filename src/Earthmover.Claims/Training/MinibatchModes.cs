using System.Globalization;
using Earthmover.Claims.Lab;
using Earthmover.Data;
using Earthmover.Data.Toys;
using Earthmover.Metrics;
using Earthmover.Nn.Layers;
using Earthmover.Reports.Figures;
using Earthmover.Torch;

namespace Earthmover.Claims.Training;

/// <summary>
/// R31: a critic that sees how near the samples of a batch are to each other does not let the generator make a few of them.
/// </summary>
public sealed class MinibatchModes : Claim<MinibatchModes.Run>
{
    private const int Samples = 6, Features = 4, Kernels = 3, Size = 2;

    /// <summary>A generator at the end of its game.</summary>
    /// <param name="Modes">Modes with a sample within three deviations.</param>
    /// <param name="Strict">Modes with twenty such samples of 2,500.</param>
    /// <param name="Divergence">KL divergence of the nearest-mode histogram from the uniform one, nats.</param>
    /// <param name="X">First coordinates of some samples.</param>
    /// <param name="Y">Second coordinates.</param>
    public sealed record Outcome(double Modes, double Strict, double Divergence, double[] X, double[] Y);

    /// <summary>What one run measures.</summary>
    /// <param name="Influence">Smallest ‖∂o(xᵢ)/∂xⱼ‖ over j ≠ i.</param>
    /// <param name="Error">Largest difference of these gradients from finite differences, over the largest of them.</param>
    /// <param name="Alike">Largest |o − (n − 1)| of a batch of equal samples.</param>
    /// <param name="Games">The game without, with minibatch discrimination, with minibatch deviation.</param>
    public sealed record Run(double Influence, double Error, double Alike, Outcome[] Games);

    private static readonly string[] s_layers = ["none", "discrimination", "deviation"];

    /// <inheritdoc/>
    public override string Name => "minibatch-discrimination";

    /// <inheritdoc/>
    public override string Title => "A critic that sees the whole batch keeps the generator from collapsing";

    /// <inheritdoc/>
    public override IReadOnlyList<string> Rows => ["R31"];

    /// <inheritdoc/>
    public override string Statement =>
        "A critic that judges each sample alone cannot tell the generator to make its samples less alike. "
        + "One that is told how near the other samples of the batch are, in coordinates that it learns, sees a collapsed batch at once, "
        + "and the gradient of a sample's score reaches the others.";

    /// <inheritdoc/>
    public override string Source =>
        "Salimans et al., 2016, arXiv:1606.03498, section 3.2; the deviation is that of Karras et al., 2017, arXiv:1710.10196, section 3";

    /// <inheritdoc/>
    public override string Experiment =>
        "The layer: gradients of o(xᵢ) with respect to the other samples, in double precision, beside central differences; "
        + "o of a batch of equal samples. "
        + "The game: 25 Gaussians, the non-saturating GAN with the catalog's perceptrons 128 wide, batches of 64, "
        + "Adam (0.9, 0.999) at a constant 5·10⁻⁴, 3,000 steps (1,500 in the short run), without a layer, with discrimination "
        + "(100 kernels of 5 coordinates) and with deviation. "
        + "With that much momentum the generator runs after the critic from mode to mode; the setting was chosen, of twelve, by the game "
        + "without a layer alone. "
        + "2,500 samples; a good one lies within three deviations of a mode.";

    /// <inheritdoc/>
    protected override Run Measure(Trial trial)
    {
        ArgumentNullException.ThrowIfNull(trial);
        var (influence, error) = Gradients();
        return new(influence, error, Alike(), [.. s_layers.Select((layer, k) => Play(trial, layer, k / 3.0))]);
    }

    private static (double Influence, double Error) Gradients()
    {
        using var scope = TensorScope.Open();
        using var layer = new MinibatchDiscrimination(Features, Kernels, Size);
        layer.To(Device.Cpu, DType.Float64);
        var x = Tensor.Normal([Samples, Features], RandomStreams.Current["data"], DType.Float64);
        const double step = 1e-6;
        var (least, most, error) = (double.PositiveInfinity, 0.0, 0.0);
        // The sum of all nearnesses of the first sample, beside the others.
        Tensor Nearness(Tensor of) => layer.Forward(of).Narrow(0, 0, 1).Narrow(1, Features, Kernels).Sum();
        var leaf = x.Clone().RequireGrad();
        double[] gradient = Autograd.Gradient(Nearness(leaf), leaf).ToArray<double>(), values = x.ToArray<double>();
        for (var at = Features; at < values.Length; at++)
        {
            double Moved(double by)
            {
                var other = (double[])values.Clone();
                other[at] += by;
                return Nearness(Tensor.From<double>(other, [Samples, Features])).Item();
            }
            error = Math.Max(error, Math.Abs((Moved(step) - Moved(-step)) / (2 * step) - gradient[at]));
            most = Math.Max(most, Math.Abs(gradient[at]));
        }
        for (var j = 1; j < Samples; j++)
            least = Math.Min(least, Math.Sqrt(gradient.Skip(j * Features).Take(Features).Sum(v => v * v)));
        return (least, error / most);
    }

    private static double Alike()
    {
        using var scope = TensorScope.Open();
        using var layer = new MinibatchDiscrimination(Features, Kernels, Size);
        var equal = Tensor.Normal([1, Features], RandomStreams.Current["data"]).Expand([Samples, Features]);
        return (layer.Forward(equal).Narrow(1, Features, Kernels) - (Samples - 1)).Abs().ToArray<float>().Max();
    }

    private static Outcome Play(Trial trial, string layer, double from)
    {
        using var scope = TensorScope.Open();
        var steps = trial.Of(1500, 3000);
        using var game = new PlayedGame(trial, "gaussians-25", "ns-gan", steps,
            [$"minibatch={layer}", "batch=64", "decay=constant", "beta1=0.9", "beta2=0.999"]);
        for (var done = 0; done < steps; done += 100)
        {
            if (!game.PlayTo(Math.Min(steps, done + 100)))
                throw new InvalidOperationException(string.Create(CultureInfo.InvariantCulture,
                    $"the game with {layer} has left the finite numbers at step {game.Step}"));
            trial.Report(from + done / (3.0 * steps));
        }
        var drawn = (PointSet)game.Draw(ModeCoverage.Samples);
        var coverage = new ModeCoverage((GaussianModes)((PointSet)trial.Open("gaussians-25")).Density!);
        var measured = coverage.Measure(Tensor.From<float>(drawn.ToSingles(), [drawn.Count, 2])).ToDictionary();
        double[] Axis(int k) => [.. Enumerable.Range(0, 600).Select(i => drawn.Values[2 * i + k])];
        return new(measured["modes"], measured["modes_strict"], measured["mode_kl"], Axis(0), Axis(1));
    }

    /// <inheritdoc/>
    protected override Evidence Judge(IReadOnlyList<Run> runs)
    {
        IEnumerable<double> Modes(int game) => runs.Select(r => r.Games[game].Modes);
        double Middle(int game, Func<Outcome, double> of) => Numbers.Median(runs.Select(r => of(r.Games[game])));
        Figure Picture(int game) => Plot.Scatter(s_layers[game], new("x") { Range = (-2, 2) }, new("y") { Range = (-2, 2) },
            [new("samples", runs[0].Games[game].X, runs[0].Games[game].Y)], width: 260, height: 260);
        // Of the medians: in a single seed the game without a layer may be lucky.
        var ratio = Middle(1, o => o.Modes) / Math.Max(1, Middle(0, o => o.Modes));
        Check[] checks =
        [
            Check.Claimed("least influence of another sample on a sample's nearness", runs.Select(r => r.Influence), Band.AtLeast(1e-6)),
            Check.Control("difference of that gradient from finite differences, relative", runs.Select(r => r.Error), Band.AtMost(1e-5)),
            Check.Claimed("nearness of equal samples, less n − 1", runs.Select(r => r.Alike), Band.AtMost(1e-4)),
            Check.Claimed("modes with discrimination over modes without", [ratio], Band.AtLeast(1.5)),
            Check.Control("modes of the game without a layer, which collapses", Modes(0), Band.AtMost(16)),
        ];
        string Of(int game) => $"{Middle(game, o => o.Modes):0} modes ({string.Join(", ", Modes(game))}), "
            + $"{Middle(game, o => o.Strict):0} with twenty samples, KL {Middle(game, o => o.Divergence):0.00}";
        return new(checks, Figure.Multiples("Samples of generators", 3, [Picture(0), Picture(1), Picture(2)]),
            $"Without a layer {Of(0)}; with discrimination {Of(1)}; with deviation, which is one number for the whole batch, {Of(2)}.");
    }
}
