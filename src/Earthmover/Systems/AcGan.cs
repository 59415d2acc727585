using Earthmover.Constraints;
using Earthmover.Data;
using Earthmover.Games;
using Earthmover.Networks;
using Earthmover.Nn;
using Earthmover.Objectives;
using Earthmover.Torch;
using Earthmover.Torch.Operators;

namespace Earthmover.Systems;

/// <summary>AC-GAN: the critic is not told the class but names it, and the generator makes what is named as it was told.</summary>
/// <remarks>
/// Odena, Olah and Shlens, "Conditional Image Synthesis with Auxiliary Classifier GANs", 2016, arXiv:1610.09585, equations 2–3, with the
/// weights of arXiv:1704.00028: only real samples teach the classifier, so that it does not excuse what the generator makes.
/// <code>
/// critic     min_D  E sp(−D(x)) + E sp(D(G(z, y))) − λ_D E log C(y | x) + penalty(D)
/// generator  min_G  E sp(−D(G(z, y))) − λ_G E log C(y | G(z, y))
/// </code>
/// D and C are two heads of one network. Where the data has no classes, clusters of its pixels take their place.
/// </remarks>
public sealed class AcGan : ToldSystem, IClassifier
{
    /// <summary>Its place in the catalog.</summary>
    public static SystemEntry Entry { get; } = new SystemEntry<Options>("acgan", typeof(AcGan), (context, o) => new AcGan(context, o))
    {
        Title = "AC-GAN: a GAN whose critic names the class that its generator is told",
        Paper = "Odena, Olah and Shlens, 2016, arXiv:1610.09585",
        Rows = ["R57"],
        Players = ["critic", "generator"],
        Example = "earthmover train fashion-mnist --system acgan",
        Acceptance = "AcGanTests",
        NeedsClasses = true,
        Plays = { [Play.Images] = (new(), Rhythms.FewCores) },
    };

    /// <summary>The parts of the game.</summary>
    public sealed record Options : ToldOptions
    {
        /// <summary>λ_D, weight of the classes of real samples in the critic's loss.</summary>
        [Bounds(AtLeast = 0, AtMost = 1e6)] public double CriticClassWeight { get; init; } = 1;
        /// <summary>λ_G, weight of the class that was told in the generator's loss.</summary>
        [Bounds(AtLeast = 0, AtMost = 1e6)] public double ClassWeight { get; init; } = 0.1;
    }

    private readonly Module _critic;

    /// <summary>A game for pictures with classes.</summary>
    /// <exception cref="ArgumentException">The data has no classes, or the networks cannot make its size.</exception>
    public AcGan(SystemContext context, Options o) : base(context)
    {
        var (objective, constraint, architecture) = (o.Objective.Value, o.Constraint.Value, o.Architecture.Value);
        var (z, k) = (o.LatentSize, Prior.Count);
        Module generator = Network("generator", architecture.Generator(new(context.Shape, z + k, o.Width))),
            critic = _critic = Network("critic", architecture.Critic(new(context.Shape, z, o.Width) { Head = new(Outputs: 1 + k) }));
        constraint.Admit(critic.CouplesBatch, critic.HasSpectralNorm);
        Told = new(generator, Prior, z);
        // G(z, y) of a z that is drawn.
        Func<Tensor, Tensor> G = Told.Draw, D = x => Score(x);

        Phase = constraint.PhaseOf;
        Players =
        [
            new("critic", Role.Critic, [critic], o.Adam, round =>
            {
                Tensor x = round.Batch.X, y = round.Batch.Labels!, fake = Autograd.NoGrad(() => G(y));
                var (real, names) = Heads(x);
                return new()
                {
                    [objective.Name, objective.Role] = objective.Critic(real, D(fake), new(x, fake)),
                    ["class", TermRole.Auxiliary] = o.CriticClassWeight * Op.CrossEntropyLoss(names, y),
                    ["penalty", TermRole.Penalty] = constraint.At(round.Step, D, x, fake),
                };
            }) { AfterStep = () => constraint.Project(critic.Flat.Values) },

            new("generator", Role.Generator, [generator], o.Adam, round =>
            {
                Tensor x = round.Batch.X, y = round.Batch.Labels!, fake = G(y);
                var (score, names) = Heads(fake);
                var real = objective.GeneratorSeesReal ? D(x) : null;
                return new()
                {
                    [objective.Name, objective.Role] = objective.Generator(score, real, new(x, fake)),
                    ["class", TermRole.Auxiliary] = o.ClassWeight * Op.CrossEntropyLoss(names, y),
                };
            }),
        ];
    }

    // D(x) [N, 1] and the logits of C(· | x) [N, K].
    private (Tensor Score, Tensor Names) Heads(Tensor x) => CriticHead.Split(_critic.Forward(x));

    /// <inheritdoc/>
    public override Tensor Score(Tensor x, Tensor? condition = null) => Heads(x).Score;

    /// <inheritdoc/>
    public Tensor Classify(Tensor x) => Op.Softmax(Heads(x).Names, 1);
}
