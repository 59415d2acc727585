using Earthmover.Constraints;
using Earthmover.Data;
using Earthmover.Data.Tables;
using Earthmover.Games;
using Earthmover.Networks;
using Earthmover.Nn;
using Earthmover.Nn.Optimizers;
using Earthmover.Objectives;
using Earthmover.Torch;

namespace Earthmover.Systems;

/// <summary>The default for tables: CTGAN's generator, rows encoded by rank, and a quiet critic that is told nothing.</summary>
/// <remarks>
/// The generator is CTGAN's (Xu et al., 2019, arXiv:1907.00503); its columns see those before them. Numbers are their ranks, and values
/// that many rows share are choices: made in the game as they are when samples are drawn, and differentiated as if they were soft
/// (arXiv:1611.01144, section 2.2). The game is the one with R1 (Mescheder et al., 2018, arXiv:1801.04406).
/// <code>
/// critic     min_D  E sp(−D(x)) + E sp(D(G(z))) + γ/2 E‖∇D(x)‖²
/// generator  min_G  E sp(−D(G(z)))
/// closing    G stays; its logits are shifted to the data's shares; min_D goes on; a row is one of K, by the odds exp D(G(z_k))
/// </code>
/// </remarks>
public sealed class TableGan : GanSystem<Batch>, ISampler, IScorer
{
    /// <summary>Its place in the catalog.</summary>
    public static SystemEntry Entry { get; } = new SystemEntry<Options>("table", typeof(TableGan), (context, o) => new TableGan(context, o))
    {
        Title = "Table: rows of numbers and categories, encoded by rank (the default for tables)",
        Paper = "Xu et al., 2019, arXiv:1907.00503; Mescheder et al., 2018, arXiv:1801.04406",
        Rows = [],
        Players = ["critic", "generator"],
        Example = "earthmover train people --system table",
        Acceptance = "TableGanTests",
        Formerly = new Dictionary<string, string> { ["choices"] = "soft", ["links"] = "0", ["closing"] = "0", ["candidates"] = "1" },
        Fit = (o, _, n) => o with { Constraint = FormattableString.Invariant($"r1?gamma={Math.Clamp(780.0 / n, 0.03, 1):0.###}&every=4") },
        Plays =
        {
            [Play.Table] = (new() { LearningRate = 2e-3, Beta1 = 0, Beta2 = 0.99 },
                new() { Batch = 500, Decay = "linear", DecayStart = 0.5, AverageImages = 350_000, Encoding = TableCode.Ranks }),
        },
    };

    /// <summary>The parts of the game.</summary>
    public sealed record Options() : TableOptions(0.5)
    {
        /// <summary>Objective, with options after a question mark.</summary>
        public Part<Objective> Objective { get; init; } = "non-saturating";
        /// <summary>Constraint of the critic, with options after a question mark; of n rows γ is 780/n, within 0.03 and 1.</summary>
        public Part<Constraint> Constraint { get; init; } = "r1?gamma=0.03&every=4";
        /// <summary>Choices in the game: <c>made</c>, as in a row that is written, or <c>soft</c>.</summary>
        [OneOf("made", "soft")]
        public string Choices { get; init; } = "made";
        /// <summary>Length of the vector by which a column sees those before it; 0 for columns that are made alone.</summary>
        [Bounds(AtLeast = 0, AtMost = 4096)]
        public int Links { get; init; } = 64;
        /// <summary>Share of the run after the game, for the shares of choices and the critic; 0 for none.</summary>
        [Bounds(AtLeast = 0, AtMost = 0.9)]
        public double Closing { get; init; } = 0.15;
        /// <summary>Rows that are made for each that is given, of which the critic chooses one; 1 for no choice.</summary>
        [Bounds(AtLeast = 1, AtMost = 256)]
        public int Candidates { get; init; } = 8;
    }

    private readonly Module _generator, _critic;
    private readonly RowLinks? _links;
    private readonly Marginals? _marginals;
    private readonly SavedNumber? _stage; // a critic that still learns with the generator does not choose
    private readonly IReadOnlyList<TableBlock> _blocks;
    private readonly Candidates _candidates;

