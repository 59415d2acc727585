using Earthmover.Nn;
using Earthmover.Torch;
using Earthmover.Torch.Operators;

namespace Earthmover.Metrics.Features;

/// <summary>
/// Inception-v3 (arXiv:1512.00567) in the variant that FID is defined by: the network of 2015-12-05 with 1008 classes and TensorFlow's
/// pooling. Its weights come from the user's file.
/// </summary>
/// <remarks>
/// torchvision's Inception is another network: its means at the margin count zeros, and its last block pools by the mean. FIDs of the two
/// differ.
/// </remarks>
public sealed class Inception : Module
{
    /// <summary>Length of a feature vector.</summary>
    public const int FeatureCount = 2048;

    /// <summary>Number of logits.</summary>
    public const int ClassCount = 1008;

    private readonly List<(string Name, Func<Tensor, Tensor> Apply)> _blocks = [];
    private readonly Parameter _head;

    /// <summary>A network whose convolutions are zero until weights are loaded.</summary>
    public Inception()
    {
        using var scope = TensorScope.Open();
        Block("Conv2d_1a_3x3", new InceptionUnit(3, 32, 3, 2));
        Block("Conv2d_2a_3x3", new InceptionUnit(32, 32, 3));
        Block("Conv2d_2b_3x3", new InceptionUnit(32, 64, 3, padding: 1));
        _blocks.Add(("maxpool1", Pool));
        Block("Conv2d_3b_1x1", new InceptionUnit(64, 80, 1));
        Block("Conv2d_4a_3x3", new InceptionUnit(80, 192, 3));
        _blocks.Add(("maxpool2", Pool));
        Block("Mixed_5b", new InceptionA(192, 32));
        Block("Mixed_5c", new InceptionA(256, 64));
        Block("Mixed_5d", new InceptionA(288, 64));
        Block("Mixed_6a", new InceptionB(288));
        Block("Mixed_6b", new InceptionC(768, 128));
        Block("Mixed_6c", new InceptionC(768, 160));
        Block("Mixed_6d", new InceptionC(768, 160));
        Block("Mixed_6e", new InceptionC(768, 192));
        Block("Mixed_7a", new InceptionD(768));
        Block("Mixed_7b", new InceptionE(1280, largest: false));
        Block("Mixed_7c", new InceptionE(2048, largest: true));
        _blocks.Add(("avgpool", x => x.Mean([2, 3])));
        _head = AddParameter("fc.weight", Tensor.Zeros([ClassCount, FeatureCount]));
        SetTraining(false);
    }

    /// <summary>What every block makes of pictures, by name.</summary>
    /// <param name="x">[N, 3, H, W], values in [−1, 1], at least 75 pixels a side.</param>
    /// <param name="seen">Called after each block.</param>
    /// <returns>Features [N, 2048].</returns>
    public Tensor Features(Tensor x, Action<string, Tensor>? seen = null)
    {
        using var scope = TensorScope.Open();
        foreach (var (name, apply) in _blocks)
        {
            x = apply(x);
            seen?.Invoke(name, x);
        }
        return scope.Keep(x);
    }

    /// <summary>Logits of features, without bias as the inception score wants them.</summary>
    /// <param name="features">[N, 2048].</param>
    /// <returns>[N, 1008].</returns>
    public Tensor Logits(Tensor features) => features.MatMul(_head.Value.Transpose(0, 1));

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor x) => Features(x);

    private void Block(string name, Module module)
    {
        Add(name, module);
        _blocks.Add((name, module.Forward));
    }

    private static Tensor Pool(Tensor x) => Op.MaxPool2d(x, [3, 3], [2, 2]);
}
