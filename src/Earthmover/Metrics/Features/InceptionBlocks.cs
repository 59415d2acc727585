using Earthmover.Nn;
using Earthmover.Torch;
using Earthmover.Torch.Operators;

namespace Earthmover.Metrics.Features;

/// <summary>
/// Convolution, normalization with fixed statistics (ε = 0.001), rectifier. Its tensors have the names of the usual weight files.
/// </summary>
/// <remarks>It calls LibTorch's convolution directly: a metric takes the same route on every machine rather than the fastest.</remarks>
internal sealed class InceptionUnit : Module
{
    private readonly Parameter _weight, _gain, _bias;
    private readonly Nn.Buffer _mean, _variance;
    private readonly long _stride;
    private readonly long[] _padding;

    public InceptionUnit(int inputs, int outputs, (int Height, int Width) window, int stride = 1, (int Height, int Width) padding = default)
    {
        using var scope = TensorScope.Open();
        (_stride, _padding) = (stride, [padding.Height, padding.Width]);
        _weight = AddParameter("conv.weight", Tensor.Zeros([outputs, inputs, window.Height, window.Width]));
        _gain = AddParameter("bn.weight", Tensor.Ones([outputs]));
        _bias = AddParameter("bn.bias", Tensor.Zeros([outputs]));
        _mean = AddBuffer("bn.running_mean", Tensor.Zeros([outputs]));
        _variance = AddBuffer("bn.running_var", Tensor.Ones([outputs]));
    }

    public InceptionUnit(int inputs, int outputs, int window, int stride = 1, int padding = 0)
        : this(inputs, outputs, (window, window), stride, (padding, padding))
    {
    }

    protected override Tensor Compute(Tensor x) =>
        Op.BatchNorm(Op.Conv2d(x, _weight.Value, null, [_stride, _stride], _padding), _gain.Value, _bias.Value,
            _mean.Value, _variance.Value, false, 0, 0.001, cudnn_enabled: true).Relu();
}

/// <summary>
/// Parallel branches whose channels are joined. The pooling is TensorFlow's: a mean at the margin counts only pixels of the picture.
/// </summary>
internal abstract class InceptionBlock : Module
{
    private protected static Tensor Mean3(Tensor x) => Op.AvgPool2d(x, [3, 3], [1, 1], [1, 1], ceil_mode: false, count_include_pad: false);

    private protected static Tensor Largest3(Tensor x) => Op.MaxPool2d(x, [3, 3], [1, 1], [1, 1]);

    private protected static Tensor Halved(Tensor x) => Op.MaxPool2d(x, [3, 3], [2, 2]);

    private protected static Tensor Through(Tensor x, params ReadOnlySpan<Module> units)
    {
        foreach (var unit in units)
            x = unit.Forward(x);
        return x;
    }

    private protected static Tensor Joined(params ReadOnlySpan<Tensor> branches) => Tensor.Cat(branches, 1);
}

/// <summary>Mixed_5b, 5c, 5d: windows of 1, 5 and twice 3.</summary>
internal sealed class InceptionA : InceptionBlock
{
    private readonly Module _one, _five1, _five2, _three1, _three2, _three3, _pool;

    public InceptionA(int inputs, int pooled)
    {
        _one = Add("branch1x1", new InceptionUnit(inputs, 64, 1));
        _five1 = Add("branch5x5_1", new InceptionUnit(inputs, 48, 1));
        _five2 = Add("branch5x5_2", new InceptionUnit(48, 64, 5, padding: 2));
        _three1 = Add("branch3x3dbl_1", new InceptionUnit(inputs, 64, 1));
        _three2 = Add("branch3x3dbl_2", new InceptionUnit(64, 96, 3, padding: 1));
        _three3 = Add("branch3x3dbl_3", new InceptionUnit(96, 96, 3, padding: 1));
        _pool = Add("branch_pool", new InceptionUnit(inputs, pooled, 1));
    }

    protected override Tensor Compute(Tensor x) =>
        Joined(Through(x, _one), Through(x, _five1, _five2), Through(x, _three1, _three2, _three3), Through(Mean3(x), _pool));
}

/// <summary>Mixed_6a: half the side.</summary>
internal sealed class InceptionB : InceptionBlock
{
    private readonly Module _three, _double1, _double2, _double3;

