using Earthmover.Claims.Lab;
using Earthmover.Constraints;
using Earthmover.Data;
using Earthmover.Data.Dealing;
using Earthmover.Networks;
using Earthmover.Nn;
using Earthmover.Nn.Layers;
using Earthmover.Nn.Optimizers;
using Earthmover.Reports.Figures;
using Earthmover.Torch;
using Earthmover.Transport;

namespace Earthmover.Claims.Critics;

/// <summary>
/// A generator of 64 free pictures: what it converges to under the c-transform, under a perceptron with a gradient penalty, and under a
/// convolutional critic that sees patches.
/// </summary>
public sealed class KMeansSamples : Claim<KMeansSamples.Run>
{
    private const int Atoms = 64, Patch = 7;

    /// <summary>What one run measures, exact W₁ and sliced W₂ of patches to all data.</summary>
    /// <param name="OtMeans">Of OT-means, balanced k-means.</param>
    /// <param name="KMeans">Of k-means centers.</param>
    /// <param name="Real">Of 64 other real pictures.</param>
    /// <param name="Transform">Of pictures that follow the c-transform.</param>
    /// <param name="Perceptron">Of pictures that follow a perceptron with gradient penalty.</param>
    /// <param name="Convolution">Of pictures that follow a convolutional critic with a mean over all places.</param>
    /// <param name="ToCenters">Mean distance of the c-transform's pictures to the nearest OT-means center, over that of real
    /// pictures.</param>
    public sealed record Run(Score OtMeans, Score KMeans, Score Real,
        Score Transform, Score Perceptron, Score Convolution, double ToCenters);

    /// <summary>How far 64 pictures are from the data.</summary>
    /// <param name="Pictures">Exact W₁ of whole pictures.</param>
    /// <param name="Patches">Sliced W₂ of their 7 × 7 patches.</param>
    public sealed record Score(double Pictures, double Patches);

    /// <inheritdoc/>
    public override string Name => "k-means-samples";

    /// <inheritdoc/>
    public override string Title =>
        "A generator that minimizes the W of whole pictures makes cluster centers; a convolutional critic minimizes that of patches";

    /// <inheritdoc/>
    public override IReadOnlyList<string> Rows => ["R21"];

    /// <inheritdoc/>
    public override string Statement =>
        "Samples of a c-transform generator resemble k-means centers. "
        + "A generator of N fixed pictures that minimizes the exact W of whole pictures converges to OT-means, "
        + "k-means with clusters of equal mass; a fully connected critic leads near there, "
        + "while a convolutional critic with global pooling minimizes a distance of patches, which is why convolutional WGANs look sharp.";

    /// <inheritdoc/>
    public override string Source =>
        "Stanczuk et al., 2021, arXiv:2103.01678; Elnekave and Weiss, 'Do WGANs succeed because they minimize the Wasserstein distance? "
        + "Lessons from discrete generators', ICLR 2025";

    /// <inheritdoc/>
    public override string Experiment =>
        "64 pictures as free parameters, from the mean picture with noise, against 2,000 Fashion-MNIST pictures (quick: 512). "
        + "Under the c-transform: batches of 256, critic 784-256-256-1, 5 critic steps, Adam. Under WGAN-GP, λ = 10: "
        + "the same perceptron, and three convolutions 3 × 3 of stride 2 with 32, 64, 128 channels, a mean over all places and a line; "
        + "batches of 64. Judged by exact W₁ to all data and by sliced W₂ of 7 × 7 patches.";

    /// <inheritdoc/>
    protected override Run Measure(Trial trial)
    {
        var data = trial.Open("fashion-mnist");
        var order = Subset.Order(data.Count, trial.Seed);
        var cloud = Pictures.Cloud(data, order.AsSpan(0, trial.Of(512, 2000)));
        var others = Pictures.Cloud(data, order.AsSpan(cloud.Count, Atoms));
        var centers = OtMeans.Fit(cloud, Atoms, (ulong)trial.Seed).Centers;
        var patches = PatchesOf(cloud);
        Score Judged(PointCloud atoms) => new(Ot.Wasserstein(atoms, cloud), Ot.SlicedWasserstein(PatchesOf(atoms), patches, 2, 100).Value);
        trial.Report(0.05);
        var points = new SampleShape.Points(784);
        var transform = Follow(trial, cloud, Estimator.Transform, Mlp.Critic(points, [256, 256], nonlinearity: Nonlinearity.LeakyRelu),
            trial.Of(300, 3000), 256, share => trial.Report(0.05 + 0.25 * share));
        var perceptron = Follow(trial, cloud, Estimator.Penalty, Mlp.Critic(points, [256, 256], nonlinearity: Nonlinearity.LeakyRelu),
            trial.Of(400, 3000), Atoms, share => trial.Report(0.3 + 0.3 * share));
        var convolution = Follow(trial, cloud, Estimator.Penalty, Convolutional(),
            trial.Of(150, 3000), Atoms, share => trial.Report(0.6 + 0.4 * share));
        return new(Judged(centers), Judged(Clustering.KMeans(cloud, Atoms, (ulong)trial.Seed).Centers), Judged(others),
            Judged(transform), Judged(perceptron), Judged(convolution), Nearest(transform, centers) / Nearest(others, centers));
    }

