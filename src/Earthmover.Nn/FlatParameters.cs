using System.Numerics;
using Earthmover.Torch;
using Earthmover.Torch.Operators;

namespace Earthmover.Nn;

/// <summary>
/// A network's parameters as views into one buffer, and a second buffer of the same layout for their gradients: an optimizer, an average, a
/// clip or a check is one pass over it.
/// </summary>
public sealed class FlatParameters : IDisposable
{
    private readonly TensorOwner _owner = new();
    private readonly Tensor[] _gradientViews;
    private readonly long[] _offsets;
    private int[] _frozen = [], _learned;

    internal FlatParameters(Module network)
    {
        Entries = [.. network.Parameters().Select(p => (p.Path, p.Parameter))];
        Leaves = new Tensor[Entries.Count];
        _gradientViews = new Tensor[Entries.Count];
        _offsets = new long[Entries.Count];
        using var scope = TensorScope.Open();
        using var pause = Autograd.Pause();
        // Every parameter starts on a cache line; the gaps are zero and stay zero.
        static long Padded(long count) => (count + 15) / 16 * 16;
        var (device, type) = Entries.Count == 0
            ? (Device.Cpu, DType.Float32)
            : (Entries[0].Parameter.Value.Device, Entries[0].Parameter.Value.DType);
        Values = _owner.Adopt(Tensor.Zeros([Entries.Sum(e => Padded(e.Parameter.Value.ElementCount))], type, device));
        Gradients = _owner.Adopt(Op.ZerosLike(Values));
        long offset = 0;
        for (var i = 0; i < Entries.Count; i++)
        {
            var parameter = Entries[i].Parameter;
            _offsets[i] = offset;
            offset += Padded(parameter.Value.ElementCount);
            // A detached view is a leaf of the graph that shares the buffer's memory.
            var view = Part(Values, i).Detach();
            view.CopyFrom(parameter.Value);
            _gradientViews[i] = _owner.Adopt(Part(Gradients, i));
            Leaves[i] = _owner.Adopt(view).RequireGrad();
            parameter.Value.Dispose(); // its module's owner then has nothing left to free
            parameter.Value = view;
        }
        (Learned, _learned) = (Leaves, [.. Enumerable.Range(0, Entries.Count)]);
    }

    /// <summary>Paths and parameters in the order of the buffer.</summary>
    public IReadOnlyList<(string Path, Parameter Parameter)> Entries { get; }

    /// <summary>The parameters as leaves of the graph, views into <see cref="Values"/>.</summary>
    public Tensor[] Leaves { get; }

    /// <summary>Those of <see cref="Leaves"/> that learn: all, unless some were frozen.</summary>
    public Tensor[] Learned { get; private set; }

    /// <summary>Keeps some parameters as they are from now on: they have no gradients, and no optimizer moves them.</summary>
    /// <param name="entries">Their places among <see cref="Entries"/>.</param>
    public void Freeze(IEnumerable<int> entries)
    {
        _frozen = [.. entries];
        _learned = [.. Enumerable.Range(0, Entries.Count).Except(_frozen)];
        Learned = [.. _learned.Select(i => Leaves[i])];
    }

    /// <summary>Changes the parameters, but those that are frozen.</summary>
    internal void Move(Action change)
    {
        // Of the parameters as they are now: others may have been put in place since they were frozen. Weight decay moves without a
        // gradient.
        var kept = Array.ConvertAll(_frozen, i => Leaves[i].Detach().Clone());
        change();
        for (var i = 0; i < kept.Length; i++)
            Leaves[_frozen[i]].Detach().CopyFrom(kept[i]);
    }

    /// <summary>All parameters [P].</summary>
    public Tensor Values { get; }

    /// <summary>All gradients [P], as last written by <see cref="WriteGradients"/>.</summary>
    public Tensor Gradients { get; }

    /// <summary>The part of a buffer of this layout [P] that belongs to one entry, as a view of the parameter's shape.</summary>
    public Tensor Part(Tensor buffer, int entry)
    {
        var parameter = Entries[entry].Parameter.Value;
        return buffer.Narrow(0, _offsets[entry], parameter.ElementCount).Reshape(parameter.Shape);
    }

    /// <summary>Lays the gradients of <see cref="Learned"/> into the flat buffer; an absent one is zero.</summary>
    public void WriteGradients(ReadOnlySpan<Tensor?> gradients)
    {
        using var pause = Autograd.Pause();
        for (var i = 0; i < gradients.Length; i++)
            if (gradients[i] is { } gradient)
                _gradientViews[_learned[i]].CopyFrom(gradient);
            else
                Op.Zero_(_gradientViews[_learned[i]]);
    }

    /// <summary>Sum of the squared gradients: NaN or infinite as soon as one gradient is. Waits for the device.</summary>
    public double SquaredGradientNorm()
    {
        if (Gradients.DType == DType.Float32 && !Gradients.Device.IsCuda)
            return SumOfSquares(Gradients.AsSpan<float>());
        using var scope = TensorScope.Open();
        return Gradients.Square().Sum().Item();
    }

    private static double SumOfSquares(ReadOnlySpan<float> values)
    {
        var (a, b) = (Vector<float>.Zero, Vector<float>.Zero);
        var width = Vector<float>.Count;
        var i = 0;
        for (; i <= values.Length - 2 * width; i += 2 * width)
        {
            Vector<float> x = new(values[i..]), y = new(values[(i + width)..]);
            a += x * x;
            b += y * y;
        }
        double sum = Vector.Sum(a + b);
        for (; i < values.Length; i++)
            sum += values[i] * values[i];
        return sum;
    }

    /// <summary>Path of the first parameter whose gradient is NaN or infinite, or null.</summary>
    public string? FirstNotFinite()
    {
        for (var i = 0; i < Entries.Count; i++)
        {
            using var scope = TensorScope.Open();
            if (!double.IsFinite(_gradientViews[i].Square().Sum().Item()))
                return Entries[i].Path;
        }
        return null;
    }

    /// <inheritdoc/>
    public void Dispose() => _owner.Dispose();
}
