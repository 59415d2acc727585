namespace Earthmover.Metrics.Tables;

/// <summary>Whether a fresh classifier tells generated rows from real ones.</summary>
public static class Detection
{
    /// <summary>Parts of the cross-validation.</summary>
    public const int Folds = 5;

    // Forests that share three quarters of their rows err together: by this much more than independent ones
    // (Nadeau and Bengio, 2003, "Inference for the generalization error").
    private static readonly double s_shared = Math.Sqrt(1 + Folds / (Folds - 1.0));

    /// <summary>
    /// AUC of a random forest on rows that it was not trained on, each fifth judged by a forest of the other four: ½ where nothing tells
    /// them apart, 1 where everything does.
    /// </summary>
    /// <param name="generated">Generated rows, at least ten.</param>
    /// <param name="real">Real rows of the same columns; the larger of the two sets is cut to the size of the smaller.</param>
    /// <param name="cancellation">Ends it with an <see cref="OperationCanceledException"/>.</param>
    /// <exception cref="ArgumentException">There are too few rows.</exception>
    public static MetricValue Measure(MeasuredTable generated, MeasuredTable real, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(generated);
        ArgumentNullException.ThrowIfNull(real);
        var n = Math.Min(generated.Count, real.Count);
        if (n < 2 * Folds)
            throw new ArgumentException($"a classifier needs {2 * Folds} rows of each kind, and there are {n}");
        (generated, real) = (generated.Take(n), real.Take(n));
        var rows = TableDesign.Fit(real, generated).Of(generated.Join(real));
        int[] labels = [.. Enumerable.Repeat(1, n), .. Enumerable.Repeat(0, n)];
        // Equally many of both kinds in every part: what is missing on one side of a split would show on the other.
        var order = new SeededRandom(0, "folds");
        int[] mine = [.. Enumerable.Range(0, n)], others = [.. Enumerable.Range(n, n)];
        order.Shuffle<int>(mine);
        order.Shuffle<int>(others);
        var scores = new double[2 * n];
        for (var fold = 0; fold < Folds; fold++)
        {
            cancellation.ThrowIfCancellationRequested();
            bool IsIn(int place) => place % Folds == fold;
            int[] tested = [.. mine.Where((_, i) => IsIn(i)), .. others.Where((_, i) => IsIn(i))];
            int[] trained = [.. mine.Where((_, i) => !IsIn(i)), .. others.Where((_, i) => !IsIn(i))];
            var forest = DecisionForest.Train(rows.Select(trained), Array.ConvertAll(trained, row => labels[row]), 2, seed: fold);
            var judged = forest.Predict(rows.Select(tested), 1);
            for (var i = 0; i < tested.Length; i++)
                scores[tested[i]] = judged[i];
        }
        var auc = Roc.Measure("detection", scores[..n], scores[n..]);
        double Wider(double end) => Math.Clamp(auc.Value + s_shared * (end - auc.Value), 0, 1);
        return auc with { Low95 = Wider(auc.Low95), High95 = Wider(auc.High95), Interval = $"{auc.Interval}, of {Folds} folds" };
    }
}
