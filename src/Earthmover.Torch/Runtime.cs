using System.Text;
using Earthmover.Torch.Native;

namespace Earthmover.Torch;

/// <summary>Threads, switches and versions of the LibTorch that is loaded.</summary>
public static class Runtime
{
    /// <summary>Threads of the two pools: OpenMP, which runs convolutions and element-wise loops, and BLAS, which runs matrix products.</summary>
    public static ThreadSplit Threads
    {
        get
        {
            NativeMethods.Check(NativeMethods.em_threads_get(out var omp, out var blas), "reading the thread counts");
            return new(omp, blas);
        }
        set
        {
            NativeMethods.Check(NativeMethods.em_threads_set(value.OpenMp, value.Blas), "setting the thread counts");
            s_openMp = 0;
        }
    }

    // Asked at every convolution, so remembered; only the setter above changes it, for the calling thread.
    internal static int OpenMpThreads => s_openMp != 0 ? s_openMp : s_openMp = Threads.OpenMp;

    // OpenMP keeps its count for each thread that calls it.
    [ThreadStatic] private static int s_openMp;

    /// <summary>Lets CUDA matrix products and convolutions round their inputs to TF32.</summary>
    public static void AllowTf32(bool value) => NativeMethods.Check(NativeMethods.em_flags_set(value ? 1 : 0, -1, -1), "setting TF32");

    /// <summary>Lets cuDNN choose its convolutions by trying them.</summary>
    public static void BenchmarkCudnn(bool value) => NativeMethods.Check(NativeMethods.em_flags_set(-1, value ? 1 : 0, -1), "setting cuDNN benchmarking");

    /// <summary>Asks for deterministic kernels where LibTorch has them.</summary>
    public static void Deterministic(bool value) => NativeMethods.Check(NativeMethods.em_flags_set(-1, -1, value ? 1 : 0), "asking for deterministic kernels");

    /// <summary>Seeds LibTorch's own default generators, from which nothing of ours draws.</summary>
    public static void SeedDefaults(long seed) => NativeMethods.Check(NativeMethods.em_seed(seed), "seeding");

    /// <summary>Runs a function with automatic mixed precision on the device; matrix products and convolutions use <paramref name="type"/>.</summary>
    public static T Autocast<T>(Device device, DType type, Func<T> body)
    {
        NativeMethods.Check(NativeMethods.em_autocast_set(device.Type, 1, (int)type), "entering autocast");
        try
        {
            return body();
        }
        finally
        {
            NativeMethods.Check(NativeMethods.em_autocast_set(device.Type, 0, (int)type), "leaving autocast");
            _ = NativeMethods.em_autocast_clear();
        }
    }

    /// <summary>Versions by name: <c>torch</c>, <c>blas</c>, <c>dnnl</c>, <c>parallel</c>.</summary>
    public static unsafe IReadOnlyDictionary<string, string> Versions
    {
        get
        {
            var buffer = new byte[8192];
            fixed (byte* p = buffer)
                NativeMethods.Check(NativeMethods.em_versions(p, buffer.Length), "reading the versions");
            return Encoding.UTF8.GetString(buffer, 0, Array.IndexOf(buffer, (byte)0)).Split(';').Select(pair => pair.Split('=', 2))
                .Where(pair => pair.Length == 2).ToDictionary(pair => pair[0], pair => pair[1]);
        }
    }
}
