using System.CommandLine;
using System.Diagnostics;
using Earthmover.Cli.Galleries;
using Earthmover.Cli.Training;
using Earthmover.Files;
using Earthmover.Sessions;
using Spectre.Console;

namespace Earthmover.Cli.Commands;

/// <summary>
/// <c>earthmover gallery</c>: pictures of everything that the program can make, each by the commands that stand below it.
/// </summary>
internal static class GalleryCommand
{
    internal static Command Create()
    {
        var names = new Argument<string[]>("exhibits")
        {
            Description = "Names of some; all when left out",
            Arity = ArgumentArity.ZeroOrMore,
        };
        var quick = new Option<bool>("--quick") { Description = "A few steps each, to see that all of it works; pictures of noise" };
        var full = new Option<bool>("--full")
        {
            Description = "Everything at length, some hours on two cores; goes on where it was stopped",
        };
        var output = new Option<string>("--out")
        {
            Description = "Folder for gallery.md and the pictures",
            DefaultValueFactory = _ => "gallery",
        };
        var command = new Command("gallery",
            "Make pictures of what GANs are used for, each with its commands; without an option, list them")
        {
            names, quick, full, output,
        };
        command.SetAction((parsed, stop) =>
        {
            var chosen = Chosen(parsed.GetValue(names)!);
            if (parsed.GetValue(quick) == parsed.GetValue(full))
                return parsed.GetValue(quick)
                    ? throw new UserException("--quick and --full are two ways to make a gallery; give one")
                    : Task.FromResult(List(chosen));
            return Make(chosen, OutputPath.OfFolder("--out", parsed.GetValue(output))!, parsed.GetValue(quick), stop);
        });
        return command;
    }

    private static List<Exhibit> Chosen(string[] names) => names.Length == 0 ? [.. Exhibits.All]
        : [.. names.Select(name => Exhibits.All.FirstOrDefault(exhibit => exhibit.Name == name)
            ?? throw new UserException($"there is no exhibit '{name}'{NearestName.Hint(name, Exhibits.All.Select(e => e.Name))}; "
                + $"there are {string.Join(", ", Exhibits.All.Select(e => e.Name))}"))];

    private static int List(List<Exhibit> exhibits)
    {
        var table = new Table().Border(TableBorder.Simple).AddColumns("exhibit", "what", "after");
        foreach (var exhibit in exhibits)
            table.AddRow(exhibit.Name, Markup.Escape(exhibit.Title), Markup.Escape(exhibit.Paper));
        Output.Result.Write(table);
        return ErrorBoundary.Success;
    }

    private static async Task<int> Make(List<Exhibit> exhibits, string folder, bool isQuick, CancellationToken stop)
    {
        string pictures = Path.Combine(folder, "gallery"), runs = Path.Combine(folder, "runs");
        Directory.CreateDirectory(pictures);
        var start = Stopwatch.GetTimestamp();
        var failed = 0;
        for (var k = 0; k < exhibits.Count; k++)
        {
            var (exhibit, shown) = (exhibits[k], Path.Combine(pictures, exhibits[k].File));
            if (File.Exists(shown))
                continue;
            var left = Stopwatch.GetElapsedTime(start) / Math.Max(1, k) * (exhibits.Count - k);
            var eta = k == 0 ? "" : $", ETA {TrainingDisplay.Time(left.TotalSeconds)}";
            Output.Note($"{exhibit.Name} ({k + 1} of {exhibits.Count}{eta})");
            // What an earlier visit left half done.
            foreach (var rest in (string[])[Path.Combine(runs, exhibit.Name), exhibit.FilesIn(runs)])
                if (Directory.Exists(rest))
                    Directory.Delete(rest, recursive: true);
            foreach (var (name, text) in exhibit.Files)
                AtomicFile.WriteText(Path.Combine(exhibit.FilesIn(runs), name), text);
            foreach (var command in exhibit.In(runs, shown, isQuick))
                if (await Run(command, stop).ConfigureAwait(false) is not 0 and var code)
                {
                    if (code == ErrorBoundary.Interrupted)
                        return code;
                    failed++;
                    Output.Note($"{exhibit.Name}: earthmover {string.Join(' ', command)} ended with {code}");
                    break;
                }
        }
        var page = Path.Combine(folder, "gallery.md");
        GalleryPage.Write(page, pictures);
        Output.Line(page);
        return failed == 0 ? ErrorBoundary.Success : throw new InvalidOperationException($"{failed} of {exhibits.Count} exhibits failed");
    }

    // Each command as a user would give it, in a process of its own: what stands below a picture is what made it.
    private static async Task<int> Run(string[] command, CancellationToken stop)
    {
        var program = Environment.ProcessPath!;
        var start = new ProcessStartInfo(program) { UseShellExecute = false, RedirectStandardOutput = true };
        if (Path.GetFileNameWithoutExtension(program) == "dotnet")
            start.ArgumentList.Add(typeof(GalleryCommand).Assembly.Location);
        foreach (var word in command)
            start.ArgumentList.Add(word);
        using var process = Process.Start(start)!;
        try
        {
            await process.StandardOutput.ReadToEndAsync(stop).ConfigureAwait(false);
            await process.WaitForExitAsync(stop).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            return ErrorBoundary.Interrupted;
        }
        return process.ExitCode;
    }
}
