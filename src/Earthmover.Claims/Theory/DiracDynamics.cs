using Earthmover.Reports.Figures;

namespace Earthmover.Claims.Theory;

/// <summary>
/// The smallest GAN: one real point at 0, one generated at θ, and the critic D(x) = ψx. Who spirals in, who circles, who sticks.
/// </summary>
public sealed class DiracDynamics : Claim<DiracDynamics.Run>
{
    private const int Steps = 500;
    private const double Rate = 0.1;

    /// <summary>What is measured: the ways (θ, ψ) from (1, 1), by name.</summary>
    public sealed record Run(IReadOnlyDictionary<string, (double Θ, double Ψ)[]> Ways);

    /// <inheritdoc/>
    public override string Name => "dirac-dynamics";

    /// <inheritdoc/>
    public override string Title => "Zero-centered penalties make the Dirac-GAN converge; one-centered ones do not";

    /// <inheritdoc/>
    public override IReadOnlyList<string> Rows => ["R20b"];

    /// <inheritdoc/>
    public override bool IsRandom => false;

    /// <inheritdoc/>
    public override string Statement =>
        "For real data at 0, a generator at θ and D(x) = ψx, "
        + "simultaneous gradient steps spiral outwards and alternating ones circle for ever. "
        + "A zero-centered gradient penalty makes (0, 0) attractive; "
        + "WGAN-GP, whose penalty wants a slope of 1 where the solution has slope 0, does not converge.";

    /// <inheritdoc/>
    public override string Source => "Mescheder, Geiger and Nowozin, 2018, arXiv:1801.04406, sections 2 and 3";

    /// <inheritdoc/>
    public override string Experiment =>
        $"{Steps} steps of size {Rate} from (1, 1), in double precision, without networks; "
        + "the penalty of WGAN-GP is λ(|ψ| − 1)², at step size 0.01 for 20,000 steps. "
        + "Eigenvalues say: the radius grows by (1 + η²)^½ per simultaneous step of the W game.";

    /// <inheritdoc/>
    protected override Run Measure(Trial trial)
    {
        // θ' = −∂L_G/∂θ, ψ' = −∂L_D/∂ψ. W: L_D = ψθ, L_G = −ψθ. Logistic, non-saturating: L_D = log 2 + softplus(ψθ), L_G = softplus(−ψθ).
        static double Sigmoid(double a) => 1 / (1 + Math.Exp(-a));
        static (double, double) Wasserstein(double θ, double ψ) => (ψ, -θ);
        static (double, double) Logistic(double θ, double ψ) => (ψ * Sigmoid(-ψ * θ), -θ * Sigmoid(ψ * θ));
        static Func<double, double, (double, double)> Penalized(Func<double, double, (double, double)> game, Func<double, double> slope) =>
            (θ, ψ) =>
            {
                var (dθ, dψ) = game(θ, ψ);
                return (dθ, dψ - slope(ψ));
            };
        static Func<double, double> OneCentered(double λ) => ψ => 2 * λ * (Math.Abs(ψ) - 1) * Math.Sign(ψ);
        return new(new Dictionary<string, (double, double)[]>
        {
            ["W, simultaneous"] = Play(Wasserstein, simultaneous: true),
            ["W, alternating"] = Play(Wasserstein, simultaneous: false),
            ["logistic with R1, γ = 1"] = Play(Penalized(Logistic, ψ => ψ), simultaneous: true),
            ["WGAN-GP, λ = 0.1"] = Play(Penalized(Wasserstein, OneCentered(0.1)), simultaneous: true, 20_000, 0.01),
            ["WGAN-GP, λ = 1"] = Play(Penalized(Wasserstein, OneCentered(1)), simultaneous: true, 20_000, 0.01),
            ["WGAN-GP, λ = 10"] = Play(Penalized(Wasserstein, OneCentered(10)), simultaneous: true, 20_000, 0.01),
        });
    }

