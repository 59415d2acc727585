using Earthmover.Networks;
using Earthmover.Nn;
using Earthmover.Testing;
using Earthmover.Torch;

namespace Earthmover.Tests.Networks;

public sealed class StyledGeneratorTests : NetworkTest
{
    [Fact]
    public void Noise_and_styles_are_learned_and_a_latent_vector_says_all_of_its_picture_afterwards()
    {
        using var use = Streams();
        using var scope = TensorScope.Open();
        using var generator = Compact.ConditionalGenerator(new(3, 32, 32), 8, 2, 4, Fineness.Style);
        var z = Random([6, 8]);
        var y = Tensor.From<long>([0, 1, 0, 1, 0, 1], 6);
        Tensor Twice() => (generator.Forward(z, y) - generator.Forward(z, y)).Abs().Sum().Detach();
        Assert.Equal(0, Twice().Item()); // gains begin at 0
        Tensor[] learned = [.. generator.Parameters()
            .Where(p => p.Path.StartsWith("modulate", StringComparison.Ordinal) || p.Path.EndsWith("3.gain", StringComparison.Ordinal))
            .Select(p => p.Parameter.Value)];
        Assert.Equal(3 * 2 + 2, learned.Length); // three sizes that z moves, two doublings with noise
        Assert.All(Autograd.Gradients(generator.Forward(z, y).Square().Sum(), learned),
            slope => Assert.True(slope!.Abs().Sum().Item() > 0));
        using (Autograd.Pause())
            foreach (var parameter in learned)
                parameter.CopyFrom(Random(parameter.Shape));
        Assert.True(Twice().Item() > 0.01);
        generator.SetTraining(false);
        Assert.Equal(0, Twice().Item());
    }
}
