using System.CommandLine;
using System.Globalization;
using Earthmover.Cli.Doctor;
using Earthmover.Health;
using Earthmover.Sessions;
using Earthmover.Torch;
using Earthmover.Torch.Kernels;
using Spectre.Console;

namespace Earthmover.Cli.Commands;

/// <summary>
/// <c>earthmover doctor</c>: versions, libraries, measured speed, devices, data, and what to do where something is not as it should be.
/// </summary>
internal static class DoctorCommand
{
    internal static Command Create()
    {
        var json = new Option<bool>("--json") { Description = "Print one JSON document instead of tables" };
        var measure = new Option<bool>("--measure")
        {
            Description = "Forget which kernels and divisions of threads are fastest here; the next runs measure them anew",
        };
        var gradients = new Option<bool>("--gradients")
        {
            Description = "Instead, compare first and second derivatives on --device with those of the processor in double precision",
        };
        var device = new Option<string>("--device")
        {
            Description = "Where --gradients computes: cpu, cuda or cuda:k",
            DefaultValueFactory = _ => "cpu",
        };
        var command = new Command("doctor",
            "Examine this machine: versions, native libraries, measured speed, devices, data; a verdict with remedies")
        {
            measure, gradients, device, json,
        };
        command.SetAction(parsed =>
        {
            if (parsed.GetValue(gradients))
                return Differentiate(Session.OpenDevice(parsed.GetValue(device)!), parsed.GetValue(json));
            if (parsed.GetResult(device) is { Implicit: false })
                throw new UserException($"--device says where {Invocation.Of("doctor --gradients")} computes; "
                    + "the rest of the examination lists all devices, so leave it out");
            if (parsed.GetValue(measure))
                KernelChoices.Machine?.Clear();
            return Run(parsed.GetValue(json));
        });
        return command;
    }

    private static int Run(bool json)
    {
        var found = Output.While("measuring matrix products and convolutions (a few seconds)", Examination.OfThisMachine);
        var findings = Complaint.Of(found);
        var verdict = findings.Select(f => f.Severity).DefaultIfEmpty(Verdict.Green).Max();
        if (json)
            Output.Json(new
            {
                Verdict = DiagnoseCommand.Lamp(verdict).Word,
                Findings = findings.Select(f => new { Severity = DiagnoseCommand.Lamp(f.Severity).Word, f.Problem, f.Remedy }),
                Examination = found,
            });
        else
            Print(found, findings, verdict);
        return verdict == Verdict.Red ? ErrorBoundary.Failure : ErrorBoundary.Success;
    }

    private static int Differentiate(Device device, bool json)
    {
        var errors = Output.While($"differentiating on {device}", () => GradientCheck.Of(device).ToList());
        var failed = errors.Count(error => !error.Holds);
        if (json)
        {
            Output.Json(new
            {
                Device = device.ToString(),
                Torch = Runtime.Versions["torch"],
                GradientCheck.DoubleBound,
                GradientCheck.SingleBound,
                Failed = failed,
                Errors = errors,
            });
            return failed == 0 ? ErrorBoundary.Success : ErrorBoundary.Failure;
        }
        var table = new Table().Border(TableBorder.Simple).AddColumn("derivatives of")
            .AddColumn("double", c => c.RightAligned()).AddColumn("single", c => c.RightAligned()).AddColumn("");
        foreach (var error in errors)
        {
            var judgment = error.Holds ? "[green]right[/]" : $"[red]wrong[/] {Markup.Escape(error.Failure ?? "")}";
            table.AddRow(Markup.Escape(error.Name), $"{error.Double:0.0e+0}", $"{error.Single:0.0e+0}", judgment);
        }
        Output.Result.Write(table);
        Line("compared", $"{errors.Count} on {device}, {failed} wrong; largest relative difference allowed: "
            + $"{GradientCheck.DoubleBound:0e+0} in double precision, {GradientCheck.SingleBound:0e+0} in single");
        return failed == 0 ? ErrorBoundary.Success : ErrorBoundary.Failure;
    }

    private static void Print(Examination e, IReadOnlyList<Complaint> findings, Verdict verdict)
    {
        foreach (var (name, version) in e.Versions)
            Line(name, version);
        Line("threads", $"{e.Processors} processors; at start OpenMP {e.OpenMpThreads}, BLAS {e.BlasThreads}");
        Line("cuda", e.CudaDevices == 0 ? "no device" : $"{e.CudaDevices} devices");
        Line("fashion-mnist", e.FashionMnist ?? "not found");
        Line("font", e.Font ?? "none");
        Line("jpeg", e.ReadsJpeg ? "libturbojpeg" : "not found");
        Line("free space", HostMemory.Text(e.FreeBytes));
        if (e.Choices is { } choices)
            Line("kernels", choices);
        foreach (var library in e.Libraries)
            Line($"lib{library.Name}", library.File);

        if (e.Speed.Count > 0)
        {
            var table = new Table().Border(TableBorder.Simple).AddColumn("threads", c => c.RightAligned())
                .AddColumn("matrix product, GFLOP/s", c => c.RightAligned()).AddColumn("convolution, GFLOP/s", c => c.RightAligned());
            foreach (var s in e.Speed)
                table.AddRow(s.Threads.ToString(CultureInfo.InvariantCulture), $"{s.Gemm:F0}", $"{s.Convolution:F0}");
            Output.Result.Write(table);
        }
        foreach (var finding in findings)
        {
            var (color, severity) = DiagnoseCommand.Lamp(finding.Severity);
            Output.Result.MarkupLineInterpolated($"[{color}]{severity}[/] {finding.Problem}. Remedy: {finding.Remedy}");
        }
        var (light, word) = DiagnoseCommand.Lamp(verdict);
        Output.Result.MarkupLineInterpolated($"verdict: [{light}]{word}[/]");
    }

    // Not through Spectre, which would break long paths at the width of the terminal.
    private static void Line(string name, string value) => Console.Out.WriteLine($"{name,-20} {value}");
}