    private static (double, double)[] Play(Func<double, double, (double DΘ, double DΨ)> flow,
        bool simultaneous, int steps = Steps, double η = Rate)
    {
        var way = new (double Θ, double Ψ)[steps + 1];
        way[0] = (1, 1);
        for (var i = 0; i < steps; i++)
        {
            var (θ, ψ) = way[i];
            if (simultaneous)
            {
                var (dθ, dψ) = flow(θ, ψ);
                way[i + 1] = (θ + η * dθ, ψ + η * dψ);
            }
            else
            {
                ψ += η * flow(θ, ψ).DΨ;
                way[i + 1] = (θ + η * flow(θ, ψ).DΘ, ψ);
            }
        }
        return way;
    }

    private static double Radius((double Θ, double Ψ) at) => Math.Sqrt(at.Θ * at.Θ + at.Ψ * at.Ψ);

    /// <inheritdoc/>
    protected override Evidence Judge(IReadOnlyList<Run> runs)
    {
        var ways = runs[0].Ways;
        double Growth(string name) => Radius(ways[name][^1]) / Math.Sqrt(2);
        double[] circle = [.. ways["W, alternating"].Select(at => Radius(at) / Math.Sqrt(2))];
        // How far from the solution it still comes in the last tenth of its steps.
        double Last(string name) => ways[name].TakeLast(ways[name].Length / 10).Max(at => Math.Abs(at.Θ));
        Line Way(string name, int every = 1) =>
            new(name, [.. ways[name].Where((_, i) => i % every == 0).Select((_, i) => (double)i * every)],
                [.. ways[name].Where((_, i) => i % every == 0).Select(at => Math.Max(Radius(at), 1e-12))]);
        var figure = Figure.Multiples("The Dirac-GAN: distance from the solution (0, 0)", 2,
        [
            Plot.Lines("Without penalty, and with a zero-centered one", new("step") { Format = "~s" }, new("√(θ² + ψ²)") { Log = true },
                [Way("W, simultaneous"), Way("W, alternating"), Way("logistic with R1, γ = 1")], width: 420),
            Plot.Lines("With WGAN-GP's penalty", new("step") { Format = "~s" }, new("√(θ² + ψ²)") { Log = true },
                [Way("WGAN-GP, λ = 0.1", 40), Way("WGAN-GP, λ = 1", 40), Way("WGAN-GP, λ = 10", 40)], width: 420),
        ]);
        return new(
        [
            Check.Claimed("growth of the radius, simultaneous W (12.03 in closed form)",
                [Growth("W, simultaneous")], Band.Around(Math.Pow(1 + Rate * Rate, Steps / 2.0), 0.01)),
            Check.Claimed("largest radius on the alternating circle", [circle.Max()], Band.Between(1, 1.06)),
            Check.Claimed("least radius on the alternating circle", [circle.Min()], Band.Between(0.94, 1.06)),
            Check.Claimed("radius at the end with R1", [Radius(ways["logistic with R1, γ = 1"][^1])], Band.AtMost(1e-6)),
            Check.Claimed("largest |θ| at the end, WGAN-GP λ = 0.1: it swings", [Last("WGAN-GP, λ = 0.1")], Band.AtLeast(0.5)),
            Check.Claimed("|θ| at the end, WGAN-GP λ = 1: it sticks (2 in the reference)", [Last("WGAN-GP, λ = 1")], Band.Around(2, 0.1)),
            Check.Claimed("|θ| at the end, WGAN-GP λ = 10: it sticks (20 in the reference)", [Last("WGAN-GP, λ = 10")], Band.Around(20, 1)),
        ], figure,
        "The kink of λ(|ψ| − 1)² at ψ = 0 holds the critic while |θ| ≤ 2λ: a stronger penalty sticks farther from the solution. "
        + "In practice a one-centered penalty works since real laws are never single points, "
        + "but it is why its training keeps moving at the end, and why step sizes should decay.");
    }
}
