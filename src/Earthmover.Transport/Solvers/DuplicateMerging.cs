using System.Numerics;
using System.Runtime.InteropServices;

namespace Earthmover.Transport;

/// <summary>
/// Points that occur many times (a collapsed generator, integer data) are merged into one point of larger mass before the
/// solve. The merged problem has the same optimum and the same duals; its plan is dealt out to the copies afterwards.
/// </summary>
internal static class DuplicateMerging
{
    // Below this share of distinct points the smaller weighted problem is the faster one.
    private const double WorthMerging = 0.75;

    public static TransportResult? TrySolve(
        TransportProblem problem, TransportOptions options, CancellationToken cancellation)
    {
        if (problem.Geometry is not PointCloudGeometry points)
            return null;
        var (n, m) = (points.Rows, points.Cols);
        var x = Groups.Of(points.X);
        var y = Groups.Of(points.Y);
        if (x.First.Length + y.First.Length > WorthMerging * (n + m))
            return null;
        var merged = new TransportProblem(
            new PointCloudGeometry(points.X.Select(x.First), points.Y.Select(y.First), points.GroundCost),
            WeightVector.From(x.Masses(problem.A), "a"),
            WeightVector.From(y.Masses(problem.B), "b"),
            checkTotals: false);
        var found = NetworkSimplexSolver.Search(merged, options, null, cancellation);
        var result = Refinement.Improve(merged, found, options, cancellation);
        var plan = Deal(problem, result.Plan, x, y);
        return result.With(
            plan,
            plan.AsAssignment(problem),
            new TransportPotentials(
                Array.ConvertAll(x.GroupOf, g => result.Potentials.F[g]),
                Array.ConvertAll(y.GroupOf, g => result.Potentials.G[g])),
            result.Stats with { Solver = "network-simplex on merged duplicates" });
    }

    // Within one pair of groups every way to deal the mass costs the same; the first copies with room take it.
    private static TransportPlan Deal(TransportProblem problem, TransportPlan merged, Groups x, Groups y)
    {
        DoubleDouble[] leftA = [.. Enumerable.Range(0, problem.A.Count).Select(problem.A.Exact)];
        DoubleDouble[] leftB = [.. Enumerable.Range(0, problem.B.Count).Select(problem.B.Exact)];
        var nextA = (int[])x.Start.Clone();
        var nextB = (int[])y.Start.Clone();
        var entries = new List<(int, int, DoubleDouble)>();
        // Below this a rest is rounding, not mass.
        const double nothing = 1e-28;
        for (var k = 0; k < merged.Count; k++)
        {
            var (g, h, left) = (merged.Source[k], merged.Target[k], merged.Exact(k));
            while (left.High > nothing && nextA[g] < x.Start[g + 1] && nextB[h] < y.Start[h + 1])
            {
                var (i, j) = (x.Members[nextA[g]], y.Members[nextB[h]]);
                var moved = leftA[i] < leftB[j] ? leftA[i] : leftB[j];
                moved = left < moved ? left : moved;
                if (moved.High > nothing)
                    entries.Add((i, j, moved));
                left -= moved;
                leftA[i] -= moved;
                leftB[j] -= moved;
                if (leftA[i].High <= nothing)
                    nextA[g]++;
                if (leftB[j].High <= nothing)
                    nextB[h]++;
            }
        }
        return TransportPlan.From(leftA.Length, leftB.Length, entries);
    }

    /// <summary>Equal points of a cloud. Members[Start[g] … Start[g + 1] − 1] are the copies of group g.</summary>
    private sealed record Groups(int[] GroupOf, int[] First, int[] Start, int[] Members)
    {
        public static Groups Of(PointCloud cloud)
        {
            // Equal bits are equal points, in float32 and in float64.
            var bits = cloud.Singles is { } singles ? MemoryMarshal.Cast<float,
                uint>(singles) : MemoryMarshal.Cast<double, uint>(cloud.AsDoubles());
            var d = bits.Length / cloud.Count;
            var groupOf = new int[cloud.Count];
            var first = new List<int>();
            var chains = new Dictionary<int, List<int>>();
            for (var i = 0; i < cloud.Count; i++)
            {
                var point = bits.Slice(i * d, d);
                ref var chain = ref CollectionsMarshal.GetValueRefOrAddDefault(chains, Hash(point), out _);
                chain ??= [];
                groupOf[i] = -1;
                foreach (var g in chain)
                {
                    if (point.SequenceEqual(bits.Slice(first[g] * d, d)))
                    {
                        groupOf[i] = g;
                        break;
                    }
                }
                if (groupOf[i] >= 0)
                    continue;
                groupOf[i] = first.Count;
                chain.Add(first.Count);
                first.Add(i);
            }
            var start = new int[first.Count + 1];
            foreach (var g in groupOf)
                start[g + 1]++;
            for (var g = 0; g < first.Count; g++)
                start[g + 1] += start[g];
            var next = (int[])start.Clone();
            var members = new int[cloud.Count];
            for (var i = 0; i < groupOf.Length; i++)
                members[next[groupOf[i]]++] = i;
            return new Groups(groupOf, [.. first], start, members);
        }

        private static int Hash(ReadOnlySpan<uint> bits)
        {
            var sums = Vector<uint>.Zero;
            var k = 0;
            for (; k + Vector<uint>.Count <= bits.Length; k += Vector<uint>.Count)
                sums = sums * 0x9E3779B1 + new Vector<uint>(bits[k..]);
            var hash = new HashCode();
            for (var lane = 0; lane < Vector<uint>.Count; lane++)
                hash.Add(sums[lane]);
            for (; k < bits.Length; k++)
                hash.Add(bits[k]);
            return hash.ToHashCode();
        }

        public DoubleDouble[] Masses(WeightVector weights)
        {
            var masses = new DoubleDouble[First.Length];
            for (var i = 0; i < GroupOf.Length; i++)
            {
                // Of equal masses the count is exact.
                masses[GroupOf[i]] += weights.IsUniform ? 1 : weights.Exact(i);
            }
            return masses;
        }
    }
}
