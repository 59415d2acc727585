namespace Earthmover.Metrics.Tables;

/// <summary>What generated rows are good for: a classifier learns from them and is tested on real rows.</summary>
public static class Usefulness
{
    // Rows times columns times vectors of weights that a regression goes through at once; it does so a thousand times.
    private const long MostWork = 10_000_000;

    /// <summary>
    /// Rows that classifiers learn from at most: of many columns and classes fewer, or it would take longer than training.
    /// </summary>
    /// <param name="real">Real rows, by which the target is chosen.</param>
    public static int MostRows(MeasuredTable real)
    {
        ArgumentNullException.ThrowIfNull(real);
        var vectors = Target.Of(real) is { Classes: > 2 and var classes } ? classes : 1;
        return (int)Math.Max(1000, MostWork / (real.Columns.Count * (long)vectors));
    }

    /// <summary>
    /// AUC on real rows of a random forest and of a logistic regression that have learned from others; of several classes the mean of one
    /// against the rest.
    /// </summary>
    /// <param name="training">Rows to learn from, generated or real; the first <see cref="MostRows"/> of them.</param>
    /// <param name="test">Real rows to be tested on.</param>
    /// <param name="real">Real rows, by which numbers are standardized and the target is chosen.</param>
    /// <param name="cancellation">Ends it with an <see cref="OperationCanceledException"/>.</param>
    /// <exception cref="ArgumentException">No column can be a target, or the rows lack its classes.</exception>
    public static IReadOnlyList<MetricValue> Measure(MeasuredTable training, MeasuredTable test, MeasuredTable real,
        CancellationToken cancellation = default)
    {
        var target = Target.Of(real) ?? throw new ArgumentException("no column has classes or numbers that could be told from others");
        var ((mine, labels), (theirs, truth)) = (target.Split(training.Take(MostRows(real))), target.Split(test));
        var name = real.Columns[target.Column].Name;
        if (truth.Distinct().Count() < 2)
            throw new ArgumentException($"the test rows have one value of '{name}' only");
        // Rows of one class teach nothing, and that is what their classifier is worth.
        if (labels.Distinct().Count() < 2)
            return [Nothing("use-forest"), Nothing("use-regression")];
        var design = TableDesign.Fit(real.Without(target.Column), mine, theirs);
        DesignRows rows = design.Of(mine), tests = design.Of(theirs);
        var forest = DecisionForest.Train(rows, labels, target.Classes, seed: 0).Predict(tests);
        cancellation.ThrowIfCancellationRequested();
        var regression = LogisticModel.Train(rows, labels, target.Classes).Predict(tests);
        return [Auc("use-forest", forest, truth, target.Classes), Auc("use-regression", regression, truth, target.Classes)];
    }

    private static MetricValue Nothing(string name) => new(name, 0.5, 0.5, 0.5, "none: the rows to learn from have one class only");

    private static MetricValue Auc(string name, double[] probabilities, int[] truth, int classes)
    {
        MetricValue Of(int label)
        {
            double[] Scores(bool own) => [.. Enumerable.Range(0, truth.Length).Where(i => truth[i] == label == own)
                .Select(i => probabilities[i * classes + label])];
            return Roc.Measure(name, Scores(true), Scores(false));
        }
        if (classes == 2)
            return Of(1);
        var all = truth.Distinct().Order().Select(Of).ToList();
        // One row takes part in all of them: their errors are taken to be the same, which is the most they can be.
        return new(name, all.Average(auc => auc.Value), all.Average(auc => auc.Low95), all.Average(auc => auc.High95),
            $"analytic: DeLong, mean over {all.Count} classes");
    }
}
