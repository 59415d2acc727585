using Earthmover.Torch.Tracing;

namespace Earthmover.Export;

/// <summary>An operator of a <see cref="FreeTrace"/>.</summary>
/// <param name="Name">Name and overload, e.g. <c>add.Tensor</c>.</param>
/// <param name="Arguments">
/// As in <see cref="TracedOperator.Arguments"/>, with <see cref="Extent"/> in the place of every <c>long</c>.
/// </param>
/// <param name="Results">What it makes.</param>
internal sealed record FreeOperator(string Name, IReadOnlyList<object?> Arguments, IReadOnlyList<TracedTensor> Results);

/// <summary>
/// A trace for any number of samples, found from two with different numbers of them: what differs must be that number or a multiple.
/// </summary>
internal sealed class FreeTrace
{
    private readonly long _a, _b;
    private readonly Dictionary<TracedTensor, TracedTensor> _pairs = [];
    private readonly Dictionary<TracedTensor, Extent[]> _shapes = [];

    private FreeTrace(OperatorTrace a, OperatorTrace b)
    {
        (_a, _b) = (a.Inputs[0].Shape[0], b.Inputs[0].Shape[0]);
        (Inputs, Result) = (a.Inputs, a.Result);
        foreach (var (x, y) in a.Inputs.Zip(b.Inputs))
            Pair(x, y);
        if (a.Operators.Count != b.Operators.Count)
            throw new ExportException("it calls other operators for other numbers of samples");
        Operators = [.. a.Operators.Zip(b.Operators, Free)];
        if (a.Result.Values is not null)
            throw new ExportException("what it makes does not depend on its inputs");
    }

    public IReadOnlyList<TracedTensor> Inputs { get; }

    public IReadOnlyList<FreeOperator> Operators { get; }

    public TracedTensor Result { get; }

    /// <summary>The lengths of a tensor's axes.</summary>
    public IReadOnlyList<Extent> ShapeOf(TracedTensor tensor) => _shapes[tensor];

    /// <summary>A trace for any number of samples.</summary>
    /// <param name="a">With so many samples, the first axis of every input.</param>
    /// <param name="b">The same with another number of them.</param>
    /// <exception cref="ExportException">Something else changes with that number.</exception>
    public static FreeTrace Of(OperatorTrace a, OperatorTrace b) => new(a, b);

    private FreeOperator Free(TracedOperator a, TracedOperator b)
    {
        if (a.FullName != b.FullName || a.Results.Count != b.Results.Count)
            throw new ExportException($"for another number of samples it calls {b.FullName} instead of {a.FullName}");
        var arguments = a.Arguments.Zip(b.Arguments, (x, y) => Free(a.FullName, x, y)).ToList();
        foreach (var (x, y) in a.Results.Zip(b.Results))
            Pair(x, y);
        return new(a.FullName, arguments, a.Results);
    }

    private object? Free(string name, object? a, object? b)
    {
        Exception Refusal() => new ExportException(
            $"what it gives the operator {name} changes with the number of samples in a way that no graph has");
        switch (a, b)
        {
            case (long x, long y):
                return Extent.Of(x, y, _a, _b) ?? throw Refusal();
            case (long[] x, long[] y) when x.Length == y.Length:
                return x.Zip(y, (m, n) => Extent.Of(m, n, _a, _b) ?? throw Refusal()).ToArray();
            case (TracedTensor x, TracedTensor y):
                Pair(x, y);
                return x;
            case (TracedTensor?[] x, TracedTensor?[] y) when x.Length == y.Length:
                foreach (var (m, n) in x.Zip(y))
                    if (m is not null && n is not null)
                        Pair(m, n);
                return x;
            case (double[] x, double[] y) when x.SequenceEqual(y):
                return x;
            default:
                return Equals(a, b) ? a : throw Refusal();
        }
    }

    // The first meeting says which tensor of the other trace a tensor is; later ones have to agree.
    private void Pair(TracedTensor a, TracedTensor b)
    {
        if (_pairs.TryGetValue(a, out var known))
        {
            if (known != b)
                throw new ExportException("for another number of samples it joins its operators in another way");
            return;
        }
        if (a.Type != b.Type || a.Shape.Count != b.Shape.Count || (a.Values is null) != (b.Values is null))
            throw new ExportException("for another number of samples its tensors are of another kind");
        _pairs[a] = b;
        _shapes[a] = [.. a.Shape.Zip(b.Shape, (m, n) => Extent.Of(m, n, _a, _b)
            ?? throw new ExportException("an axis of its tensors is no multiple of the number of samples"))];
        if (a.Values is not null && !IsSame(a, b))
            throw new ExportException("it has a constant that changes with the number of samples");
    }

    // Equal, or the same row for every sample.
    private bool IsSame(TracedTensor a, TracedTensor b)
    {
        if (a.Values!.AsSpan().SequenceEqual(b.Values))
            return true;
        if (!IsRepeated(a) || a.Shape.Skip(1).SequenceEqual(b.Shape.Skip(1)) == false)
            return false;
        var row = Row(a);
        return Rows(a).Concat(Rows(b)).All(one => one.AsSpan().SequenceEqual(row));
    }

    /// <summary>Whether a constant is one row, repeated for every sample.</summary>
    public bool IsRepeated(TracedTensor constant) =>
        constant.Values is not null && _shapes[constant] is [{ IsPerSample: true, Value: 1 }, ..];

    /// <summary>The row of a repeated constant.</summary>
    public static byte[] Row(TracedTensor constant) => Rows(constant).First();

    private static IEnumerable<byte[]> Rows(TracedTensor constant) =>
        constant.Values!.Chunk(Math.Max(1, constant.Values!.Length / (int)constant.Shape[0]));
}
