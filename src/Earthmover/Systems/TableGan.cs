using Earthmover.Constraints;
using Earthmover.Data;
using Earthmover.Data.Tables;
using Earthmover.Games;
using Earthmover.Networks;
using Earthmover.Nn;
using Earthmover.Objectives;
using Earthmover.Torch;

namespace Earthmover.Systems;

/// <summary>The default for tables: CTGAN's generator, rows encoded by rank, and a quiet critic that is told nothing.</summary>
/// <remarks>
/// The generator is that of CTGAN (Xu et al., 2019, arXiv:1907.00503), without conditions, packs and dropout; its columns see those before
/// them. Numbers are their ranks, and values that many rows share are choices: made in the game as they are when samples are drawn, and
/// differentiated as if they were soft (arXiv:1611.01144, section 2.2). The game is the one with R1 (Mescheder et al., 2018,
/// arXiv:1801.04406).
/// <code>
/// critic     min_D  E sp(−D(x)) + E sp(D(G(z))) + γ/2 E‖∇D(x)‖²
/// generator  min_G  E sp(−D(G(z)))
/// </code>
/// x is an encoded row, and G(z) another; τ is the temperature of the soft choices.
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
        Formerly = new Dictionary<string, string> { ["choices"] = "soft", ["links"] = "0" },
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
        /// <summary>Constraint of the critic, with options after a question mark.</summary>
        public Part<Constraint> Constraint { get; init; } = "r1?gamma=0.03&every=4";
        /// <summary>Choices in the game: <c>made</c>, as in a row that is written, or <c>soft</c>.</summary>
        [OneOf("made", "soft")]
        public string Choices { get; init; } = "made";
        /// <summary>Length of the vector by which a column sees those before it; 0 for columns that are made alone.</summary>
        [Bounds(AtLeast = 0, AtMost = 4096)]
        public int Links { get; init; } = 64;
    }

    private readonly Module _generator, _critic;
    private readonly RowLinks? _links;
    private readonly IReadOnlyList<TableBlock> _blocks;
    private readonly int _length;

    /// <summary>A game for rows of a table.</summary>
    /// <exception cref="ArgumentException">The parts do not fit each other.</exception>
    public TableGan(SystemContext context, Options o)
    {
        var shape = (SampleShape.Table)context.Shape;
        (_blocks, _length) = (shape.Blocks, o.LatentSize);
        var (objective, constraint, z) = (o.Objective.Value, o.Constraint.Value, new Latent(o.LatentSize));
        Module generator = _generator = Network("generator", TableNet.Generator(shape, o.LatentSize, o.Width, o.Width)),
            critic = _critic = Network("critic", TableNet.Critic(shape.Size, 0, o.Width, o.Width));
        _links = o.Links > 0 ? Network("links", new RowLinks(shape.Size, o.Links)) : null;
        Func<Tensor, Tensor> D = critic.Forward, G = v => o.Choices == "made"
            ? TableNet.Straight(generator.Forward(v), _blocks, o.Temperature, _links)
            : TableNet.Relax(generator.Forward(v), _blocks, o.Temperature, _links);

        Phase = constraint.PhaseOf;
        Players =
        [
            new("critic", Role.Critic, [critic], o.Adam, round =>
            {
                Tensor x = round.Batch.X, fake = Autograd.NoGrad(() => G(z.Sample(x.Size(0))));
                var terms = new Terms { [objective.Name, objective.Role] = objective.Critic(D(x), D(fake), new(x, fake)) };
                if (constraint.At(round.Step, D, x, fake) is { } penalty)
                    terms["penalty", TermRole.Penalty] = penalty;
                return terms;
            }) { AfterStep = () => constraint.Project(critic.Flat.Values) },

            new("generator", Role.Generator, Generators, o.Adam, round =>
            {
                Tensor x = round.Batch.X, fake = G(z.Sample(x.Size(0)));
                var real = objective.GeneratorSeesReal ? D(x) : null;
                return new() { [objective.Name, objective.Role] = objective.Generator(D(fake), real, new(x, fake)) };
            }),
        ];
    }

    /// <inheritdoc/>
    public override IReadOnlyList<Module> Generators => _links is null ? [_generator] : [_generator, _links];

    /// <summary>z, and a number for each choice of a row.</summary>
    public Latent Latent => new(_length, TableNet.Choices(_blocks));

    /// <inheritdoc/>
    public Tensor Generate(Tensor z, Tensor? condition = null)
    {
        using var scope = TensorScope.Open();
        var raw = _generator.Forward(z.Narrow(1, 0, _length));
        return scope.Keep(TableNet.Choose(raw, _blocks, z.Narrow(1, _length, z.Size(1) - _length), _links));
    }

    /// <inheritdoc/>
    public IReadOnlyList<Module> Critics => [_critic];

    /// <inheritdoc/>
    public Tensor Score(Tensor x, Tensor? condition = null) => _critic.Forward(x);
}
