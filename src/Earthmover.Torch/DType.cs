namespace Earthmover.Torch;

/// <summary>Element types, numbered as LibTorch numbers them.</summary>
public enum DType
{
    /// <summary>Unsigned 8-bit integer.</summary>
    UInt8 = 0,
    /// <summary>Signed 8-bit integer.</summary>
    Int8 = 1,
    /// <summary>16-bit integer.</summary>
    Int16 = 2,
    /// <summary>32-bit integer.</summary>
    Int32 = 3,
    /// <summary>64-bit integer, the type of indices and labels.</summary>
    Int64 = 4,
    /// <summary>IEEE half precision.</summary>
    Float16 = 5,
    /// <summary>Single precision, the default of every network.</summary>
    Float32 = 6,
    /// <summary>Double precision, for gradient checks.</summary>
    Float64 = 7,
    /// <summary>Truth values.</summary>
    Bool = 11,
    /// <summary>bfloat16.</summary>
    BFloat16 = 15,
}

/// <summary>Order of a batch of images in memory, numbered as LibTorch numbers it.</summary>
public enum MemoryFormat
{
    /// <summary>Rows of the last axis are dense (N, C, H, W).</summary>
    Contiguous = 0,
    /// <summary>As the argument has it.</summary>
    Preserve = 1,
    /// <summary>Channels are dense (N, H, W, C in memory).</summary>
    ChannelsLast = 2,
}

/// <summary>Sizes of element types.</summary>
public static class DTypes
{
    /// <summary>Bytes of one element.</summary>
    public static int Size(this DType type) => type switch
    {
        DType.UInt8 or DType.Int8 or DType.Bool => 1,
        DType.Int16 or DType.Float16 or DType.BFloat16 => 2,
        DType.Int32 or DType.Float32 => 4,
        DType.Int64 or DType.Float64 => 8,
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "unknown element type"),
    };

    /// <summary>True for the types that can carry a gradient.</summary>
    public static bool IsFloatingPoint(this DType type) => type is DType.Float16 or DType.Float32 or DType.Float64 or DType.BFloat16;

    internal static DType Of<T>() where T : unmanaged => default(T) switch
    {
        float => DType.Float32,
        double => DType.Float64,
        long => DType.Int64,
        int => DType.Int32,
        byte => DType.UInt8,
        bool => DType.Bool,
        _ => throw new NotSupportedException($"no tensor of {typeof(T).Name}"),
    };
}
