using Earthmover.Claims.Lab;
using Earthmover.Data;
using Earthmover.Games;
using Earthmover.Torch;

namespace Earthmover.Claims.Acceptance;

/// <summary>R45: BEGAN's balance, its measure of convergence, and diversity by the wanted ratio.</summary>
public sealed class BeganBalance : SystemClaim
{
    private const int Steps = 4000;

    private const string
        Convergence = "M at the end, in parts of that around step 100",
        Ratio = "distance of L(G(z)) / L(x) from γ = 0.5",
        LowestK = "smallest k of the last steps", HighestK = "largest k of the last steps",
        LessDiverse = "diversity at γ = 0.5 over that at γ = 0.3", MoreDiverse = "diversity at γ = 0.7 over that at γ = 0.5",
        Unbalanced = "distance of the ratio from γ with k held at 0",
        Nearness = "pictures: Fréchet distance over that of DCGAN in the same time of a processor",
        Classes = "pictures: classes of garments that it makes, of 10",
        PictureConvergence = "pictures: M at the end, in parts of that around step 100";

    // As the paper has it, but for the size of the networks, twice its first step size and the number of steps.
    private static readonly string[] s_paper =
    [
        "batch=16", "networks=paper", "latent_size=32", "code_size=32", "learning_rate=0.0002", "beta2=0.999", "balance_rate=0.001",
        "decay=constant",
    ];

    /// <inheritdoc/>
    public override string System => "began";

    /// <inheritdoc/>
    public override string Title => "BEGAN converges in balance, and a lower ratio gives less diversity";

    /// <inheritdoc/>
    public override string Statement => """
        The measure M falls as the game converges; the control variable k keeps the errors of generated and real pictures at the wanted
        ratio γ;
        and γ trades diversity for quality.
        """.ReplaceLineEndings(" ");

    /// <inheritdoc/>
    public override string Experiment => """
        The paper's networks: Fashion-MNIST at 16 × 16, 8,000 pictures, width 16, batches of 16, λ = 0.001,
        1,500 steps for each γ of 0.3, 0.5 and 0.7; M is averaged over steps 50 to 150 and the last 200,
        diversity is the mean distance of 100 pairs of samples.
        The control holds k at 0, so that nothing keeps the ratio. Pictures: the catalog's settings, small networks, γ = 1 and λ = 0.2,
        4,000 steps of 32 at 28 × 28, and DCGAN in the same time of one processor, by what a step of each takes;
        Fréchet distance fd-fmnist of 2,000 pictures of the averaged generators to as many test pictures.
        The short form learns round blobs for 60 steps.
        """.ReplaceLineEndings(" ");

    /// <inheritdoc/>
    public override string PictureTitle => "Long form: the catalog's settings at 28 × 28, and DCGAN in the same time; short form: blobs";

    /// <inheritdoc/>
    protected override string Comment =>
        "The paper shows faces of 128 × 128 after days. Within minutes, and of pictures of ten kinds, a γ below 1 is reached by samples "
        + "that are easily reconstructed, k stays at almost nothing, and all samples become the shade that garments have in common; "
        + "so the catalog has a γ of 1 and a quick balance.";

    /// <inheritdoc/>
    protected override IReadOnlyList<Expected> Expectations =>
    [
        new(Convergence, Band.AtMost(0.4), Band.AtMost(0.6)),
        new(Ratio, Band.AtMost(0.1)),
        new(LowestK, Band.AtLeast(1e-6)),
        new(HighestK, Band.AtMost(1 - 1e-6)),
        new(LessDiverse, Band.AtLeast(1)),
        new(MoreDiverse, Band.AtLeast(1)),
        new(Nearness, Band.AtMost(1.5)),
        new(Classes, Band.AtLeast(10)),
        new(PictureConvergence, Band.AtMost(0.6)),
        new(Unbalanced, Band.AtLeast(0.1)) { IsControl = true },
    ];

