namespace Earthmover.Sessions.Sweeps;

/// <summary>A sweep over two of its options, for one choice of the others.</summary>
/// <param name="Others">The choice of the others: <c>depth=3, batch=64</c>; empty where there are none.</param>
/// <param name="Rows">The option of the rows.</param>
/// <param name="Columns">The option of the columns.</param>
/// <param name="Values">The mean over the seeds of each recipe [rows, columns]; not a number where none ended well.</param>
internal sealed record SweepMap(string Others, Varied Rows, Varied Columns, double[,] Values)
{
    /// <summary>The maps of the first two options that have several values; none where there are not two.</summary>
    /// <param name="result">What the sweep has shown.</param>
    public static IReadOnlyList<SweepMap> Of(SweepResult result)
    {
        var several = result.Plan.Vary.Where(one => one.Values.Count > 1).ToList();
        if (several.Count < 2 || result.Whole.Count == 0)
            return [];
        var (rows, columns) = (several[0], several[1]);
        var others = result.Recipes.GroupBy(recipe => string.Join(", ", recipe.Options
            .Where(option => option.Key != rows.Name && option.Key != columns.Name).Select(option => $"{option.Key}={option.Value}")));
        return [.. others.Select(group =>
        {
            var values = new double[rows.Values.Count, columns.Values.Count];
            foreach (var recipe in group)
            {
                var options = recipe.Options.ToDictionary();
                var one = result.Contenders[recipe.Number - 1];
                values[rows.Values.ToList().IndexOf(options[rows.Name]), columns.Values.ToList().IndexOf(options[columns.Name])] =
                    one.Scores.Count > 0 ? one.Value : double.NaN;
            }
            return new SweepMap(group.Key, rows, columns, values);
        })];
    }

    /// <summary>What it shows, in words.</summary>
    /// <param name="metric">The quantity.</param>
    public string Title(string metric) => $"{metric}, mean over seeds" + (Others.Length == 0 ? "" : $": {Others}");
}
