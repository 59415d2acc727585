using Earthmover.Constraints;
using Earthmover.Data;
using Earthmover.Data.Tables;
using Earthmover.Games;
using Earthmover.Networks;
using Earthmover.Nn;
using Earthmover.Nn.Optimizers;
using Earthmover.Objectives;
using Earthmover.Torch;
using Earthmover.Torch.Operators;

namespace Earthmover.Systems;

/// <summary>CTGAN: a Wasserstein GAN of rows that is told a value of one category, and whose critic judges packs of rows.</summary>
/// <remarks>
/// Xu, Skoularidou, Cuesta-Infante and Veeramachaneni, "Modeling Tabular data using Conditional GAN", 2019, arXiv:1907.00503; packs are
/// those of PacGAN (arXiv:1712.04086).
/// <code>
/// critic     min_D  E D(G(z, y), y) − E D(x, y) + λ E (‖∇D(x̂)‖ − 1)²
/// generator  min_G  −E D(G(z, y), y) + E H(y, G(z, y))
/// </code>
/// y is one value of one category, drawn so that rare ones are seen, and x a row that has it; H is the cross-entropy between y and what the
/// generator chooses for that category. D sees packs of rows as one, and the slope is that over a whole pack, with dropout in it. Numbers
/// are coded by mixtures of normal laws, and choices are relaxed by Gumbel's trick.
/// </remarks>
public sealed class Ctgan : GanSystem<Batch>, ISampler
{
    /// <summary>Its place in the catalog.</summary>
    public static SystemEntry Entry { get; } = new SystemEntry<Options>("ctgan", typeof(Ctgan), (context, o) => new Ctgan(context, o))
    {
        Title = "CTGAN: rows of a table that are told a value, and judged in packs",
        Paper = "Xu et al., 2019, arXiv:1907.00503",
        Rows = [],
        Players = ["critic", "generator"],
        Example = "earthmover train people --system ctgan",
        Acceptance = "CtganTests",
        Plays =
        {
            [Play.Table] = (new() { Beta2 = 0.9 }, new() { Batch = 500, AverageImages = 0, Encoding = TableCode.MixtureByValue }),
        },
    };

    /// <summary>The parts of the game.</summary>
    public sealed record Options() : TableOptions(0.2)
    {
        /// <summary>Rows that the critic sees as one; the batch is a multiple of it.</summary>
        [Bounds(AtLeast = 1, AtMost = 1000)]
        public int Pack { get; init; } = 10;
        /// <summary>Whether rows are told a value; without, deal them as they come: <c>encoding=mixture</c>.</summary>
        public bool Conditions { get; init; } = true;
        /// <summary>Share of the critic's units that are left out.</summary>
        [Bounds(AtLeast = 0, Below = 1)]
        public double Dropout { get; init; } = 0.5;
        /// <summary>Constraint of the critic, with options after a question mark.</summary>
        public Part<Constraint> Constraint { get; init; } = "gradient-penalty?weight=10";
        /// <summary>Critic moves per generator move.</summary>
        [Bounds(AtLeast = 1, AtMost = 1000)]
        public int CriticSteps { get; init; } = 1;
        /// <summary>Decay of the weights, per step and unit of learning rate.</summary>
        [Bounds(AtLeast = 0, AtMost = 1)]
        public double WeightDecay { get; init; } = 1e-6;
    }

    private readonly Module _generator;
    private readonly IReadOnlyList<TableBlock> _blocks;
    private readonly ClassPrior? _values;
    private readonly int _length;

