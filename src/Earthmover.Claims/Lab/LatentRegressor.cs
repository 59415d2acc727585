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
public sealed class LatentRegressor : IDisposable
{
    private static readonly AdamOptions s_adam = new(2e-4);
    private static readonly Estimator s_estimator = new("latent regressor", new NonSaturating(), new R1(0.1));

    private readonly PlayedGame _game;
    private readonly Learner _generator, _encoder, _critic;

    /// <summary>Takes the generator and the encoder of a BiGAN over that has not played, and its batches.</summary>
    /// <param name="game">The BiGAN, which is not disposed before this.</param>
    /// <param name="width">Units of both hidden layers of the critic.</param>
    public LatentRegressor(PlayedGame game, int width)
    {
        ArgumentNullException.ThrowIfNull(game);
        using var scope = TensorScope.Open();
        var networks = game.System.Networks;
        var pixels = new SampleShape.Points((int)game.Real([0]).ElementCount);
        (_game, _generator, _encoder) = (game, new(networks["generator"], s_adam), new(networks["encoder"], s_adam));
        _critic = new(Mlp.Critic(pixels, [width, width], nonlinearity: Nonlinearity.LeakyRelu), s_adam);
    }

    /// <summary>Plays from the beginning.</summary>
    /// <param name="steps">Steps.</param>
    /// <param name="joint">w, how much the generator helps.</param>
    public void Play(int steps, double joint)
    {
        Func<Tensor, Tensor> D = _critic.Map;
        for (var step = 0; step < steps; step++)
        {
            using var scope = TensorScope.Open();
            using var batch = _game.Source.At(step);
            var rate = Learner.Decay(step, steps);
            var z = ((ISampler)_game.System).Latent.Sample(batch.Count);
            Tensor x = batch.X.Flatten(1), made = _generator.Map(z).Flatten(1), shown = made.Detach();
            Tensor Regression(Tensor of)
            {
                var a = _encoder.Map(of);
                return (a.Softplus() - a * (z + 1) / 2).Mean();
            }
            _critic.Step(() => s_estimator.Loss(D, x, shown), rate);
            _generator.Step(() => joint == 0 ? s_estimator.GeneratorLoss(D, x, made)
                : s_estimator.GeneratorLoss(D, x, made) + joint * Regression(made), rate);
            _encoder.Step(() => Regression(shown), rate);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _generator.Dispose();
        _encoder.Dispose();
        _critic.Dispose();
    }
}
