using Earthmover.Claims.Lab;
using Earthmover.Nn.Layers;
using Earthmover.Nn.Optimizers;
using Earthmover.Objectives;
using Earthmover.Reports.Figures;
using Earthmover.Torch;
using static Earthmover.Claims.Lab.Quadrature;

namespace Earthmover.Claims.Theory;

/// <summary>
/// Every f-divergence as a game: seven variational bounds that reach the divergence from below, and what a too simple generator does under
/// each.
/// </summary>
public sealed class FDivergences : Claim<FDivergences.Run>
{
    private static readonly Divergence[] s_all = Enum.GetValues<Divergence>(),
        s_fitted = [Divergence.Kl, Divergence.JensenShannon, Divergence.ReverseKl];

    /// <summary>What one run measures.</summary>
    /// <param name="Exact">Each divergence of N(0, 1) from N(1, 1), by quadrature.</param>
    /// <param name="Dual">What a trained T proves of it, by quadrature.</param>
    /// <param name="Best">Mean and deviation of the single Gaussian nearest to the mixture, for KL, JS and reverse KL, by direct
    /// minimization.</param>
    /// <param name="Played">The same as the game finds it.</param>
    public sealed record Run(double[] Exact, double[] Dual,
        (double Mean, double Deviation)[] Best, (double Mean, double Deviation)[] Played);

    /// <inheritdoc/>
    public override string Name => "f-divergences";

    /// <inheritdoc/>
    public override string Title => "Seven f-divergences by their variational bounds, and which modes each one seeks";

    /// <inheritdoc/>
    public override IReadOnlyList<string> Rows => ["R07"];

    /// <inheritdoc/>
    public override string Statement =>
        "D_f(P‖Q) ≥ E_P T − E_Q f*(T), with equality at T = f'(p/q): a critic can estimate any f-divergence, and a generator minimize it. "
        + "A generator that cannot match the data shows which one it was: KL covers every mode, reverse KL seeks one, "
        + "JS lies between.";

    /// <inheritdoc/>
    public override string Source => "Nowozin, Cseke and Tomioka, 2016, arXiv:1606.00709, table 1, table 2 and section 2.3";

    /// <inheritdoc/>
    public override string Experiment =>
        "P = N(0, 1), Q = N(1, 1): a tanh perceptron 1-64-64-64-1 as T, trained on new samples and judged by quadrature. "
        + "Then a generator μ + σz against 0.6 N(−1, 0.5²) + 0.4 N(1.5, 0.5²), two steps of the critic for one of the generator, "
        + "both losses of the bound itself; the best single Gaussian of each divergence by direct minimization for comparison.";

    /// <inheritdoc/>
    protected override Run Measure(Trial trial)
    {
        double[] exact = [.. s_all.Select(Exact)], dual = new double[s_all.Length];
        for (var i = 0; i < s_all.Length; i++)
        {
            dual[i] = Dual(s_all[i], trial.Of(1000, 1500), trial.Of(512, 1024));
            trial.Report((i + 1) * 0.08);
        }
        var played = new (double, double)[s_fitted.Length];
        for (var i = 0; i < s_fitted.Length; i++)
        {
            played[i] = Play(s_fitted[i], trial.Of(800, 4000));
            trial.Report(0.56 + 0.15 * i);
        }
        return new(exact, dual, [.. s_fitted.Select(Fit)], played);
    }

    private static double F(Divergence divergence, double u) => divergence switch
    {
        Divergence.Kl => u * Math.Log(u),
        Divergence.ReverseKl => -Math.Log(u),
        Divergence.Pearson => (u - 1) * (u - 1),
        Divergence.SquaredHellinger => Math.Pow(Math.Sqrt(u) - 1, 2),
        Divergence.JensenShannon => u * Math.Log(u) - (u + 1) * Math.Log((1 + u) / 2),
        Divergence.Gan => u * Math.Log(u) - (u + 1) * Math.Log(u + 1),
        _ => 0.5 * Math.Abs(u - 1),
    };

