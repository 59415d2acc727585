using Earthmover.Torch;
using Earthmover.Torch.Kernels;
using Earthmover.Torch.Operators;

namespace Earthmover.Nn.Layers;

/// <summary>
/// Minibatch discrimination (arXiv:1606.03498, section 3.2): beside each sample's features, how near the other samples of its batch are.
/// [N, A] → [N, A + B].
/// </summary>
/// <remarks>
/// M_i = f(x_i) T is a B × C matrix; o(x_i)_b = Σ_{j ≠ i} exp(−‖M_{i,b} − M_{j,b}‖₁). The columns of T have a learned length, 1 at first.
/// Outside of training samples are seen in blocks of as many as a batch had, whatever number is asked for: o grows with the others.
/// </remarks>
public sealed class MinibatchDiscrimination : Module
{
    private readonly Parameter _weight, _logLength;
    private readonly Buffer _rows; // of the last batch of training []
    private readonly int _kernels, _size;

    /// <summary>A layer with B kernels.</summary>
    /// <param name="features">A, numbers of a sample.</param>
    /// <param name="kernels">B, nearnesses of a sample.</param>
    /// <param name="size">C, coordinates in which each is taken.</param>
    public MinibatchDiscrimination(int features, int kernels = 100, int size = 5)
    {
        using var scope = TensorScope.Open();
        (_kernels, _size) = (kernels, size);
        var columns = kernels * size;
        _weight = AddParameter("weight", Initializers.Normal(1 / Math.Sqrt(features))([features, columns], features, columns));
        _rows = AddBuffer("rows", Initializers.Constant(0)([], features, columns));
        _logLength = AddParameter("log_length", Initializers.Constant(0)([columns], features, columns));
    }

    /// <inheritdoc/>
    public override bool CouplesBatch => true;

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor x)
    {
        var n = x.Size(0);
        if (IsTraining)
        {
            using var pause = Autograd.Pause();
            _rows.Value.CopyFrom(Tensor.Ones([]).Like(_rows.Value) * (n * WholeBatch.Count));
        }
        var rows = IsTraining ? n : (long)_rows.Value.Item();
        if (rows == n || rows == 0)
            return Tensor.Cat([x, Nearness(x)], 1);
        if (n < rows)
            return Tensor.Cat([x, Nearness(x) * ((rows - 1.0) / Math.Max(1, n - 1))], 1);
        // The last block reaches back, so that it is whole.
        var near = new List<Tensor>();
        for (long from = 0; from < n; from += rows)
        {
            var begin = Math.Min(from, n - rows);
            near.Add(Nearness(x.Narrow(0, begin, rows)).Narrow(0, from - begin, rows - (from - begin)));
        }
        return Tensor.Cat([x, Tensor.Cat([.. near])], 1);
    }

    // o of every sample, beside the others of its block [N, B].
    private Tensor Nearness(Tensor x)
    {
        var unit = _weight.Value / (_weight.Value.Square().Sum([0], keep: true) + 1e-12).Sqrt();
        var m = Op.Matmul(x, unit * _logLength.Value.Exp()).Reshape(-1, _kernels, _size);               // [N, B, C]
        var others = IsTraining ? WholeBatch.Gather(m) : m;
        return Kernel.Nearness(m, others) - 1;                                                           // less that to itself
    }
}

/// <summary>
/// Minibatch deviation (arXiv:1710.10196, section 3): beside each sample's features, how much features differ in its batch.
/// [N, A] → [N, A + 1].
/// </summary>
/// <remarks>
/// One number for the whole batch, or for each group: the mean over features of the root of their variance + 1e-8. Groups are of samples
/// that follow each other; a last one that is not full reaches back. Outside of training a layer with groups gives every sample the mean
/// of the groups that it was trained with, so that a sample is judged alike in any company.
/// </remarks>
public sealed class MinibatchDeviation : Module
{
    private const double Decay = 0.99;

    private readonly int _group;
    private readonly Buffer? _usual; // mean of the groups' numbers []

    /// <summary>A layer.</summary>
    /// <param name="group">Samples of a group; 0 for all of the batch.</param>
    public MinibatchDeviation(int group = 0)
    {
        if (group is not 0 and < 2)
            throw new ArgumentOutOfRangeException(nameof(group), group, "a group has two samples or more, or is the batch (0)");
        using var scope = TensorScope.Open();
        _group = group;
        _usual = group == 0 ? null : AddBuffer("usual", Initializers.Constant(0)([], 1, 1));
    }

    /// <inheritdoc/>
    public override bool CouplesBatch => true;

    /// <inheritdoc/>
    public override bool CouplesInGroups => _group > 0;

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor x)
    {
        if (_usual is null)
        {
            var mean = WholeBatch.Average(x.Mean([0], keep: true));
            var deviation = (WholeBatch.Average((x - mean).Square().Mean([0])) + 1e-8).Sqrt().Mean();
            return Tensor.Cat([x, deviation.Reshape(1, 1).Expand([x.Size(0), 1])], 1);
        }
        return Tensor.Cat([x, IsTraining ? Grouped(x) : _usual.Value.Reshape(1, 1).Expand([x.Size(0), 1]).Like(x)], 1);
    }

    private Tensor Grouped(Tensor x)
    {
        var (n, size) = (x.Size(0), Math.Min(_group, x.Size(0)));
        var whole = n / size * size;
        var numbers = Deviations(x.Narrow(0, 0, whole), size);
        if (whole < n)
            numbers = Tensor.Cat([numbers, Deviations(x.Narrow(0, n - size, size), size).Narrow(0, 0, n - whole)]);
        using var pause = Autograd.Pause();
        var usual = _usual!.Value;
        usual.CopyFrom(usual * Decay + WholeBatch.Average(numbers.Detach().Mean()).Like(usual) * (1 - Decay));
        return numbers;
    }

    // One for each sample [N, 1].
    private static Tensor Deviations(Tensor x, long size)
    {
        var groups = x.Reshape(-1, size, x.Size(1));
        var apart = groups - groups.Mean([1], keep: true);
        var deviation = (apart.Square().Mean([1]) + 1e-8).Sqrt().Mean([1], keep: true);       // [N / size, 1]
        return deviation.Expand([groups.Size(0), size]).Reshape(-1, 1);
    }
}
