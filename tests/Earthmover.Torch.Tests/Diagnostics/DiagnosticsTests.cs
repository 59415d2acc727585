using Earthmover.Testing;
using Earthmover.Torch.Diagnostics;

namespace Earthmover.Torch.Tests.Diagnostics;

public sealed class DiagnosticsTests : LeakTest
{
    [Fact]
    public void Libraries_are_read_out_of_the_memory_map_once_each()
    {
        var found = LoadedLibrary.Parse(
        [
            "7f00-7f01 r--p 00000000 08:01 11 /usr/lib/x86_64-linux-gnu/libtorch_cpu.so.1.13.0",
            "7f01-7f02 r-xp 00000000 08:01 11 /usr/lib/x86_64-linux-gnu/libtorch_cpu.so.1.13.0",
            "7f03-7f04 r-xp 00000000 08:01 12 /usr/lib/x86_64-linux-gnu/libz.so.1.2.13",
            "7f05-7f06 rw-p 00000000 00:00 0 ",
        ]);
        Assert.Equal([new("torch_cpu", "/usr/lib/x86_64-linux-gnu/libtorch_cpu.so.1.13.0")], found);
    }

    [Theory]
    [InlineData("/usr/lib/x86_64-linux-gnu/blas/libblas.so.3.11.0", "", BlasKind.Reference)]
    [InlineData("/usr/lib/x86_64-linux-gnu/openblas-pthread/libblas.so.3", "", BlasKind.OpenBlasThreads)]
    [InlineData("/usr/lib/x86_64-linux-gnu/openblas-openmp/libopenblasp-r0.3.21.so", "", BlasKind.OpenBlasOpenMp)]
    [InlineData("/usr/lib/x86_64-linux-gnu/openblas-serial/libblas.so.3", "", BlasKind.OpenBlasSerial)]
    [InlineData("/opt/intel/libmkl_core.so.2", "", BlasKind.Mkl)]
    [InlineData("/opt/torch/lib/libtorch_cpu.so", "MKL", BlasKind.Mkl)]
    [InlineData("/opt/torch/lib/libtorch_cpu.so", "unknown", BlasKind.Unknown)]
    public void Blas_is_recognized(string file, string reported, BlasKind kind) =>
        Assert.Equal(kind, Blas.Recognize(LoadedLibrary.Parse(["7f00-7f01 r-xp 0 08:01 1 " + file]), reported));

    [Fact]
    public void This_process_has_loaded_LibTorch()
    {
        _ = Runtime.Threads;
        Assert.Contains(LoadedLibrary.All(), library => library.Name == "torch_cpu");
    }

    [Fact]
    public void Speed_is_measured_and_the_threads_are_put_back()
    {
        var before = Runtime.Threads;
        var speed = Throughput.Measure(1, TimeSpan.FromMilliseconds(1));
        Assert.Equal(before, Runtime.Threads);
        // No processor of this century is slower, and none has a teraflop for one thread.
        Assert.InRange(speed.Gemm, 0.1, 1000);
        Assert.InRange(speed.Convolution, 0.1, 1000);
    }

    [Theory]
    [InlineData(1, "1")]
    [InlineData(2, "1 2")]
    [InlineData(6, "1 2 4 6")]
    [InlineData(8, "1 2 4 8")]
    public void Thread_counts_double_up_to_the_processors(int processors, string expected) =>
        Assert.Equal(expected, string.Join(' ', Throughput.ThreadCounts(processors)));
}
