using Earthmover.Data;
using Earthmover.Data.Dealing;
using Earthmover.Networks;
using Earthmover.Nn;
using Earthmover.Systems;
using Earthmover.Testing;
using Earthmover.Torch;

namespace Earthmover.Tests.Networks;

public sealed class TranslatorTests : NetworkTest
{
    // Correlation of a picture's numbers with those that an untrained translator makes of them.
    private double Alike(Func<ImageShape, Module> of)
    {
        using var use = Streams();
        using var scope = TensorScope.Open();
        using var pause = Autograd.Pause();
        using var translator = of(new(3, 16, 16));
        Tensor x = Random([16, 3, 16, 16]).Clamp(-1, 1), y = translator.Forward(x);
        Assert.Equal(x.Shape, y.Shape);
        Assert.InRange(y.Abs().ToArray<float>().Max(), 0.1f, 1f);
        Tensor a = x - x.Mean(), b = y - y.Mean();
        return ((a * b).Mean() / (a.Square().Mean() * b.Square().Mean()).Sqrt()).Item();
    }

    [Fact]
    public void A_residual_translator_begins_near_the_picture()
    {
        Assert.InRange(Alike(shape => Translator.ResidualResNet(shape, 8, 2)), 0.8, 1);
        Assert.InRange(Alike(shape => Translator.ResNet(shape, 8, 2)), -0.5, 0.5);
    }

    // Recipes of before say auto, and their checkpoints are of that network.
    [Fact]
    public void It_is_what_CycleGAN_takes_for_pictures_and_auto_is_the_papers_still()
    {
        var play = (CycleGan.Options)SystemCatalog.Named("cyclegan").Defaults[new(DataKind.Images, Pairing.Unpaired)].Options;
        Assert.Equal("residual-resnet", play.Translator);
        using var use = Streams();
        var shape = new SampleShape.Image(new(3, 16, 16));
        string[] Names(string translator)
        {
            using var way = TwoWaySystem.Way(shape, play with { Translator = translator });
            return [.. way.Parameters().Select(parameter => parameter.Path)];
        }
        Assert.Equal(Names("resnet"), Names("auto"));
        Assert.NotEqual(Names("residual-resnet"), Names("auto"));
    }
}
