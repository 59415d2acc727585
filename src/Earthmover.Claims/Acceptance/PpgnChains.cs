using Earthmover.Claims.Lab;
using Earthmover.Data;
using Earthmover.Data.Dealing;
using Earthmover.Editing;
using Earthmover.Games;
using Earthmover.Metrics;
using Earthmover.Networks;
using Earthmover.Torch;
using Earthmover.Torch.Operators;
using Earthmover.Training;
using Earthmover.Training.Views;

namespace Earthmover.Claims.Acceptance;

/// <summary>R40: a chain in the codes climbs to any class, and what it finds there is believed by others, and is not one picture.</summary>
public sealed class PpgnChains : SystemClaim
{
    private const int Classes = 10, Block = 40, Holes = 40;
    private const double Heavy = 100;

    private const string
        Reached = "chains that end at a probability of 0.9 or more by the network that they follow",
        Seen = "ends that a classifier apart names right", Apart = "distance between two ends of a class, over that of real garments",
        Ahead = "ends that it names right, less those of chains without a prior",
        Nearer = "Fréchet distance of the ends to real garments, over that of chains without a prior",
        Deaf = "ends that it names right where the prior is heavy", Missed = "error at the known pixels of garments with a hole",
        Began = "beginnings that the classifier apart names so", Floor = "real test garments that the classifier apart names right";

    /// <inheritdoc/>
    public override string System => "ppgn";

    /// <inheritdoc/>
    public override string Title => "PPGN: chains climb to the class that is asked for, and others see it too";

    /// <inheritdoc/>
    public override string Statement => """
        A generator that has learned to turn codes of a classifier back into pictures needs no class:
        a chain in the codes, moved by the gradient of any classifier and by a prior, ends at pictures of the class,
        which classifiers that took no part believe, and which differ as real ones do.
        """.ReplaceLineEndings(" ");

    /// <inheritdoc/>
    public override string Experiment => """
        Fashion-MNIST with the catalog's settings but no running average, 3,000 steps;
        20 chains of 200 steps to each class, from codes of random garments.
        The classifier apart has other layers, other weights and another seed, and is trained on the same garments.
        Ablations: as many chains without a prior (ε₁ = 0), whose Fréchet distance in its features is compared,
        and half as many with a heavy one (ε₁ = 100).
        Completion: 40 test garments without a square of 12 pixels in the middle;
        the error is the mean absolute one of what is generated, in [0, 1], at the pixels that are known.
        The short form: 300 steps, 4 chains of 100 steps to each class.
        """.ReplaceLineEndings(" ");

    /// <inheritdoc/>
    public override string PictureTitle => "Ends of chains, a class in each row, and the way of a chain to each class";

    /// <inheritdoc/>
    protected override string Comment =>
        "By the classifier that ships, in whose features chains climb, that distance was 0.95 of one seed; by one that took no part, "
        + "the prior brings chains no nearer to garments here, and costs them no class.";

    /// <inheritdoc/>
    protected override IReadOnlyList<Expected> Expectations =>
    [
        new(Reached, Band.AtLeast(0.95), Band.AtLeast(0.7)),
        new(Seen, Band.AtLeast(0.85), Band.AtLeast(0.5)),
        new(Apart, Band.AtLeast(0.7)),
        new(Ahead, Band.AtLeast(0)),
        new(Nearer, Band.AtMost(1)),
        new(Deaf, Band.AtMost(0.5)),
        new(Missed, Band.AtMost(0.05)),
        new(Began, Band.AtMost(0.25), Band.AtMost(0.4)) { IsControl = true },
        new(Floor, Band.AtLeast(0.85), Band.AtLeast(0.6)) { IsControl = true },
    ];

    /// <inheritdoc/>
    protected override Run Accept(Trial trial)
    {
        ArgumentNullException.ThrowIfNull(trial);
        var data = trial.Of("fashion-mnist?limit=6000", "fashion-mnist");
        var test = (ImageSet)trial.Open(trial.Of("fashion-mnist?split=test&limit=500", "fashion-mnist?split=test"));
        var steps = trial.Of(300, 3000);
        using var judge = new ApartJudge((ImageSet)trial.Open(data), trial.Of(300, 1500), trial.Seed, share => trial.Report(0.1 * share));
        using var game = new PlayedGame(trial, data, "ppgn", steps, []);
        game.PlayTo(steps, (step, _) => { if (step % 50 == 0) trial.Report(0.1 + 0.5 * step / steps); });
        using var scope = TensorScope.Open();
        using var still = new Still(game.System);
        using var pause = Autograd.Pause();
        var options = new ChainOptions { Steps = trial.Of(100, 200) };
        var all = Climb(game.System, trial.Of(4, 20), options);
        trial.Report(0.75);
        var numbers = new Dictionary<string, double>
        {
            [Reached] = all.Reached,
            [Seen] = judge.Accuracy(all.Ends, all.Wanted),
            [Began] = judge.Accuracy(all.Starts, all.Wanted),
            [Floor] = judge.Accuracy(test, test.Labels!),
        };
        if (trial.IsQuick)
            return new(true, numbers, Sheet(all));
        numbers[Apart] = WithinClasses.Distance(all.Ends, all.Wanted, Classes, all.Each)
            / WithinClasses.Distance(test, test.Labels!, Classes, all.Each);
        // In the features of the judge: those of the classifier that ships are what chains climb in.
        var real = judge.Extract((ImageSet)Subset.Of(test, Subset.Order(test.Count, 17).AsSpan(0, all.Wanted.Length)));
        double Distance(ImageSet ends) => FrechetDistance.Between(judge.Extract(ends), real);
        var unheld = Climb(game.System, all.Each, options with { Prior = 0 });
        numbers[Ahead] = numbers[Seen] - judge.Accuracy(unheld.Ends, unheld.Wanted);
        numbers[Nearer] = Distance(all.Ends) / Distance(unheld.Ends);
        trial.Report(0.9);
        var deaf = Climb(game.System, all.Each / 2, options with { Prior = Heavy });
        numbers[Deaf] = judge.Accuracy(deaf.Ends, deaf.Wanted);
        numbers[Missed] = ErrorAtKnown(game.System, test, ChainOptions.Completion);
        return new(false, numbers, Sheet(all));
    }

