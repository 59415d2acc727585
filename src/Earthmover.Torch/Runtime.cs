using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;
using System.Text;
using Earthmover.Torch.Kernels;
using Earthmover.Torch.Native;

namespace Earthmover.Torch;

/// <summary>Threads, switches and versions of the LibTorch that is loaded.</summary>
public static partial class Runtime
{
    /// <summary>
    /// Threads of the two pools: OpenMP, which runs convolutions and element-wise loops, and BLAS, which runs matrix products.
    /// </summary>
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

    // What the libraries would otherwise choose by the processor: instructions, and how large matrices are cut by the size of its caches.
    private static readonly (string Name, string Value)[] s_plain =
        [("OPENBLAS_CORETYPE", "Haswell"), ("OPENBLAS_L2_SIZE", "512"), ("ATEN_CPU_CAPABILITY", "avx2")];

    // Settings of a user that change sums.
    private static readonly string[] s_settings =
    [
        "OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE", "ATEN_CPU_CAPABILITY", "ONEDNN_MAX_CPU_ISA", "DNNL_MAX_CPU_ISA", "MKL_CBWR",
        "MKL_ENABLE_INSTRUCTIONS",
    ];

    /// <summary>
    /// Computes with nothing that depends on the clock or on the kind of processor: the usual kernel for every shape, AVX2, blocks of a
    /// fixed size, no oneDNN.
    /// Slower; the same bits on any x86-64 machine that has AVX2, with the same LibTorch and the same number of threads.
    /// </summary>
    /// <param name="value">Whether to; otherwise kernels are measured and everything the processor has is used.</param>
    /// <returns>False where LibTorch is loaded already with other settings: then all stays as it is.</returns>
    public static bool UsePlainKernels(bool value)
    {
        var settled = s_plain.All(setting => Environment.GetEnvironmentVariable(setting.Name) == setting.Value);
        if (value && !settled)
        {
            if (NativeMethods.IsLoaded)
                return false;
            foreach (var (name, setting) in s_plain)
                NativeMethods.SetVariable(name, setting);
        }
        KernelChoices.Measure = !value;
        if (value || NativeMethods.IsLoaded)
            NativeMethods.Check(NativeMethods.em_flags_set(-1, -1, -1, value ? 0 : 1), "switching oneDNN");
        return true;
    }

    /// <summary>
    /// What decides the last bits of a sum on this machine, by name: <c>processor</c>, <c>torch</c>, <c>blas</c>, <c>dnnl</c>, <c>cpu</c>,
    /// and the settings of the environment that change it.
    /// </summary>
    public static IReadOnlyDictionary<string, string> Identity
    {
        get
        {
            var identity = new SortedDictionary<string, string>(StringComparer.Ordinal) { ["processor"] = Processor() };
            foreach (var name in new[] { "torch", "blas", "dnnl", "cpu" })
                if (Versions.TryGetValue(name, out var version))
                    identity[name] = version.Trim();
            foreach (var name in s_settings)
                if (Environment.GetEnvironmentVariable(name) is { Length: > 0 } value)
                    identity[name] = value;
            return identity;
        }
    }

    private static string Processor()
    {
        const string Facts = "/proc/cpuinfo";
        var facts = File.Exists(Facts) ? File.ReadLines(Facts) : [];
        var name = facts.FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal));
        var model = name?.Split(':', 2)[^1].Trim() ?? RuntimeInformation.ProcessArchitecture.ToString();
        var instructions = Avx512F.IsSupported ? "AVX-512" : Avx2.IsSupported ? "AVX2" : "no AVX2";
        return $"{model} ({instructions})";
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
