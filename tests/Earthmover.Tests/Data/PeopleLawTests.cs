using Earthmover.Data.Toys;

namespace Earthmover.Tests.Data;

/// <summary>The population's laws: what is drawn has the shares that are worked out.</summary>
public sealed class PeopleLawTests
{
    private const int Count = 200_000;
    private static readonly People s_people = PeopleLaw.Draw(Count, new SeededRandom(1));
    private static readonly PeopleLaw s_law = new();

    private static readonly Dictionary<string, double[]> s_edges = new()
    {
        ["age"] = [18, 25, 40.5, 67, 90],
        ["hours"] = [0, 0.5, 20.25, 40, 40.5, 50, 50.5, 70],
        ["gain"] = [0, 0.01, 100, 1000.005, 5000, 30_000],
        ["since"] = [946_684_800, 1.1e9, 1.3e9, 1.5e9, 1.7e9],
    };

    public static TheoryData<string> Columns => [.. People.Columns];

    private static int Cell(People people, string column, int row)
    {
        if (people.Codes(column) is { } codes)
            return codes[row];
        var (value, edges) = (people.Numbers(column)![row], s_edges[column]);
        return double.IsNaN(value) ? edges.Length + 1 : edges.Count(edge => edge <= value);
    }

    private static double[] Shares(PeopleLaw law, string column) => law.Shares(column, s_edges.GetValueOrDefault(column, []));

    // Four and a half deviations of a share of so many rows, and half a row.
    private static double Tolerance(double share, int count) => 4.5 * Math.Sqrt(Math.Max(0, share * (1 - share)) / count) + 0.5 / count;

    [Theory]
    [MemberData(nameof(Columns))]
    public void Marginals_are_those_of_what_is_drawn(string column)
    {
        var law = Shares(s_law, column);
        Assert.Equal(1, law.Sum(), 12);
        var counts = new double[law.Length];
        for (var i = 0; i < Count; i++)
            counts[Cell(s_people, column, i)]++;
        for (var k = 0; k < law.Length; k++)
            Assert.Equal(law[k], counts[k] / Count, Tolerance(law[k], Count));
    }

    [Theory]
    [InlineData("region", "since")]
    [InlineData("region", "income")]
    [InlineData("income", "gain")]
    [InlineData("age", "hours")]
    [InlineData("hours", "gain")]
    [InlineData("age", "owner")]
    public void Pairs_are_those_of_what_is_drawn(string a, string b)
    {
        var law = s_law.Table(a, b, s_edges.GetValueOrDefault(a), s_edges.GetValueOrDefault(b));
        var counts = new double[law.GetLength(0), law.GetLength(1)];
        for (var i = 0; i < Count; i++)
            counts[Cell(s_people, a, i), Cell(s_people, b, i)]++;
        for (var i = 0; i < law.GetLength(0); i++)
            for (var j = 0; j < law.GetLength(1); j++)
                Assert.Equal(law[i, j], counts[i, j] / Count, Tolerance(law[i, j], Count));
    }

    [Fact]
    public void What_is_given_makes_another_law()
    {
        foreach (var (column, value, code) in new[] { ("income", "high", 2), ("owner", "yes", 1), ("region", "islands", 4) })
        {
            int[] rows = [.. Enumerable.Range(0, Count).Where(i => s_people.Codes(column)![i] == code)];
            var law = s_law.Given(column, value);
            foreach (var other in People.Columns)
            {
                var shares = Shares(law, other);
                var counts = new double[shares.Length];
                foreach (var row in rows)
                    counts[Cell(s_people, other, row)]++;
                for (var k = 0; k < shares.Length; k++)
                    Assert.Equal(shares[k], counts[k] / rows.Length, Tolerance(shares[k], rows.Length));
            }
        }
    }

    [Fact]
    public void Mutual_information_is_that_of_the_chain()
    {
        // region → income by hand: Σ p(r) p(c|r) log p(c|r)/p(c).
        double[] p = [0.34, 0.27, 0.20, 0.13, 0.06];
        double[][] q = [[0.3, 0.5, 0.2], [0.45, 0.42, 0.13], [0.55, 0.37, 0.08], [0.25, 0.45, 0.3], [0.7, 0.28, 0.02]];
        var by = Enumerable.Range(0, 5).Sum(r => Enumerable.Range(0, 3).Sum(c =>
            p[r] * q[r][c] * Math.Log(q[r][c] / Enumerable.Range(0, 5).Sum(s => p[s] * q[s][c]))));
        Assert.Equal(by, s_law.MutualInformation("region", "income"), 12);
        // Coarser cells tell no more, and what comes later in the chain tells no more than what it came from.
        double[] fine = [.. Enumerable.Range(18, 73).Select(a => (double)a)];
        var exact = s_law.MutualInformation("income", "age", null, fine);
        Assert.InRange(s_law.MutualInformation("income", "age", null, [30, 50, 70]), 0.01, exact);
        Assert.InRange(s_law.MutualInformation("region", "age", null, fine), 1e-6, by);
        // Given the region nothing else tells of the day.
        Assert.Equal(0, s_law.Given("region", "east").MutualInformation("since", "income", s_edges["since"]), 12);
    }

    [Fact]
    public void Missing_hours_are_not_missing_at_random()
    {
        var missing = s_law.Missing("hours");
        // 2 % of all, and 28 % more of those above 50.
        var above = Enumerable.Range(0, Count).Count(i => s_people.Hours[i] > 50) / 0.7 / Count;
        Assert.Equal(0.02 + 0.28 * above, missing, 0.002);
        Assert.True(s_law.Given("income", "high").Missing("hours") > 1.3 * s_law.Given("income", "low").Missing("hours"));
    }

    [Fact]
    public void A_seed_gives_the_same_people()
    {
        Assert.Equal(PeopleLaw.Draw(50, new SeededRandom(3)).Gain, PeopleLaw.Draw(50, new SeededRandom(3)).Gain);
        Assert.Throws<ArgumentException>(() => s_law.Given("region", "nowhere"));
    }
}
