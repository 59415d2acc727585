using System.Globalization;
using System.Text.Json.Nodes;
using Earthmover.Reports.Figures;
using Earthmover.Reports.Runs;

namespace Earthmover.Reports.Pages;

/// <summary>The page of a run.</summary>
internal static class RunPage
{
    // Pictures of few pixels are shown pixel by pixel.
    private const int FewPixels = 400;

    /// <summary>The whole page.</summary>
    public static string Write(RunRecord run, IReadOnlyList<ChartGroup> groups, Vega vega)
    {
        var scripts = vega.ReadScripts();
        var charts = new List<Figure>();
        var body = Markup.Join([
            Header(run),
            Notices(run, groups.Count > 0 ? vega.Lacking : null),
            new("<main>"),
            Samples(run.Samples),
            HealthSection.Write(run),
            Metrics(run),
            TableSection.Write(run, charts, scripts is not null),
            .. groups.Select(group => Frame.Group(group, charts, scripts is not null)),
            Numbers(run.Log),
            Recipe(run),
            new("</main>"),
            Frame.Footer($"from the folder {run.Name}", scripts is not null),
        ]);
        return Frame.Write($"{run.System} on {run.DataName} · {run.Name}", body, charts, scripts, Moments(run.Samples));
    }

    private static Markup Header(RunRecord run)
    {
        var log = run.Log;
        var tiles = new List<Markup>();
        void Tile(string name, double? value, Func<double, string> format)
        {
            if (value is { } number)
                tiles.Add(Markup.Of($"<div><dt>{name}</dt><dd>{format(number)}</dd></div>"));
        }
        Tile("steps", log.Entries.Count > 0 ? log.Entries[^1].Step : null, Format.Number);
        Tile("real samples shown", log.Last("images"), Format.Number);
        Tile("training time", log.Last("seconds"), Format.Seconds);
        Tile("exact W₁", log.Last("measures/w_exact"), Format.Number);
        Tile("floor of W₁", log.Last("measures/w_floor"), Format.Number);
        var list = tiles.Count > 0 ? Markup.Of($"<dl class=\"tiles\">{Markup.Join(tiles)}</dl>") : default;
        return Markup.Of($"<header><h1>{run.System} <span class=\"on\">on</span> {run.DataName}</h1>"
            + $"{HealthSection.Lamp(run)}<p class=\"name\">{run.Name}</p>{list}</header>\n");
    }

    private static Markup Notices(RunRecord run, string? lacking)
    {
        List<string> lines = [.. run.Problems];
        if (run.Log.Entries.Count == 0)
            lines.Add("The log holds no record yet, so there is nothing to chart.");
        if (lacking is not null)
            lines.Add(Frame.Capital(lacking) + ".");
        return Frame.Notices(lines);
    }

    private static Markup Samples(SampleStrip strip)
    {
        // All at the same scale, the widest as wide as its place.
        var widest = strip.Moments.Concat(strip.Others).Append(strip.Reals).Max(file => file?.Width ?? 0);
        string Style(SampleFile file) =>
            $"width:{Math.Round(100.0 * file.Width / widest)}%{(file.Width <= FewPixels ? ";image-rendering:pixelated" : "")}";
        Markup Show(SampleFile file) => file.IsText
            ? Markup.Of($"<pre>{file.Text}</pre>")
            : Markup.Of($"<img alt=\"{Format.Words(file.Name)}\" style=\"{Style(file)}\" src=\"{file.DataAddress}\">");
        if (strip.Moments.Count == 0 && strip.Reals is null && strip.Others.Count == 0)
            return default;
        var parts = new List<Markup>();
        if (strip.Moments.Count > 0)
        {
            var last = strip.Moments[^1];
            var view = last.IsText
                ? Markup.Of($"<pre id=\"sample\">{last.Text}</pre>")
                : Markup.Of($"<img id=\"sample\" style=\"{Style(last)}\" alt=\"Samples of step {last.Step}\" src=\"{last.DataAddress}\">");
            var note = strip.Total > strip.Moments.Count ? $" · {strip.Moments.Count} of {strip.Total} moments" : "";
            var slider = strip.Moments.Count > 1
                ? Markup.Of($"<div class=\"slider\"><button type=\"button\" id=\"play\">play</button>"
                    + $"<input type=\"range\" id=\"when\" aria-label=\"step\" "
                    + $"min=\"0\" max=\"{strip.Moments.Count - 1}\" value=\"{strip.Moments.Count - 1}\"></div>")
                : default;
            var step = Format.Number(last.Step);
            parts.Add(Markup.Of($"<figure><figcaption>Generated, step <output id=\"step\">{step}</output>{note}</figcaption>"
                + $"{view}{slider}</figure>"));
        }
        if (strip.Reals is { } reals)
            parts.Add(Markup.Of($"<figure><figcaption>Real</figcaption>{Show(reals)}</figure>"));
        parts.AddRange(strip.Others.Select(other =>
            Markup.Of($"<figure><figcaption>{Frame.Capital(Format.Words(other.Name))}</figcaption>{Show(other)}</figure>")));
        return Markup.Of($"<section><h2>Samples</h2><div class=\"samples\">{Markup.Join(parts)}</div></section>\n");
    }

