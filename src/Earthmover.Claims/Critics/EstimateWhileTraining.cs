using Earthmover.Claims.Lab;
using Earthmover.Data;
using Earthmover.Data.Dealing;
using Earthmover.Health;
using Earthmover.Metrics;
using Earthmover.Networks;
using Earthmover.Nn.Layers;
using Earthmover.Nn.Optimizers;
using Earthmover.Reports.Figures;
using Earthmover.Torch;
using Earthmover.Transport;

namespace Earthmover.Claims.Critics;

/// <summary>
/// WGAN-GP and the c-transform while they train: the estimate beside the exact W₁ of the same batches, and what the pictures are like.
/// </summary>
public sealed class EstimateWhileTraining : Claim<EstimateWhileTraining.Run>
{
    private const int Batch = 64, Pixels = 784, Drawn = 512;
    private static readonly Estimator[] s_estimators = [Estimator.Transform, Estimator.Smooth, Estimator.Penalty];

    /// <summary>One game.</summary>
    /// <param name="Steps">Generator steps at which was measured.</param>
    /// <param name="Estimates">The critic's estimate at each, on a fresh pair of batches.</param>
    /// <param name="Exact">Exact W₁ of the same pair.</param>
    /// <param name="Estimate">At the end, the mean over more pairs.</param>
    /// <param name="BatchW">Exact W₁ of those pairs.</param>
    /// <param name="NeighborRatio">Mean distance of pictures to the nearest of 64 cluster centers, over that to the nearest of the real
    /// pictures.</param>
    /// <param name="Laplacian">Mean Laplacian energy.</param>
    /// <param name="Frechet">Fréchet distance in a classifier's features.</param>
    public sealed record Game(double[] Steps, double[] Estimates, double[] Exact,
        double Estimate, double BatchW, double NeighborRatio, double Laplacian, double Frechet);

    /// <summary>What one run measures.</summary>
    /// <param name="Games">c-transform, (c, 0.1)-transform, WGAN-GP.</param>
    /// <param name="RealReal">Exact W₁ of two batches of real pictures.</param>
    /// <param name="RealRatio">Neighbor ratio of real pictures.</param>
    /// <param name="RealLaplacian">Laplacian energy of real pictures.</param>
    /// <param name="CenterLaplacian">Laplacian energy of the cluster centers.</param>
    /// <param name="Length">Generator steps of each game.</param>
    public sealed record Run(Game[] Games, double RealReal, double RealRatio, double RealLaplacian, double CenterLaplacian, int Length);

    /// <inheritdoc/>
    public override string Name => "estimate-while-training";

    /// <inheritdoc/>
    public override string Title =>
        "While training the c-transform knows the batch W and WGAN-GP does not; WGAN-GP makes the better pictures";

    /// <inheritdoc/>
    public override IReadOnlyList<string> Rows => ["R21", "R25"];

    /// <inheritdoc/>
    public override string Statement =>
        "The loss of WGAN-GP is not a meaningful approximation of W₁ while it trains, that of the c-transform is; "
        + "yet the c-transform's pictures are worse, blurred like cluster centers. "
        + "So WGANs do not succeed because they approximate W₁, and the W₁ of batches is not a desirable loss.";

    /// <inheritdoc/>
    public override string Source =>
        "Stanczuk, Etmann, Kreusser and Schönlieb, 2021, arXiv:2103.01678; Mallasto, Montúfar and Gerolin, 2019, arXiv:1910.03875";

    /// <inheritdoc/>
    public override string Experiment =>
        "Fashion-MNIST in [0, 1]^784; generator 64-256-256-784 with a sigmoid, critic 784-256-256-1 with leaky rectifiers, Adam 2e-4 "
        + "(0.5, 0.9), batches of 64, five critic steps, 1,500 generator steps (quick: 600 of 5e-4 that fall in the second half). "
        + "Every 100 steps (quick: 50) the estimate and the exact W₁ of a fresh pair of batches; "
        + "at the end 20 pairs, and 512 pictures against 10,000 real ones, 64 k-means centers and the classifier's features. "
        + "The papers use convolutional networks on CelebA.";