    /// <summary>A game for rows of a table.</summary>
    /// <exception cref="ArgumentException">The parts do not fit each other.</exception>
    public TableGan(SystemContext context, Options o)
    {
        var (shape, z) = ((SampleShape.Table)context.Shape, new Latent(o.LatentSize));
        _blocks = shape.Blocks;
        _candidates = new(new(o.LatentSize, TableNet.Choices(_blocks)), o.Closing > 0 ? o.Candidates : 1);
        var (objective, constraint, u) = (o.Objective.Value, o.Constraint.Value, _candidates.Single.Uniforms);
        _generator = Network("generator", TableNet.Generator(shape, o.LatentSize, o.Width, o.Width));
        _critic = Network("critic", TableNet.Critic(shape.Size, 0, o.Width, o.Width));
        constraint.Admit(_critic.CouplesBatch, _critic.HasSpectralNorm);
        _links = o.Links > 0 ? Network("links", new RowLinks(shape.Size, o.Links)) : null;
        Func<Tensor, Tensor> D = _critic.Forward, G = v => o.Choices == "made"
            ? TableNet.Straight(_generator.Forward(v), _blocks, o.Temperature, _links)
            : TableNet.Relax(_generator.Forward(v), _blocks, o.Temperature, _links);
        // Both players see the same rows: making them is half of the work.
        Tensor Fake(Round<Batch> round) => round.Once("fake", () => G(z.Sample(round.Batch.Count)));
        Terms Judge(Round<Batch> round, Tensor x, Tensor fake) => new()
        {
            [objective.Name, objective.Role] = objective.Critic(D(x), D(fake), new(x, fake)),
            ["penalty", TermRole.Penalty] = constraint.At(round.Step, D, x, fake),
        };
        void Project() => constraint.Project(_critic.Flat.Values);
        Player<Batch> Critic(string name, AdamOptions adam, Func<Round<Batch>, Tensor> made) =>
            new(name, Role.Critic, [_critic], adam, round => Judge(round, round.Batch.X, made(round).Detach())) { AfterStep = Project };

        Player<Batch> generator = new("generator", Role.Generator, Generators, o.Adam, round =>
        {
            Tensor x = round.Batch.X, fake = Fake(round);
            var real = objective.GeneratorSeesReal ? D(x) : null;
            return new() { [objective.Name, objective.Role] = objective.Generator(D(fake), real, new(x, fake)) };
        });
        Stage<Batch> game = new("game", [Critic("critic", o.Adam, Fake), generator], 1 - o.Closing) { Phase = constraint.PhaseOf };
        Stages = [game];
        if (o.Closing == 0)
            return;
        // The generator stays. Its choices are brought to the shares of the data, and the critic learns rows as they are written.
        (_stage, _marginals) = (State("stage", new SavedNumber(0)), Network("marginals", new Marginals(shape)));
        Tensor Made(Round<Batch> round, int part) => round.Once("made", () => Autograd.NoGrad(() =>
            Write(z.Sample(round.Batch.Count), new Latent(0, u).Sample(round.Batch.Count)))).Select(0, part);
        var judge = Critic("closing critic", o.Adam with { LearningRate = o.LearningRate / 4, Beta1 = 0.5 }, round => Made(round, 0));
        Player<Batch> shares = new("marginals", Role.Other, [_marginals], new AdamOptions(0.02, 0, 0.99), round =>
            new() { ["marginals", TermRole.Auxiliary] = _marginals.Loss(Made(round, 1)) });
        Stages = [game, new("closing", [shares, judge], o.Closing) { Phase = constraint.PhaseOf, BeginsAveraged = true }];
    }

    // Rows as they are given out, and the logits that they were chosen by [2, N, size].
    private Tensor Write(Tensor z, Tensor u)
    {
        var raw = _generator.Evaluating(() => _generator.Forward(z));
        return TableNet.ChooseAndTell(_marginals?.Forward(raw) ?? raw, _blocks, u, _links);
    }

    /// <inheritdoc/>
    public override IGame Begin(int stage, Func<IDisposable> next)
    {
        _stage?.Value = stage;
        return base.Begin(stage, next);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<Module> Generators => _links is null ? [_generator] : [_generator, _links];

    /// <summary>z, and a number for each choice of a row: of every candidate, and one that chooses among these.</summary>
    public Latent Latent => _candidates.Latent;

    /// <inheritdoc/>
    public Tensor Generate(Tensor z, Tensor? condition = null) =>
        _candidates.Choose(z, (v, u) => Write(v, u).Select(0, 0), _stage is { Value: > 0 } ? _critic.Forward : null);

    /// <inheritdoc/>
    public IReadOnlyList<Module> Critics => [_critic];

    /// <inheritdoc/>
    public Tensor Score(Tensor x, Tensor? condition = null) => _critic.Forward(x);
}
