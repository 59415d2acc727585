namespace Earthmover;

/// <summary>What somebody may have meant who mistyped a name.</summary>
internal static class NearestName
{
    private const int MostSlips = 3, FewestLetters = 3;

    /// <summary>" (did you mean …?)" where a known name is a few slips of the keyboard away, or begins so, else nothing.</summary>
    public static string Hint(string name, IEnumerable<string> known)
    {
        string[] names = [.. known];
        var near = names.Select(candidate => (Name: candidate, Slips: Slips(name, candidate))).OrderBy(pair => pair.Slips).FirstOrDefault();
        // Not as many slips as the name has letters.
        var meant = near.Name is not null && near.Slips <= Math.Min(MostSlips, name.Length - 1) ? near.Name
            : name.Length >= FewestLetters ? names.FirstOrDefault(candidate => candidate.StartsWith(name, StringComparison.OrdinalIgnoreCase)) : null;
        return meant is null ? "" : $" (did you mean {meant}?)";
    }

    // Levenshtein's distance.
    private static int Slips(string a, string b)
    {
        var row = Enumerable.Range(0, b.Length + 1).ToArray();
        for (var i = 1; i <= a.Length; i++)
        {
            var corner = row[0];
            row[0] = i;
            for (var j = 1; j <= b.Length; j++)
                (corner, row[j]) = (row[j], Math.Min(corner + (a[i - 1] == b[j - 1] ? 0 : 1), 1 + Math.Min(row[j], row[j - 1])));
        }
        return row[^1];
    }
}
