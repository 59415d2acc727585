using Earthmover.Constraints;
using Earthmover.Data;
using Earthmover.Games;
using Earthmover.Nn;
using Earthmover.Nn.Optimizers;
using Earthmover.Objectives;
using Earthmover.Torch;

namespace Earthmover.Systems;

/// <summary>
/// The game of BiGAN and ALI: a critic tells (x, E(x)) from (G(z), z), and a generator and an encoder play against it together.
/// </summary>
/// <remarks>
/// <code>
/// critic                 min_D     E sp(−D(x, E(x))) + E sp(D(G(z), z)) + penalty(D)
/// generator and encoder  min_{G,E} E sp(−D(G(z), z)) + E sp(D(x, E(x))): the same loss with the roles exchanged
/// </code>
/// </remarks>
/// <param name="Generator">G: z → samples [N, …].</param>
/// <param name="Encoder">The network behind <paramref name="E"/>.</param>
/// <param name="Critic">D of a sample and its latent vector side by side [N, D + Z].</param>
/// <param name="E">Samples → latent vectors [N, Z].</param>
/// <param name="Z">The law of z.</param>
/// <param name="Constraint">Of the critic as a function of the pair.</param>
internal sealed record PairGame(Module Generator, Module Encoder, Module Critic, Func<Tensor, Tensor> E, Latent Z, Constraint Constraint)
{
    /// <summary>The players in the order of their moves.</summary>
    /// <param name="optimizer">Of both.</param>
    /// <exception cref="ArgumentException">The constraint does not fit the critic.</exception>
    public IReadOnlyList<Player<Batch>> Players(OptimizerOptions optimizer)
    {
        Func<Tensor, Tensor> D = Critic.Forward;
        var objective = new NonSaturating();
        Constraint.Admit(Critic.CouplesBatch, Critic.HasSpectralNorm);
        return
        [
            new("critic", Role.Critic, [Critic], optimizer, round =>
            {
                // z is drawn before the encoder's ε.
                Tensor fake = Fake(round).Detach(), real = Real(round).Detach();
                var terms = new Terms { [objective.Name, objective.Role] = objective.Critic(D(real), D(fake)) };
                if (Constraint.At(round.Step, D, real, fake) is { } penalty)
                    terms["penalty", TermRole.Penalty] = penalty;
                return terms;
            }) { AfterStep = () => Constraint.Project(Critic.Flat.Values) },

            new("generator and encoder", Role.Generator, [Generator, Encoder], optimizer, round => new()
            {
                [objective.Name, objective.Role] = objective.Critic(real: D(Fake(round)), fake: D(Real(round))),
            }),
        ];
    }

    // (x, E(x)) [N, D + Z], which both players judge.
    private Tensor Real(Round<Batch> round)
    {
        var x = round.Batch.X;
        return round.Once("(x, E(x))", () => Tensor.Cat([x.Flatten(1), E(x)], 1));
    }

    // (G(z), z) [N, D + Z].
    private Tensor Fake(Round<Batch> round)
    {
        var z = round.Once("z", () => Z.Sample(round.Batch.Count));
        return round.Once("(G(z), z)", () => Tensor.Cat([Generator.Forward(z).Flatten(1), z], 1));
    }
}
