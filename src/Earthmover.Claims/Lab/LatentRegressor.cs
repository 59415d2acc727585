using Earthmover.Constraints;
using Earthmover.Data;
using Earthmover.Games;
using Earthmover.Networks;
using Earthmover.Nn;
using Earthmover.Nn.Optimizers;
using Earthmover.Objectives;
using Earthmover.Torch;

namespace Earthmover.Claims.Lab;

/// <summary>
/// The other way to an encoder, which BiGAN's authors compare theirs with (arXiv:1605.09782): beside a GAN it learns the latent vectors of
/// what the generator makes, and never sees a real sample.
/// </summary>
/// <remarks>
/// <code>
/// critic     min_D  E sp(−D(x)) + E sp(D(G(z))) + penalty(D)
/// generator  min_G  E sp(−D(G(z))) + w · R,  w = 0, or 0.25 in the joint game
/// encoder    min_E  R = E [sp(a) − a (z + 1)/2],  a = E(G(z)) before its last σ: cross-entropy, the mean over coordinates
/// </code>
/// </remarks>
public static class LatentRegressor
{
    /// <summary>Plays it with the networks of a BiGAN that has not played.</summary>
    /// <param name="game">The BiGAN, whose generator and encoder are trained, with its batches.</param>
    /// <param name="steps">Steps.</param>
    /// <param name="width">Units of both hidden layers of the critic, as of BiGAN's.</param>
    /// <param name="joint">w, how much the generator helps.</param>
    public static void Play(PlayedGame game, int steps, int width, double joint)
    {
        ArgumentNullException.ThrowIfNull(game);
        var networks = game.System.Networks;
        var estimator = new Estimator("latent regressor", new NonSaturating(), new R1(0.1));
        AdamOptions adam = new(2e-4);
        using var start = TensorScope.Open();
        using var first = game.Source.At(0);
        var shape = new SampleShape.Points((int)first.X.Flatten(1).Size(1));
        using Learner generator = new(networks["generator"], adam), encoder = new(networks["encoder"], adam),
            critic = new(Mlp.Critic(shape, [width, width], nonlinearity: Nonlinearity.LeakyRelu), adam);
        Func<Tensor, Tensor> D = critic.Map;
        for (var step = 0; step < steps; step++)
        {
            using var scope = TensorScope.Open();
            using var batch = game.Source.At(step);
            var rate = Learner.Decay(step, steps);
            Tensor x = batch.X.Flatten(1), z = ((ISampler)game.System).Latent.Sample(batch.Count), made = generator.Map(z).Flatten(1);
            Tensor Regression(Tensor of)
            {
                var a = encoder.Map(of);
                return (a.Softplus() - a * (z + 1) / 2).Mean();
            }
            critic.Step(() => estimator.Loss(D, x, made.Detach()), rate);
            generator.Step(() => joint == 0 ? estimator.GeneratorLoss(D, x, made)
                : estimator.GeneratorLoss(D, x, made) + joint * Regression(made), rate);
            encoder.Step(() => Regression(made.Detach()), rate);
        }
    }
}