    // The last moment stands in the page already.
    private static JsonArray Moments(SampleStrip strip) => new([.. strip.Moments.Select((moment, i) =>
    {
        var node = new JsonObject { ["step"] = Format.Number(moment.Step) };
        if (i < strip.Moments.Count - 1)
            node[moment.IsText ? "text" : "picture"] = moment.IsText ? moment.Text : moment.DataAddress;
        return node;
    })]);

    private static Markup Metrics(RunRecord run)
    {
        var metrics = run.Metrics;
        if (metrics.Count == 0)
            return default;
        // Beside each value only where they differ: else the remark above says it of all.
        Markup StepCell(MetricRecord metric) => run.AreMetricsMixed ? Markup.Of($"<td>{Cell(metric.Step)}</td>") : default;
        var step = run.AreMetricsMixed ? new Markup("<th>step</th>") : default;
        static string Cell(double? value) => value is { } number ? Format.Number(number) : "";
        var rows = metrics.Select(m =>
        {
            var interval = m.Low is { } low && m.High is { } high ? $"{Format.Number(low)} … {Format.Number(high)}" : "";
            return Markup.Of($"<tr><th scope=\"row\">{m.Name}</th><td>{Format.Number(m.Value)}</td><td>{interval}</td>"
                + $"<td>{Cell(m.Floor)}</td><td>{Cell(m.N)}</td>{StepCell(m)}<td class=\"text\">{m.Protocol}</td></tr>\n");
        });
        return Markup.Of($"<section><h2>Quality</h2><p class=\"{(run.AreMetricsStale ? "notice" : "remark")}\">{run.MetricsStep}</p>"
            + $"<div class=\"scroll\"><table><thead><tr><th>metric</th><th>value</th><th>95 % interval</th><th>floor (real)</th><th>n</th>"
            + $"{step}<th class=\"text\">protocol</th></tr></thead><tbody>{Markup.Join(rows)}</tbody></table></div></section>\n");
    }

    private static Markup Numbers(RunLog log)
    {
        var rows = new List<Markup>();
        foreach (var series in log.Names().Where(name => name is not ("images" or "seconds")).Select(log.Of))
        {
            var finite = series.Values.Where(double.IsFinite).ToList();
            string Of(Func<IEnumerable<double>, double> number) => finite.Count == 0 ? "" : Format.Number(number(finite));
            var tail = Of(values => values.TakeLast(Math.Max(1, finite.Count / 10)).Average());
            var (lowest, highest) = (Of(Enumerable.Min), Of(Enumerable.Max));
            rows.Add(Markup.Of($"<tr><th scope=\"row\">{series.Name}</th><td>{Format.Number(series.Values[^1])}</td><td>{tail}</td>"
                + $"<td>{lowest}</td><td>{highest}</td><td>{series.Values.Count}</td></tr>\n"));
        }
        return rows.Count == 0 ? default
            : Markup.Of($"<section><h2>Numbers</h2><div class=\"scroll\"><table><thead><tr>"
                + $"<th>series of the log</th><th>last</th><th>mean of the last tenth</th><th>lowest</th><th>highest</th>"
                + $"<th>reports</th></tr></thead>"
                + $"<tbody>{Markup.Join(rows)}</tbody></table></div></section>\n");
    }

    private static Markup Recipe(RunRecord run)
    {
        static Markup Row((string Name, string Value) row) =>
            Markup.Of($"<tr><th scope=\"row\">{row.Name}</th><td class=\"text\">{row.Value}</td></tr>\n");
        static Markup Table(string title, IEnumerable<(string Name, string Value)> rows) =>
            rows.ToList() is { Count: > 0 } list
                ? Markup.Of($"<div><h3>{title}</h3><table><tbody>{Markup.Join(list.Select(Row))}</tbody></table></div>")
                : default;
        // Pages are passed on.
        static string Value(KeyValuePair<string, string> pair) =>
            pair.Key is "data" or "origin/from" ? DataLabel.Of(pair.Value) : pair.Value;
        var tables = new List<Markup>
        {
            Table("Run", run.Recipe.Where(pair => !pair.Key.Contains('/', StringComparison.Ordinal))
                .Select(pair => (Format.Words(pair.Key), Value(pair)))),
        };
        tables.AddRange(run.Recipe.Where(pair => pair.Key.Contains('/', StringComparison.Ordinal)).GroupBy(pair => pair.Key.Split('/')[0])
            .Select(group => Table(
                Frame.Capital(Format.Words(group.Key)),
                group.Select(pair => (pair.Key[(group.Key.Length + 1)..], Value(pair))))));
        tables.Add(Table("Cost", Cost(run.Log)));
        return Markup.Of($"<section><h2>Recipe and cost</h2><div class=\"tables\">{Markup.Join(tables)}</div></section>\n");
    }

    private static IEnumerable<(string Name, string Value)> Cost(RunLog log)
    {
        if (log.Entries.Count == 0)
            yield break;
        yield return ("steps", Format.Number(log.Entries[^1].Step));
        if (log.Last("images") is { } images)
            yield return ("real samples", Format.Number(images));
        if (log.Last("seconds") is not { } seconds)
            yield break;
        yield return ("training time", Format.Seconds(seconds));
        if (seconds > 0)
        {
            yield return ("ms per step", Format.Number(1000 * seconds / Math.Max(1, log.Entries[^1].Step)));
            if (log.Last("images") is { } shown)
                yield return ("real samples per second", Format.Number(shown / seconds));
        }
    }
}
