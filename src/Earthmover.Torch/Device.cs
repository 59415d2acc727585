using Earthmover.Torch.Native;

namespace Earthmover.Torch;

/// <summary>Where a tensor lives: the CPU, or one CUDA device.</summary>
public readonly record struct Device
{
    private readonly int _type; // c10::DeviceType: 0 CPU, 1 CUDA
    private readonly int _index;

    private Device(int type, int index) => (_type, _index) = (type, index);

    /// <summary>The processor.</summary>
    public static Device Cpu { get; } = new(0, -1);

    /// <summary>The CUDA device of the given number.</summary>
    public static Device Cuda(int index = 0) => new(1, index);

    /// <summary>True for a CUDA device.</summary>
    public bool IsCuda => _type == 1;

    internal int Type => _type;
    internal int Packed => _type * 256 + (IsCuda ? _index : -1) + 1;
    internal static Device Unpack(int packed) => packed / 256 == 1 ? Cuda(packed % 256 - 1) : Cpu;

    /// <summary>CUDA devices that LibTorch can use.</summary>
    public static int CudaCount
    {
        get
        {
            NativeMethods.Check(NativeMethods.em_cuda_count(out var count), "counting CUDA devices");
            return count;
        }
    }

    /// <summary>Reads <c>cpu</c>, <c>cuda</c> or <c>cuda:1</c>.</summary>
    /// <exception cref="FormatException">The text is none of these.</exception>
    public static Device Parse(string text) =>
        TryParse(text, out var device) ? device : throw new FormatException($"unknown device '{text}': use cpu, cuda or cuda:0");

    /// <summary>Reads <c>cpu</c>, <c>cuda</c> or <c>cuda:1</c>; false for any other text.</summary>
    public static bool TryParse(string text, out Device device)
    {
        device = Cpu;
        if (text.StartsWith("cuda:", StringComparison.Ordinal) && int.TryParse(text[5..], out var index) && index is >= 0 and < 128)
            device = Cuda(index);
        else if (text == "cuda")
            device = Cuda();
        else
            return text == "cpu";
        return true;
    }

    /// <summary>Waits until the device has finished what was asked of it; returns at once on the CPU.</summary>
    public void Synchronize()
    {
        if (IsCuda)
            NativeMethods.Check(NativeMethods.em_cuda_synchronize(_index), $"synchronizing {this}");
    }

    /// <inheritdoc/>
    public override string ToString() => IsCuda ? $"cuda:{_index}" : "cpu";
}
