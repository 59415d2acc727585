using Earthmover.Data;
using Earthmover.Media;
using Earthmover.Sessions.Sampling;
using Earthmover.Training.Views;

namespace Earthmover.Sessions.Walks;

/// <summary>A walk through the latent space that somebody asks for, as a picture, an animation, single pictures or numbers.</summary>
public sealed record WalkPlan
{
    private const int MostSamples = 1_000_000, FramesInRow = 10, FramesInMotion = 60, RandomRows = 6;

    /// <summary>Steps of a walk when nobody says it, for help: in a row of pictures, in motion.</summary>
    public static (int Row, int Motion) UsualFrames => (FramesInRow, FramesInMotion);

    /// <summary>Walks between random ends when nobody says how many, for help.</summary>
    public static int UsualRows => RandomRows;

    /// <summary>Seed of random ends.</summary>
    public long Seed { get; init; } = 1;

    /// <summary>Seeds of the samples that the walks begin and end at; null for random ends.</summary>
    public (long From, long To)? Ends { get; init; }

    /// <summary>How many walks; null for one between given ends, six between random ones.</summary>
    public int? Rows { get; init; }

    /// <summary>Steps of each; null for as many as suit the target.</summary>
    public int? Frames { get; init; }

    /// <summary>Number or name of the class that the walks stay in; null lets the class follow the walk.</summary>
    public string? Class { get; init; }

    /// <summary>The text that all of the walks show; null lets it follow the walk.</summary>
    public string? Text { get; init; }

    /// <summary>Pictures a second of an animation.</summary>
    public int Rate { get; init; } = 20;

    /// <summary>Where it goes.</summary>
    public required SampleTarget Target { get; init; }

    /// <summary>Where a walk goes, checked before anything is drawn.</summary>
    /// <param name="grid">One PNG, or null.</param>
    /// <param name="output">A file or a folder, or null.</param>
    /// <exception cref="UserException">It is said nowhere, or cannot be written.</exception>
    public static SampleTarget TargetOf(string? grid, string? output)
    {
        if (grid is null && output is null)
            throw new UserException("say where the walk goes: --out walk.png, walk.webp, a folder, or a .npy file");
        return grid is null && OutputPath.KindOf(output!) == ".png" ? SampleTarget.Of(output, null) : SampleTarget.Of(grid, output);
    }

    private bool Moves => Target.Output is { } output && OutputPath.KindOf(output) == ".webp";

    /// <summary>Walks and writes.</summary>
    /// <param name="run">The run.</param>
    /// <param name="progress">Told what is done and the share of it.</param>
    /// <param name="cancellation">Ends it, and nothing is left written, with an <see cref="OperationCanceledException"/>.</param>
    /// <returns>Walks, steps of each, and the files.</returns>
    /// <exception cref="UserException">The run has no such class or draws nothing, or it cannot be written so.</exception>
    public (int Rows, int Frames, IReadOnlyList<string> Written) Write(TrainedRun run,
        IProgress<WorkProgress>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(run);
        var rows = Rows ?? (Ends is null ? RandomRows : 1);
        var frames = Frames ?? (Moves ? FramesInMotion : FramesInRow);
        if ((long)rows * frames > MostSamples)
            throw new UserException(
                $"{rows:N0} walks of {frames:N0} steps are more than {MostSamples:N0} samples; use fewer --rows or --frames");
        if (Moves && run.Spec.Shape is SampleShape.Text or SampleShape.Table)
            throw new UserException(run.Spec.Shape is SampleShape.Text
                ? $"text does not move; write it to a .txt or .npy, not to {Target.Output}"
                : $"rows of a table do not move; write them to a .csv or .npy, not to {Target.Output}");
        var told = run.Told(Class, Text);
        var walk = Ends is var (from, to) ? LatentWalk.Between(run, from, to, rows) : LatentWalk.Within(run, Seed, rows);
        var drawing = progress.Part((double share) => new WorkProgress("drawing the walk", share));
        var samples = walk.Draw(frames, told, drawing, cancellation);
        string How(int sample) =>
            $"{walk.Origin}, walk {sample / frames}, step {sample % frames}{(told is null ? "" : $", {told.Words}")}";
        var written = new List<string>();
        if (Moves)
        {
            progress?.Report(new("writing the walk", 0));
            cancellation.ThrowIfCancellationRequested();
            var pictures = Pictures(run, SampleBuffer.Of(run.Spec, samples), rows, frames);
            // There and back: what is played again and again then has no jump in it.
            Image[] shown = [.. pictures, .. pictures.SkipLast(1).Skip(1).Reverse()];
            WriteMotion(Target.Output!, shown);
            written.Add(Target.Output!);
        }
        if (!Moves || Target.Grid is not null)
            written.AddRange(SampleWriter.Write(run, samples, Moves ? Target with { Output = null } : Target, How,
                columns: frames, cancellation: cancellation));
        return (rows, frames, written);
    }

    private void WriteMotion(string path, IReadOnlyList<Image> frames)
    {
        try
        {
            OutputPath.Write("the walk", () => AnimationFile.SaveWebP(path, frames, TimeSpan.FromSeconds(1.0 / Rate)));
        }
        catch (MediaException e) when (e.Problem == MediaProblem.TooLarge)
        {
            throw new UserException($"{path} would be too large: {e.Message}; use fewer --rows or --frames");
        }
    }

    // What all walks show at each step: pictures beside each other, points over real ones or, without them, over all of the walk.
    private static List<Image> Pictures(TrainedRun run, DataSet made, int rows, int frames)
    {
        IEnumerable<int> At(int step) => Enumerable.Range(0, rows).Select(row => row * frames + step);
        var steps = Enumerable.Range(0, frames);
        if (made is ImageSet images)
            return [.. steps.Select(step => ImageGrid.Draw([.. At(step).Select(images.ToImage)]))];
        var points = (PointSet)made;
        var (ground, what) = run.FindReals() is PointSet reals ? (reals, "real (white)") : (points, "all of the walk (white)");
        return [.. steps.Select(step => PointView.Draw(ground, [.. At(step).SelectMany(i => points[i].ToArray())],
            $"step {step + 1} of {frames}: generated (orange), {what}"))];
    }
}
