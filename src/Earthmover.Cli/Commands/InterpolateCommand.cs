using System.CommandLine;
using Earthmover.Cli.Evaluations;
using Earthmover.Sessions;
using Earthmover.Sessions.Walks;

namespace Earthmover.Cli.Commands;

/// <summary><c>earthmover interpolate</c>: walks through the latent space of a run.</summary>
internal static class InterpolateCommand
{
    internal static Command Create()
    {
        var run = new Argument<string>("run") { Description = "Folder of the run" };
        var rows = NumberOption.Whole<int?>("--rows",
            $"Walks, one a row; by default {WalkPlan.UsualRows}, and 1 between given seeds", 1, 1_000_000);
        var frames = NumberOption.Whole<int?>("--frames",
            $"Steps of each walk, both ends among them; by default {WalkPlan.UsualFrames.Row}, and {WalkPlan.UsualFrames.Motion} in motion",
            2, 1_000_000);
        var grid = new Option<string?>("--grid") { Description = "One PNG with all walks, one a row; the same as --out F.png" };
        var output = new Option<string?>("--out")
        {
            Description = "One PNG with all walks, a .webp in which they move there and back, a new folder for one PNG each, "
                + "or a file: .npy (numbers), .csv (points), .txt (text)",
        };
        var only = new Option<string?>("--class")
        {
            Description = "Stay in one class: its number or name; else the class follows the walk",
        };
        var text = new Option<string?>("--text") { Description = "Show what a text says; else captions of the data follow the walk" };
        var seed = NumberOption.Whole("--seed", "Seed of random end points", fallback: 1L);
        var from = NumberOption.Whole<long?>("--from-seed", "Begin at the samples of this seed, as sample --seed draws them");
        var to = NumberOption.Whole<long?>("--to-seed", "End at the samples of this seed");
        var rate = NumberOption.Whole("--fps", "Pictures a second of a .webp", 1, 100, fallback: 20);
        var json = new Option<bool>("--json") { Description = "Print one JSON document" };
        var command = new Command("interpolate", "Walk through the latent space of a run, between random points or given samples") { run,
            rows, frames, grid, output, only, text, seed, from, to, rate, json };
        command.SetAction(parsed =>
        {
            var (begin, end) = (parsed.GetValue(from), parsed.GetValue(to));
            if (begin is null != end is null)
                throw new UserException("a walk between given samples has both ends: give --from-seed and --to-seed");
            if (begin is not null && parsed.GetResult(seed) is { Implicit: false })
                throw new UserException("--from-seed and --to-seed say where the walk begins and ends, so --seed does not go with them; "
                    + "leave it out");
            var plan = new WalkPlan
            {
                Seed = parsed.GetValue(seed),
                Ends = begin is null ? null : (begin.Value, end!.Value),
                Rows = parsed.GetValue(rows),
                Frames = parsed.GetValue(frames),
                Class = parsed.GetValue(only),
                Text = parsed.GetValue(text),
                Rate = parsed.GetValue(rate),
                Target = WalkPlan.TargetOf(parsed.GetValue(grid), parsed.GetValue(output)),
            };
            using var trained = TrainedRun.Open(parsed.GetValue(run)!, new());
            OutputPath.SpareData(trained, ("--grid", plan.Target.Grid), ("--out", plan.Target.Output));
            var (r, f, written) = WholeProgress.While(tell => plan.Write(trained, tell));
            if (parsed.GetValue(json))
                Output.Json(new
                {
                    Rows = r,
                    Frames = f,
                    Seed = begin is null ? plan.Seed : (long?)null,
                    FromSeed = begin,
                    ToSeed = end,
                    Written = written,
                });
            else
                Output.Line($"{r} {(r == 1 ? "walk" : "walks")} of {f} steps: {string.Join(", ", written)}");
            return ErrorBoundary.Success;
        });
        return command;
    }
}
