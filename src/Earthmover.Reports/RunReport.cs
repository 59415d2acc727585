using System.Text;
using Earthmover.Files;
using Earthmover.Reports.Figures;
using Earthmover.Reports.Pages;
using Earthmover.Reports.Runs;

namespace Earthmover.Reports;

/// <summary>Writes the report of a run: one page that holds all it shows, asks nothing of the network, and opens anywhere.</summary>
public static class RunReport
{
    /// <summary>Name of the report in a run folder.</summary>
    public const string FileName = "report.html";

    /// <summary>Writes the report of a run.</summary>
    /// <param name="run">The run folder; it is only read.</param>
    /// <param name="path">Where the page goes; null writes <c>report.html</c> into the run folder.</param>
    /// <returns>What the page shows, and what it had to leave out.</returns>
    /// <exception cref="ReportException">There is no run in the folder.</exception>
    /// <exception cref="IOException">The folder cannot be read, or the page not written.</exception>
    public static ReportSummary Write(string run, string? path = null) => Write(run, path, Vega.Installed);

    internal static ReportSummary Write(string run, string? path, Vega vega)
    {
        var record = RunRecord.Read(run);
        path ??= Path.Combine(run, FileName);
        var groups = RunCharts.Of(record.Log);
        var page = RunPage.Write(record, groups, vega);
        var bytes = Encoding.UTF8.GetBytes(page);
        try
        {
            // At once or not at all: whoever has the page open never reloads half of one.
            AtomicFile.Write(path, bytes);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new IOException($"cannot write {path}: {e.Message.TrimEnd('.')}", e);
        }
        return new(path, record.Log.Entries.Count, groups.Sum(group => group.Charts.Count) + TableSection.Charts(record),
            record.Samples.Moments.Count, record.Health?.Verdict, bytes.Length, vega.Lacking,
            record.AreMetricsStale ? [.. record.Problems, record.MetricsStep!] : record.Problems);
    }
}

/// <summary>What a report shows.</summary>
/// <param name="Report">The page.</param>
/// <param name="Records">Records of the log.</param>
/// <param name="Charts">Charts; without Vega they are not drawn.</param>
/// <param name="Samples">Moments of the slider.</param>
/// <param name="Verdict">The newest health verdict; null where the log has none.</param>
/// <param name="Bytes">Size of the page.</param>
/// <param name="Lacking">One line on what is missing on this machine; null for nothing.</param>
/// <param name="Problems">What of the run could not be read, one line each.</param>
public sealed record ReportSummary(
    string Report, int Records, int Charts, int Samples, string? Verdict, long Bytes, string? Lacking, IReadOnlyList<string> Problems);
