using Earthmover.Data;
using Earthmover.Data.Pictures;
using Earthmover.Nn;
using Earthmover.Torch;
using Earthmover.Torch.Files;

namespace Earthmover.Networks;

/// <summary>
/// A small classifier of Fashion-MNIST's garments. The layer before its logits is the feature space that <c>fd-fmnist</c> is measured in.
/// </summary>
/// <remarks>Made by <c>tools/train-fashion-classifier.cs</c>; 91.6 % of the 10,000 test pictures are classified correctly.</remarks>
public sealed class FashionClassifier : PictureClassifier
{
    /// <summary>Length of a feature vector.</summary>
    public const int FeatureCount = 128;

    /// <summary>Number of classes.</summary>
    public const int ClassCount = 10;

    /// <summary>Side of the pictures, pixels.</summary>
    public const int Side = 28;

    private const string Resource = "Earthmover.Networks.fd-fmnist.safetensors";

    /// <summary>A network with random weights from the stream <c>init</c>.</summary>
    public FashionClassifier() : base(Shape, ClassCount, FeatureCount)
    {
    }

    /// <summary>The pictures that it takes.</summary>
    public static ImageShape Shape { get; } = new(1, Side, Side);

    /// <summary>Names of its classes.</summary>
    public static IReadOnlyList<string> Classes => IdxImages.FashionClasses;

    /// <summary>The shipped network, in evaluation mode.</summary>
    public static FashionClassifier Load()
    {
        using var streams = new RandomStreams(0);
        using var use = streams.Use();
        var network = new FashionClassifier();
        using var file = typeof(FashionClassifier).Assembly.GetManifestResourceStream(Resource)!;
        WeightFile.Load(network, Safetensors.Read(file, Resource, requireChecksum: true).Tensors, Resource);
        network.SetTraining(false);
        return network;
    }
}
