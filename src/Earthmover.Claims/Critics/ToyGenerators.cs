using System.Globalization;
using Earthmover.Claims.Lab;
using Earthmover.Data;
using Earthmover.Data.Toys;
using Earthmover.Metrics;
using Earthmover.Reports.Figures;
using Earthmover.Torch;

namespace Earthmover.Claims.Critics;

/// <summary>
/// Generators of the two toy mixtures: WGAN-GP and WGAN-div cover all modes evenly, clipping is slow, the original game covers some of
/// them.
/// </summary>
public sealed class ToyGenerators : Claim<ToyGenerators.Run>
{
    /// <summary>A generator at the end of its game.</summary>
    /// <param name="Modes">Modes with a sample within three deviations.</param>
    /// <param name="Strict">Modes with twenty such samples of 2,500.</param>
    /// <param name="Quality">Share of samples within three deviations of a mode.</param>
    /// <param name="Divergence">KL divergence of the nearest-mode histogram from the uniform one, nats.</param>
    /// <param name="X">First coordinates of some samples.</param>
    /// <param name="Y">Second coordinates.</param>
    /// <param name="Steps">Generator steps.</param>
    public sealed record Outcome(double Modes, double Strict, double Quality, double Divergence, double[] X, double[] Y, int Steps);

    /// <summary>
    /// What one run measures: on the ring of 8, WGAN-GP and the original game; on the grid of 25 also WGAN-div and clipping.
    /// </summary>
    public sealed record Run(Outcome RingPenalty, Outcome RingVanilla, Outcome GridPenalty,
        Outcome GridDiv, Outcome GridClipping, Outcome GridVanilla, bool IsQuick);

    /// <inheritdoc/>
    public override string Name => "toy-generators";

    /// <inheritdoc/>
    public override string Title => "WGAN-GP covers 8 and 25 Gaussians evenly; clipping is far behind, the original game drops modes";

    /// <inheritdoc/>
    public override IReadOnlyList<string> Rows => ["R23", "R12", "R15"];

    /// <inheritdoc/>
    public override string Statement =>
        "On toy mixtures the penalized critic teaches a generator to cover every mode; "
        + "a clipped critic does not within comparable time, and the original GAN collapses or covers the modes unevenly.";

    /// <inheritdoc/>
    public override string Source =>
        "Gulrajani et al., 2017, arXiv:1704.00028, section 3.1; mode counts as in Lin et al., 2017, arXiv:1712.04086";

    /// <inheritdoc/>
    public override string Experiment =>
        "Perceptrons 128 wide with PyTorch's initial weights, z in the plane, "
        + "batches of 256, Adam 5e-4 (0.5, 0.9) and λ = 0.1 with five critic steps for WGAN-GP, "
        + "and for WGAN-div with k = 2, p = 6 at real and generated points; RMSProp 5e-5 and c = 0.01 for clipping; "
        + "Adam 2e-4 and one critic step for the non-saturating original game. WGAN-GP's and WGAN-div's rates fall over the last 60 %. "
        + "Full: ring 3,000 (original 5,000) and grid 8,000 generator steps (WGAN-div 3,000, clipping 2,000); "
        + "quick: ring 1,000 (original 1,500), grid 2,000 (WGAN-div 1,200, clipping 300, original 4,000). "
        + "2,500 samples; a good one lies within three deviations of a mode.";

    /// <inheritdoc/>
    protected override Run Measure(Trial trial)
    {
        Outcome Penalized(string system, string data, int steps, double from, double to, params string[] more) =>
            Play(trial, data, system, steps, ["critic_steps=5", "learning_rate=5e-4", "batch=256", .. more], "linear", from, to);
        return new(
            Penalized("wgan-gp", "gaussians-8", trial.Of(1000, 3000), 0, 0.2),
            Play(trial, "gaussians-8", "ns-gan", trial.Of(1500, 5000), ["learning_rate=2e-4"], "constant", 0.2, 0.3),
            Penalized("wgan-gp", "gaussians-25", trial.Of(2000, 8000), 0.3, 0.7),
            Penalized("wgan-div", "gaussians-25", trial.Of(1200, 3000), 0.7, 0.83, "constraint=wgan-div?k=2&p=6&points=both"),
            Play(trial, "gaussians-25", "wgan", trial.Of(300, 2000), [], "constant", 0.83, 0.87),
            Play(trial, "gaussians-25", "ns-gan", trial.Of(4000, 8000), ["learning_rate=2e-4"], "constant", 0.87, 1),
            trial.IsQuick);
    }

    private static Outcome Play(Trial trial, string data, string system, int steps, string[] settings, string decay, double from, double to)
    {
        using var scope = TensorScope.Open();
        using var game = new PlayedGame(trial, data, system, steps,
            ["architecture=mlp-uniform", .. settings, $"decay={decay}", "decay_start=0.4"]);
        for (var done = 0; done < steps; done += 100)
        {
            if (!game.PlayTo(Math.Min(steps, done + 100)))
                throw new InvalidOperationException(string.Create(CultureInfo.InvariantCulture,
                    $"{system} on {data} has left the finite numbers at step {game.Step}"));
            trial.Report(from + (to - from) * done / steps);
        }
        var drawn = (PointSet)game.Draw(ModeCoverage.Samples);
        var coverage = new ModeCoverage((GaussianModes)((PointSet)trial.Open(data)).Density!);
        var measured = coverage.Measure(Tensor.From<float>(drawn.ToSingles(), [drawn.Count, 2])).ToDictionary();
        double[] Axis(int k) => [.. Enumerable.Range(0, 600).Select(i => drawn.Values[2 * i + k])];
        return new(measured["modes"], measured["modes_strict"], measured["high_quality"], measured["mode_kl"], Axis(0), Axis(1), steps);
    }

