namespace Earthmover.Data.Pairs;

/// <summary>Which files of two folders belong together: those of one path, else those that differ only in the extension.</summary>
internal static class PairNames
{
    /// <summary>A path without its extension.</summary>
    public static string Stem(string path) => path[..^Path.GetExtension(path).Length];

    /// <summary>The rows that belong together, in the order of the first.</summary>
    /// <param name="a">Paths below one folder.</param>
    /// <param name="b">Paths below another.</param>
    public static (int[] A, int[] B) Match(IReadOnlyList<string> a, IReadOnlyList<string> b)
    {
        var partner = new int[a.Count];
        var taken = new bool[b.Count];
        var whole = RowsBy(b, path => path);
        for (var i = 0; i < partner.Length; i++)
            if ((partner[i] = whole.GetValueOrDefault(a[i], -1)) >= 0)
                taken[partner[i]] = true;
        var stems = RowsBy(b, Stem);
        for (var i = 0; i < partner.Length; i++)
            if (partner[i] < 0 && stems.TryGetValue(Stem(a[i]), out var row) && !taken[row])
                (partner[i], taken[row]) = (row, true);
        int[] rows = [.. Enumerable.Range(0, partner.Length).Where(i => partner[i] >= 0)];
        return (rows, [.. rows.Select(i => partner[i])]);
    }

    // Of several files of one name the first counts.
    private static Dictionary<string, int> RowsBy(IReadOnlyList<string> paths, Func<string, string> key)
    {
        var rows = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var i = 0; i < paths.Count; i++) rows.TryAdd(key(paths[i]), i);
        return rows;
    }
}
