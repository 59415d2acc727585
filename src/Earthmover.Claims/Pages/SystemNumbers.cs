using System.Globalization;
using System.Text;
using Earthmover.Systems;

namespace Earthmover.Claims.Pages;

/// <summary>What was measured of a system: its claim with picture and cost, the claims of its rows, and what its entry says.</summary>
/// <param name="entry">The system.</param>
/// <param name="sources">The repository.</param>
internal sealed class SystemNumbers(SystemEntry entry, SourceTree sources)
{
    private const string Claims = "docs/claims";

    /// <summary>The section as Markdown.</summary>
    public string Text()
    {
        var text = new StringBuilder("## Measured\n\n");
        foreach (var claim in ClaimCatalog.All.OfType<SystemClaim>().Where(claim => claim.System == entry.Name))
            text.Append(Acceptance(claim));
        var others = ClaimCatalog.All.Where(claim => claim is not SystemClaim && claim.Rows.Intersect(entry.Rows).Any()).ToList();
        foreach (var claim in others)
            text.Append($"* {Titled(claim)}: {Read(claim)?.Verdict ?? "not run yet"}\n");
        if (others.Count > 0)
            text.Append('\n');
        // Before the semicolon stands what holds the system to its numbers; after it, what came out.
        var parts = entry.Acceptance.Split("; ", 2);
        text.Append($"Held by the test `{parts[0]}`{(parts.Length > 1 ? $"; {parts[1]}" : "")}.\n");
        return text.ToString();
    }

    private string Acceptance(SystemClaim claim)
    {
        if (Read(claim) is not { } result)
            return $"Its acceptance, “{claim.Title}”, is not run yet: `{claim.Command}`.\n\n";
        var text = new StringBuilder(result.IsQuick
            ? $"Its acceptance, “{Titled(claim)}”, is not run yet (`{claim.Command}`). "
                + $"Its short form, which says that the system learns: **{result.Verdict}**.\n\n"
            : $"Its acceptance: **{result.Verdict}**, {Titled(claim)}.\n\n");
        if (File.Exists(sources.Full($"{Claims}/{claim.Name}.png")))
            text.Append($"![{claim.PictureTitle}](../claims/{claim.Name}.png)\n\n{claim.PictureTitle}\n\n");
        text.Append($"{CheckRow.Table(result.Rows, result.Seeds)}\n");
        var seconds = (result.Seconds / result.Seeds).ToString("0", CultureInfo.InvariantCulture);
        text.Append($"Cost: {seconds} s of one core for each of {result.Seeds} {(result.Seeds == 1 ? "seed" : "seeds")}, control included");
        return $"{text} ({(result.IsQuick ? "the short form" : "the long form")}, {result.Date}).\n\n";
    }

    private static string Titled(Claim claim) => $"[{claim.Title}](../claims/{claim.Name}.md)";

    private StoredResult? Read(Claim claim) => StoredResult.Read(sources.Full(Claims), claim.Name);
}
