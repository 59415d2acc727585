using System.Globalization;
using Earthmover.Data;
using Earthmover.Metrics;
using Earthmover.Sessions.Comparing;
using Earthmover.Training;
using Earthmover.Training.Runs;

namespace Earthmover.Sessions.Tables;

/// <summary>What is measured of a table's run when it is done: the truth that its losses do not tell.</summary>
internal static class TableEnd
{
    // Measuring takes seconds: a run of less is not kept waiting for it.
    private const double Shortest = 10;
    private static readonly string[] s_shown = ["quality", "detection", "use-forest", "closest-ratio", "copies"];

    /// <summary>Measures the rows of a run, keeps the numbers in its folder, and says the most important ones.</summary>
    /// <param name="session">What was played.</param>
    /// <param name="folder">Its folder, in which a checkpoint lies.</param>
    /// <param name="seconds">How long it has trained.</param>
    /// <param name="observer">Told.</param>
    public static void Measure(Session session, RunFolder folder, double seconds, ITrainingObserver observer)
    {
        if (session.Data is not TableSet || seconds < Shortest || folder.ListCheckpoints().Count == 0)
            return;
        observer.Closing();
        try
        {
            var comparison = new Comparison(folder.Path, session.Recipe.Data);
            var (results, notes) = comparison.Measure();
            folder.WriteMetrics(KeptMetrics.Join(folder.ReadMetrics(), MeasuredDocument.Of(comparison, results, notes)));
            observer.Noted("measured (and what fresh real rows read): " + string.Join(", ", s_shown
                .Select(name => results.FirstOrDefault(result => result.Name == name)).OfType<MetricResult>().Select(Said)));
        }
        // The run is done and saved; whatever cannot be measured costs a line.
        catch (Exception e) when (e is UserException or IOException or UnauthorizedAccessException)
        {
            observer.Troubled($"the rows were not measured: {e.Message.ReplaceLineEndings(" ")}");
        }
    }

    private static string Said(MetricResult result)
    {
        static string Of(double value) => value.ToString("0.000", CultureInfo.InvariantCulture);
        return $"{result.Name} {Of(result.Value)}{(result.Floor is { } floor ? $" ({Of(floor)})" : "")}";
    }
}
