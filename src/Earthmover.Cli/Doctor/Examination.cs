using System.Runtime.InteropServices;
using Earthmover.Torch;
using Earthmover.Torch.Diagnostics;
using Earthmover.Torch.Kernels;

namespace Earthmover.Cli.Doctor;

/// <summary>What the doctor found.</summary>
internal sealed record Examination
{
    /// <summary>Versions by name: earthmover, dotnet, system, torch, onednn, blas, openmp.</summary>
    public required IReadOnlyDictionary<string, string> Versions { get; init; }

    /// <summary>The kind of BLAS, which decides the speed of matrix products.</summary>
    public BlasKind Blas { get; init; }

    /// <summary>Native libraries and the files they come from.</summary>
    public IReadOnlyList<LoadedLibrary> Libraries { get; init; } = [];

    /// <summary>Why LibTorch could not be loaded; null when it could.</summary>
    public string? TorchError { get; init; }

    /// <summary>Processors that this process may use.</summary>
    public int Processors { get; init; } = Environment.ProcessorCount;

    /// <summary>Threads of LibTorch's OpenMP pool as it starts.</summary>
    public int OpenMpThreads { get; init; }

    /// <summary>Threads of the BLAS as it starts; 0 where it cannot be asked.</summary>
    public int BlasThreads { get; init; }

    /// <summary>Measured speed by number of threads.</summary>
    public IReadOnlyList<Throughput> Speed { get; init; } = [];

    /// <summary>CUDA devices that LibTorch can use.</summary>
    public int CudaDevices { get; init; }

    /// <summary>The machine has an NVIDIA driver.</summary>
    public bool HasNvidiaDriver { get; init; }

    /// <summary>Where Fashion-MNIST is; null when it is nowhere.</summary>
    public string? FashionMnist { get; init; }

    /// <summary>A font for the captions of pictures; null when there is none.</summary>
    public string? Font { get; init; }

    /// <summary>Whether JPEG pictures can be read.</summary>
    public bool ReadsJpeg { get; init; }

    /// <summary>How many kernels and divisions of threads were measured here, and where they are kept; null where they are not.</summary>
    public string? Choices { get; init; }

    /// <summary>Free space where runs are written, bytes.</summary>
    public long FreeBytes { get; init; }

    /// <summary>Looks at this machine; measures for about half a second per thread count.</summary>
    public static Examination OfThisMachine()
    {
        var versions = new Dictionary<string, string>
        {
            ["earthmover"] = typeof(Examination).Assembly.GetName().Version!.ToString(3),
            ["dotnet"] = Environment.Version.ToString(),
            ["system"] = $"{RuntimeInformation.OSDescription} {RuntimeInformation.OSArchitecture}",
        };
        var examination = new Examination
        {
            Versions = versions,
            HasNvidiaDriver = Directory.Exists("/proc/driver/nvidia"),
            FashionMnist = DataFolders().FirstOrDefault(folder =>
                File.Exists(Path.Combine(folder, "train-images-idx3-ubyte.gz"))
                || File.Exists(Path.Combine(folder, "train-images-idx3-ubyte"))),
            Font = Media.Font.File,
            ReadsJpeg = Media.ImageFile.ReadsJpeg,
            FreeBytes = new DriveInfo(Environment.CurrentDirectory).AvailableFreeSpace,
        };
        try
        {
            var torch = Runtime.Versions;
            var threads = Runtime.Threads;
            versions["torch"] = torch["torch"];
            versions["onednn"] = torch["dnnl"];
            versions["blas"] = torch["blas"];
            versions["openmp"] = OpenMp(torch.GetValueOrDefault("parallel", ""));
            // Four seconds in all, however many thread counts there are.
            var counts = Throughput.ThreadCounts(examination.Processors);
            var budget = TimeSpan.FromSeconds(Math.Min(0.25, 2.0 / counts.Count));
            var speed = counts.Select(count => Throughput.Measure(count, budget)).ToList();
            var libraries = LoadedLibrary.All();
            return examination with
            {
                Libraries = libraries,
                Choices = ChoicesOf(KernelChoices.Machine),
                Blas = Torch.Diagnostics.Blas.Recognize(libraries, torch["blas"]),
                OpenMpThreads = threads.OpenMp,
                BlasThreads = threads.Blas,
                Speed = speed,
                CudaDevices = Device.CudaCount,
            };
        }
        catch (DllNotFoundException e)
        {
            return examination with { TorchError = e.Message };
        }
    }

    private static string? ChoicesOf(MachineChoices? machine)
    {
        if (machine is null)
            return null;
        var count = machine.Count;
        return machine.Problem ?? $"{count:N0} choices measured on this machine, in {machine.File}";
    }

    // The data folder, then Debian's package.
    private static IEnumerable<string> DataFolders()
    {
        if (Environment.GetEnvironmentVariable("EARTHMOVER_DATA") is { Length: > 0 } chosen)
            yield return Path.Combine(chosen, "fashion-mnist");
        yield return Path.GetFullPath(Path.Combine("data", "fashion-mnist"));
        yield return "/usr/share/datasets/fashion-mnist";
    }

    // LibTorch prints "OpenMP 201511 (a.k.a. OpenMP 4.5)" in the midst of its report on threads.
    private static string OpenMp(string parallel) =>
        parallel.Split('\n').Select(line => line.Trim())
            .FirstOrDefault(line => line.StartsWith("OpenMP", StringComparison.Ordinal))
            ?? "none";
}
