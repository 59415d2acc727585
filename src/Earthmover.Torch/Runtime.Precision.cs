using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;
using Earthmover.Torch.Native;

namespace Earthmover.Torch;

public static partial class Runtime
{
    private static Device s_device = Device.Cpu;
    private static bool s_isExactRough;

    [ThreadStatic] private static bool s_isRough;

    /// <summary>The precision of what runs <see cref="Roughly"/>; everything else computes in full.</summary>
    public static Precision Precision { get; private set; }

    /// <summary>Sets a device up for what follows: its precision, and whether its kernels give the same bits every time.</summary>
    /// <param name="device">Where to compute.</param>
    /// <param name="precision">Of what runs <see cref="Roughly"/>. On the processor, TF32 changes nothing.</param>
    /// <param name="isReproducible">Only kernels that repeat their results; otherwise cuDNN tries which is fastest.</param>
    /// <param name="isExactRough">What asks to run <see cref="Exactly"/> is computed as roughly as what surrounds it.</param>
    public static void Open(Device device, Precision precision = Precision.Fp32, bool isReproducible = true, bool isExactRough = false)
    {
        (s_device, Precision, s_isExactRough) = (device, precision, isExactRough);
        if (device.IsCuda)
            NativeMethods.Check(NativeMethods.em_flags_set(-1, isReproducible ? 0 : 1, isReproducible ? 1 : 0, -1), $"setting up {device}");
    }

    /// <summary>Runs a function in the precision of <see cref="Open"/>: the forward pass of a loss.</summary>
    public static T Roughly<T>(Func<T> body) => Precision == Precision.Fp32 ? body() : Switched(true, body);

    /// <summary>
    /// Runs a part of what runs <see cref="Roughly"/> in full precision: what a gradient is taken of within a loss. A tensor that it gives
    /// is marked as <see cref="Tensor.IsExact"/>.
    /// </summary>
    public static T Exactly<T>(Func<T> body)
    {
        if (s_isExactRough)
            return body();
        var result = Precision == Precision.Fp32 ? body() : Switched(false, body);
        if (result is Tensor tensor)
            tensor.IsExact = true;
        return result;
    }

    /// <summary>
    /// False on x86 processors without AVX-512: LibTorch's convolutions then take several times as long in bfloat16 as in single
    /// precision, and round partial sums: one of 64 channels was three hundredths off (LibTorch 1.13).
    /// </summary>
    public static bool HasFastBf16 => Avx512F.IsSupported || RuntimeInformation.ProcessArchitecture != Architecture.X64;

    /// <summary>True where matrix products and convolutions of this thread are to be computed in bfloat16.</summary>
    public static bool IsAutocasting => s_isRough && Precision == Precision.Bf16;

    /// <summary>
    /// How images lie in memory when LibTorch's own operator convolves them: what rounds its inputs wants channels together. Null leaves
    /// them as they are.
    /// </summary>
    internal static MemoryFormat? ImageLayout =>
        Precision == Precision.Fp32 ? null : s_isRough ? MemoryFormat.ChannelsLast : MemoryFormat.Contiguous;

    private static T Switched<T>(bool isRough, Func<T> body)
    {
        var before = s_isRough;
        if (before == isRough)
            return body();
        Switch(isRough);
        try
        {
            return body();
        }
        finally
        {
            Switch(before);
        }
    }

    // TF32 is a switch of the whole process: a game in TF32 plays on one thread.
    private static void Switch(bool isRough)
    {
        s_isRough = isRough;
        NativeMethods.Check(Precision == Precision.Bf16
            ? NativeMethods.em_autocast_set(s_device.Type, isRough ? 1 : 0, (int)DType.BFloat16)
            : NativeMethods.em_flags_set(isRough ? 1 : 0, -1, -1, -1), "switching the precision");
    }
}
