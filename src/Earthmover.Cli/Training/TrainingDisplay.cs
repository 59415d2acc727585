using System.Globalization;
using Earthmover.Cli.Commands;
using Earthmover.Data;
using Earthmover.Games;
using Earthmover.Health;
using Earthmover.Sessions;
using Earthmover.Torch;
using Earthmover.Training;
using Earthmover.Training.Runs;
using Spectre.Console;

namespace Earthmover.Cli.Training;

/// <summary>Shows a run as it goes: a live bar on a terminal, plain lines elsewhere, JSON lines for programs.</summary>
internal abstract class TrainingDisplay : ITrainingObserver, IDisposable
{
    private protected RunFolder Folder { get; init; } = null!;

    /// <summary>The display that fits where the output goes.</summary>
    internal static TrainingDisplay Create(RunFolder folder, bool json) =>
        new SteadyDisplay(
            json ? new JsonLines { Folder = folder }
            : Output.HasBars ? new LiveBar { Folder = folder }
            : new PlainLines { Folder = folder },
            new PlainLines { Folder = folder });

    /// <summary>Runs the training while showing it.</summary>
    internal virtual Ending While(Func<Ending> train) => train();

    /// <summary>Says how it ended and what to do next.</summary>
    internal virtual void Ended(Ending ending, Standing standing, string hash)
    {
        var how = ending == Ending.Finished ? "finished" : "stopped";
        Output.Note($"{how} at step {standing.Step:N0} after {Time(standing.Seconds)}; "
            + $"saved in {Folder.Path} (state {hash})");
        foreach (var finding in Health?.Findings ?? [])
            Console.Error.WriteLine($"health {DiagnoseCommand.Lamp(finding.Severity).Word} {finding.Rule}: {finding.Cause}; "
                + $"remedy: {finding.Remedy}");
        Output.Note(ending == Ending.Finished
            ? $"samples: {Folder.Samples}   more: "
                + $"{Invocation.Of(string.Format(CultureInfo.InvariantCulture, _more, Invocation.Quoted(Folder.Path)))}"
            : $"continue: {Invocation.Of($"train --resume --run {Invocation.Quoted(Folder.Path)}")}");
    }

    public abstract void Reported(TrainingRecord record, double progress);

    public virtual void Closing()
    {
    }

    public virtual void Troubled(string trouble) => Output.Note($"warning: {trouble}");

    public virtual void Wrote(string path)
    {
    }

    public virtual void Noted(string line) => Output.Note($"note: {line}");

    public virtual void Dispose()
    {
    }

    /// <summary>Says what is about to be trained, and what of the data was skipped.</summary>
    internal virtual void Begin(Session session)
    {
        (_samples, _more) = session.Source.Shape switch
        {
            SampleShape.Text => ("lines", "sample {0} -n 64"),
            SampleShape.Table => ("rows", "sample {0} -n 64 --out rows.csv"),
            SampleShape.Image => ("images", "sample {0} -n 64 --grid grid.png"),
            _ => ("samples", "sample {0} -n 64 --grid grid.png"),
        };
        if (session.System is ITranslator and not ISampler)
            _more = session.Source.Shape is SampleShape.Image ? "translate {0} PICTURES --grid grid.png"
                : "translate {0} points.csv --out translated.csv";
        if (session.Source.Partners is { } partners)
            Tell(session.Data, partners.Data);
        else
            Tell(session.Data, [], "");
        if (session.Options.HealthShare > 0 && HealthWatch.Lacking(session.Source) is { } lacking)
            Output.Note(lacking);
        var networks = string.Join(", ", session.System.Networks.Select(n => $"{n.Key} {n.Value.ParameterCount:N0}"));
        Output.Note($"{session.Recipe.System} on {session.Recipe.Data}: {session.Data.Count:N0} samples, batch {session.Source.Size}; "
            + $"parameters: {networks}; {Folder.Path}");
        if (session.Recipe.Device == "cpu" && SizeHint(session.Source.Shape, session.Recipe.Data) is { } hint)
            Output.Note(hint);
        if (session.Recipe is { Device: "cpu", Precision: "bf16" } && !Runtime.HasFastBf16)
            Output.Note("bf16 is slower than fp32 on this processor, which has no AVX-512, and coarser; use --precision fp32");
    }