    public InceptionB(int inputs)
    {
        _three = Add("branch3x3", new InceptionUnit(inputs, 384, 3, 2));
        _double1 = Add("branch3x3dbl_1", new InceptionUnit(inputs, 64, 1));
        _double2 = Add("branch3x3dbl_2", new InceptionUnit(64, 96, 3, padding: 1));
        _double3 = Add("branch3x3dbl_3", new InceptionUnit(96, 96, 3, 2));
    }

    protected override Tensor Compute(Tensor x) => Joined(Through(x, _three), Through(x, _double1, _double2, _double3), Halved(x));
}

/// <summary>Mixed_6b to 6e: windows of 7 taken apart into rows and columns.</summary>
internal sealed class InceptionC : InceptionBlock
{
    private readonly Module _one, _pool;
    private readonly Module[] _seven, _double;

    public InceptionC(int inputs, int width)
    {
        InceptionUnit Row(int from, int to) => new(from, to, (1, 7), padding: (0, 3));
        InceptionUnit Column(int from, int to) => new(from, to, (7, 1), padding: (3, 0));
        _one = Add("branch1x1", new InceptionUnit(inputs, 192, 1));
        _seven = [
            Add("branch7x7_1", new InceptionUnit(inputs, width, 1)),
            Add("branch7x7_2", Row(width, width)), Add("branch7x7_3", Column(width, 192))];
        _double = [
            Add("branch7x7dbl_1", new InceptionUnit(inputs, width, 1)),
            Add("branch7x7dbl_2", Column(width, width)), Add("branch7x7dbl_3", Row(width, width)),
            Add("branch7x7dbl_4", Column(width, width)), Add("branch7x7dbl_5", Row(width, 192))];
        _pool = Add("branch_pool", new InceptionUnit(inputs, 192, 1));
    }

    protected override Tensor Compute(Tensor x) =>
        Joined(Through(x, _one), Through(x, _seven), Through(x, _double), Through(Mean3(x), _pool));
}

/// <summary>Mixed_7a: half the side.</summary>
internal sealed class InceptionD : InceptionBlock
{
    private readonly Module[] _three, _seven;

    public InceptionD(int inputs)
    {
        _three = [Add("branch3x3_1", new InceptionUnit(inputs, 192, 1)), Add("branch3x3_2", new InceptionUnit(192, 320, 3, 2))];
        _seven = [
            Add("branch7x7x3_1", new InceptionUnit(inputs, 192, 1)),
            Add("branch7x7x3_2", new InceptionUnit(192, 192, (1, 7), padding: (0, 3))),
            Add("branch7x7x3_3", new InceptionUnit(192, 192, (7, 1), padding: (3, 0))),
            Add("branch7x7x3_4", new InceptionUnit(192, 192, 3, 2))];
    }

    protected override Tensor Compute(Tensor x) => Joined(Through(x, _three), Through(x, _seven), Halved(x));
}

/// <summary>
/// Mixed_7b and 7c. In the last block the pooling is a maximum, a slip of the original network that its weights were trained with.
/// </summary>
internal sealed class InceptionE : InceptionBlock
{
    private readonly Module _one, _three, _threeRow, _threeColumn, _double1, _double2, _doubleRow, _doubleColumn, _pool;
    private readonly bool _largest;

    public InceptionE(int inputs, bool largest)
    {
        InceptionUnit Row() => new(384, 384, (1, 3), padding: (0, 1));
        InceptionUnit Column() => new(384, 384, (3, 1), padding: (1, 0));
        _largest = largest;
        _one = Add("branch1x1", new InceptionUnit(inputs, 320, 1));
        _three = Add("branch3x3_1", new InceptionUnit(inputs, 384, 1));
        _threeRow = Add("branch3x3_2a", Row());
        _threeColumn = Add("branch3x3_2b", Column());
        _double1 = Add("branch3x3dbl_1", new InceptionUnit(inputs, 448, 1));
        _double2 = Add("branch3x3dbl_2", new InceptionUnit(448, 384, 3, padding: 1));
        _doubleRow = Add("branch3x3dbl_3a", Row());
        _doubleColumn = Add("branch3x3dbl_3b", Column());
        _pool = Add("branch_pool", new InceptionUnit(inputs, 192, 1));
    }

    protected override Tensor Compute(Tensor x)
    {
        Tensor three = Through(x, _three), twice = Through(x, _double1, _double2);
        return Joined(Through(x, _one), Through(three, _threeRow), Through(three, _threeColumn),
            Through(twice, _doubleRow), Through(twice, _doubleColumn),
            Through(_largest ? Largest3(x) : Mean3(x), _pool));
    }
}
