using Earthmover.Nn;
using Earthmover.Nn.Layers;
using Earthmover.Nn.Optimizers;
using Earthmover.Torch;
using Earthmover.Torch.Operators;

namespace Earthmover.Health;

/// <summary>
/// A classifier two-sample test of pictures (arXiv:1610.06545): a small network that has never seen the game learns for a short time
/// to tell generated pictures from real ones, and is then asked about others. What it finds in that time lies open; a good generator leaves
/// it guessing.
/// </summary>
public static class FreshCritic
{
    // Two thirds of the pictures are learned from. Of fewer than 64 that are asked about chance alone moves the answer by more than 0.05.
    private const int FewestAsked = 64;

    // Of too few pictures it learns the pictures, not what is wrong with them: garments at a Fréchet distance of 28, of which every
    // sixth is torn, it tells from real ones with 0.66 by 1,536 and in 400 steps, with 0.83 by 4,096 and in 600. Large ones take long to
    // generate.
    private const int MostWanted = 4096, FewestWanted = 384, UsualNumbers = 1 << 24;

    private const int Steps = 600, Batch = 32, Width = 16, Halvings = 3;

    // Samples that are told apart so surely after a quarter of the steps are not looked at any longer.
    private const int Early = Steps / 4;
    private const double Sure = 0.99;

    // Pictures are seen at most this large: what shapes they show is plain at this size, and the test takes seconds.
    private const int LargestSide = 32;

    /// <summary>Pictures of each kind that are wanted: 4,096, of large ones down to 384, or all where there are fewer.</summary>
    /// <param name="available">Real pictures that there are.</param>
    /// <param name="numbers">Numbers of a picture, C·H·W.</param>
    public static int Wanted(int available, long numbers) =>
        (int)Math.Min(Math.Clamp(UsualNumbers / numbers, FewestWanted, MostWanted), available);

    /// <summary>
    /// Pictures as they are judged: whole levels of brightness, as in a file, and averaged down to at most 32 pixels a side.
    /// </summary>
    /// <param name="pictures">[N, C, H, W] in [−1, 1].</param>
    public static Tensor View(Tensor pictures)
    {
        using var scope = TensorScope.Open();
        using var pause = Autograd.Pause();
        var x = Op.Round((pictures.Clamp(-1, 1) + 1) * 127.5) / 127.5 - 1;
        if (x.Size(2) <= LargestSide && x.Size(3) <= LargestSide)
            return scope.Keep(x);
        return scope.Keep(Op.AdaptiveAvgPool2d(x, [Math.Min(LargestSide, x.Size(2)), Math.Min(LargestSide, x.Size(3))]));
    }

    /// <summary>
    /// The probability that the network scores a real picture above a generated one, of pictures that it has not learned from: ½ where it
    /// finds no difference; NaN of fewer than 192 pictures, or of such as are not finite.
    /// </summary>
    /// <param name="real">Different real pictures [N, C, H, W], of <see cref="View"/>.</param>
    /// <param name="fake">As many generated ones.</param>
    /// <param name="random">Where batches are drawn from; the initial weights come from the stream <c>init</c>.</param>
    public static double Auc(Tensor real, Tensor fake, RandomGenerator random)
    {
        long n = real.Size(0), learned = n * 2 / 3, asked = n - learned;
        using var scope = TensorScope.Open();
        if (asked < FewestAsked || !double.IsFinite(fake.Sum().Item()))
            return double.NaN;
        using var network = Network((int)real.Size(1), (int)real.Size(2), (int)real.Size(3));
        network.To(real.Device);
        using var adam = new AdamOptions(1e-3, 0.9, 0.999).Create(network.Flat);
        double Told()
        {
            using var pause = Autograd.Pause();
            float[] Scores(Tensor kind) => network.Forward(kind.Narrow(0, learned, asked)).ToArray<float>();
            return Statistics.Auc(Scores(real), Scores(fake));
        }
        for (var step = 0; step < Steps; step++)
        {
            if (step == Early && Told() is >= Sure and var plain)
                return plain;
            using var turn = TensorScope.Open();
            Tensor Some(Tensor kind) => Op.IndexSelect(kind, 0, Tensor.Integers([Batch], learned, random));
            var scores = network.Forward(Tensor.Cat([Some(real), Some(fake)]));
            var loss = (-scores.Narrow(0, 0, Batch)).Softplus().Mean() + scores.Narrow(0, Batch, Batch).Softplus().Mean();
            network.Flat.WriteGradients(Autograd.Gradients(loss, network.Flat.Leaves));
            adam.Step();
        }
        return Told();
    }

    // [N, C, H, W] → [N, 1].
    private static Sequential Network(int channels, int height, int width)
    {
        List<Module> layers = [];
        for (var level = 0; level < Halvings; level++)
        {
            var inputs = level == 0 ? channels : Width << (level - 1);
            layers.AddRange([new Conv2d(inputs, Width << level, 5, stride: 2, padding: 2), Activation.LeakyRelu()]);
            (height, width) = ((height + 1) / 2, (width + 1) / 2);
        }
        return new([.. layers, Shapes.Flatten(), new Linear((Width << (Halvings - 1)) * height * width, 1)]);
    }
}
