using Earthmover.Health;
using Earthmover.Torch;
using Earthmover.Torch.Diagnostics;

namespace Earthmover.Cli.Doctor;

/// <summary>Something that is not as it should be, and what to do about it.</summary>
/// <param name="Severity">How bad it is.</param>
/// <param name="Problem">What was found.</param>
/// <param name="Remedy">What to do, if possible a command.</param>
internal sealed record Complaint(Verdict Severity, string Problem, string Remedy)
{
    /// <summary>What is wrong with an examined machine, worst first; empty when nothing is.</summary>
    internal static IReadOnlyList<Complaint> Of(Examination e) => [.. All(e).OrderByDescending(f => f.Severity)];

    private static IEnumerable<Complaint> All(Examination e)
    {
        if (e.TorchError is not null)
            yield return new(Verdict.Red, e.TorchError, "run ./earthmover doctor in the project's folder: it builds the native part");
        if (e.Blas == BlasKind.Reference)
            yield return new(Verdict.Red,
                "matrix products run on the reference BLAS, some twenty times slower than OpenBLAS",
                "sudo apt-get install libopenblas0-pthread");
        else if (e.Speed.Count > 0 && e.Speed.Max(s => s.Gemm) < 10)
            yield return new(Verdict.Amber,
                $"matrix products reach only {e.Speed.Max(s => s.Gemm):F0} GFLOP/s",
                "stop other programs and look again; if it stays so, sudo apt-get install libopenblas0-pthread");
        if (e.Blas == BlasKind.OpenBlasOpenMp)
            yield return new(Verdict.Amber,
                "OpenBLAS shares OpenMP's threads, which measured up to twice as slow in training",
                "sudo apt-get install libopenblas0-pthread");
        if (e.Blas == BlasKind.OpenBlasSerial && e.Processors > 1)
            yield return new(Verdict.Amber,
                "OpenBLAS was built without threads: matrix products use one processor",
                "sudo apt-get install libopenblas0-pthread");
        if (e.Speed.Count > 1 && e.Speed[^1].Convolution < 1.1 * e.Speed[0].Convolution)
            yield return new(Verdict.Amber,
                $"{e.Speed[^1].Threads} threads convolve no faster than one: something else is using the processors",
                "stop other programs, or train with --threads 1");
        if (e is { TorchError: null, HasNvidiaDriver: true, CudaDevices: 0 })
            yield return new(Verdict.Amber,
                "there is an NVIDIA driver, but this LibTorch cannot use it",
                "set LIBTORCH to a LibTorch built for CUDA, or activate a Python environment that has one, and run ./earthmover again");
        if (e.FashionMnist is null)
            yield return new(Verdict.Amber,
                "the data set fashion-mnist is not on this machine",
                "sudo apt-get install dataset-fashion-mnist");
        if (e.Font is null)
            yield return new(Verdict.Amber,
                "there is no TrueType font for the captions of pictures",
                "sudo apt-get install fonts-dejavu-core");
        if (!e.ReadsJpeg)
            yield return new(Verdict.Amber, "JPEG pictures cannot be read: libturbojpeg is missing", Media.ImageFile.JpegInstallation);
        if (e.FreeBytes < 2L << 30)
            yield return new(Verdict.Amber,
                $"only {HostMemory.Text(e.FreeBytes)} are free here, and a run can take several hundred megabytes",
                "free some space, or write runs elsewhere with --run");
    }
}
