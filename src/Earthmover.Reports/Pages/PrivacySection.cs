using System.Globalization;
using Earthmover.Reports.Runs;

namespace Earthmover.Reports.Pages;

/// <summary>What generated rows give away of those that they were learned from, in plain words.</summary>
internal static class PrivacySection
{
    /// <summary>The section.</summary>
    /// <param name="metrics">The measurements of the run.</param>
    public static Markup Write(IReadOnlyList<MetricRecord> metrics)
    {
        MetricRecord? Of(string name) => metrics.FirstOrDefault(metric => metric.Name == name);
        // Without held-out rows, what stands for strangers was trained on, and is left out of what it is compared with.
        var strangers = Of("membership") is null
            ? "real rows that were set apart for the comparison" : "real rows that were not trained on";
        var lines = new List<string>();
        if (Of("closest-ratio") is { } closest)
            lines.Add(Closest(closest, strangers));
        if (Of("copies") is { } copies)
            lines.Add("Rows that are equal in every value to one of the training rows that were looked through (50,000 at most): "
                + $"{Percent(copies.Value)} of the generated ones"
                + (copies.Floor is { } same ? $", {Percent(same)} of {strangers}. "
                    + (copies.High < same || copies.Value <= same ? "People who are alike make equal rows; these are no more."
                        : copies.Low > same ? "These are more than people who are alike explain."
                        : "The difference is within chance.") : "."));
        if (Of("neighbor-ratio") is { } ratio)
            lines.Add($"A generated row lies {Format.Number(Math.Round(ratio.Value, 3))} times as far from its closest training row as "
                + $"from the second closest, in the median"
                + (ratio.Floor is { } usual ? $"; {strangers} {Format.Number(Math.Round(usual, 3))} times" : "")
                + ". Near 0 it would be a copy of one person with something changed; near 1 it lies between several.");
        lines.Add(Of("membership") is { } member
            ? $"Somebody who has the generated rows, and guesses by the closest one who was in the training data, does so with an AUC of "
                + $"{Format.Number(Math.Round(member.Value, 3))} ({Range(member)}): 0.5 is tossing a coin, 1 is knowing. "
                + (member.Low > 0.5 ? "That is more than nothing." : "That is not told from tossing a coin.")
            : "Whether somebody could tell who was in the training data was not measured, since no rows were kept out of it: "
                + "earthmover train --set hold_out=0.2 keeps a fifth, or earthmover evaluate --held-out names others.");
        if (lines.Count == 1)
            return default;
        var items = Markup.Join(lines.Select(line => Markup.Of($"<li>{line}</li>\n")));
        return Markup.Of($"<section><h2>Privacy</h2><p class=\"remark\">Evidence, not a guarantee. Such distances can show that "
            + $"something is given away; they cannot show that nothing is.</p><ul class=\"plain\">{items}</ul>"
            + $"<p>What they do not see: a rare value or a rare combination that one person alone has may be among the rows although no "
            + $"row is a copy; several releases together tell more than each alone; somebody who knows part of a row may learn the rest "
            + $"from the law that the generator has learned, which is what it is for. Names of rare categories come from the training "
            + $"data as they are: group or drop them before training where a name alone says too much. Only training with differential "
            + $"privacy bounds what can be learned of one person, and this run was not trained so.</p></section>\n");
    }

    private static string Closest(MetricRecord closest, string strangers)
    {
        var ratio = Format.Number(Math.Round(closest.Value, 3));
        var said = closest.High < 1 ? "Generated rows lie nearer to training rows than other real people do: "
                + "something of single rows is remembered."
            : closest.Low > 1 ? "Generated rows lie farther from training rows than other real people do: "
                + "nothing points to remembered rows, and the rows are not as real as they could be."
            : "Generated rows lie as far from training rows as other real people do.";
        return $"{said} (Typical distance to the closest training row over that of {strangers}: {ratio}"
            + $"{(closest is { Low: not null, High: not null } ? $", {Range(closest)}" : "")}.)";
    }

    private static string Range(MetricRecord metric) => metric is { Low: { } low, High: { } high }
        ? $"95 % of the time between {Format.Number(Math.Round(low, 3))} and {Format.Number(Math.Round(high, 3))}" : "no interval";

    private static string Percent(double share) =>
        (100 * share).ToString(share is > 0 and < 0.01 ? "0.00" : "0.0", CultureInfo.InvariantCulture) + " %";
}
