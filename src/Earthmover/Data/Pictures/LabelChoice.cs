using System.Globalization;

namespace Earthmover.Data.Pictures;

/// <summary>The option <c>labels</c> of pictures: which labels are meant, and how many of them are kept.</summary>
/// <param name="Word">One of the words that the kind of data has.</param>
/// <param name="Keep">How many pictures keep their label; null for all.</param>
/// <param name="Seed">Seed of which these are.</param>
internal sealed record LabelChoice(string Word, int? Keep, long Seed)
{
    /// <summary>The options' names.</summary>
    public static IReadOnlyList<string> Names { get; } = [Labels, LabelSeed];

    private const string Labels = "labels", LabelSeed = "label_seed";

    /// <summary>Reads the options: a word, a number, or both with a comma between.</summary>
    /// <param name="options">The address's options.</param>
    /// <param name="words">The words; the first is what is meant where none is given.</param>
    /// <exception cref="UserException">It is something else.</exception>
    public static LabelChoice Of(DataOptions options, params string[] words)
    {
        var text = options.Text(Labels, "");
        var parts = Split(text);
        string[] numbers = [.. parts.Where(IsNumber)], named = [.. parts.Where(part => !IsNumber(part))];
        var isKnown = numbers.Length < 2 && named.Length < 2 && named.All(words.Contains) && (parts.Length > 0 || !options.Has(Labels));
        _ = NumberText.TryWhole(numbers.FirstOrDefault() ?? "", out var given);
        var keep = given is > 0 and <= int.MaxValue ? (int)given : 0;
        if (!isKnown || numbers.Length == 1 && keep == 0)
            throw options.Bad(Labels, text, $"{string.Join(", ", words)}, or how many pictures keep their label");
        if (keep == 0 && options.Has(LabelSeed))
            throw options.Bad(LabelSeed, options.Text(LabelSeed, ""), "it beside a number of labels, such as labels=100");
        return new(named.FirstOrDefault() ?? words[0], keep == 0 ? null : keep, options.Whole(LabelSeed, 0, long.MinValue, long.MaxValue));
    }

    /// <summary>The address with all labels: who measures is to know what who learns is not told.</summary>
    /// <param name="address">The address.</param>
    public static DataAddress WithAll(DataAddress address)
    {
        string[] words = [.. Split(address[Labels] ?? "").Where(part => !IsNumber(part))];
        var rest = address.Without(LabelSeed, Labels);
        return words.Length == 0 ? rest : rest.With(Labels, string.Join(',', words));
    }

    /// <summary>The same pictures, of which only so many keep their label: as many of each class, as far as that goes.</summary>
    /// <exception cref="UserException">There are not so many labels, or too few to know every class.</exception>
    public ImageSet Apply(ImageSet set)
    {
        if (Keep is not { } keep)
            return set;
        if (set.ClassNames is null)
            throw new UserException($"{set.Name} has no labels of which {keep} could be kept; leave labels={keep} out");
        var classes = set.ClassNames.Count;
        if (keep > set.LabeledCount)
            throw new UserException($"{set.Name} has {set.LabeledCount} labels of which {keep} are to be kept; ask for fewer");
        if (keep < classes)
            throw new UserException($"{keep} labels are fewer than the {classes} classes of {set.Name}; ask for {classes} or more");
        var codes = Enumerable.Repeat(ImageSet.Unknown, set.Count).ToArray();
        foreach (var row in Balanced(set, keep))
            codes[row] = set.LabelOf(row)!.Value;
        var kept = new ImageSet(set.Name, set.Shape, set.Pixels, codes, set.ClassNames) { Files = set.Files, Problems = set.Problems };
        var (least, most) = (kept.CountClasses().Min(), kept.CountClasses().Max());
        var each = least == most ? $"{least:N0} of each class" : $"{least:N0} to {most:N0} of each class";
        kept.Notes = [.. set.Notes, string.Create(CultureInfo.InvariantCulture,
            $"{keep:N0} of {set.Count:N0} pictures keep their label, {each}, chosen by label_seed={Seed}")];
        return kept;
    }

    // In turn one of each class that has some left, in an order that the seed fixes.
    private IEnumerable<int> Balanced(ImageSet set, int keep)
    {
        var rows = set.LabeledRows();
        new SeededRandom(Seed, "labels").Shuffle<int>(rows);
        return rows.GroupBy(row => set.LabelOf(row)!.Value)
            .SelectMany(group => group.Select((row, turn) => (row, turn, Class: group.Key)))
            .OrderBy(r => r.turn).ThenBy(r => r.Class).Take(keep).Select(r => r.row);
    }

    private static string[] Split(string text) => text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    // −5 and 1e3 are meant as numbers, and refused as such.
    private static bool IsNumber(string part) => part.Length > 0 && (char.IsAsciiDigit(part[0]) || part[0] is '-' or '+');
}