    // Ends and beginnings of chains, a class after another.
    private sealed record Climbed(ImageSet Starts, ImageSet Ends, int[] Wanted, double Reached, int Each, ImageSet Ways);

    private static Climbed Climb(GanSystem system, int each, ChainOptions options)
    {
        var (coder, sampler, classifier) = ((ICoder)system, (ISampler)system, (IClassifier)system);
        int[] wanted = [.. Enumerable.Range(0, Classes).SelectMany(k => Enumerable.Repeat(k, each))],
            stops = [0, 2, 5, 20, 50, options.Steps];
        var (starts, ends, ways, reached) = (new List<byte>(), new List<byte>(), new List<byte>(), 0);
        using var stream = RandomGenerator.Named("chains", 0);
        foreach (var block in wanted.Chunk(Block))
        {
            using var scope = TensorScope.Open();
            var y = Tensor.From<long>([.. block.Select(k => (long)k)], [block.Length, 1]);
            Tensor Probability(Tensor x) => Op.Gather(classifier.Classify(x), 1, y).Flatten();
            var h = coder.Begin(sampler.Latent.Sample(block.Length, stream));
            var chain = new CodeChain(coder, Probability);
            // A way for each class that begins here.
            int[] firsts = [.. Enumerable.Range(0, block.Length).Where(i => (starts.Count / 784 + i) % each == 0)];
            var passed = new Dictionary<int, byte[]>();
            var end = coder.Decode(chain.Climb(h, options, _ => Tensor.Normal(h.Shape, stream), (step, codes) =>
            {
                if (stops.Contains(step))
                    passed[step] = ImageView.ToBytes(coder.Decode(codes));
            }));
            foreach (var row in firsts)
                ways.AddRange(stops.SelectMany(step => passed[step].AsSpan(row * 784, 784).ToArray()));
            starts.AddRange(passed[0]);
            ends.AddRange(ImageView.ToBytes(end));
            reached += Probability(end).ToArray<float>().Count(p => p >= 0.9f);
        }
        ImageSet Set(string name, List<byte> pixels) => new(name, FashionClassifier.Shape, [.. pixels]);
        return new(Set("starts", starts), Set("ends", ends), wanted, reached / (double)wanted.Length, each, Set("ways", ways));
    }

    // Six ends of each of the first six classes, beside a way to each of them.
    private static byte[] Sheet(Climbed all)
    {
        int[] rows = [.. Enumerable.Range(0, 36).Select(i => i / 6 * all.Each + i % 6 % all.Each)];
        return Sheets.Beside(Sheets.Of((ImageSet)Subset.Of(all.Ends, rows)), Sheets.Of(all.Ways));
    }

    private static double ErrorAtKnown(GanSystem system, ImageSet test, ChainOptions options)
    {
        using var scope = TensorScope.Open();
        using var stream = RandomGenerator.Named("holes", 0);
        var coder = (ICoder)system;
        var x = LinearProbe.Features(Subset.Of(test, Subset.Order(test.Count, 5).AsSpan(0, Holes)), pixels => pixels);
        var side = (int)x.Size(2);
        float[] hole = [.. Enumerable.Range(0, side * side).Select(i => i / side is >= 8 and < 20 && i % side is >= 8 and < 20 ? 1f : 0)];
        var free = Tensor.From<float>(hole, [1, 1, side, side]);
        var known = new KnownPixels(x, free);
        var chain = new CodeChain(coder, null, known);
        var h = coder.CodesOf(known.Over(Tensor.Zeros(x.Shape)));
        var made = coder.Decode(chain.Climb(h, options, _ => Tensor.Normal(h.Shape, stream)));
        return (((made - x) * (1 - free)).Abs().Sum() / (2.0 * (1 - free).Sum() * Holes)).Item();
    }
}
