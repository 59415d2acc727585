using System.Text;
using Earthmover.Files;
using Earthmover.Reports.Figures;
using Earthmover.Reports.Pages;

namespace Earthmover.Reports;

/// <summary>Numbers and words in rows; the first column names the row.</summary>
/// <param name="Columns">Names of the columns.</param>
/// <param name="Rows">As many texts in each as there are columns.</param>
public sealed record PageTable(IReadOnlyList<string> Columns, IReadOnlyList<IReadOnlyList<string>> Rows);

/// <summary>A picture or lines of text, with what they show.</summary>
/// <param name="Caption">What it shows.</param>
/// <param name="Picture">A PNG; null for text.</param>
/// <param name="Text">Lines; null for a picture.</param>
public sealed record PagePicture(string Caption, byte[]? Picture, string? Text = null);

/// <summary>What stands on a page under one heading.</summary>
/// <param name="Title">The heading.</param>
/// <param name="Remark">What to look for; null for nothing to say.</param>
public sealed record PagePart(string Title, string? Remark = null)
{
    /// <summary>Pictures and texts, one below another.</summary>
    public IReadOnlyList<PagePicture> Pictures { get; init; } = [];

    /// <summary>Numbers; null for none.</summary>
    public PageTable? Table { get; init; }

    /// <summary>Charts.</summary>
    public IReadOnlyList<Figure> Charts { get; init; } = [];

    /// <summary>Shown only when asked for.</summary>
    public bool IsFolded { get; init; }
}

/// <summary>A page about many runs that holds all it shows, asks nothing of the network, and opens anywhere.</summary>
public static class SummaryPage
{
    /// <summary>Writes a page.</summary>
    /// <param name="path">Where it goes.</param>
    /// <param name="title">What it is about.</param>
    /// <param name="subtitle">What else is to be said at its head.</param>
    /// <param name="notices">What a reader has to know, a line each.</param>
    /// <param name="parts">What is on it, from above.</param>
    /// <returns>One line on what is missing on this machine; null for nothing.</returns>
    /// <exception cref="IOException">It cannot be written.</exception>
    public static string? Write(string path, string title, string subtitle, IReadOnlyList<string> notices, IReadOnlyList<PagePart> parts) =>
        Write(path, title, subtitle, notices, parts, Vega.Installed);

    internal static string? Write(string path, string title, string subtitle, IReadOnlyList<string> notices,
        IReadOnlyList<PagePart> parts, Vega vega)
    {
        ArgumentNullException.ThrowIfNull(notices);
        ArgumentNullException.ThrowIfNull(parts);
        var scripts = vega.ReadScripts();
        var lacking = parts.Any(part => part.Charts.Count > 0) ? vega.Lacking : null;
        var charts = new List<Figure>();
        var body = Markup.Join([
            Markup.Of($"<header><h1>{title}</h1><p class=\"name\">{subtitle}</p></header>\n"),
            Frame.Notices(lacking is null ? notices : [.. notices, Frame.Capital(lacking) + "."]),
            new("<main>"),
            .. parts.Select(part => Part(part, charts, scripts is not null)),
            new("</main>"),
            Frame.Footer("", scripts is not null),
        ]);
        try
        {
            AtomicFile.Write(path, Encoding.UTF8.GetBytes(Frame.Write(title, body, charts, scripts)));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new IOException($"cannot write {path}: {e.Message.TrimEnd('.')}", e);
        }
        return lacking;
    }

    private static Markup Part(PagePart part, List<Figure> charts, bool isDrawn)
    {
        var remark = part.Remark is null ? default : Markup.Of($"<p class=\"remark\">{part.Remark}</p>");
        var pictures = part.Pictures.Count == 0 ? default
            : Markup.Of($"<div class=\"stack\">{Markup.Join(part.Pictures.Select(Picture))}</div>");
        var figures = part.Charts.Count == 0 || !isDrawn ? default : Frame.Figures(part.Charts, charts);
        var table = part.Table is { Rows.Count: > 0 } rows ? Table(rows) : default;
        var body = Markup.Of($"{remark}{pictures}{table}{figures}");
        return pictures.Text is null && table.Text is null && figures.Text is null && part.Remark is null ? default
            : part.IsFolded
            ? Markup.Of($"<section><details><summary><h2>{part.Title}</h2></summary>{body}</details></section>\n")
            : Markup.Of($"<section><h2>{part.Title}</h2>{body}</section>\n");
    }

    private static Markup Picture(PagePicture one) => Markup.Of($"<figure><figcaption>{one.Caption}</figcaption>"
        + $"{(one.Picture is { } png ? Image(one.Caption, png) : Markup.Of($"<pre>{one.Text}</pre>"))}</figure>");

    private static Markup Image(string caption, byte[] png) =>
        Markup.Of($"<img alt=\"{caption}\" src=\"data:image/png;base64,{Convert.ToBase64String(png)}\">");

    private static Markup Table(PageTable table)
    {
        var head = Markup.Join(table.Columns.Select(name => Markup.Of($"<th>{name}</th>")));
        var rows = table.Rows.Select(row => Markup.Of($"<tr><th scope=\"row\">{row[0]}</th>"
            + $"{Markup.Join(row.Skip(1).Select(cell => Markup.Of($"<td>{cell}</td>")))}</tr>\n"));
        return Markup.Of($"<div class=\"scroll\"><table><thead><tr>{head}</tr></thead><tbody>{Markup.Join(rows)}</tbody></table></div>");
    }
}
