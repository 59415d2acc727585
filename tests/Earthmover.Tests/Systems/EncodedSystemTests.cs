using Earthmover.Data;
using Earthmover.Games;
using Earthmover.Systems;
using Earthmover.Testing;
using Earthmover.Torch;

namespace Earthmover.Tests.Systems;

/// <summary>RegGAN and MDGAN.</summary>
public sealed class EncodedSystemTests : LeakTest
{
    private static Tensor Points(int count) => Tensor.Normal([count, 2], RandomStreams.Current["data"]);

    private static readonly SystemContext s_plane = new(new SampleShape.Points(2));

    private static EncodedSystem Of(bool isTwoStep) => isTwoStep
        ? new Mdgan(s_plane, new() { Architecture = "mlp", Width = 16, LatentSize = 2, Reconstruction = 10, LearningRate = 3e-3 })
        : new RegGan(s_plane, new() { Architecture = "mlp", Width = 16, LatentSize = 2, Reconstruction = 10, LearningRate = 3e-3 });

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Samples_of_the_data_come_back(bool isTwoStep)
    {
        using var streams = new RandomStreams(1);
        using var use = streams.Use();
        using var scope = TensorScope.Open();
        using var system = Of(isTwoStep);
        var unseen = Points(500);
        double Error() => Autograd.NoGrad(() => (unseen - system.Generate(system.Encode(unseen))).Square().Mean()).Item();
        var before = Error();
        using (var game = system.Begin(0, () => new Batch(Points(64))))
            for (var step = 0; step < 300; step++)
                game.Play(step, observe: false);
        Assert.InRange(Error(), 0, 0.2 * before);
    }

    [Fact]
    public void The_encoder_hears_of_the_critic_only_through_reconstructions()
    {
        using var streams = new RandomStreams(1);
        using var use = streams.Use();
        using var scope = TensorScope.Open();
        // Without the two terms of G(E(x)) nothing moves the encoder; the catalog's tests would find a player without gradient.
        using var system = new RegGan(s_plane,
            new() { Architecture = "mlp", Width = 8, LatentSize = 2, Reconstruction = 0, Modes = 0, LearningRate = 1e-2 });
        var encoder = system.Networks["encoder"].Flat;
        float[] before = encoder.Values.ToArray<float>(), generator = system.Networks["generator"].Flat.Values.ToArray<float>();
        using (var game = system.Begin(0, () => new Batch(Points(32))))
            game.Play(0, observe: false);
        Assert.Equal(before, encoder.Values.ToArray<float>());
        Assert.NotEqual(generator, system.Networks["generator"].Flat.Values.ToArray<float>());
    }

    [Fact]
    public void In_the_diffusion_step_reconstructions_are_what_is_real()
    {
        using var streams = new RandomStreams(1);
        using var use = streams.Use();
        using var scope = TensorScope.Open();
        using var system = (Mdgan)Of(true);
        using (var game = system.Begin(0, () => new Batch(Points(64) * 0.2)))
            for (var step = 0; step < 400; step++)
                game.Play(step, observe: false);
        // Samples lie where the data do, though no critic has compared the two.
        var samples = Autograd.NoGrad(() => system.Generate(system.Latent.Sample(2000)));
        Assert.InRange(samples.Square().Mean().Sqrt().Item(), 0.1, 0.4);
    }
}