    /// <inheritdoc/>
    protected override Run Measure(Trial trial)
    {
        var data = (ImageSet)trial.Open("fashion-mnist");
        var random = new SeededRandom(trial.Seed, "batches");
        var order = Subset.Order(data.Count, trial.Seed);
        var reals = Pictures.ToTensor(Pictures.Cloud(data, order.AsSpan(0, 10_000)));
        var centers = Clustering.KMeans(Pictures.Cloud(data, order.AsSpan(0, trial.Of(4000, 10_000))),
            Batch, (ulong)trial.Seed, trial.Of(15, 100)).Centers;
        var held = order[10_000..];
        PointCloud Real() => Pictures.Cloud(data, [.. Enumerable.Range(0, Batch).Select(_ => held[random.NextInt(held.Length)])]);
        var games = new Game[s_estimators.Length];
        for (var i = 0; i < games.Length; i++)
        {
            games[i] = Play(s_estimators[i], trial, Real, reals, Pictures.ToTensor(centers),
                data, share => trial.Report((i + share) / games.Length));
        }
        var real = Pictures.Cloud(data, held.AsSpan(0, Drawn));
        return new(games, Enumerable.Range(0, 20).Average(_ => Ot.Wasserstein(Real(), Real())),
            Ratio(Pictures.ToTensor(real), Pictures.ToTensor(centers), reals), Sharpness(real), Sharpness(centers), trial.Of(600, 1500));
    }

    private static Game Play(Estimator estimator, Trial trial, Func<PointCloud> real,
        Tensor reals, Tensor centers, ImageSet data, Action<double> report)
    {
        using var scope = TensorScope.Open();
        var adam = new AdamOptions(trial.Of(5e-4, 2e-4), 0.5, 0.9);
        var shape = new SampleShape.Points(Pixels);
        using var duel = new Duel(estimator, new(new Sequential(Mlp.Generator(shape, 64, [256, 256]), Activation.Sigmoid()), adam),
            new(Mlp.Critic(shape, [256, 256], nonlinearity: Nonlinearity.LeakyRelu), adam),
            () => Tensor.Normal([Batch, 64], RandomStreams.Current["latent"]));
        var (steps, every) = (trial.Of(600, 1500), trial.Of(50, 100));
        var (at, estimates, exact) = (new List<double>(), new List<double>(), new List<double>());
        for (var step = 1; step <= steps; step++)
        {
            duel.Play(() => Pictures.ToTensor(real()), trial.IsQuick ? Learner.Decay(step, steps) : 1);
            if (step % every != 0 && step != every / 5)
                continue;
            var (estimate, w) = Compare(duel, real());
            at.Add(step);
            estimates.Add(estimate);
            exact.Add(w);
            report((double)step / steps);
        }
        var ends = Enumerable.Range(0, 20).Select(_ => Compare(duel, real())).ToList();
        var pictures = Tensor.Cat([.. Enumerable.Range(0, Drawn / Batch).Select(_ => duel.Generate())]);
        var values = pictures.ToArray<float>();
        var cloud = PointCloud.From(values.AsSpan(), Drawn, Pixels);
        var set = new ImageSet("generated", data.Shape, [.. values.Select(v => (byte)Math.Round(Math.Clamp(v, 0, 1) * 255))]);
        using var judge = new PictureJudge(data, Drawn);
        return new([.. at], [.. estimates], [.. exact], ends.Average(e => e.Item1), ends.Average(e => e.Item2),
            Ratio(pictures, centers, reals), Sharpness(cloud), judge.Look(set).Distance);
    }

    private static (double Estimate, double Exact) Compare(Duel duel, PointCloud real)
    {
        using var scope = TensorScope.Open();
        Tensor x = Pictures.ToTensor(real), y = duel.Generate();
        return (duel.Estimator.Estimate(duel.D, x, y), Ot.Wasserstein(real, PointCloud.From(y.ToArray<float>().AsSpan(), Batch, Pixels)));
    }

    private static double Ratio(Tensor pictures, Tensor centers, Tensor reals)
    {
        using var scope = TensorScope.Open();
        double Nearest(Tensor to) => Landmarks.Distances(pictures, to).Amin(1).Mean().Item();
        return Autograd.NoGrad(() => Nearest(centers) / Nearest(reals));
    }

    private static double Sharpness(PointCloud pictures)
    {
        float[] values = [.. pictures.ToDoubles().Select(v => (float)v)];
        return PictureMetrics.Energies(new(values, pictures.Count, Pixels, "[0, 1]") { Shape = new(1, 28, 28) }).Average();
    }

