using Earthmover.Torch.Operators;

namespace Earthmover.Torch;

// Shapes, types and places.
public sealed partial class Tensor
{
    /// <summary>The same elements in another shape; −1 stands for what is left.</summary>
    public Tensor Reshape(params ReadOnlySpan<long> shape) => Op.Reshape(this, shape);
    /// <summary>Joins all axes from <paramref name="start"/> on: [N, C, H, W] → [N, C·H·W].</summary>
    public Tensor Flatten(int start = 0) => Op.Flatten(this, start);
    /// <summary>Axes in another order.</summary>
    public Tensor Permute(params ReadOnlySpan<long> axes) => Op.Permute(this, axes);
    /// <summary>Two axes exchanged.</summary>
    public Tensor Transpose(long a, long b) => Op.Transpose(this, a, b);
    /// <summary>A new axis of length one.</summary>
    public Tensor Unsqueeze(long axis) => Op.Unsqueeze(this, axis);
    /// <summary>An axis of length one removed.</summary>
    public Tensor Squeeze(long axis) => Op.Squeeze(this, axis);
    /// <summary>Axes of length one repeated without copying; −1 keeps a length.</summary>
    public Tensor Expand(params ReadOnlySpan<long> shape) => Op.Expand(this, shape);
    /// <summary>Elements <paramref name="start"/> … <paramref name="start"/> + <paramref name="length"/> − 1 of an axis.</summary>
    public Tensor Narrow(long axis, long start, long length) => Op.Narrow(this, axis, start, length);
    /// <summary>One index of an axis; the axis goes.</summary>
    public Tensor Select(long axis, long index) => Op.Select(this, axis, index);
    /// <summary>Rows chosen by an index tensor [K] of Int64.</summary>
    public Tensor IndexSelect(long axis, Tensor index) => Op.IndexSelect(this, axis, index);
    /// <summary>Equal pieces of an axis.</summary>
    public Tensor[] Chunk(long pieces, long axis = 0) => Op.Chunk(this, pieces, axis);
    /// <summary>Tensors joined along an axis.</summary>
    public static Tensor Cat(ReadOnlySpan<Tensor> tensors, long axis = 0) => Op.Cat(tensors, axis);
    /// <summary>Tensors of one shape joined along a new axis.</summary>
    public static Tensor Stack(ReadOnlySpan<Tensor> tensors, long axis = 0) => Op.Stack(tensors, axis);
    /// <summary>A dense copy, or this tensor when it is dense already.</summary>
    public Tensor Contiguous(MemoryFormat format = MemoryFormat.Contiguous) => Op.Contiguous(this, format);
    /// <summary>A copy.</summary>
    public Tensor Clone() => Op.Clone(this);
    /// <summary>The same elements, cut off from the graph.</summary>
    public Tensor Detach() => Op.Detach(this);
    /// <summary>Overwrites the elements with those of another tensor, and returns this one.</summary>
    public Tensor CopyFrom(Tensor source) => Op.Copy_(this, source);
    /// <summary>Another element type.</summary>
    public Tensor To(DType type) => type == DType ? this : Op.To(this, type);
    /// <summary>On another device.</summary>
    public Tensor To(Device device) => device == Device ? this : Op.To(this, device, DType);
    /// <summary>The element type and device of another tensor.</summary>
    public Tensor Like(Tensor other) => To(other.DType).To(other.Device);
}
