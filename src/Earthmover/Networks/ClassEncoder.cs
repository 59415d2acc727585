using Earthmover.Data;
using Earthmover.Torch;
using Earthmover.Torch.Operators;

namespace Earthmover.Networks;

/// <summary>
/// A classifier as an encoder: the features before its logits are the codes of pictures. Its own weights may be those that ship with this
/// program, or are still to be learned.
/// </summary>
public sealed class ClassEncoder
{
    private readonly long[] _places; // where the network has the classes of the data

    private ClassEncoder(PictureClassifier network, int size, long[] places, bool isTrained) =>
        (Network, Size, _places, IsTrained) = (network, size, places, isTrained);

    /// <summary>Names of the choices: what ships with this program, one that is trained, or what ships where it fits.</summary>
    public const string Shipped = "shipped", Own = "own", Auto = "auto";

    /// <summary>The network.</summary>
    public PictureClassifier Network { get; }

    /// <summary>Whether it has learned already.</summary>
    public bool IsTrained { get; }

    /// <summary>C, length of a code.</summary>
    public int Size { get; }

    /// <summary>An encoder of pictures.</summary>
    /// <param name="choice">Which.</param>
    /// <param name="shape">The pictures.</param>
    /// <param name="classes">Number of their classes, K.</param>
    /// <param name="names">Names of the classes [K]; empty where they have none.</param>
    /// <param name="size">Length of the codes of one that is to be trained.</param>
    /// <exception cref="ArgumentException">What ships does not know these pictures.</exception>
    public static ClassEncoder Of(string choice, ImageShape shape, int classes, IReadOnlyList<string> names, int size)
    {
        ArgumentNullException.ThrowIfNull(names);
        var known = FashionClassifier.Classes.ToList();
        var fits = shape == FashionClassifier.Shape && names.Count == classes && names.All(known.Contains);
        if (choice == Shipped && !fits)
            throw new ArgumentException("the classifier that ships knows the garments of Fashion-MNIST at 28x28 pixels and nothing else: "
                + "use encoder=own");
        return fits && choice != Own
            ? new(FashionClassifier.Load(), FashionClassifier.FeatureCount, [.. names.Select(name => (long)known.IndexOf(name))], true)
            : new(new PictureClassifier(shape, classes, size), size, [.. Enumerable.Range(0, classes).Select(k => (long)k)], false);
    }

    /// <summary>F: what the last convolution sees.</summary>
    /// <inheritdoc cref="PictureClassifier.Maps"/>
    public Tensor Maps(Tensor x) => Network.Evaluating(() => Network.Maps(x));

    /// <summary>E of maps.</summary>
    /// <inheritdoc cref="PictureClassifier.Codes"/>
    public Tensor CodesOf(Tensor maps) => Network.Evaluating(() => Network.Codes(maps));

    /// <summary>E: codes of pictures.</summary>
    /// <param name="x">[N, C, H, W], values in [−1, 1].</param>
    /// <returns>[N, <see cref="Size"/>].</returns>
    public Tensor Codes(Tensor x)
    {
        using var scope = TensorScope.Open();
        return scope.Keep(CodesOf(Maps(x)));
    }

    /// <summary>Probabilities of the classes of the data.</summary>
    /// <param name="h">Codes [N, <see cref="Size"/>].</param>
    /// <returns>[N, K], rows that sum to 1.</returns>
    public Tensor Classify(Tensor h)
    {
        using var scope = TensorScope.Open();
        var logits = Network.Evaluating(() => Network.Logits(h.Relu()));
        return scope.Keep(Op.Softmax(logits.IndexSelect(1, Tensor.From<long>(_places, [_places.Length], h.Device)), 1));
    }
}
