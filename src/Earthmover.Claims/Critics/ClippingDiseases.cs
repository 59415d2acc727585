using Earthmover.Claims.Lab;
using Earthmover.Constraints;
using Earthmover.Data;
using Earthmover.Data.Toys;
using Earthmover.Nn;
using Earthmover.Nn.Layers;
using Earthmover.Nn.Optimizers;
using Earthmover.Objectives;
using Earthmover.Reports.Figures;
using Earthmover.Torch;
using Earthmover.Torch.Operators;

namespace Earthmover.Claims.Critics;

/// <summary>Clipping pushes weights to ±c, and gradients grow or vanish from layer to layer; a gradient penalty does neither.</summary>
public sealed class ClippingDiseases : Claim<ClippingDiseases.Run>
{
    private const int Depth = 12, Width = 128;
    // Before differentiation the score is multiplied by this, so that gradients of 1e-50 do not underflow.
    private const double Lift = 1e25;
    private static readonly double[] s_limits = [0.1, 0.01, 0.001];

    /// <summary>A critic at the end of its game.</summary>
    /// <param name="LogNorms">log₁₀ of the mean norm of a sample's gradient with respect to the activations before each layer, from the
    /// input on.</param>
    /// <param name="Decades">Its slope per layer, from the score backwards: positive grows towards the input.</param>
    /// <param name="AtLimit">Share of weights with |w| above 99 % of the limit; of the largest weight where there is none.</param>
    /// <param name="Kurtosis">Of all weights: 1 for two points, 3 for a normal law.</param>
    /// <param name="Weights">Some of the weights, over the limit or over the largest.</param>
    public sealed record Critic(double[] LogNorms, double Decades, double AtLimit, double Kurtosis, double[] Weights);

    /// <summary>What one run measures.</summary>
    /// <param name="Clipped">One critic for each c = 0.1, 0.01, 0.001.</param>
    /// <param name="Penalized">The critic with gradient penalty.</param>
    public sealed record Run(Critic[] Clipped, Critic Penalized);

    /// <inheritdoc/>
    public override string Name => "clipping-diseases";

    /// <inheritdoc/>
    public override string Title =>
        "Clipping: weights at ±c, and gradients that explode or vanish over twelve layers; the penalty cures both";

    /// <inheritdoc/>
    public override IReadOnlyList<string> Rows => ["R22", "R10"];

    /// <inheritdoc/>
    public override string Statement =>
        "A critic under weight clipping pushes its weights towards the two ends of the allowed range, "
        + "and its gradients vanish or explode with depth unless c is tuned with care. "
        + "With a gradient penalty the weights spread and the gradients stay of one size.";

    /// <inheritdoc/>
    public override string Source => "Gulrajani et al., 2017, arXiv:1704.00028, section 3 and figure 1";

    /// <inheritdoc/>
    public override string Experiment =>
        $"Swiss roll; generator and critic of {Depth} layers of rectifiers, {Width} wide, without normalization, He's initialization. "
        + "Clipping with RMSProp 5e-5, the penalty (λ = 10) with Adam 1e-4 (0.5, 0.9); "
        + "batches of 64, five critic steps, 400 generator steps (quick: 100, clipping at 2e-4). "
        + "Then the norm of each sample's gradient of its score with respect to the activations before every layer, "
        + "and all weights of the critic.";

    /// <inheritdoc/>
    protected override Run Measure(Trial trial)
    {
        var clipped = new Critic[s_limits.Length];
        for (var i = 0; i < clipped.Length; i++)
        {
            clipped[i] = Play(trial, new("clipping", new Wasserstein(), new WeightClipping(s_limits[i])),
                new RmsPropOptions(trial.Of(2e-4, 5e-5)), s_limits[i]);
            trial.Report(0.15 * (i + 1));
        }
        return new(clipped, Play(trial, Estimator.Penalty, new AdamOptions(1e-4, 0.5, 0.9), null));
    }

    private static Critic Play(Trial trial, Estimator estimator, OptimizerOptions optimizer, double? limit)
    {
        using var scope = TensorScope.Open();
        var roll = new SwissRoll();
        var random = new SeededRandom(trial.Seed, "data");
        var points = new float[2 * 64];
        Tensor Real()
        {
            roll.Sample(random, points);
            return Tensor.From<float>(points, [64, 2]).Here();
        }
        var layers = Layers(2, 1);
        using var duel = new Duel(estimator, new(new Sequential(Layers(2, 2)), optimizer),
            new(new Sequential(layers), optimizer), () => Tensor.Normal([64, 2], RandomStreams.Current["latent"]));
        var steps = trial.Of(100, 400);
        for (var step = 0; step < steps; step++)
        {
            duel.Play(Real);
            if (step % 10 == 0 && limit is null)
                trial.Report(0.45 + 0.55 * step / steps);
        }
        var norms = Norms(layers, Real());
        var slope = -Numbers.Line([.. norms.Select((_, i) => (double)i)], norms).Slope;
        double[] weights = [.. layers.OfType<Linear>().SelectMany(l => l.Parameters()).Where(p => p.Parameter.Value.Rank == 2)
            .SelectMany(p => p.Parameter.Value.Detach().ToArray<float>()).Select(w => (double)w)];
        var largest = limit ?? weights.Max(Math.Abs);
        return new(norms, slope, weights.Average(w => Math.Abs(w) > 0.99 * largest ? 1.0 : 0), Numbers.Kurtosis(weights),
            [.. weights.Where((_, i) => i % 37 == 0).Select(w => w / largest)]);
    }

