namespace Earthmover;

/// <summary>What somebody may have meant who mistyped a name.</summary>
public static class NearestName
{
    // A third of what was typed may be wrong: with more, another name was meant than any known one.
    private const int LettersPerSlip = 3, MostSlips = 3, FewestLetters = 3;

    /// <summary>" (did you mean …?)" where a known name is a few slips of the keyboard away, or begins so, else nothing.</summary>
    public static string Hint(string name, IEnumerable<string> known)
    {
        string[] names = [.. known];
        var typed = name.ToLowerInvariant();
        var near = names.Select(candidate =>
            (Name: candidate, Slips: Slips(typed, candidate.ToLowerInvariant()))).OrderBy(pair => pair.Slips).FirstOrDefault();
        var meant = near.Name is not null && near.Slips <= Math.Min(MostSlips, name.Length / LettersPerSlip) ? near.Name
            : name.Length >= FewestLetters
                ? names.FirstOrDefault(candidate => candidate.StartsWith(typed, StringComparison.OrdinalIgnoreCase)) : null;
        return meant is null ? "" : $" (did you mean {meant}?)";
    }

    // Levenshtein's distance, in which two letters that changed places are one slip.
    private static int Slips(string a, string b)
    {
        var table = new int[a.Length + 1, b.Length + 1];
        for (var i = 0; i <= a.Length; i++)
            table[i, 0] = i;
        for (var j = 0; j <= b.Length; j++)
            table[0, j] = j;
        for (var i = 1; i <= a.Length; i++)
            for (var j = 1; j <= b.Length; j++)
            {
                var replaced = table[i - 1, j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
                table[i, j] = Math.Min(replaced, 1 + Math.Min(table[i - 1, j], table[i, j - 1]));
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                    table[i, j] = Math.Min(table[i, j], table[i - 2, j - 2] + 1);
            }
        return table[a.Length, b.Length];
    }
}
