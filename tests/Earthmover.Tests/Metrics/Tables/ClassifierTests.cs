using System.Globalization;
using System.Text;
using Earthmover.Metrics.Tables;
using Earthmover.Testing;
using Earthmover.Tests.Data;
using Xunit.Abstractions;
using static Earthmover.Tests.Metrics.Tables.Rows;

namespace Earthmover.Tests.Metrics.Tables;

/// <summary>The forest and the logistic regression against known answers and scikit-learn.</summary>
public sealed class ClassifierTests(ITestOutputHelper output) : TemporaryFolder
{
    private const string Learned = """
        import sys, numpy as np
        from sklearn.ensemble import RandomForestClassifier
        from sklearn.linear_model import LogisticRegression
        from sklearn.metrics import roc_auc_score
        a = np.loadtxt(sys.argv[1], delimiter=',')
        half = len(a) // 2
        X, y, T, t = a[:half, :-1], a[:half, -1], a[half:, :-1], a[half:, -1]
        grown = [RandomForestClassifier(100, min_samples_leaf=5, random_state=s).fit(X, y) for s in range(3)]
        forest = np.mean([roc_auc_score(t, f.predict_proba(T)[:, 1]) for f in grown])
        line = LogisticRegression(solver='newton-cg', tol=1e-9, max_iter=1000).fit(X, y)
        print(forest, roc_auc_score(t, line.decision_function(T)), *line.coef_[0], line.intercept_[0])
        """;

    [Fact]
    public void A_forest_learns_what_no_line_can()
    {
        // Exclusive or: neither column tells anything alone.
        var random = new SeededRandom(3);
        double[] x = [.. Enumerable.Range(0, 600).Select(_ => random.NextDouble())], y = [.. x.Select(_ => random.NextDouble())];
        int[] labels = [.. x.Zip(y, (a, b) => a > 0.5 != b > 0.5 ? 1 : 0)];
        var table = Table(Numbers("x", x), Numbers("y", y));
        var rows = TableDesign.Fit(table).Of(table);
        int[] first = [.. Enumerable.Range(0, 400)], rest = [.. Enumerable.Range(400, 200)];
        double Auc(double[] scores) => Roc.Measure("", [.. rest.Where(r => labels[r] == 1).Select(r => scores[r - 400])],
            [.. rest.Where(r => labels[r] == 0).Select(r => scores[r - 400])]).Value;
        var forest = DecisionForest.Train(rows.Select(first), labels[..400], 2, 1);
        Assert.True(Auc(forest.Predict(rows.Select(rest), 1)) > 0.97);
        var line = LogisticModel.Train(rows.Select(first), labels[..400], 2).Predict(rows.Select(rest));
        Assert.InRange(Auc([.. Enumerable.Range(0, 200).Select(i => line[2 * i + 1])]), 0.3, 0.7);
    }

    [Fact]
    public void A_seed_gives_the_same_forest()
    {
        var table = People(500, 4);
        var (rows, labels) = Target.Of(table)!.Split(table);
        var design = TableDesign.Fit(rows).Of(rows);
        double[] Predicted(long seed) => DecisionForest.Train(design, labels, 2, seed).Predict(design);
        Assert.Equal(Predicted(1), Predicted(1));
        Assert.NotEqual(Predicted(1), Predicted(2));
        Assert.All(Enumerable.Range(0, 500), i => Assert.Equal(1, Predicted1(i), 12));
        double Predicted1(int i) => Predicted(1)[2 * i] + Predicted(1)[2 * i + 1];
    }

    [Fact]
    public void Probabilities_of_several_classes_sum_to_one_and_are_learned()
    {
        double[] x = [.. Enumerable.Range(0, 300).Select(i => (double)i)];
        int[] labels = [.. Enumerable.Range(0, 300).Select(i => i / 100)];
        var table = Table(Numbers("x", x));
        var rows = TableDesign.Fit(table).Of(table);
        var grown = DecisionForest.Train(rows, labels, 3, 1).Predict(rows);
        var drawn = LogisticModel.Train(rows, labels, 3, 1000).Predict(rows);
        foreach (var p in new[] { grown, drawn })
            for (var i = 0; i < 300; i++)
            {
                Assert.Equal(1, p[3 * i] + p[3 * i + 1] + p[3 * i + 2], 9);
                if (i % 100 is > 5 and < 95)
                    Assert.True(p[3 * i + labels[i]] > 0.5, $"{i}");
            }
    }

