using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using Earthmover.Editing;
using Earthmover.Sessions;
using Earthmover.Sessions.Pictures;

namespace Earthmover.Cli.Commands;

/// <summary><c>earthmover blend</c>: sets a part of one picture into another without a seam.</summary>
internal static class BlendCommand
{
    internal static Command Create()
    {
        var foreground = new Argument<string>("foreground") { Description = "The picture that the part is of" };
        var background = new Argument<string>("background") { Description = "The picture of the same size that it is set into" };
        var mask = new Option<string?>("--mask")
        {
            Description = "A picture of the same size, bright where the part is; this or --box, "
                + "unless the foreground is transparent elsewhere",
        };
        var box = new Option<string?>("--box")
        {
            Description = "The part as a box of pixels, in the place of a mask; what is transparent in it is no part",
            HelpName = "LEFT,TOP,WIDTH,HEIGHT",
        };
        var output = new Option<string?>("--out") { Description = "A PNG for the result; needed" };
        var run = new Option<string?>("--run")
        {
            Description = "Folder of a run of gp-gan, which proposes the colors of the part; its own, fitted at its border, without",
        };
        var defaults = new BlendingOptions();
        var beta = NumberOption.AtLeast("--beta", "Weight of the colors beside the detail", BlendingOptions.LeastBeta, defaults.Beta);
        var sigma = NumberOption.AtLeast("--sigma", "How far detail of the colors is overlooked, in pixels", 0, defaults.Sigma);
        var json = new Option<bool>("--json") { Description = "Print one JSON document" };
        var command = new Command("blend", "Set a part of one picture into another without a seam, at any size")
        {
            foreground, background, mask, box, output, run, beta, sigma, json,
        };
        command.SetAction(parsed =>
        {
            var target = OutputPath.OfPng("--out", parsed.GetValue(output))
                ?? throw new UserException("say where the result goes: --out blended.png");
            var (part, whole) = (parsed.GetValue(foreground)!, parsed.GetValue(background)!);
            OutputPath.Spare([part, whole, parsed.GetValue(mask)], ("--out", target));
            var blend = PictureBlend.Read(part, whole, parsed.GetValue(mask), parsed.GetValue(box));
            if (blend.Note is { } note)
                Output.Note(note);
            var options = defaults with { Beta = parsed.GetValue(beta)!.Value, Sigma = parsed.GetValue(sigma)!.Value };
            using var trained = parsed.GetValue(run) is { } folder ? TrainedRun.Open(folder, new()) : null;
            if (trained is not null)
                OutputPath.SpareData(trained, ("--out", target));
            var start = Stopwatch.GetTimestamp();
            var made = PatientProgress.While("blending", progress => blend.Blend(trained, options, progress));
            var seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
            PictureBlend.Write(target, made, trained, $"a part of {Path.GetFileName(part)} in {Path.GetFileName(whole)}, blended");
            if (parsed.GetValue(json))
                Output.Json(new
                {
                    Written = target,
                    blend.Width,
                    blend.Height,
                    blend.Channels,
                    MaskShare = blend.Share,
                    Colors = trained is null ? "cloned" : "run",
                    options.Beta,
                    options.Sigma,
                    Seconds = seconds,
                });
            else
                Output.Line(string.Create(CultureInfo.InvariantCulture,
                    $"{100 * blend.Share:0.#} % of {blend.Width}x{blend.Height} pixels blended in {seconds:0.0} s: {target}"));
            return ErrorBoundary.Success;
        });
        return command;
    }
}
