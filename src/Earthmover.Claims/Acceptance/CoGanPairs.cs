using Earthmover.Claims.Lab;
using Earthmover.Data;
using Earthmover.Games;
using Earthmover.Media;
using Earthmover.Torch;
using Earthmover.Torch.Operators;
using Earthmover.Training;
using Earthmover.Training.Views;

namespace Earthmover.Claims.Acceptance;

/// <summary>R52: what shared layers, and nothing else, know of pairs that nobody has shown.</summary>
public sealed class CoGanPairs : SystemClaim
{
    private const int Pairs = 500;

    private const string
        Edges = "edges: pixels in which the picture's edges agree", Negatives = "negatives: pixels in which the pair agrees",
        EdgesByChance = "edges: agreement of pictures of different vectors",
        NegativesByChance = "negatives: agreement of pictures of different vectors",
        SameClass = "negatives: pairs that show the same garment",
        SameByChance = "negatives: pictures of different vectors that show the same garment",
        Untied = "negatives, generators not tied: agreement, less that of different vectors",
        Lead = "negatives: agreement, less that of different vectors";

    /// <inheritdoc/>
    public override string System => "cogan";

    /// <inheritdoc/>
    public override string Title => "CoGAN makes pairs that it has never seen, because its generators share their first layers";

    /// <inheritdoc/>
    public override string Statement => """
        Two generators that share their first layers and hear the same latent vector make corresponding pictures of two domains,
        learned from examples that do not correspond; where they share nothing, what they make does not correspond either.
        """.ReplaceLineEndings(" ");

    /// <inheritdoc/>
    public override string Experiment => """
        Garments and their edges, garments and their negatives, dealt without pairs; the catalog's settings, 2,500 steps of 32.
        Of 500 pairs the share of pixels that agree, all brought to two values in the middle of the range:
        of edges with the edges of the picture beside them, of negatives with the negative; and the share of pairs in which
        this program's own classifier names the negative's negative as the garment.
        Beside it the agreement of pictures of different vectors, and that of pairs where all layers of the generators are their own.
        The paper plays digits, 25,000 steps and eight times the channels. The short form: garments of 16 × 16, 400 steps, negatives.
        """.ReplaceLineEndings(" ");

    /// <inheritdoc/>
    public override string PictureTitle => "Pairs of one vector each: negatives at the left, garments at the right";

    /// <inheritdoc/>
    protected override string Comment =>
        "A zero-centered penalty on the critics, which the paper has not, takes the place of its patience. "
        + "To the pixel pictures correspond only where the generators share a layer at full size: DCGANs, whose last layer doubles it, "
        + "had 0.86 (three seeds; with twice the channels 0.89, after 8,000 steps 0.88, one seed each). "
        + "Edges are so few that those of different garments agree in most pixels: of them agreement says little.";

    /// <inheritdoc/>
    protected override IReadOnlyList<Expected> Expectations =>
    [
        new(Edges, Band.AtLeast(0.90)),
        new(Negatives, Band.AtLeast(0.93)),
        new(EdgesByChance, Band.AtMost(0.75)),
        new(NegativesByChance, Band.AtMost(0.75)) { IsControl = true },
        new(SameClass, Band.AtLeast(0.80)),
        new(SameByChance, Band.AtMost(0.25)) { IsControl = true },
        new(Untied, Band.AtMost(0.05)),
        new(Lead, null, Band.AtLeast(0.12)),
    ];

    /// <inheritdoc/>
    protected override Run Accept(Trial trial)
    {
        var garments = trial.Of("fashion-mnist?size=16&limit=2000", "fashion-mnist");
        using var scope = TensorScope.Open();
        var tied = Play(trial, garments, Negative((ImageSet)trial.Open(garments)));
        if (trial.IsQuick)
            return new(true, new Dictionary<string, double> { [Lead] = Agreement(tied, -tied.A) - Chance(tied, -tied.A) }, Sheet(tied));
        trial.Report(0.33);
        var free = Play(trial, garments, Negative((ImageSet)trial.Open(garments)), "generator_own=100");
        trial.Report(0.66);
        var edged = Play(trial, "fashion-edges?pairs=unpaired", trial.Open("fashion-edges?pairs=unpaired"));
        // A is the domain of edges: the pictures', by the same recipe, beside them.
        var found = Contours(edged.B);
        using var judge = new ClassJudge();
        // Of the first domain the negatives' negatives.
        IReadOnlyList<int> negatives = judge.Name(Pictures(-tied.A)), shown = judge.Name(Pictures(tied.B));
        return new(false, new Dictionary<string, double>
        {
            [Edges] = Agreement((edged.A, edged.A), found),
            [EdgesByChance] = Chance((edged.A, edged.A), found),
            [Negatives] = Agreement(tied, -tied.A),
            [NegativesByChance] = Chance(tied, -tied.A),
            [SameClass] = Equal(negatives, shown),
            [SameByChance] = Equal(negatives, [.. shown.Skip(1), shown[0]]),
            [Untied] = Agreement(free, -free.A) - Chance(free, -free.A),
        }, Sheet(tied));
    }

    // Negatives as the first domain of garments, which do not correspond to them.
    private static ImageSet Negative(ImageSet garments)
    {
        var negatives = new ImageSet("negatives", garments.Shape, [.. garments.Pixels.Select(p => (byte)(255 - p))]);
        negatives.PairWith(garments, Pairing.Unpaired);
        return negatives;
    }

    // Dilation by 3 x 3 ones less the picture, in [−1, 1].
    private static Tensor Contours(Tensor x) => Op.MaxPool2d(x, [3, 3], [1, 1], [1, 1]) - x - 1;

    private static double Same(Tensor x, Tensor y) => Op.Eq(Op.Gt(x, (Scalar)0), Op.Gt(y, (Scalar)0)).To(DType.Float32).Mean().Item();

    private static double Agreement((Tensor A, Tensor B) pair, Tensor wanted) => Same(pair.B, wanted);

    private static double Chance((Tensor A, Tensor B) pair, Tensor wanted) => Same(pair.B, Op.Roll(wanted, [1], [0]));

    private static double Equal(IReadOnlyList<int> a, IReadOnlyList<int> b) => a.Zip(b, (i, j) => i == j ? 1.0 : 0).Average();

    private static ImageSet Pictures(Tensor x) =>
        new("made", new((int)x.Size(1), (int)x.Size(2), (int)x.Size(3)), ImageView.ToBytes(x));

    // Pairs of 500 vectors.
    private static (Tensor A, Tensor B) Play(Trial trial, string address, DataSet data, params string[] settings)
    {
        var steps = trial.Of(400, 2500);
        using var scope = TensorScope.Open();
        using var game = new PlayedGame(trial, address, "cogan", steps, settings, data);
        game.PlayTo(steps);
        using var still = new Still(game.System);
        using var pause = Autograd.Pause();
        using var stream = RandomGenerator.Named("pairs", 0);
        var sampler = (ISampler)game.System;
        var z = sampler.Latent.Sample(Pairs, stream);
        Tensor Made(long domain) => sampler.Generate(z, Tensor.From<long>([.. Enumerable.Repeat(domain, Pairs)], [Pairs], z.Device));
        return (scope.Keep(Made(0)), scope.Keep(Made(1)));
    }

    private static byte[] Sheet((Tensor A, Tensor B) pair)
    {
        static Image Of(Tensor x) => Sheets.Of(Pictures(x.Narrow(0, 0, 36)));
        return Sheets.Beside(Of(pair.A), Of(pair.B));
    }
}
