using System.Runtime.InteropServices;

namespace Earthmover.Torch.Native;

internal enum Tag
{
    None = 0,
    Int = 1,
    Double = 2,
    Bool = 3,
    Tensor = 4,
    TensorList = 5,
    OptionalTensorList = 6,
    IntList = 7,
    DoubleList = 8,
    String = 9,
    Device = 10,
    Generator = 11,
    BoolList = 12,
}

/// <summary>One argument or result of the boxed operator call: 16 bytes, the layout of <c>em_value</c>.</summary>
[StructLayout(LayoutKind.Explicit, Size = 16)]
internal unsafe struct Value
{
    [FieldOffset(0)] public Tag Tag;
    [FieldOffset(4)] public int Count;
    [FieldOffset(8)] public long Int;
    [FieldOffset(8)] public double Double;
    [FieldOffset(8)] public void* Pointer;

    public static Value Of(long value) => new() { Tag = Tag.Int, Int = value };
    public static Value Of(long? value) => value is { } v ? Of(v) : default;
    public static Value Of(double value) => new() { Tag = Tag.Double, Double = value };
    public static Value Of(double? value) => value is { } v ? Of(v) : default;
    public static Value Of(bool value) => new() { Tag = Tag.Bool, Int = value ? 1 : 0 };
    public static Value Of(bool? value) => value is { } v ? Of(v) : default;
    public static Value Of(Scalar value) => value.IsInteger ? Of(value.Integer) : Of(value.Real);
    public static Value Of(Scalar? value) => value is { } v ? Of(v) : default;
    public static Value Of(DType? value) => value is { } v ? Of((long)v) : default;
    public static Value Of(MemoryFormat? value) => value is { } v ? Of((long)v) : default;
    public static Value Of(Device? value) => value is { } v ? new() { Tag = Tag.Device, Int = v.Packed } : default;
    public static Value Of(Tensor? value) => value is null ? default : new() { Tag = Tag.Tensor, Pointer = (void*)value.Handle };
    public static Value Of(RandomGenerator? value) => value is null
        ? default
        : new() { Tag = Tag.Generator, Pointer = (void*)value.Handle };
    public static Value List(Tag tag, void* items, int count) => new() { Tag = tag, Count = count, Pointer = items };
}

/// <summary>What <c>em_tensor_info</c> tells about a tensor.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct TensorInfo
{
    public long ElementCount;
    public void* Data;
    public int Rank;
    public int DType;
    public int Device;
    public int Flags;
}
