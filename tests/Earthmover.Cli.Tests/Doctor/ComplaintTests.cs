using Earthmover.Cli.Doctor;
using Earthmover.Health;
using Earthmover.Torch.Diagnostics;

namespace Earthmover.Cli.Tests.Doctor;

public sealed class ComplaintTests
{
    private static readonly Examination s_healthy = new()
    {
        Versions = new Dictionary<string, string>(),
        Blas = BlasKind.OpenBlasThreads,
        Processors = 2,
        Speed = [new(1, 100, 100), new(2, 190, 195)],
        FashionMnist = "/usr/share/datasets/fashion-mnist",
        Font = "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf",
        ReadsJpeg = true,
        FreeBytes = 50L << 30,
    };

    [Fact]
    public void A_healthy_machine_has_no_findings() => Assert.Empty(Complaint.Of(s_healthy));

    [Fact]
    public void The_reference_blas_is_the_worst_finding_and_names_the_package()
    {
        var slow = s_healthy with { Blas = BlasKind.Reference, Speed = [new(1, 4.6, 100), new(2, 4.6, 195)] };
        var findings = Complaint.Of(slow with { FashionMnist = null });
        Assert.Equal([Verdict.Red, Verdict.Amber], findings.Select(f => f.Severity));
        Assert.Contains("libopenblas0-pthread", findings[0].Remedy, StringComparison.Ordinal);
        Assert.Contains("dataset-fashion-mnist", findings[1].Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public void A_native_part_that_does_not_load_is_red() =>
        Assert.Equal(Verdict.Red, Assert.Single(Complaint.Of(s_healthy with { TorchError = "not built", Speed = [] })).Severity);

    [Fact]
    public void A_machine_without_a_reader_of_JPEG_is_told() =>
        Assert.Contains("libturbojpeg0",
            Assert.Single(Complaint.Of(s_healthy with { ReadsJpeg = false })).Remedy, StringComparison.Ordinal);

    [Fact]
    public void Threads_that_do_not_help_are_told() =>
        Assert.Contains("--threads 1",
            Assert.Single(Complaint.Of(s_healthy with { Speed = [new(1, 100, 100), new(2, 100, 90)] })).Remedy, StringComparison.Ordinal);

    [Fact]
    public void A_GPU_that_LibTorch_cannot_use_is_told() =>
        Assert.Contains("LIBTORCH",
            Assert.Single(Complaint.Of(s_healthy with { HasNvidiaDriver = true })).Remedy, StringComparison.Ordinal);

    [Fact]
    public void A_full_disk_is_told() =>
        Assert.Contains("GB", Assert.Single(Complaint.Of(s_healthy with { FreeBytes = 1 << 30 })).Problem, StringComparison.Ordinal);
}
