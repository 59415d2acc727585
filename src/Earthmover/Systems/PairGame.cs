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
/// <param name="E">Latent vectors of the samples of a batch [N, Z], with whatever else the generator is told.</param>
/// <param name="Z">As many that are drawn, and the same beside them.</param>
/// <param name="Constraint">Of the critic as a function of the pair.</param>
internal sealed record PairGame(
    Module Generator, Module Encoder, Module Critic, Func<Batch, Tensor> E, Func<Batch, Tensor> Z, Constraint Constraint)
{
    /// <summary>The score of pairs by what the critic gives of them; that itself when absent.</summary>
    public Func<Tensor, Tensor> ScoreOf { get; init; } = given => given;

    /// <summary>What the critic has to know beside, as a term of its own loss; nothing when absent.</summary>
    public Func<Batch, Tensor>? Classes { get; init; }

    /// <summary>The players in the order of their moves.</summary>
    /// <param name="optimizer">Of both.</param>
    /// <exception cref="ArgumentException">The constraint does not fit the critic.</exception>
    public IReadOnlyList<Player<Batch>> Players(OptimizerOptions optimizer)
    {
        Func<Tensor, Tensor> D = pair => ScoreOf(Critic.Forward(pair));
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
                if (Classes is not null)
                    terms["class", TermRole.Auxiliary] = Classes(round.Batch);
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
        var batch = round.Batch;
        return round.Once("(x, E(x))", () => Tensor.Cat([batch.X.Flatten(1), E(batch)], 1));
    }

    // (G(z), z) [N, D + Z].
    private Tensor Fake(Round<Batch> round)
    {
        var z = round.Once("z", () => Z(round.Batch));
        return round.Once("(G(z), z)", () => Tensor.Cat([Generator.Forward(z).Flatten(1), z], 1));
    }
}