    // What is so of both domains is said once, and of the rest which of them it is about.
    private static void Tell(DataSet first, DataSet second)
    {
        string[] common = [.. first.Notes.Intersect(second.Notes)];
        foreach (var data in (DataSet[])[first, second])
            Tell(data, common, $"{data.Name}: ");
        foreach (var note in common)
            Output.Note(note);
    }

    private static void Tell(DataSet data, string[] common, string about)
    {
        foreach (var problem in data.Problems.Take(10))
            Output.Note($"{about}skipped {problem}");
        if (data.Problems.Count > 10)
            Output.Note($"{about}skipped {data.Problems.Count - 10} more; {Invocation.Of("data check")} tells all");
        foreach (var note in data.Notes.Except(common))
            Output.Note(about + note);
    }

    // In the minutes that people give a first try, a processor makes too few steps of large pictures to show anything. Who chose the size
    // knows.
    private static string? SizeHint(SampleShape shape, string address)
    {
        if (shape is not SampleShape.Image { Shape: var (_, height, width) } || width * height <= 64 * 64
            || address.Contains("size=", StringComparison.Ordinal))
            return null;
        var and = address.Contains('?', StringComparison.Ordinal) ? '&' : '?';
        return $"pictures of {width}x{height} take a processor long; "
            + $"for a first look: {Invocation.Name} train '{address}{and}size=32'";
    }

    // What the data is made of, and the command for more of it from the run {0}.
    private string _samples = "samples", _more = "";

    // As a shell takes it for one word.
    /// <summary>The newest diagnosis, which stays until the next.</summary>
    private protected Diagnosis? Health { get; private set; }

    private string Line(TrainingRecord record, double progress) => string.Join(" · ", Parts(record, progress).Prepend($"{progress,4:P0}"));

    // The most important first.
    private List<string> Parts(TrainingRecord record, double progress)
    {
        Health = record.Health ?? Health;
        List<string> parts =
        [
            $"step {record.Step:N0}",
            $"{Rate(record.ImagesPerSecond)} {_samples}/s",
            $"ETA {Time(Remaining(record, progress))}",
        ];
        // The truth beside the estimate; a critic that estimates no distance shows the truth alone.
        var truth = record.Measures.TryGetValue("w_exact", out var exact)
            ? $"exact {exact:0.000}, floor {record.Measures["w_floor"]:0.000}"
            : "";
        if (record.Measures.TryGetValue("w_estimate", out var w))
            parts.Add(truth.Length > 0 ? $"W {w:0.000} ({truth})" : $"W {w:0.000}");
        else if (truth.Length > 0)
            parts.Add($"W {truth}");
        if (Health is not null)
            parts.Add($"health {Health.Sentence}");
        foreach (var move in record.Moves)
            parts.Add($"{move.Player} {string.Join(" ", move.Terms.Select(t => $"{t.Key} {t.Value:0.000}"))} "
                + $"‖∇‖ {move.GradientNorm:0.0##}");
        parts.AddRange(record.Measures
            .Where(m => !m.Key.StartsWith("w_", StringComparison.Ordinal) && m.Key != "critic_gap")
            .Select(m => $"{m.Key} {m.Value:0.###}"));
        return parts;
    }

    private protected static double Remaining(TrainingRecord record, double progress) =>
        progress > 0 ? record.Seconds * (1 - progress) / progress : 0;

    internal static string Time(double seconds) => seconds switch
    {
        < 60 => $"{seconds:0}s",
        < 3600 => $"{(int)seconds / 60}m{(int)seconds % 60:00}s",
        _ => $"{(int)seconds / 3600}h{(int)seconds % 3600 / 60:00}m",
    };

    private static string Rate(double rate) => rate < 100 ? $"{rate:0.0}" : $"{rate:N0}";