    /// <inheritdoc/>
    protected override Run Accept(Trial trial)
    {
        if (trial.IsQuick)
        {
            var blobs = new Course(trial, "blobs", Blobs.Create(512, 16), 60, 5, 10,
                [.. s_paper, "width=8", "latent_size=8", "code_size=8", "learning_rate=0.001", "balance_rate=0.01", "diversity=0.5"]);
            return new(true, new Dictionary<string, double> { [Convergence] = blobs.Fall(0) }, Sheets.Beside(Sheets.Of(blobs.Samples)));
        }
        const string data = "fashion-mnist?size=16&limit=8000";
        Course Play(params string[] settings) => new(trial, data, trial.Open(data), 1500, 100, 200, [.. s_paper, .. settings]);
        var low = Play("diversity=0.3");
        trial.Report(0.1);
        var middle = Play("diversity=0.5");
        trial.Report(0.2);
        var high = Play("diversity=0.7");
        trial.Report(0.3);
        var free = Play("diversity=0.5", "balance_rate=0");
        trial.Report(0.4);
        var pictures = new Course(trial, "fashion-mnist", trial.Open("fashion-mnist"), Steps, 100, 200, []);
        trial.Report(0.7);
        using var judge = new PictureJudge(trial.Open("fashion-mnist?split=test"), 2000);
        var (distance, classes) = judge.Look(pictures.Samples);
        PlayedGame Begin(string system, long length) => new(trial, "fashion-mnist", system, length, [], isAveraged: true);
        var others = (int)(Steps
            * EqualTime.SecondsPerStep(() => Begin("began", Steps)) / EqualTime.SecondsPerStep(() => Begin("dcgan", Steps)));
        using var dcgan = Begin("dcgan", others);
        dcgan.PlayTo(others);
        var opposite = dcgan.DrawAsUsed(judge.Count);
        return new(false, new Dictionary<string, double>
        {
            [Convergence] = middle.Fall(50),
            [Ratio] = Math.Abs(middle.Ratio - 0.5),
            [LowestK] = middle.K.TakeLast(200).Min(),
            [HighestK] = middle.K.TakeLast(200).Max(),
            [LessDiverse] = middle.Diversity / low.Diversity,
            [MoreDiverse] = high.Diversity / middle.Diversity,
            [Unbalanced] = Math.Abs(free.Ratio - 0.5),
            [Nearness] = distance / judge.Look(opposite).Distance,
            [Classes] = classes,
            [PictureConvergence] = pictures.Fall(50),
        }, Sheets.Beside(Sheets.Of(pictures.Samples), Sheets.Of(opposite)));
    }

    // A game to its end.
    private sealed class Course
    {
        private readonly List<double> _real = [], _fake = [], _convergence = [];
        private readonly int _first, _last;

        public Course(Trial trial, string address, DataSet data, int steps, int first, int last, string[] settings)
        {
            (_first, _last) = (first, last);
            using var scope = TensorScope.Open();
            using var game = new PlayedGame(trial, address, "began", steps, settings, data, isAveraged: true);
            game.PlayTo(steps, (_, moves) =>
            {
                _real.Add(moves[0].Terms["real"]);
                _fake.Add(moves[1].Terms["generated"]);
                _convergence.Add(moves[1].Terms["convergence"]);
                K.Add(((SavedNumber)game.System.States["k"]).Value);
            });
            var samples = game.Generate(200).Flatten(1);
            Diversity = (samples.Narrow(0, 0, 100) - samples.Narrow(0, 100, 100)).NormPerSample().Mean().Item();
            Samples = game.DrawAsUsed(2000);
        }

        public List<double> K { get; } = [];
        public double Diversity { get; }
        public DataSet Samples { get; }
        public double Ratio => _fake.TakeLast(_last).Average() / _real.TakeLast(_last).Average();
        public double Fall(int skip) => _convergence.TakeLast(_last).Average() / _convergence.Skip(skip).Take(_first).Average();
    }
}
