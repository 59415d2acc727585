using Earthmover.Constraints;
using Earthmover.Data;
using Earthmover.Games;
using Earthmover.Nn;
using Earthmover.Nn.Optimizers;
using Earthmover.Objectives;
using Earthmover.Torch;

namespace Earthmover.Systems;

/// <summary>
/// The game of BiGAN and ALI: a critic tells apart pairs that were completed from either side, and the networks that complete them play
/// against it together.
/// </summary>
/// <remarks>
/// <code>
/// critic  min_D  E sp(−D(real)) + E sp(D(fake)) + penalty(D)
/// makers  min    E sp(−D(fake)) + E sp(D(real)): the same loss with the roles exchanged
/// </code>
/// </remarks>
/// <param name="Critic">D of the two of a pair side by side.</param>
/// <param name="Name">What those who complete pairs are called together.</param>
/// <param name="Makers">Their networks.</param>
/// <param name="Real">Pairs whose first is given [N, …].</param>
/// <param name="Fake">Pairs whose second is given [N, …]; drawn before the others.</param>
/// <param name="Constraint">Of the critic as a function of the pair.</param>
internal sealed record PairGame<TBatch>(Module Critic, string Name, IReadOnlyList<Module> Makers,
    Func<Round<TBatch>, Tensor> Real, Func<Round<TBatch>, Tensor> Fake, Constraint Constraint)
    where TBatch : IDisposable
{
    /// <summary>The score of pairs by what the critic gives of them; that itself when absent.</summary>
    public Func<Tensor, Tensor> ScoreOf { get; init; } = given => given;

    /// <summary>What the critic has to know beside, as a term of its own loss; nothing when absent.</summary>
    public Func<TBatch, Tensor>? Classes { get; init; }

    /// <summary>The players in the order of their moves.</summary>
    /// <param name="optimizer">Of both.</param>
    /// <exception cref="ArgumentException">The constraint does not fit the critic.</exception>
    public IReadOnlyList<Player<TBatch>> Players(OptimizerOptions optimizer)
    {
        Func<Tensor, Tensor> D = pair => ScoreOf(Critic.Forward(pair));
        var objective = new NonSaturating();
        Constraint.Admit(Critic.CouplesBatch, Critic.HasSpectralNorm);
        return
        [
            new("critic", Role.Critic, [Critic], optimizer, round =>
            {
                Tensor fake = Fake(round).Detach(), real = Real(round).Detach();
                return new()
                {
                    [objective.Name, objective.Role] = objective.Critic(D(real), D(fake)),
                    ["penalty", TermRole.Penalty] = Constraint.At(round.Step, D, real, fake),
                    ["class", TermRole.Auxiliary] = Classes?.Invoke(round.Batch),
                };
            }) { AfterStep = () => Constraint.Project(Critic.Flat.Values) },

            new(Name, Role.Generator, Makers, optimizer, round => new()
            {
                [objective.Name, objective.Role] = objective.Critic(real: D(Fake(round)), fake: D(Real(round))),
            }),
        ];
    }
}

/// <summary>The game of pairs with codes.</summary>
internal static class PairGame
{
    /// <summary>Pairs (x, E(x)) and (G(z), z), [N, D + Z] each.</summary>
    /// <param name="generator">G: z → samples [N, …].</param>
    /// <param name="encoder">The network behind <paramref name="E"/>.</param>
    /// <param name="critic">D of a sample and its latent vector side by side.</param>
    /// <param name="E">Latent vectors of the samples of a batch [N, Z], with whatever else the generator is told.</param>
    /// <param name="Z">As many that are drawn, and the same beside them.</param>
    /// <param name="constraint">Of the critic as a function of the pair.</param>
    public static PairGame<Batch> OfCodes(
        Module generator, Module encoder, Module critic, Func<Batch, Tensor> E, Func<Batch, Tensor> Z, Constraint constraint)
    {
        Tensor Real(Round<Batch> round) =>
            round.Once("(x, E(x))", () => Tensor.Cat([round.Batch.X.Flatten(1), E(round.Batch)], 1));
        Tensor Fake(Round<Batch> round)
        {
            var z = round.Once("z", () => Z(round.Batch));
            return round.Once("(G(z), z)", () => Tensor.Cat([generator.Forward(z).Flatten(1), z], 1));
        }
        return new(critic, "generator and encoder", [generator, encoder], Real, Fake, constraint);
    }
}
