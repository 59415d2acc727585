using System.Collections.Concurrent;

namespace Earthmover.Metrics.Tables;

/// <summary>
/// Breiman's random forest (Machine Learning 45, 2001): trees on bootstrap samples, each split the best by Gini's impurity among √F
/// features drawn at random, probabilities averaged. With scikit-learn's definitions, so that numbers can be set beside its.
/// </summary>
/// <remarks>
/// A slot of a category is a feature of its own, as if it were written as zeros and a one. Every distinct number is a possible threshold. A
/// seed gives the same forest on any number of threads.
/// </remarks>
public sealed class DecisionForest
{
    /// <summary>Trees.</summary>
    public const int Trees = 100;

    /// <summary>Rows in a leaf at least.</summary>
    public const int FewestInLeaf = 5;

    private const int Block = 512;
    private readonly ForestTree[] _trees;
    private readonly int _classes;

    private DecisionForest(ForestTree[] trees, int classes) => (_trees, _classes) = (trees, classes);

    /// <summary>Grows a forest.</summary>
    /// <param name="rows">Rows, at least one.</param>
    /// <param name="labels">The class of each [N], 0 to classes − 1.</param>
    /// <param name="classes">Number of classes.</param>
    /// <param name="seed">Seed of bootstrap samples and features.</param>
    public static DecisionForest Train(DesignRows rows, int[] labels, int classes, long seed)
    {
        ArgumentNullException.ThrowIfNull(rows);
        ArgumentNullException.ThrowIfNull(labels);
        var features = new ForestFeatures(rows);
        var trees = new ForestTree[Trees];
        Parallel.ForEach(Partitioner.Create(Enumerable.Range(0, Trees), EnumerablePartitionerOptions.NoBuffering), t =>
            trees[t] = new TreeGrower(features, labels, classes, FewestInLeaf, new SeededRandom(seed, $"tree {t}")).Grow());
        return new(trees, classes);
    }

    /// <summary>Probabilities of classes [N, classes].</summary>
    /// <param name="rows">Rows of the same columns.</param>
    public double[] Predict(DesignRows rows)
    {
        ArgumentNullException.ThrowIfNull(rows);
        var sums = new double[checked(rows.Count * _classes)];
        Parallel.For(0, (rows.Count + Block - 1) / Block, block =>
        {
            for (var i = block * Block; i < Math.Min(rows.Count, (block + 1) * Block); i++)
            {
                var mine = sums.AsSpan(i * _classes, _classes);
                foreach (var tree in _trees)
                    tree.Add(rows, i, mine);
                foreach (ref var sum in mine)
                    sum /= _trees.Length;
            }
        });
        return sums;
    }

    /// <summary>The probability of one class [N].</summary>
    /// <param name="rows">Rows of the same columns.</param>
    /// <param name="label">The class.</param>
    public double[] Predict(DesignRows rows, int label)
    {
        var all = Predict(rows);
        return [.. Enumerable.Range(0, all.Length / _classes).Select(i => all[i * _classes + label])];
    }
}

/// <summary>What splits are sought among: every column of numbers, every slot of a category.</summary>
internal sealed class ForestFeatures
{
    public ForestFeatures(DesignRows rows)
    {
        Count = rows.Count;
        Columns = rows.Columns;
        Ranks = new int[Columns.Count][];
        Values = new double[Columns.Count][];
        var all = new List<(int Column, int Slot)>();
        for (var c = 0; c < Columns.Count; c++)
        {
            if (Columns[c].Numbers is { } numbers)
            {
                all.Add((c, -1));
                var distinct = Values[c] = [.. numbers.Distinct().Order()];
                Ranks[c] = Array.ConvertAll(numbers, value => Array.BinarySearch(distinct, value));
            }
            else
                all.AddRange(Enumerable.Range(0, Columns[c].SlotCount).Select(slot => (c, slot)));
        }
        All = [.. all];
    }

    public int Count { get; }

    public IReadOnlyList<DesignColumn> Columns { get; }

    // Of each number its place among the distinct ones.
    public int[][] Ranks { get; }

    public double[][] Values { get; }

    public (int Column, int Slot)[] All { get; }
}
