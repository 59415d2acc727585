using Earthmover.Data;
using Earthmover.Nn;
using Earthmover.Nn.Layers;
using Earthmover.Torch;
using Earthmover.Torch.Operators;

namespace Earthmover.Networks;

/// <summary>
/// A small classifier of pictures: 3 × 3 convolutions with maxima of 2 × 2 between, a layer of features, and the logits of the classes.
/// </summary>
public class PictureClassifier : Module
{
    private const int Smallest = 8; // longer side, pixels, to which pictures are halved

    private readonly Module _head;
    private readonly List<Module> _body;
    private readonly int _maps;

    /// <summary>A network with random weights from the stream <c>init</c>.</summary>
    /// <param name="shape">The pictures.</param>
    /// <param name="classes">Number of classes.</param>
    /// <param name="features">Length of a feature vector.</param>
    /// <param name="width">Channels of the first convolution; the second has twice as many, and so all others.</param>
    public PictureClassifier(ImageShape shape, int classes, int features = 128, int width = 32)
    {
        var (channels, h, w) = (shape.Channels, shape.Height, shape.Width);
        List<Module> layers = [];
        for (var level = 0; level == 0 || Math.Max(h, w) > Smallest && Math.Min(h, w) > 1; level++)
        {
            var next = level == 0 ? width : 2 * width;
            layers.AddRange([new Conv2d(channels, next, 3, padding: 1, initializer: Initializers.HeUniform), Activation.Relu(), Pool()]);
            (channels, h, w) = (next, h / 2, w / 2);
        }
        _maps = layers.Count;
        layers.AddRange([
            Shapes.Flatten(), new Dropout(0.4),
            new Linear(channels * h * w, features, initializer: Initializers.HeUniform), Activation.Relu()]);
        Add("body", new Sequential(layers));
        _body = layers;
        _head = Add("head", new Sequential([new Dropout(0.4), new Linear(features, classes)]));
    }

    private static Lambda Pool() => new Lambda(x => Op.MaxPool2d(x, [2, 2], [2, 2]), "nn.MaxPool2d(2)");

    /// <summary>What the last convolution sees.</summary>
    /// <param name="x">Pictures [N, C, H, W], values in [−1, 1].</param>
    /// <returns>[N, channels, rows, columns], not negative.</returns>
    public Tensor Maps(Tensor x) => Through(0, _maps, x);

    /// <summary>The features before their rectifier: one that is off still says how far.</summary>
    /// <param name="maps">Of <see cref="Maps"/>.</param>
    /// <returns>[N, features].</returns>
    public Tensor Codes(Tensor maps) => Through(_maps, _body.Count - 1, maps);

    /// <summary>Features of pictures.</summary>
    /// <param name="x">[N, C, H, W], values in [−1, 1].</param>
    /// <returns>[N, features], not negative.</returns>
    public Tensor Features(Tensor x) => Through(0, _body.Count, x);

    /// <summary>Logits of features.</summary>
    /// <param name="features">[N, features].</param>
    /// <returns>[N, classes].</returns>
    public Tensor Logits(Tensor features) => _head.Forward(features);

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor x) => Logits(Features(x));

    private Tensor Through(int first, int end, Tensor x)
    {
        using var scope = TensorScope.Open();
        return scope.Keep(_body.Skip(first).Take(end - first).Aggregate(x, (h, layer) => layer.Forward(h)));
    }
}