    [Fact]
    public void Regression_finds_the_logarithm_of_the_odds()
    {
        // 3 of 4 in the one slot, 1 of 5 in the other.
        var table = Table(Codes("c", "a,b", 0, 0, 0, 0, 1, 1, 1, 1, 1));
        var rows = TableDesign.Fit(table).Of(table);
        var p = LogisticModel.Train(rows, [1, 1, 1, 0, 1, 0, 0, 0, 0], 2, c: 1e7).Predict(rows);
        Assert.Equal(0.75, p[1], 4);
        Assert.Equal(0.2, p[^1], 4);
    }

    // Steps that lead nowhere any more would be gone for as long as rounding allows.
    [Fact]
    public void Regression_of_a_wide_table_goes_through_its_rows_a_hundred_times()
    {
        var random = new SeededRandom(5);
        int[] hidden = [.. Enumerable.Range(0, 2000).Select(_ => random.NextInt(12))];
        // Uneven, so that a column has slots of many rows and of a few.
        int[] Column(int k) => [.. hidden.Select(h => (h + k + (int)(30 * Math.Pow(random.NextDouble(), 4))) % 30)];
        var table = Table([.. Enumerable.Range(0, 60).Select(k =>
            Codes($"c{k}", string.Join(',', Enumerable.Range(0, 30).Select(value => $"v{value}")), Column(k)))]);
        var rows = TableDesign.Fit(table).Of(table);
        var model = LogisticModel.Train(rows, hidden, 12);
        output.WriteLine($"{model.Passes} passes");
        Assert.InRange(model.Passes, 5, 150);
        // Where the function is least, the weight of a slot is what its rows have of a class beyond what is predicted.
        var p = model.Predict(rows);
        for (var slot = 0; slot < 30; slot++)
        {
            int[] mine = [.. Enumerable.Range(0, 2000).Where(i => rows.Columns[0].Slots![i] == slot)];
            for (var k = 0; k < 12; k++)
                Assert.Equal(mine.Sum(i => (hidden[i] == k ? 1 : 0) - p[12 * i + k]), model.Weights[k * (rows.Width + 1) + slot], 1e-3);
        }
    }

    [Fact]
    public void Areas_by_hand()
    {
        // 3 beats 1 and 2, ties with 3; 2 beats 1 and ties with 2.
        Assert.Equal((2.5 + 1.5) / 6, Roc.Measure("", [3, 2], [1, 2, 3]).Value, 12);
        Assert.Equal(1, Roc.Measure("", [3, 4], [1, 2]).Value);
        Assert.Equal(0.5, Roc.Measure("", [1, 1, 1], [1, 1]).Value);
    }

    [PythonFact("sklearn", "python3-sklearn")]
    public void As_scikit_learn_has_it()
    {
        var table = People(6000, 8);
        var target = Target.Of(table)!;
        Assert.Equal("owner", table.Columns[target.Column].Name);
        var (rest, labels) = target.Split(table);
        var rows = TableDesign.Fit(rest).Of(rest);
        int[] first = [.. Enumerable.Range(0, 3000)], second = [.. Enumerable.Range(3000, 3000)];
        var file = Put("rows.csv", Written(rows, labels));
        double[] theirs = [.. Python.Done(Learned, file).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)
            .Select(number => double.Parse(number, CultureInfo.InvariantCulture))];
        double Auc(Func<int, double> score) => Roc.Measure("", [.. second.Where(r => labels[r] == 1).Select(r => score(r - 3000))],
            [.. second.Where(r => labels[r] == 0).Select(r => score(r - 3000))]).Value;
        var forests = Enumerable.Range(0, 3).Select(seed =>
            DecisionForest.Train(rows.Select(first), labels[..3000], 2, seed).Predict(rows.Select(second), 1)).ToList();
        Assert.Equal(theirs[0], forests.Average(scores => Auc(r => scores[r])), 0.004);
        var line = LogisticModel.Train(rows.Select(first), labels[..3000], 2);
        var scored = line.Predict(rows.Select(second));
        Assert.Equal(theirs[1], Auc(r => scored[2 * r + 1]), 1e-5);
        Assert.Equal(theirs.Length - 2, line.Weights.Count);
        for (var k = 0; k < line.Weights.Count; k++)
            Assert.Equal(theirs[k + 2], line.Weights[k], 2e-4);
    }

    private static string Written(DesignRows rows, int[] labels)
    {
        var (values, text) = (rows.Dense<double>(), new StringBuilder());
        for (var i = 0; i < rows.Count; i++)
        {
            foreach (var value in values.AsSpan(i * rows.Width, rows.Width))
                text.Append(value.ToString("R", CultureInfo.InvariantCulture)).Append(',');
            text.Append(labels[i]).Append('\n');
        }
        return text.ToString();
    }
}