    /// <inheritdoc/>
    protected override Evidence Judge(IReadOnlyList<Run> runs)
    {
        IEnumerable<double> Of(int game, Func<Game, double> of) => runs.Select(r => of(r.Games[game]));
        double Middle(int game, Func<Game, double> of) => Numbers.Median(Of(game, of));
        var realReal = Numbers.Median(runs.Select(r => r.RealReal));
        string[] names = ["c-transform", "(c, ε)-transform", "WGAN-GP"];
        Figure Panel(int game)
        {
            double[] Mid(Func<Game, double[]> of) =>
                [.. runs[0].Games[game].Steps.Select((_, i) => Numbers.Median(runs.Select(r => of(r.Games[game])[i])))];
            return Plot.Lines(names[game], new("generator step") { Whole = true }, new("W₁ of a pair of batches") { Range = (0, 12) },
                [new("critic's estimate", runs[0].Games[game].Steps, Mid(g => g.Estimates)),
                    new("exact", runs[0].Games[game].Steps, Mid(g => g.Exact)) { Dashed = true }],
                [new(realReal, "real–real")], width: 250, height: 220);
        }
        Figure Bars(string title, string axis, Func<Game, double> of, double reference, string text) =>
            Plot.Bars(title, new(axis) { FromZero = true },
            [.. names.Select((name, g) => new Bar(name, Middle(g, of), Of(g, of).Min(), Of(g, of).Max()))],
            horizontal: true, references: text.Length == 0 ? null : [new(reference, text, Vertical: true)], width: 240);
        var figure = Figure.Multiples("The better estimate makes the worse pictures", 2,
        [
            Panel(0), Bars("Blurred or sharp", "Laplacian energy",
                g => g.Laplacian, Numbers.Median(runs.Select(r => r.CenterLaplacian)), "k-means"),
            Panel(1), Bars("Near centers or pictures", "distance to centers / to pictures",
                g => g.NeighborRatio, Numbers.Median(runs.Select(r => r.RealRatio)), "real"),
            Panel(2), Bars("What a classifier sees", "Fréchet distance", g => g.Frechet, 0, ""),
        ]);
        return new(
        [
            Check.Control("exact W₁ of two batches of real pictures (6.73 in the reference)",
                runs.Select(r => r.RealReal), Band.Around(6.73, 0.2)),
            Check.Control("Laplacian energy of real pictures (0.179 in the reference)",
                runs.Select(r => r.RealLaplacian), Band.Around(0.179, 0.02)),
            Check.Claimed("c-transform: relative error of the estimate",
                Of(0, g => Math.Abs(g.Estimate / g.BatchW - 1)), Band.AtMost(0.15)),
            Check.Claimed("(c, 0.1)-transform: relative error of the estimate",
                Of(1, g => Math.Abs(g.Estimate / g.BatchW - 1)), Band.AtMost(0.08)),
            Check.Claimed("WGAN-GP: estimate over exact W₁", Of(2, g => g.Estimate / g.BatchW), Band.AtMost(0.55)),
            Check.Claimed("c-transform: exact W₁ over that of real pictures",
                runs.Select(r => r.Games[0].BatchW / r.RealReal), Band.AtMost(0.92)),
            Check.Claimed("c-transform: distance to cluster centers over that to real pictures",
                Of(0, g => g.NeighborRatio), Band.AtMost(0.85)),
            Check.Claimed("WGAN-GP: distance to cluster centers over that to real pictures",
                Of(2, g => g.NeighborRatio), Band.AtLeast(0.90)),
            Check.Claimed("Laplacian energy, WGAN-GP over c-transform",
                runs.Select(r => r.Games[2].Laplacian / r.Games[0].Laplacian), Band.AtLeast(2.5)),
            Check.Claimed("Fréchet distance, WGAN-GP over c-transform",
                runs.Select(r => r.Games[2].Frechet / r.Games[0].Frechet), Band.AtMost(1)),
        ], figure,
        $"After {runs[0].Length} generator steps of perceptrons. "
        + $"The c-transform's pictures have a batch W₁ of {Middle(0, g => g.BatchW):0.00} to real batches, "
        + $"below the {realReal:0.00} between two real batches: by this measure they are better than reality, and they are blurs "
        + $"(Laplacian energy {Middle(0, g => g.Laplacian):0.000} of {Numbers.Median(runs.Select(r => r.RealLaplacian)):0.000}). "
        + $"WGAN-GP's estimate is {Middle(2, g => g.Estimate):0.00} where the batches are at {Middle(2, g => g.BatchW):0.00}; "
        + $"its Fréchet distance is {Middle(2, g => g.Frechet):0} against {Middle(0, g => g.Frechet):0}. "
        + "But the batch W₁ is not what its critic estimates: with fresh batches it reads the distance of the laws, "
        + "which is smaller (see fresh-batches). At this early stage WGAN-GP's pictures are soft too.");
    }
}