    private static double Exact(Divergence divergence) => Integral(x => Math.Exp(LogNormal(x, 1)) * F(divergence, Math.Exp(0.5 - x)));

    private static double Dual(Divergence divergence, int steps, int batch)
    {
        using var scope = TensorScope.Open();
        using var critic = new LoneCritic(1, () => Activation.Tanh(), rate: 1e-3, beta1: 0.9, beta2: 0.999);
        var objective = new FDivergence(divergence);
        critic.Train(steps, () => objective.Critic(critic.D(Points.Gaussian(batch, 1, 0.0)), critic.D(Points.Gaussian(batch, 1, 1.0))));
        using var pause = Autograd.Pause();
        const int points = 4001;
        const double width = 19.0 / (points - 1);
        double[] at = [.. Enumerable.Range(0, points).Select(i => -9 + i * width)];
        var v = critic.D(Tensor.From<double>(at, [points, 1]).Here().To(DType.Float32)).To(DType.Float64).Flatten();
        Tensor Weights(double mean) => Tensor.From<double>([.. at.Select(x => width * Math.Exp(LogNormal(x, mean)))], points).Here();
        return ((Weights(0) * objective.Activation(v)).Sum() - (Weights(1) * objective.Conjugate(v)).Sum()).Item();
    }

    private static double Data(double x) => LogSum(Math.Log(0.6) + LogNormal(x, -1, 0.5), Math.Log(0.4) + LogNormal(x, 1.5, 0.5));

    // Coordinate search with steps that halve: two numbers, one smooth valley.
    private static (double Mean, double Deviation) Fit(Divergence divergence)
    {
        double Value(double mean, double deviation)
        {
            double Model(double x) => LogNormal(x, mean, deviation);
            return divergence switch
            {
                Divergence.Kl => KullbackLeibler(Data, Model),
                Divergence.ReverseKl => KullbackLeibler(Model, Data),
                _ => JensenShannon(Data, Model),
            };
        }
        var (μ, σ) = (0.0, 1.2);
        var best = Value(μ, σ);
        for (var step = 0.4; step > 1e-3;)
        {
            var moved = false;
            foreach (var (dμ, dσ) in new[] { (step, 0.0), (-step, 0.0), (0.0, step), (0.0, -step) })
                if (σ + dσ > 0.1 && Value(μ + dμ, σ + dσ) is var value && value < best)
                    (μ, σ, best, moved) = (μ + dμ, σ + dσ, value, true);
            step = moved ? step : step / 2;
        }
        return (μ, σ);
    }

    private static (double Mean, double Deviation) Play(Divergence divergence, int steps)
    {
        using var scope = TensorScope.Open();
        using var critic = new LoneCritic(1, () => Activation.Tanh(), width: 32, hidden: 2, rate: 5e-3, beta1: 0.5);
        using var generator = new Nn.Layers.Linear(1, 1);
        using var optimizer = new AdamOptions(1e-2, 0.5, 0.9).Create(generator.Flat);
        generator.Flat.Leaves[0].Detach().CopyFrom(Tensor.Ones([1, 1]) * 1.2);
        generator.Flat.Leaves[1].Detach().CopyFrom(Tensor.Zeros([1]));
        var objective = new FDivergence(divergence) { Trick = false };
        const int batch = 256;
        Tensor Real()
        {
            var stream = RandomStreams.Current["data"];
            var first = Op01(Tensor.Uniform([batch, 1], stream));
            return Tensor.Normal([batch, 1], stream) * 0.5 + 1.5 - first * 2.5;
        }
        Tensor Fake() => generator.Forward(Tensor.Normal([batch, 1], RandomStreams.Current["latent"]));
        List<(double, double)> last = [];
        // A critic near its optimum first, so that the divergence is what is minimized from the start.
        critic.Train(100, () => objective.Critic(critic.D(Real()), critic.D(Autograd.NoGrad(Fake))));
        for (var step = 0; step < steps; step++)
        {
            using var turn = TensorScope.Open();
            critic.Train(2, () => objective.Critic(critic.D(Real()), critic.D(Autograd.NoGrad(Fake))));
            generator.Flat.WriteGradients(Autograd.Gradients(objective.Generator(critic.D(Fake())), generator.Flat.Leaves));
            optimizer.Step(Math.Clamp(2.0 * (steps - step) / steps, 0.05, 1));
            if (step >= steps * 3 / 4)
                last.Add((generator.Flat.Leaves[1].Detach().Item(), Math.Abs(generator.Flat.Leaves[0].Detach().Item())));
        }
        return (last.Average(v => v.Item1), last.Average(v => v.Item2));
    }