    /// <summary>A game for rows of a table.</summary>
    /// <exception cref="ArgumentException">The parts do not fit each other.</exception>
    public Ctgan(SystemContext context, Options o)
    {
        var shape = (SampleShape.Table)context.Shape;
        (_blocks, _length) = (shape.Blocks, o.LatentSize);
        // At sampling every category is as likely to be told, and each of its values as often as it occurs.
        double[] shares = [.. _blocks.Where(block => block.IsCategory).SelectMany(b => b.Shares.Select(share => share / b.Shares.Sum()))];
        shares = o.Conditions ? shares : [];
        _values = shares.Length == 0 ? null : new(shares);
        var (constraint, objective, z) = (o.Constraint.Value, new Wasserstein(), new Latent(o.LatentSize));
        Module generator = _generator = Network("generator", TableNet.Generator(shape, o.LatentSize + shares.Length, o.Width, o.Width)),
            critic = Network("critic", TableNet.Critic((shape.Size + shares.Length) * o.Pack, o.Dropout, o.Width, o.Width));
        Tensor Raw(long count, Tensor? y) => generator.Forward(With(z.Sample(count), y));
        Tensor Rows(Tensor raw) => TableNet.Relax(raw, _blocks, o.Temperature);
        // Rows with what they were told, so many side by side.
        Tensor Packs(Tensor x, Tensor? y) => With(x, y) is var told && x.Size(0) % o.Pack == 0 ? told.Reshape([x.Size(0) / o.Pack, -1])
            : throw new ArgumentException($"a batch of {x.Size(0)} rows is no whole number of packs of {o.Pack}; use --set batch=500");
        var adam = o.Adam with { WeightDecay = o.WeightDecay };
        Func<Tensor, Tensor> D = critic.Forward;

        constraint.Admit(critic.CouplesBatch, critic.HasSpectralNorm);
        Phase = constraint.PhaseOf;
        Players =
        [
            new("critic", Role.Critic, [critic], adam, round =>
            {
                var (n, y) = (round.Batch.Count, round.Batch.Labels);
                if (y is null && _values is not null)
                    throw new ArgumentException("rows come without a value to be told; use --set conditions=false, or leave encoding out");
                // A pack of generated rows was told other values than the real pack beside it.
                var other = y is null ? null : Op.Roll(y, [n / 2], [0]);
                Tensor x = Packs(round.Batch.X, y), fake = Autograd.NoGrad(() => Packs(Rows(Raw(n, other)), other));
                return new()
                {
                    [objective.Name, objective.Role] = objective.Critic(D(x), D(fake), new(x, fake)),
                    ["penalty", TermRole.Penalty] = constraint.At(round.Step, D, x, fake),
                };
            }) { Steps = _ => o.CriticSteps, AfterStep = () => constraint.Project(critic.Flat.Values) },

            new("generator", Role.Generator, [generator], adam, round =>
            {
                var y = round.Batch.Labels;
                Tensor raw = Raw(round.Batch.Count, y), fake = Packs(Rows(raw), y);
                return new()
                {
                    [objective.Name, objective.Role] = objective.Generator(D(fake), null, new(fake, fake)),
                    ["told", TermRole.Auxiliary] = _values is null ? null : TableNet.CrossEntropy(raw, _blocks, _values.OneHot(y!)),
                };
            }),
        ];
    }

    /// <inheritdoc/>
    public override IReadOnlyList<Module> Generators => [_generator];

    /// <summary>z, a number that chooses what is told, and one for each choice of a row.</summary>
    public Latent Latent => new(_length + 1, TableNet.Choices(_blocks));

    /// <inheritdoc/>
    public Condition Condition => _values is null ? Condition.None : new Condition.Value(_values.Shares);

    /// <inheritdoc/>
    public Tensor Generate(Tensor z, Tensor? condition = null)
    {
        using var scope = TensorScope.Open();
        var told = condition ?? _values?.Choose(z.Narrow(1, _length, 1));
        var raw = _generator.Forward(With(z.Narrow(1, 0, _length), told));
        return scope.Keep(TableNet.Choose(raw, _blocks, z.Narrow(1, _length + 1, z.Size(1) - _length - 1)));
    }

    private Tensor With(Tensor x, Tensor? y) => _values is null ? x : Tensor.Cat([x, _values.OneHot(y!)], 1);

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        _values?.Dispose();
        base.Dispose(disposing);
    }
}
