using Earthmover.Reports.Runs;

namespace Earthmover.Reports.Pages;

/// <summary>The verdict on a run, its history and its reasons.</summary>
internal static class HealthSection
{
    /// <summary>A lamp with the newest verdict in words and shape, not in color alone; nothing where the log has none.</summary>
    public static Markup Lamp(RunRecord run) =>
        run.Health is { } health
            ? Markup.Of($"<p class=\"lamp {Class(health.Verdict)}\">"
                + $"<span aria-hidden=\"true\">{Sign(health.Verdict)}</span> {health.Verdict}</p>")
            : default;

    /// <summary>The section; nothing where the log has no verdicts.</summary>
    public static Markup Write(RunRecord run)
    {
        if (run.Health is not { } health)
            return default;
        var judged = run.Log.Entries.Where(entry => entry.Health is not null).ToList();
        var red = judged.LastOrDefault(entry => entry.Health!.Verdict == "RED");
        var wasRed = red is null ? "" : $"; the run was red until step {Format.Number(red.Step)}";
        var last = health.Findings.Count == 0
            ? Markup.Of($"<p>Nothing was found at the last report{wasRed}.</p>")
            : Markup.Join(health.Findings.Select(Card));
        var earlier = judged.SelectMany(entry => entry.Health!.Findings.Select(finding => (entry.Step, Finding: finding)))
            .GroupBy(f => f.Finding.Rule).Where(group => health.Findings.All(f => f.Rule != group.Key))
            .Select(group => Markup.Of($"<tr><th scope=\"row\">{Format.Words(group.Key)}</th>"
                + $"<td class=\"text\">{group.Last().Finding.Severity}</td>"
                + $"<td>{Format.Number(group.First().Step)}</td><td>{Format.Number(group.Last().Step)}</td>"
                + $"<td>{Format.Number(group.Count())}</td></tr>\n")).ToList();
        var past = earlier.Count == 0 ? default
            : Markup.Of($"<h3>Found earlier, and gone</h3><div class=\"scroll\"><table><thead><tr>"
                + $"<th>rule</th><th>severity</th><th>from step</th><th>to step</th><th>reports</th></tr></thead>"
                + $"<tbody>{Markup.Join(earlier)}</tbody></table></div>");
        return Markup.Of($"<section><h2>Health</h2>{Timeline(judged)}{last}{past}</section>\n");
    }

    // Neighbors of the same verdict are one piece, as wide as it has reports.
    private static Markup Timeline(List<LogEntry> judged)
    {
        var pieces = new List<(string Verdict, long From, long To, int Count)>();
        foreach (var entry in judged)
            if (pieces.Count > 0 && pieces[^1].Verdict == entry.Health!.Verdict)
                pieces[^1] = pieces[^1] with { To = entry.Step, Count = pieces[^1].Count + 1 };
            else
                pieces.Add((entry.Health!.Verdict, entry.Step, entry.Step, 1));
        var spans = pieces.Select(p => Markup.Of($"<span class=\"{Class(p.Verdict)}\" style=\"flex-grow:{p.Count}\" "
            + $"title=\"{p.Verdict}, steps {Format.Number(p.From)} to {Format.Number(p.To)}\">"
            + $"<i aria-hidden=\"true\">{Sign(p.Verdict)}</i></span>"));
        return Markup.Of($"<div class=\"timeline\" role=\"img\" aria-label=\"Verdicts over time\">{Markup.Join(spans)}</div>"
            + $"<p class=\"ends\"><span>step {Format.Number(judged[0].Step)}</span><span>step {Format.Number(judged[^1].Step)}</span></p>");
    }

    private static Markup Card(HealthFinding finding)
    {
        var evidence = Markup.Join(finding.Evidence.Select(e => e.Key.Length > 0
            ? Markup.Of($"<li>{Format.Words(e.Key)}: <b>{e.Value}</b></li>")
            : Markup.Of($"<li>{e.Value}</li>")));
        var list = finding.Evidence.Count == 0 ? default : Markup.Of($"<ul>{evidence}</ul>");
        var remedy = finding.Remedy.Length == 0 ? default : Markup.Of($"<p>Remedy: <code>{finding.Remedy}</code></p>");
        return Markup.Of($"<div class=\"finding {Class(finding.Severity)}\"><h3><span aria-hidden=\"true\">{Sign(finding.Severity)}</span> "
            + $"{Format.Words(finding.Rule)} <small>{finding.Severity}</small></h3>{list}{remedy}</div>");
    }

    private static string Class(string verdict) => verdict switch { "GREEN" => "green", "AMBER" => "amber", "RED" => "red", _ => "gray" };

    private static string Sign(string verdict) => verdict switch { "GREEN" => "●", "AMBER" => "▲", "RED" => "■", _ => "○" };
}