    private const string ClosingText = "trained; looking at the run once more";

    // One line a report, for logs.
    private sealed class PlainLines : TrainingDisplay
    {
        public override void Reported(TrainingRecord record, double progress) => Console.Error.WriteLine(Line(record, progress));

        public override void Closing() => Console.Error.WriteLine(ClosingText);

        public override void Wrote(string path) => Output.Note($"wrote {path}");
    }

    // One JSON object a line, for programs; the words of people stay on the error stream.
    private sealed class JsonLines : TrainingDisplay
    {
        public override void Reported(TrainingRecord record, double progress) =>
            Output.JsonLine(record.ToFields().Append(new("progress", Math.Round(progress, 4))).ToDictionary());

        public override void Wrote(string path) => Output.JsonLine(new { wrote = path });

        internal override void Ended(Ending ending, Standing standing, string hash) =>
            Output.JsonLine(new
            {
                ending = ending.ToString().ToLowerInvariant(),
                step = standing.Step,
                images = standing.Images,
                seconds = Math.Round(standing.Seconds, 3),
                run = Folder.Path,
                state_hash = hash,
            });
    }

    // A bar with the last report under it.
    private sealed class LiveBar : TrainingDisplay
    {
        private const int BarWidth = 20;

        private ProgressTask? _task;

        private readonly List<string> _troubles = [];
        private ProgressContext? _context;

        // Above the bar, which is drawn again below it.
        public override void Noted(string line) => Output.Progress.MarkupLineInterpolated($"note: {line}");

        // Drawn when there is news, on the thread that brings it: what goes wrong there can be caught.
        internal override Ending While(Func<Ending> train) => Output.Progress.Progress()
            .AutoClear(true)
            .AutoRefresh(false)
            .Columns(new ProgressBarColumn { Width = BarWidth }, new PercentageColumn(),
                new TaskDescriptionColumn { Alignment = Justify.Left })
            .Start(context =>
            {
                (_context, _task) = (context, context.AddTask("starting"));
                context.Refresh();
                return train();
            });

        // A line would be drawn over by the bar.
        public override void Troubled(string trouble) => _troubles.Add(trouble);

        internal override void Ended(Ending ending, Standing standing, string hash)
        {
            _troubles.ForEach(base.Troubled);
            base.Ended(ending, standing, hash);
        }

        public override void Closing()
        {
            if (_task is null)
                return;
            (_task.Value, _task.Description) = (100, ClosingText);
            _context!.Refresh();
        }

        public override void Reported(TrainingRecord record, double progress)
        {
            if (_task is null)
                return;
            _task.Value = 100 * progress;
            // As much as one line holds, in whole parts.
            var room = TerminalOutput.Columns - BarWidth - 12;
            var text = "";
            foreach (var part in Parts(record, progress))
            {
                var longer = text.Length == 0 ? part : $"{text} · {part}";
                if (longer.Length > room)
                    break;
                text = longer;
            }
            var lamp = Health is null ? "" : $"[{DiagnoseCommand.Lamp(Health.Verdict).Color}]●[/] ";
            // A terminal may become narrower than any part while it is written to.
            _task.Description = lamp + Markup.Escape(text.Length > 0 ? text : "training");
            _context!.Refresh();
        }
    }
}

/// <summary>Says how far the reading of data has come, on one line that is overwritten.</summary>
internal static class DataProgressLine
{
    private static long s_last;

    /// <summary>Told by whoever reads.</summary>
    internal static IProgress<Data.DataProgress> Shown { get; } = new Telling<Data.DataProgress>(Show);

    private static void Show(Data.DataProgress progress)
    {
        var now = Environment.TickCount64;
        if (Console.IsErrorRedirected || (now - Interlocked.Read(ref s_last) < 200 && progress.Done < progress.Total))
            return;
        Interlocked.Exchange(ref s_last, now);
        var end = progress.Done >= progress.Total ? "\n" : "";
        Console.Error.Write($"\r{progress.Stage}: {progress.Done:N0} of {progress.Total:N0}   {end}");
    }
}
