using Earthmover.Data;
using Earthmover.Media;
using Earthmover.Reports;
using Earthmover.Sessions.Sampling;
using Earthmover.Training.Views;

namespace Earthmover.Sessions.Comparing;

/// <summary>What several runs make of the same latent vectors, for a page.</summary>
internal static class SamplesTogether
{
    private const int Pictures = 24, Columns = 12, Points = 1000, Lines = 8;

    /// <summary>A picture or lines for each run that draws samples.</summary>
    /// <param name="runs">Runs of one kind of samples.</param>
    /// <param name="seed">Seed of the latent vectors.</param>
    /// <param name="progress">Told what is done.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <returns>What they made, and why some made nothing, a line each.</returns>
    public static (IReadOnlyList<PagePicture> Shown, IReadOnlyList<string> Lacking) Of(
        IReadOnlyList<ComparedRun> runs, long seed, IProgress<WorkProgress>? progress, CancellationToken cancellation)
    {
        var (made, lacking) = (new List<(ComparedRun Run, DataSet Samples)>(), new List<string>());
        foreach (var run in runs.Where(run => run.Trained is not null))
        {
            var count = run.Trained!.Spec.Kind switch { SampleSpec.Images => Pictures, SampleSpec.Points => Points, _ => Lines };
            try
            {
                var drawing = progress.Part((double share) =>
                    new WorkProgress($"{run.Name}: drawing samples", (made.Count + share) / runs.Count));
                made.Add((run, RunSamples.Draw(run.Trained, run.Name, count, seed, drawing, cancellation)));
            }
            catch (UserException e)
            {
                // A page is passed on: data by their name alone.
                var reason = e.Message.Replace(run.Recipe.Data, run.Record.DataName, StringComparison.Ordinal);
                lacking.Add($"no samples of {run.Name}: {reason}");
            }
        }
        // Points of all runs in one window, so that places can be compared.
        var reals = made.FirstOrDefault().Run?.Trained!.FindReals() as PointSet;
        var ground = reals ?? Together(made.Select(one => one.Samples).OfType<PointSet>().ToList());
        return ([.. made.Select(one => Show(one.Run.Name, one.Samples, ground, reals is not null))], lacking);
    }

    private static PagePicture Show(string name, DataSet samples, PointSet? ground, bool isReal)
    {
        if (samples is TextSet text)
            return new(name, null, string.Join('\n', Enumerable.Range(0, text.Count).Select(i => text.Line(text[i]))));
        var picture = samples is ImageSet images
            ? ImageGrid.Draw([.. Enumerable.Range(0, images.Count).Select(images.ToImage)], Columns)
            : PointView.Draw(ground!, ((PointSet)samples).Values, $"generated (orange), {(isReal ? "real" : "of all runs")} (white)");
        return new(name, ImageFile.EncodePng(picture));
    }

    private static PointSet? Together(List<PointSet> all) =>
        all.Count == 0 ? null : new("all runs", all[0].Dimension, [.. all.SelectMany(points => points.Values)]);
}
