namespace Earthmover.Torch.Diagnostics;

/// <summary>A native library of this process.</summary>
/// <param name="Name">Name without folder, <c>lib</c> and version, e.g. <c>torch_cpu</c>.</param>
/// <param name="File">The file it was loaded from, links resolved.</param>
public sealed record LoadedLibrary(string Name, string File)
{
    // What decides numbers and speed; the rest of a process's hundred libraries would only hide it.
    private static readonly string[] s_interesting =
    [
        "earthmover", "torch_cpu", "torch_cuda", "c10", "blas", "openblas", "mkl", "blis", "dnnl", "gomp", "omp", "iomp",
        "cudart", "cublas", "cudnn", "gloo", "nccl",
    ];

    /// <summary>
    /// The loaded libraries that decide numbers and speed: LibTorch, BLAS, oneDNN, OpenMP, CUDA and our own. Empty where the system does
    /// not tell.
    /// </summary>
    public static IReadOnlyList<LoadedLibrary> All() =>
        System.IO.File.Exists("/proc/self/maps") ? Parse(System.IO.File.ReadLines("/proc/self/maps")) : [];

    /// <summary>Reads the libraries out of the lines of <c>/proc/self/maps</c>.</summary>
    public static IReadOnlyList<LoadedLibrary> Parse(IEnumerable<string> maps) =>
        [.. maps.Select(line => line.IndexOf('/', StringComparison.Ordinal) is var slash and >= 0 ? line[slash..] : "")
            .Where(file => Path.GetFileName(file).Contains(".so", StringComparison.Ordinal)).Distinct()
            .Select(file => new LoadedLibrary(NameOf(file), file))
            .Where(library => s_interesting.Any(start => library.Name.StartsWith(start, StringComparison.Ordinal)))
            .OrderBy(library => library.Name, StringComparer.Ordinal)];

    private static string NameOf(string file)
    {
        var name = Path.GetFileName(file);
        name = name[..name.IndexOf(".so", StringComparison.Ordinal)];
        return name.StartsWith("lib", StringComparison.Ordinal) ? name[3..] : name;
    }
}
