using Earthmover.Data;
using Earthmover.Data.Dealing;
using Earthmover.Games;
using Earthmover.Media;
using Earthmover.Networks;
using Earthmover.Torch;
using Earthmover.Torch.Operators;
using Earthmover.Training;
using Earthmover.Training.Views;

namespace Earthmover.Claims.Lab;

/// <summary>What an encoder of garments knows: the way back to what it has seen, and what is near to what.</summary>
/// <param name="Error">Mean distance in pixels of garments to their reconstructions, over that to another garment's.</param>
/// <param name="Features">Share of garments whose nearest neighbor, by what the encoder's last layer takes, is of their class.</param>
/// <param name="Codes">The same by the codes.</param>
/// <param name="Pixels">The same by the pixels.</param>
/// <param name="Sheet">Garments and their reconstructions.</param>
public sealed record EncodedGarments(double Error, double Features, double Codes, double Pixels, byte[] Sheet)
{
    /// <summary>Width of the hidden layers in the settings.</summary>
    public const int Width = 256;

    private const int Tested = 1000, FewKnown = 2000;

    /// <summary>
    /// Settings of the game that fit minutes of one core: for the same time, small batches and fewer coordinates of z do more than width.
    /// </summary>
    public static IReadOnlyList<string> Settings { get; } = [$"width={Width}", "batch=32", "latent_size=10"];

    /// <summary>Measures on garments of the test part, with neighbors among those of the training part.</summary>
    /// <param name="trial">Opens the data.</param>
    /// <param name="system">A sampler and encoder, whose network of that name ends in a linear layer.</param>
    public static EncodedGarments Of(Trial trial, GanSystem system)
    {
        ArgumentNullException.ThrowIfNull(trial);
        ArgumentNullException.ThrowIfNull(system);
        using var scope = TensorScope.Open();
        using var still = new Still(system);
        using var pause = Autograd.Pause();
        ImageSet Some(DataSet all, int count) => (ImageSet)Subset.Of(all, Subset.Order(all.Count, 5).AsSpan(0, count));
        DataSet train = trial.Open("fashion-mnist"), test = trial.Open("fashion-mnist?split=test");
        ImageSet known = trial.IsQuick ? Some(train, FewKnown) : (ImageSet)train, others = Some(test, Tested);
        Func<Tensor, Tensor> code = x => ((IEncoder)system).Encode(x), pixels = x => x.Flatten(1),
            feature = x => CriticHead.Features(system.Networks["encoder"], x.Flatten(1));
        double Nearest(Func<Tensor, Tensor> map)
        {
            using var turn = TensorScope.Open();
            return LinearProbe.Nearest(
                LinearProbe.Features(known, map), known.Labels!, LinearProbe.Features(others, map), others.Labels!);
        }
        Tensor flat = LinearProbe.Features(others, pixels), back = ((ISampler)system).Generate(LinearProbe.Features(others, code));
        double Distance(Tensor made) => (flat - made).NormPerSample().Mean().Item();
        var error = Distance(back.Flatten(1)) / Distance(Op.Roll(back.Flatten(1), [-1], [0]));
        Image left = Sheets.Of(others), right = Sheets.Of(new ImageSet("reconstructed", others.Shape, ImageView.ToBytes(back)));
        return new(error, Nearest(feature), Nearest(code), Nearest(pixels), Sheets.Beside(left, right));
    }

    /// <summary>Correlation of E(G(z)) and z, of all coordinates together, over 500 vectors.</summary>
    /// <param name="system">A sampler and encoder.</param>
    public static double Inverts(GanSystem system)
    {
        ArgumentNullException.ThrowIfNull(system);
        using var scope = TensorScope.Open();
        using var still = new Still(system);
        using var pause = Autograd.Pause();
        using var stream = RandomGenerator.Named("codes", 0);
        var sampler = (ISampler)system;
        var z = sampler.Latent.Sample(500, stream);
        return Numbers.Correlation(z, ((IEncoder)system).Encode(sampler.Generate(z)));
    }
}
