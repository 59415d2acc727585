using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;

namespace Earthmover.Torch.Kernels;

// The native part's own loops.
internal static class Loops
{
    /// <summary>On x86 they are compiled for AVX2.</summary>
    public static bool AreSupported { get; } =
        RuntimeInformation.ProcessArchitecture != Architecture.X64 || Avx2.IsSupported && Fma.IsSupported;

    /// <summary>Pictures in single precision on the processor, which no trace is to show.</summary>
    public static bool Fit(Tensor x) => AreSupported && x.Rank == 4 && MatrixProduct.Fits(x) && x.ElementCount > 0;
}
