using Earthmover.Torch.Native;
using Earthmover.Torch.Operators;
using Earthmover.Torch.Tracing;

namespace Earthmover.Torch;

// Elements in and out, and tensors made from nothing.
public sealed unsafe partial class Tensor
{
    private const string ToHost = "copying a tensor to the host";

    /// <summary>Copies elements, in row order, into a new tensor.</summary>
    /// <exception cref="ArgumentException">The shape does not hold as many elements.</exception>
    public static Tensor From<T>(ReadOnlySpan<T> values, ReadOnlySpan<long> shape, Device? device = null) where T : unmanaged
    {
        long count = 1;
        foreach (var size in shape)
            count *= size;
        if (count != values.Length)
            throw new ArgumentException($"shape [{string.Join(", ", shape.ToArray())}] holds {count} elements, "
                + $"not {values.Length}", nameof(shape));
        fixed (T* data = values)
        fixed (long* sizes = shape)
        {
            var (type, place) = ((int)DTypes.Of<T>(), (device ?? Device.Cpu).Packed);
            var status = NativeMethods.em_tensor_from_host(data, sizes, shape.Length, type, place, out var handle);
            NativeMethods.Check(status, "copying elements into a tensor");
            return new(handle);
        }
    }

    /// <summary>Copies elements into a vector [N].</summary>
    public static Tensor From<T>(ReadOnlySpan<T> values, long length) where T : unmanaged => From(values, [length]);

    /// <summary>A number as a tensor without axes.</summary>
    public static Tensor Of(double value, DType type = DType.Float32, Device? device = null) =>
        Op.Full([], value, dtype: type, device: device ?? Device.Cpu);

    /// <summary>Zeros.</summary>
    public static Tensor Zeros(ReadOnlySpan<long> shape, DType type = DType.Float32, Device? device = null) =>
        Op.Zeros(shape, dtype: type, device: device ?? Device.Cpu);

    /// <summary>Ones.</summary>
    public static Tensor Ones(ReadOnlySpan<long> shape, DType type = DType.Float32, Device? device = null) =>
        Op.Ones(shape, dtype: type, device: device ?? Device.Cpu);

    /// <summary>Elements that have not been set.</summary>
    public static Tensor Empty(ReadOnlySpan<long> shape, DType type = DType.Float32, Device? device = null) =>
        Op.Empty(shape, dtype: type, device: device ?? Device.Cpu);

    /// <summary>Independent N(0, 1) numbers from a named generator.</summary>
    public static Tensor Normal(ReadOnlySpan<long> shape, RandomGenerator from, DType type = DType.Float32) =>
        Op.Normal_(Empty(shape, type, from.Device), 0, 1, from);

    /// <summary>Independent numbers, uniform on [low, high), from a named generator.</summary>
    public static Tensor Uniform(ReadOnlySpan<long> shape, RandomGenerator from,
        double low = 0, double high = 1, DType type = DType.Float32) =>
        Op.Uniform_(Empty(shape, type, from.Device), low, high, from);

    /// <summary>Independent integers from 0 to <paramref name="count"/> − 1, as Int64.</summary>
    public static Tensor Integers(ReadOnlySpan<long> shape, long count, RandomGenerator from) =>
        Op.Random_(Empty(shape, DType.Int64, from.Device), 0, count, from);

    /// <summary>The elements in row order; waits for the device.</summary>
    public T[] ToArray<T>() where T : unmanaged
    {
        if (DTypes.Of<T>() != DType)
            throw new InvalidOperationException($"a tensor of {DType} does not hold {typeof(T).Name}");
        RefuseToShow();
        var values = new T[ElementCount];
        fixed (T* p = values)
            NativeMethods.Check(NativeMethods.em_tensor_to_host(Handle, p, values.Length * (long)sizeof(T)), ToHost);
        return values;
    }

    /// <summary>The elements as bytes in row order, whatever their type.</summary>
    public byte[] ToBytes()
    {
        RefuseToShow();
        var values = new byte[ElementCount * DType.Size()];
        fixed (byte* p = values)
            NativeMethods.Check(NativeMethods.em_tensor_to_host(Handle, p, values.Length), ToHost);
        return values;
    }

    /// <summary>A tensor from bytes in row order.</summary>
    public static Tensor FromBytes(ReadOnlySpan<byte> bytes, ReadOnlySpan<long> shape, DType type, Device? device = null)
    {
        long count = type.Size();
        foreach (var size in shape)
            count *= size;
        if (count != bytes.Length)
            throw new ArgumentException($"shape [{string.Join(", ", shape.ToArray())}] of {type} takes {count} bytes, "
                + $"not {bytes.Length}", nameof(shape));
        fixed (byte* data = bytes)
        fixed (long* sizes = shape)
        {
            var place = (device ?? Device.Cpu).Packed;
            var status = NativeMethods.em_tensor_from_host(data, sizes, shape.Length, (int)type, place, out var handle);
            NativeMethods.Check(status, "copying elements into a tensor");
            return new(handle);
        }
    }

    private void RefuseToShow()
    {
        Recording.RefuseToWait(ToHost);
        TraceRecorder.OfThisThread?.RefuseToShow(this);
    }

    /// <summary>The elements in place, for one pass of a loop; only for a contiguous tensor on the CPU.</summary>
    public Span<T> AsSpan<T>() where T : unmanaged
    {
        TraceRecorder.OfThisThread?.RefuseToShow(this);
        var info = Info;
        if (info.Data is null && info.ElementCount > 0 || (info.Flags & 4) == 0 || DTypes.Of<T>() != (DType)info.DType)
            throw new InvalidOperationException($"the elements of {this} cannot be read in place as {typeof(T).Name}");
        return new(info.Data, checked((int)info.ElementCount));
    }

    /// <summary>The only element, as a number; waits for the device.</summary>
    public double Item()
    {
        if (ElementCount != 1)
            throw new InvalidOperationException($"{this} is not a single number");
        using var scope = TensorScope.Open();
        return To(DType.Float64).ToArray<double>()[0];
    }
}
