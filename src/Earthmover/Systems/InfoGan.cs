using Earthmover.Constraints;
using Earthmover.Data;
using Earthmover.Games;
using Earthmover.Networks;
using Earthmover.Nn;
using Earthmover.Objectives;
using Earthmover.Torch;
using Earthmover.Torch.Operators;

namespace Earthmover.Systems;

/// <summary>InfoGAN: a part of the latent vector is a code that is read from the sample, so that it gets a meaning.</summary>
/// <remarks>
/// Chen et al., "InfoGAN: Interpretable Representation Learning by Information Maximizing GANs", 2016, arXiv:1606.03657, equations 5–6.
/// <code>
/// critic and Q   min_{D,Q}  E sp(−D(x)) + E sp(D(G)) − λ_k E log Q(k | G) − λ_c E log Q(c | G) + penalty(D)
/// generator      min_G      E sp(−D(G)) − λ_k E log Q(k | G) − λ_c E log Q(c | G)                       G = G(z, k, c)
/// information    I ≥ H(k) + H(c) + E log Q(k | G) + E log Q(c | G), in nats
/// </code>
/// z is N(0, I), k one of K categories, each as often, c uniform on [−1, 1]; no class of the data is used. Q(k | x) is a softmax, Q(c | x)
/// a Gaussian; Q shares all layers but the last with D, so it moves when D does.
/// </remarks>
public sealed class InfoGan : GanSystem<Batch>, ISampler, IScorer
{
    /// <summary>Its place in the catalog.</summary>
    public static SystemEntry Entry { get; } = new SystemEntry<Options>("infogan", typeof(InfoGan), (context, o) => new InfoGan(context, o))
    {
        Title = "InfoGAN: finds categories and directions by itself, as codes that can be read from the sample",
        Paper = "Chen et al., 2016, arXiv:1606.03657",
        Rows = ["R29"],
        Players = ["critic and Q", "generator"],
        Example = "earthmover train fashion-mnist --system infogan",
        Acceptance = "InfoGanTests",
        Plays = { [Play.Images] = (new(), Rhythms.FewCores) },
    };

    /// <summary>The parts of the game.</summary>
    public sealed record Options : SystemOptions
    {
        /// <summary>The defaults.</summary>
        public Options() => (LearningRate, Beta2) = (4e-3, 0.99);
        /// <summary>Networks.</summary>
        public Part<Architecture> Architecture { get; init; } = "compact-smooth";
        /// <summary>Base width of the networks.</summary>
        [Bounds(AtLeast = 1, AtMost = 16_384)] public int Width { get; init; } = 16;
        /// <summary>Length of z.</summary>
        [Bounds(AtLeast = 1, AtMost = 65_536)] public int LatentSize { get; init; } = 64;
        /// <summary>K, values of the categorical code.</summary>
        [Bounds(AtLeast = 2, AtMost = 1024)] public int Categories { get; init; } = 10;
        /// <summary>Length of c, the continuous codes.</summary>
        [Bounds(AtLeast = 1, AtMost = 1024)] public int ContinuousCodes { get; init; } = 2;
        /// <summary>λ_k, weight of the category in the loss.</summary>
        [Bounds(AtLeast = 0, AtMost = 1e6)] public double CategoryWeight { get; init; } = 1;
        /// <summary>λ_c, weight of the continuous codes in the loss.</summary>
        [Bounds(AtLeast = 0, AtMost = 1e6)] public double ContinuousWeight { get; init; } = 0.1;
        /// <summary>Constraint of the critic, with options after a question mark; the paper has none.</summary>
        public Part<Constraint> Constraint { get; init; } = "r1?gamma=1&every=8";
    }

    private readonly Module _generator, _critic;
    private readonly ClassPrior _prior;
    private readonly int _z, _codes;