    /// <inheritdoc/>
    protected override Evidence Judge(IReadOnlyList<Run> runs)
    {
        var quick = runs[0].IsQuick;
        IEnumerable<double> Of(Func<Run, double> of) => runs.Select(of);
        double Middle(Func<Run, double> of) => Numbers.Median(runs.Select(of));
        Figure Picture(string title, Outcome outcome) =>
            Plot.Scatter($"{title}, {outcome.Steps} steps", new("x") { Range = (-2, 2) },
                new("y") { Range = (-2, 2) }, [new("samples", outcome.X, outcome.Y)], width: 260, height: 260);
        var r = runs[0];
        var figure = Figure.Multiples("Samples of generators", 3,
            [Picture("WGAN-GP", r.RingPenalty), Picture("Original", r.RingVanilla), Picture("Clipping", r.GridClipping),
                Picture("WGAN-GP", r.GridPenalty), Picture("WGAN-div", r.GridDiv), Picture("Original", r.GridVanilla)]);
        Check[] checks =
        [
            Check.Claimed("ring of 8, WGAN-GP: modes", Of(v => v.RingPenalty.Modes), Band.AtLeast(8)),
            Check.Claimed("ring of 8, WGAN-GP: share of good samples", Of(v => v.RingPenalty.Quality), Band.AtLeast(0.5)),
            Check.Claimed("ring of 8, WGAN-GP: KL from even", Of(v => v.RingPenalty.Divergence), Band.AtMost(0.01)),
            // What 8,000 steps must reach cannot be asked of 2,000: there only that every mode is reached, as in the reference's shorter
            // runs.
            quick
                ? Check.Claimed("grid of 25, WGAN-GP: modes (24 in the reference's shorter run)",
                    Of(v => v.GridPenalty.Modes), Band.AtLeast(24))
                : Check.Claimed("grid of 25, WGAN-GP: modes with twenty good samples", Of(v => v.GridPenalty.Strict), Band.AtLeast(25)),
            quick
                ? Check.Claimed("grid of 25, WGAN-GP: share of good samples (0.17 in the reference's shorter run)",
                    Of(v => v.GridPenalty.Quality), Band.AtLeast(0.17))
                : Check.Claimed("grid of 25, WGAN-GP: share of good samples", Of(v => v.GridPenalty.Quality), Band.AtLeast(0.75)),
            Check.Claimed("grid of 25, WGAN-GP: KL from even", Of(v => v.GridPenalty.Divergence), Band.AtMost(0.02)),
            quick
                ? Check.Claimed("grid of 25, WGAN-div: modes after 1,200 steps (a band of our own)",
                    Of(v => v.GridDiv.Modes), Band.AtLeast(22))
                : Check.Claimed("grid of 25, WGAN-div: modes after 3,000 steps", Of(v => v.GridDiv.Modes), Band.AtLeast(25)),
            Check.Claimed("grid of 25, clipping: share of good samples (0.02 in the reference)",
                Of(v => v.GridClipping.Quality), Band.AtMost(0.1)),
            Check.Claimed("grid of 25, original game: KL from even", Of(v => v.GridVanilla.Divergence), Band.AtLeast(0.1)),
            Check.Claimed("ring of 8, original game: 1 where it keeps at most 4 modes or ends at a KL of 0.5",
                Of(v => v.RingVanilla.Modes <= 4 || v.RingVanilla.Divergence >= 0.5 ? 1 : 0), Band.AtLeast(1)),
        ];
        return new(checks, figure,
            $"WGAN-GP reaches {Middle(v => v.GridPenalty.Modes):0} of 25 modes, {Middle(v => v.GridPenalty.Strict):0} of them "
            + $"with twenty samples, {Middle(v => v.GridPenalty.Quality):0%} good, KL {Middle(v => v.GridPenalty.Divergence):0.000}; "
            + $"WGAN-div, after fewer steps, {Middle(v => v.GridDiv.Modes):0} with {Middle(v => v.GridDiv.Quality):0%} good; "
            + $"the original game {Middle(v => v.GridVanilla.Modes):0} modes, "
            + $"{Middle(v => v.GridVanilla.Quality):0%} good, KL {Middle(v => v.GridVanilla.Divergence):0.000}. "
            + "Even coverage with bridges between the modes is the signature of the first, "
            + "good samples on an uneven part of them that of the second. "
            + (quick ? "The quick version stops before the bridges have gone; the bands for 8,000 steps are those of the full one. " : "")
            + $"On the ring the original game ends at {Middle(v => v.RingVanilla.Modes):0} modes "
            + $"with KL {Middle(v => v.RingVanilla.Divergence):0.00}. Its collapse there, "
            + "which the reference saw after 5,000 steps, comes by the seed: in PyTorch one run covers all eight and the next keeps none. "
            + "The reference read WGAN-GP on the grid at a constant rate, where the share of good samples swings: "
            + "in PyTorch, with three seeds, 0.76, 0.70 and 0.52 after 7,500 steps, 0.71, 0.52 and 0.46 after 8,000. "
            + "Here the rate falls. Initial weights matter: from He's the same game ends at 0.66. In PyTorch, "
            + "at the constant rate, the mean over the last 2,000 steps is 0.35 to 0.50 from them, and 0.58 to 0.61 from its own.");
    }
}