    private static Module[] Layers(int inputs, int outputs) =>
    [
        .. Enumerable.Range(0, Depth - 1)
            .SelectMany(i => (Module[])[new Linear(i == 0 ? inputs : Width, Width, initializer: Initializers.HeNormal), Activation.Relu()]),
        new Linear(Width, outputs, initializer: Initializers.HeNormal),
    ];

    private static double[] Norms(Module[] layers, Tensor x)
    {
        using var scope = TensorScope.Open();
        using var record = Autograd.Record();
        var h = x.Detach().RequireGrad();
        var activations = new List<Tensor>();
        foreach (var layer in layers)
        {
            if (layer is Linear)
                activations.Add(h);
            h = layer.Forward(h);
        }
        return [.. Autograd.Gradients(h.Sum() * Lift, activations)
            .Select(g => Math.Log10(g!.To(DType.Float64).Square().Sum([1]).Sqrt().Mean().Item()) - Math.Log10(Lift))];
    }

    /// <inheritdoc/>
    protected override Evidence Judge(IReadOnlyList<Run> runs)
    {
        IEnumerable<double> Clipped(int i, Func<Critic, double> of) => runs.Select(r => of(r.Clipped[i]));
        IEnumerable<double> Penalized(Func<Critic, double> of) => runs.Select(r => of(r.Penalized));
        Line Layerwise(string name, Func<Run, Critic> of) => new(name, [.. Enumerable.Range(0, Depth).Select(i => (double)i)],
            [.. Enumerable.Range(0, Depth).Select(i => Math.Pow(10, Numbers.Median(runs.Select(r => of(r).LogNorms[i]))))]);
        var figure = Figure.Multiples("A critic of twelve layers under clipping and under a gradient penalty", 2,
        [
            Plot.Lines("Gradient of the score", new("layer, from the input") { Whole = true },
                new("norm per sample") { Log = true, Format = ".0e" },
                [.. s_limits.Select((c, i) => Layerwise($"c = {c}", r => r.Clipped[i])), Layerwise("penalty", r => r.Penalized)],
                width: 420, height: 300),
            Plot.Histogram("Weights", new("weight over c, or over the largest") { Range = (-1, 1) },
                [new("c = 0.01", runs[0].Clipped[1].Weights), new("penalty", runs[0].Penalized.Weights)],
                bins: 41, width: 420, height: 300),
        ]);
        var checks = new List<Check>();
        for (var i = 0; i < s_limits.Length; i++)
        {
            checks.Add(Check.Claimed($"c = {s_limits[i]}: |decades per layer|", Clipped(i, c => Math.Abs(c.Decades)), Band.AtLeast(0.3)));
            if (s_limits[i] <= 0.01)
            {
                checks.Add(Check.Claimed($"c = {s_limits[i]}: share of weights at ±c", Clipped(i, c => c.AtLimit), Band.AtLeast(0.9)));
                checks.Add(Check.Claimed($"c = {s_limits[i]}: kurtosis of the weights (1 for two points)",
                    Clipped(i, c => c.Kurtosis), Band.Between(1, 1.2)));
            }
        }
        checks.Add(Check.Claimed("penalty: |decades per layer|", Penalized(c => Math.Abs(c.Decades)), Band.AtMost(0.05)));
        checks.Add(Check.Claimed("penalty: share of weights within 1 % of the largest", Penalized(c => c.AtLimit), Band.AtMost(0.05)));
        checks.Add(Check.Claimed("penalty: kurtosis of the weights (at least that of a normal law)",
            Penalized(c => c.Kurtosis), Band.AtLeast(2.5)));
        return new(checks, figure,
            $"Towards the input the gradient changes per layer by {Numbers.Median(Clipped(0, c => c.Decades)):+0.00;−0.00}, "
            + $"{Numbers.Median(Clipped(1, c => c.Decades)):+0.00;−0.00} "
            + $"and {Numbers.Median(Clipped(2, c => c.Decades)):+0.00;−0.00} decades for c = 0.1, 0.01 and 0.001, "
            + $"and by {Numbers.Median(Penalized(c => c.Decades)):+0.00;−0.00} with the penalty. "
            + "With He's initialization of this width most weights begin beyond ±0.01, so the first clipping alone puts them there; "
            + "what training adds is that they stay. That weights under a penalty look 'standard normal' is too much said: "
            + "they have one peak and long tails. The penalty's flatness is where the initialization begins, and what it asks for: "
            + "a slope of one from the input to the score.");
    }
}