    // 1 where u < 0.6, else 0.
    private static Tensor Op01(Tensor u) => Torch.Operators.Op.Lt(u, (Scalar)0.6).To(DType.Float32);

    /// <inheritdoc/>
    protected override Evidence Judge(IReadOnlyList<Run> runs)
    {
        var first = runs[0];
        string[] names = ["KL", "reverse KL", "Pearson χ²", "squared Hellinger", "JS (twice)", "GAN", "total variation"],
            fitted = ["KL", "JS", "reverse KL"];
        double[] x = [.. Enumerable.Range(0, 161).Select(i => -4 + i * 0.05)];
        double[] Density(Func<double, double> log) => [.. x.Select(v => Math.Exp(log(v)))];
        Bar[] Both(string name, int i) =>
        [
            new(name, first.Exact[i], Group: "exact"),
            new(name, Numbers.Median(runs.Select(r => r.Dual[i])), Group: "bound by a trained T"),
        ];
        var figure = Figure.Multiples("f-divergences as games", 2,
        [
            Plot.Bars("N(0, 1) against N(1, 1)", new("nats"),
                [.. names.SelectMany(Both)], horizontal: true, width: 380),
            Plot.Lines("One Gaussian for two modes, as the game fits it", new("x"), new("density"),
            [
                .. first.Played.Select((g, i) => new Line(fitted[i], x, Density(v => LogNormal(v, g.Mean, g.Deviation)))),
                new("data", x, Density(Data)) { Dashed = true, Color = Theme.Gray },
            ], width: 400),
        ]);
        double Short(Run r, int i) => (r.Exact[i] - r.Dual[i]) / Math.Abs(r.Exact[i]);
        var checks = new List<Check>();
        for (var i = 0; i < names.Length; i++)
        {
            var k = i;
            checks.Add(Check.Claimed($"{names[i]}: bound below the exact {first.Exact[i]:f4} by, relatively", runs.Select(r => Short(r, k)),
                Band.Between(-1e-4, s_all[i] == Divergence.Pearson ? 0.10 : s_all[i] == Divergence.Gan ? 0.0086 : 0.05)));
        }
        checks.Add(Check.Control("σ of the best Gaussian: KL less JS",
            runs.Select(r => r.Best[0].Deviation - r.Best[1].Deviation), Band.AtLeast(0)));
        checks.Add(Check.Control("σ of the best Gaussian: JS less reverse KL",
            runs.Select(r => r.Best[1].Deviation - r.Best[2].Deviation), Band.AtLeast(0)));
        checks.Add(Check.Claimed("σ of the game: KL less JS",
            runs.Select(r => r.Played[0].Deviation - r.Played[1].Deviation), Band.AtLeast(0)));
        checks.Add(Check.Claimed("σ of the game: JS less reverse KL",
            runs.Select(r => r.Played[1].Deviation - r.Played[2].Deviation), Band.AtLeast(0)));
        string Sigmas(Func<Run, (double Mean, double Deviation)[]> of) =>
            string.Join(", ", fitted.Select((name, i) => $"{name} {Numbers.Median(runs.Select(r => of(r)[i].Deviation)):f2}"));
        return new(checks, figure,
            $"Deviations of the best single Gaussian are {Sigmas(r => r.Best)}; those that the game finds {Sigmas(r => r.Played)}. "
            + "The bound of χ² is the loosest because its best T grows like e⁻ˣ where there are hardly any samples. "
            + "The critic of the game minimizes a bound, not the divergence: a weak T makes every divergence look alike.");
    }
}
