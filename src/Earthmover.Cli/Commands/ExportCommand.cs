using System.CommandLine;
using System.Globalization;
using Earthmover.Sessions;
using Earthmover.Sessions.Exports;

namespace Earthmover.Cli.Commands;

/// <summary><c>earthmover export</c>: takes a trained network out of its run, for other programs.</summary>
internal static class ExportCommand
{
    internal static Command Create()
    {
        var run = new Argument<string>("run") { Description = "Folder of the run" };
        var file = new Argument<string>("file") { Description = "The file to write" };
        var to = new Option<string?>("--to")
        {
            Description = "Format: onnx, a network that runs anywhere; safetensors, its weights under PyTorch's names; "
                + "by default what the file's name ends in, else onnx",
        };
        var part = new Option<string?>("--part")
        {
            Description = "What to export: generator, a_to_b, b_to_a, encoder, critic or classifier; "
                + "by default the first of these that the run has",
        };
        var python = new Option<bool>("--python") { Description = "With safetensors: write a Python module beside it that loads them" };
        var json = new Option<bool>("--json") { Description = "Print one JSON document" };
        var command = new Command("export",
            "Write a trained network as a file for other programs") { run, file, to, part, python, json };
        command.SetAction(parsed =>
        {
            var path = OutputPath.OfFile("the model", parsed.GetValue(file))!;
            var format = FormatOf(parsed.GetValue(to), path);
            if (format == "onnx" && parsed.GetValue(python))
                throw new UserException("--python is for weights; use it with --to safetensors");
            using var trained = TrainedRun.Open(parsed.GetValue(run)!, new());
            if (format == "safetensors")
            {
                var weights = WeightExport.ToSafetensors(trained, parsed.GetValue(part), path, parsed.GetValue(python));
                if (parsed.GetValue(json))
                    Output.Json(weights);
                else
                    Print(weights, WeightExport.PartsOf(trained));
                return ErrorBoundary.Success;
            }
            var made = PatientProgress.While("exporting", progress => RunExport.ToOnnx(trained, parsed.GetValue(part), path, progress));
            if (parsed.GetValue(json))
                Output.Json(made);
            else
                Print(made, RunExport.PartsOf(trained));
            return ErrorBoundary.Success;
        });
        return command;
    }

    private static string FormatOf(string? wanted, string path)
    {
        var named = OutputPath.KindOf(path).TrimStart('.');
        if (wanted is not (null or "onnx" or "safetensors"))
            throw new UserException($"there is no format '{wanted}' to export to; use onnx or safetensors");
        if (named is "onnx" or "safetensors" && wanted is not null && wanted != named)
            throw new UserException($"{path} is named as {named}, and --to says {wanted}; change one of them");
        if (named is not ("" or "onnx" or "safetensors"))
            throw new UserException($"a model is written as .onnx or .safetensors, and {path} is not named so; "
                + $"use {Path.ChangeExtension(path, wanted ?? "onnx")}");
        return wanted ?? (named == "safetensors" ? named : "onnx");
    }

    private static void Print(ExportedModel made, IReadOnlyList<string> parts)
    {
        string Said(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
        Output.Line(Said($"{made.Part}: {made.Path} ({made.Bytes / 1e6:0.##} MB, {made.Weights:N0} weights, ")
            + $"{made.Nodes} operators of opset {made.Opset})");
        foreach (var (name, what) in made.Inputs)
            Output.Line($"  in   {name}: {what}");
        Output.Line($"  out  {made.Output}");
        Output.Line(Said($"  ONNX Runtime and LibTorch differ by {made.Difference:g2} at most in {made.Compared} samples, ")
            + Said($"{made.Relative:g2} of the largest number"));
        Others(made.Part, parts);
    }

    private static void Print(ExportedWeights made, IReadOnlyList<string> parts)
    {
        Output.Line(string.Create(CultureInfo.InvariantCulture,
            $"{made.Part}: {made.Path} ({made.Bytes / 1e6:0.##} MB, {made.Weights:N0} numbers in {made.Tensors} tensors)"));
        if (made.Python is { } module)
            Output.Line($"  Python: {module}; network = load()");
        Others(made.Part, parts);
    }

    private static void Others(string part, IReadOnlyList<string> parts)
    {
        if (parts.Count > 1)
            Output.Line($"  other parts, by --part: {string.Join(", ", parts.Where(other => other != part))}");
    }
}
