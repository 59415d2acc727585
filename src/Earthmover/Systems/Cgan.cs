using Earthmover.Constraints;
using Earthmover.Data;
using Earthmover.Games;
using Earthmover.Networks;
using Earthmover.Nn;
using Earthmover.Objectives;
using Earthmover.Torch;

namespace Earthmover.Systems;

/// <summary>CGAN: both players are told the class, which is put beside the latent vector and beside the sample.</summary>
/// <remarks>
/// Mirza and Osindero, "Conditional Generative Adversarial Nets", 2014, arXiv:1411.1784, equation 2, with the generator's loss that does
/// not saturate.
/// <code>
/// critic     min_D  E sp(−D(x, y)) + E sp(D(G(z, y), y)) + penalty(D)
/// generator  min_G  E sp(−D(G(z, y), y))
/// </code>
/// y is a vector that is 1 at its class; pictures see it as planes. Where the data has no classes, clusters of its pixels take their place.
/// </remarks>
public sealed class Cgan : ToldSystem
{
    /// <summary>Its place in the catalog.</summary>
    public static SystemEntry Entry { get; } = new SystemEntry<Options>("cgan", typeof(Cgan), (context, o) => new Cgan(context, o))
    {
        Title = "CGAN: a GAN that is told the class, beside the latent vector and beside the sample",
        Paper = "Mirza and Osindero, 2014, arXiv:1411.1784",
        Rows = ["R29"],
        Players = ["critic", "generator"],
        Example = "earthmover train fashion-mnist --system cgan",
        Acceptance = "CganTests",
        NeedsClasses = true,
        Plays = { [Play.Images] = (new(), Rhythms.FewCores) },
    };

    /// <summary>The parts of the game.</summary>
    public sealed record Options : ToldOptions;

    private readonly Module _critic;

    /// <summary>A game for pictures with classes.</summary>
    /// <exception cref="ArgumentException">The data has no classes, or the networks cannot make its size.</exception>
    public Cgan(SystemContext context, Options o) : base(context)
    {
        var (c, h, w) = ((SampleShape.Image)context.Shape).Shape;
        var (objective, constraint, architecture) = (o.Objective.Value, o.Constraint.Value, o.Architecture.Value);
        var (z, k) = (o.LatentSize, Prior.Count);
        Module generator = Network("generator", architecture.Generator(new(context.Shape, z + k, o.Width))),
            critic = _critic = Network("critic", architecture.Critic(new(new ImageShape(c + k, h, w), z, o.Width)));
        constraint.Admit(critic.CouplesBatch, critic.HasSpectralNorm);
        Told = new(generator, Prior, z);
        // G(z, y) of a z that is drawn.
        Func<Tensor, Tensor> G = Told.Draw;
        Func<Tensor, Tensor, Tensor> D = Judge;

        Phase = constraint.PhaseOf;
        Players =
        [
            new("critic", Role.Critic, [critic], o.Adam, round =>
            {
                Tensor x = round.Batch.X, y = round.Batch.Labels!, fake = Autograd.NoGrad(() => G(y));
                return new()
                {
                    [objective.Name, objective.Role] = objective.Critic(D(x, y), D(fake, y), new(x, fake)),
                    ["penalty", TermRole.Penalty] = constraint.At(round.Step, v => D(v, y), x, fake),
                };
            }) { AfterStep = () => constraint.Project(critic.Flat.Values) },

            new("generator", Role.Generator, [generator], o.Adam, round =>
            {
                Tensor x = round.Batch.X, y = round.Batch.Labels!, fake = G(y);
                var real = objective.GeneratorSeesReal ? D(x, y) : null;
                return new() { [objective.Name, objective.Role] = objective.Generator(D(fake, y), real, new(x, fake)) };
            }),
        ];
    }

    // D(x, y): the class as planes beside the picture [N, C + K, H, W].
    private Tensor Judge(Tensor x, Tensor y)
    {
        using var scope = TensorScope.Open();
        var planes = Prior.OneHot(y).Reshape(-1, Prior.Count, 1, 1).Expand([x.Size(0), Prior.Count, x.Size(2), x.Size(3)]);
        return scope.Keep(_critic.Forward(Tensor.Cat([x, planes], 1)));
    }

    /// <inheritdoc/>
    public override Tensor Score(Tensor x, Tensor? condition = null) => Judge(x, condition!);
}