    private static PointCloud Follow(Trial trial, PointCloud cloud,
        Estimator estimator, Module critic, int steps, int batch, Action<double> report)
    {
        using var scope = TensorScope.Open();
        var data = Pictures.ToTensor(cloud);
        var mean = data.Mean([0], keep: true);
        using var duel = new Duel(estimator,
            new(new Table((mean + Tensor.Normal([Atoms, 784], RandomStreams.Current["init"]) * 0.1).Detach()),
                new AdamOptions(1e-2, 0.5, 0.9)),
            new(critic, new AdamOptions(5e-4, 0.5, 0.9)), () => Tensor.Zeros([1]).Here());
        var random = new SeededRandom(trial.Seed, "batches");
        Tensor Rows() => Tensor.From<long>([.. Enumerable.Range(0, batch).Select(_ => (long)random.NextInt(cloud.Count))], batch).Here();
        for (var step = 0; step < steps; step++)
        {
            duel.Play(() => data.IndexSelect(0, Rows()), Learner.Decay(step, steps));
            if (step % 50 == 0)
                report((double)step / steps);
        }
        return Points.Cloud(duel.Generate());
    }

    private static Sequential Convolutional() => new(
        Shapes.Reshape(1, 28, 28),
        new Conv2d(1, 32, 3, 2, 1, initializer: Initializers.HeNormal), Activation.LeakyRelu(),
        new Conv2d(32, 64, 3, 2, 1, initializer: Initializers.HeNormal), Activation.LeakyRelu(),
        new Conv2d(64, 128, 3, 2, 1, initializer: Initializers.HeNormal), Activation.LeakyRelu(),
        Shapes.GlobalMean(), new Linear(128, 1));

    private static PointCloud PatchesOf(PointCloud pictures)
    {
        var pixels = pictures.ToDoubles();
        var values = new List<float>();
        for (var n = 0; n < pictures.Count; n++)
            for (var top = 0; top + Patch <= 28; top += 3)
                for (var left = 0; left + Patch <= 28; left += 3)
                    for (var j = 0; j < Patch * Patch; j++)
                        values.Add((float)pixels[n * 784 + (top + j / Patch) * 28 + left + j % Patch]);
        return PointCloud.From(values.ToArray().AsSpan(), values.Count / (Patch * Patch), Patch * Patch);
    }

    private static double Nearest(PointCloud pictures, PointCloud centers)
    {
        var costs = new PointCloudGeometry(pictures, centers);
        return Enumerable.Range(0, pictures.Count).Average(i => Enumerable.Range(0, centers.Count).Min(j => costs.Cost(i, j)));
    }

    /// <inheritdoc/>
    protected override Evidence Judge(IReadOnlyList<Run> runs)
    {
        IEnumerable<double> Over(Func<Run, Score> of) => runs.Select(r => of(r).Pictures / r.OtMeans.Pictures);
        (string Name, Func<Run, Score> Of)[] kinds =
        [
            ("OT-means", r => r.OtMeans), ("k-means", r => r.KMeans), ("c-transform", r => r.Transform),
            ("WGAN-GP, perceptron", r => r.Perceptron), ("WGAN-GP, convolutions", r => r.Convolution), ("64 real pictures", r => r.Real),
        ];
        Figure Bars(string title, string axis, Func<Score, double> of) => Plot.Bars(title, new(axis) { FromZero = true },
            [.. kinds.Select(k =>
                new Bar(k.Name, Numbers.Median(runs.Select(r => of(k.Of(r)))), runs.Min(r => of(k.Of(r))), runs.Max(r => of(k.Of(r)))))],
            horizontal: true, width: 360);
        var figure = Figure.Multiples("64 free pictures against the data", 2,
            [Bars("Whole pictures", "exact W₁", s => s.Pictures), Bars("Patches of 7 × 7", "sliced W₂", s => s.Patches)]);
        double Middle(Func<Run, double> of) => Numbers.Median(runs.Select(of));
        return new(
        [
            Check.Control("64 real pictures over OT-means, exact W₁: there is room", Over(r => r.Real), Band.AtLeast(1.1)),
            Check.Claimed("c-transform over OT-means, exact W₁", Over(r => r.Transform), Band.Around(1, 0.05)),
            Check.Claimed("c-transform's pictures: distance to the nearest OT-means center, over that of real pictures",
                runs.Select(r => r.ToCenters), Band.AtMost(0.85)),
            Check.Claimed("WGAN-GP with a perceptron over OT-means, exact W₁", Over(r => r.Perceptron), Band.AtMost(1.15)),
            Check.Claimed("WGAN-GP with convolutions over that with a perceptron, exact W₁",
                runs.Select(r => r.Convolution.Pictures / r.Perceptron.Pictures), Band.AtLeast(1.1)),
            Check.Claimed("WGAN-GP with convolutions over that with a perceptron, sliced W₂ of patches",
                runs.Select(r => r.Convolution.Patches / r.Perceptron.Patches), Band.AtMost(1)),
        ], figure,
        $"OT-means is at {Middle(r => r.OtMeans.Pictures):0.00} from the data, "
        + $"k-means at {Middle(r => r.KMeans.Pictures):0.00}, 64 other real pictures at {Middle(r => r.Real.Pictures):0.00}: "
        + $"to be near in W₁ is to be a cluster center. In patches real pictures are at {Middle(r => r.Real.Patches):0.000}, "
        + $"the perceptron's at {Middle(r => r.Perceptron.Patches):0.000}, "
        + $"the convolutional critic's at {Middle(r => r.Convolution.Patches):0.000}. "
        + "So the same loss is about another distance for another critic, "
        + "and 'WGANs do not minimize W' needs the words 'of whole pictures'. The penalized games are slower than the c-transform's: "
        + "after the quick version's few hundred steps their pictures are still on the way.");
    }

    // A generator without input.
    private sealed class Table : Module
    {
        private readonly Parameter _values;

        public Table(Tensor start) => _values = AddParameter("values", start.Clone());

        protected override Tensor Compute(Tensor x) => _values.Value.Clone();
    }
}