    /// <summary>A game for pictures.</summary>
    /// <exception cref="ArgumentException">The networks cannot make their size.</exception>
    public InfoGan(SystemContext context, Options o)
    {
        var (constraint, architecture, categories) = (o.Constraint.Value, o.Architecture.Value, o.Categories);
        (_z, _codes, _prior) = (o.LatentSize, o.ContinuousCodes, new([.. Enumerable.Repeat(1.0, o.Categories)]));
        _generator = Network("generator", architecture.Generator(new(context.Shape, _z + categories + _codes, o.Width)));
        // The score, logits of the categories, then means and log-variances of the continuous codes.
        CriticHead head = new(Outputs: 1 + categories + 2 * _codes);
        var critic = _critic = Network("critic", architecture.Critic(new(context.Shape, _z, o.Width) { Head = head }));
        constraint.Admit(critic.CouplesBatch, critic.HasSpectralNorm);
        var objective = new NonSaturating();
        // The loss of the game, and −λ_k E log Q(k | x) − λ_c E log Q(c | x).
        Terms With(Tensor game, Tensor heads, Tensor k, Tensor c)
        {
            Tensor logits = heads.Narrow(1, 1, categories), mean = heads.Narrow(1, 1 + categories, _codes),
                // σ ≥ e⁻²: a code that is read nearly exactly is not to outweigh the game.
                s = Op.ClampMin(heads.Narrow(1, 1 + categories + _codes, _codes), -4);
            Tensor category = Op.CrossEntropyLoss(logits, k),
                continuous = 0.5 * ((c - mean).Square() * (-s).Exp() + s + Math.Log(2 * Math.PI)).Sum([1]).Mean();
            return new()
            {
                [objective.Name, objective.Role] = game,
                ["category", TermRole.Auxiliary] = o.CategoryWeight * category,
                ["continuous", TermRole.Auxiliary] = o.ContinuousWeight * continuous,
                Observed = { ["information"] = Math.Log(categories) + _codes * Math.Log(2) - (category + continuous).Detach() },
            };
        }

        Phase = constraint.PhaseOf;
        Players =
        [
            new("critic and Q", Role.Critic, [critic], o.Adam, round =>
            {
                var (z, k, c) = Parts(Latent.Sample(round.Batch.Count));
                Tensor x = round.Batch.X, fake = Autograd.NoGrad(() => G(z, k, c)), heads = critic.Forward(fake);
                var terms = With(objective.Critic(Score(x), heads.Narrow(1, 0, 1)), heads, k, c);
                terms["penalty", TermRole.Penalty] = constraint.At(round.Step, v => Score(v), x, fake);
                return terms;
            }) { AfterStep = () => constraint.Project(critic.Flat.Values) },

            new("generator", Role.Generator, [_generator], o.Adam, round =>
            {
                var (z, k, c) = Parts(Latent.Sample(round.Batch.Count));
                var heads = critic.Forward(G(z, k, c));
                return With(objective.Generator(heads.Narrow(1, 0, 1)), heads, k, c);
            }),
        ];
    }

    // z [N, Z], the category [N] and the continuous codes [N, C] of a latent vector; 2Φ(n) − 1 = erf(n/√2) is uniform on [−1, 1].
    private (Tensor Z, Tensor K, Tensor C) Parts(Tensor latent) =>
        (latent.Narrow(1, 0, _z), _prior.Choose(latent.Narrow(1, _z + _codes, 1)), Op.Erf(latent.Narrow(1, _z, _codes) * Math.Sqrt(0.5)));

    private Tensor G(Tensor z, Tensor k, Tensor c) => _generator.Forward(Tensor.Cat([z, _prior.OneHot(k), c], 1));

    /// <inheritdoc/>
    public override IReadOnlyList<Module> Generators => [_generator];

    /// <summary>z, a number of N(0, 1) for each continuous code, and a last one that chooses the category.</summary>
    public Latent Latent => new(_z + _codes + 1);

    /// <summary>The category.</summary>
    public Condition Condition => new Condition.Category(_prior.Shares);

    /// <inheritdoc/>
    public Tensor Generate(Tensor z, Tensor? condition = null)
    {
        using var scope = TensorScope.Open();
        var (noise, k, c) = Parts(z);
        return scope.Keep(G(noise, condition ?? k, c));
    }

    /// <inheritdoc/>
    public IReadOnlyList<Module> Critics => [_critic];

    /// <inheritdoc/>
    public Tensor Score(Tensor x, Tensor? condition = null) => _critic.Forward(x).Narrow(1, 0, 1);

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        _prior?.Dispose();
        base.Dispose(disposing);
    }
}
