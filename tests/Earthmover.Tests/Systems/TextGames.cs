using Earthmover.Data;
using Earthmover.Games;
using Earthmover.Systems;
using Earthmover.Testing;
using Earthmover.Torch;
using Earthmover.Torch.Operators;

namespace Earthmover.Tests.Systems;

/// <summary>What systems that are told a text have in common: two texts, and pictures that are red or blue.</summary>
internal static class TextGames
{
    private const int Symbols = 6, Length = 7, BatchSize = 8;

    // The second three times as often.
    private static readonly CaptionLaw s_law = new(Symbols, Length, [[1, 2, 3, 0, 0, 0, 0], [1, 4, 5, 5, 0, 0, 0]], [1, 3]);

    /// <summary>What a system is built for.</summary>
    /// <param name="side">Of the pictures.</param>
    public static SystemContext Context(int side) =>
        new(new ImageShape(3, side, side)) { Target = new SampleShape.Text(Symbols, Length), Captions = s_law };

    /// <summary>Texts of some numbers, Int64 [N, L].</summary>
    public static Tensor Texts(params int[] which) =>
        Tensor.From<long>([.. which.SelectMany(i => s_law.Captions[i]).Select(code => (long)code)], [which.Length, Length]);

    /// <summary>Pictures that are red where the first text says so, else blue, with some noise.</summary>
    /// <param name="side">Of the pictures.</param>
    /// <param name="areAlike">All of them of one text.</param>
    public static PairedBatch Deal(int side, bool areAlike = false)
    {
        using var scope = TensorScope.Open();
        int[] which = [.. Enumerable.Range(0, BatchSize).Select(i => areAlike ? 0 : i / 2 % 2)];
        float[] colors = [.. which.SelectMany(i => i == 0 ? new[] { 0.7f, -0.7f, -0.7f } : [-0.7f, -0.7f, 0.7f])];
        var x = Tensor.From<float>(colors, [BatchSize, 3, 1, 1])
            + 0.1 * Tensor.Normal([BatchSize, 3, side, side], RandomStreams.Current["data"]);
        return new(x, Op.OneHot(Texts(which), Symbols).To(DType.Float32).Transpose(1, 2).Contiguous());
    }

    /// <summary>Where no text is given, the last latent number stands for a caption: a quarter of the normal law for the first.</summary>
    public static void ChoosesByTheLastNumber(ISampler system)
    {
        var z = system.Latent.Sample(2);
        foreach (var (last, which) in new[] { (-1f, 0), (-0.6f, 1), (1f, 1) })
        {
            var chosen = Tensor.Cat([z.Narrow(1, 0, z.Size(1) - 1), Tensor.Ones([2, 1]) * last], 1);
            AssertTensor.Close(system.Generate(z, Texts(which, which)), system.Generate(chosen), 0);
        }
    }

    /// <summary>Of one latent vector two texts make two samples, and of one sample they make two scores.</summary>
    public static void HearsTheText<T>(T system) where T : ISampler, IScorer
    {
        var z = system.Latent.Sample(1);
        var x = system.Generate(z, Texts(0));
        Assert.True((x - system.Generate(z, Texts(1))).Abs().Sum().Item() > 0);
        Assert.NotEqual(system.Score(x, Texts(0)).Item(), system.Score(x, Texts(1)).Item());
    }

    /// <summary>What is told the one text is redder than blue, and what is told the other is bluer than red.</summary>
    public static void ShowsItsText<T>(T system) where T : GanSystem, ISampler
    {
        using var pause = Autograd.Pause();
        foreach (var network in system.Networks.Values)
            network.SetTraining(false);
        var z = system.Latent.Sample(16);
        double Redder(int which)
        {
            var x = system.Generate(z, Texts([.. Enumerable.Repeat(which, 16)])).Mean([0, 2, 3]).ToArray<float>();
            return x[0] - x[2];
        }
        var (red, blue) = (Redder(0), Redder(1));
        Assert.True(red > 0.3 && blue < -0.3, $"red less blue is {red:0.00} for the first text, {blue:0.00} for the second");
    }
}
