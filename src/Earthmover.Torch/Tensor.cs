using Earthmover.Torch.Native;

namespace Earthmover.Torch;

/// <summary>
/// An n-dimensional array on a device. Made inside a <see cref="TensorScope"/>, which frees it; a <see cref="TensorOwner"/> keeps it
/// longer.
/// </summary>
public sealed unsafe partial class Tensor : IDisposable
{
    private static long s_live;
    private nint _handle;

    internal Tensor(nint handle)
    {
        _handle = handle;
        ScopeStack.OfThisThread.Register(this);
        Interlocked.Increment(ref s_live);
    }

    // Where the scope stack holds this tensor; -1 once it has left every scope.
    internal int Slot { get; set; } = -1;
    internal ScopeStack? Scopes { get; set; }
    // Depth of the scope that this tensor was kept for.
    internal int SurvivesTo { get; set; } = int.MaxValue;

    /// <summary>
    /// Computed by <see cref="Runtime.Exactly"/>, and to be differentiated so too. Says nothing of what is computed from it.
    /// </summary>
    public bool IsExact { get; internal set; }

    /// <summary>Tensors of this process that have not been freed.</summary>
    public static long LiveCount => Interlocked.Read(ref s_live);

    internal nint Handle => _handle != 0
        ? _handle
        : throw new ObjectDisposedException(nameof(Tensor),
            "this tensor was freed when its TensorScope closed; Keep it, or give it to a TensorOwner");

    /// <summary>True after the tensor was freed.</summary>
    public bool IsDisposed => _handle == 0;

    /// <summary>Lengths of the axes.</summary>
    public long[] Shape
    {
        get
        {
            var info = Info;
            var sizes = new long[info.Rank];
            fixed (long* p = sizes)
                NativeMethods.Check(NativeMethods.em_tensor_shape(Handle, p, null), "reading a shape");
            return sizes;
        }
    }

    /// <summary>Length of one axis; negative numbers count from the end.</summary>
    public long Size(int axis)
    {
        var shape = Shape;
        return shape[axis < 0 ? axis + shape.Length : axis];
    }

    /// <summary>Number of axes.</summary>
    public int Rank => Info.Rank;

    /// <summary>Number of elements.</summary>
    public long ElementCount => Info.ElementCount;

    /// <summary>Element type.</summary>
    public DType DType => (DType)Info.DType;

    /// <summary>Where the elements are.</summary>
    public Device Device => Device.Unpack(Info.Device);

    /// <summary>True when operations on this tensor are recorded for differentiation.</summary>
    public bool RequiresGrad => (Info.Flags & 1) != 0;

    /// <summary>True when rows of the last axis are dense and in order.</summary>
    public bool IsContiguous => (Info.Flags & 4) != 0;

    /// <summary>True for a batch of images whose channels are dense.</summary>
    public bool IsChannelsLast => (Info.Flags & 8) != 0;

    private TensorInfo Info
    {
        get
        {
            NativeMethods.Check(NativeMethods.em_tensor_info(Handle, out var info), "describing a tensor");
            return info;
        }
    }

    /// <summary>Marks this tensor as one to differentiate with respect to, and returns it.</summary>
    public Tensor RequireGrad(bool value = true)
    {
        NativeMethods.Check(NativeMethods.em_requires_grad_set(Handle, value ? 1 : 0), "requiring a gradient");
        return this;
    }

    /// <summary>Another object for the same tensor, owned by the innermost scope.</summary>
    public Tensor Alias() => new(AliasHandle());

    internal nint AliasHandle()
    {
        NativeMethods.Check(NativeMethods.em_tensor_alias(Handle, out var alias), "aliasing a tensor");
        return alias;
    }

    internal static Tensor AliasOf(nint handle)
    {
        NativeMethods.Check(NativeMethods.em_tensor_alias(handle, out var alias), "aliasing a tensor");
        return new(alias);
    }

    internal void LeaveScope()
    {
        ObjectDisposedException.ThrowIf(IsDisposed, this);
        Scopes?.Forget(this);
    }

    /// <summary>
    /// Says that this thread's stream reads a tensor that another's has made: the device does not give its memory away before.
    /// </summary>
    public void UsedHere() => NativeMethods.Check(NativeMethods.em_tensor_used_here(Handle), "using a tensor on this stream");

    /// <summary>Frees the tensor now; its scope then has nothing left to do.</summary>
    public void Dispose()
    {
        if (_handle == 0)
            return;
        Scopes?.Forget(this);
        Free();
    }

    internal void Free()
    {
        _ = NativeMethods.em_tensor_free(_handle);
        _handle = 0;
        Interlocked.Decrement(ref s_live);
    }

    /// <inheritdoc/>
    public override string ToString() => IsDisposed ? "freed tensor" : $"{DType}[{string.Join(", ", Shape)}] on {Device}";
}
