using Earthmover.Transport;

namespace Earthmover.Transport.Tests;

public sealed class SingularValuesTests
{
    // Around the width of the band, 32, and its multiples; tall, wide and square.
    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 2)]
    [InlineData(3, 5)]
    [InlineData(33, 32)]
    [InlineData(32, 33)]
    [InlineData(65, 65)]
    [InlineData(96, 97)]
    [InlineData(200, 31)]
    [InlineData(150, 100)]
    public void Reflections_of_a_diagonal_matrix_keep_its_values(int n, int m)
    {
        var random = new Random(n * 1000 + m);
        var k = Math.Min(n, m);
        // From 3 down over ten decades, the last third exactly zero.
        var values = Enumerable.Range(0, k).Select(i => 3 * i > 2 * k ? 0 : 3 * Math.Pow(10, -15.0 * i / k)).ToArray();
        var a = new double[n * m];
        for (var i = 0; i < k; i++)
            a[i * m + i] = values[i];
        // (I − 2uuᵀ)·A·(I − 2vvᵀ)
        double[] u = Unit(random, n), v = Unit(random, m);
        for (var j = 0; j < m; j++)
        {
            var dot = Enumerable.Range(0, n).Sum(i => u[i] * a[i * m + j]);
            for (var i = 0; i < n; i++)
                a[i * m + j] -= 2 * dot * u[i];
        }
        for (var i = 0; i < n; i++)
        {
            var dot = Enumerable.Range(0, m).Sum(j => v[j] * a[i * m + j]);
            for (var j = 0; j < m; j++)
                a[i * m + j] -= 2 * dot * v[j];
        }
        var found = SingularValues.Of(a, n, m);
        Assert.Equal(k, found.Length);
        for (var i = 0; i < k; i++)
            Assert.Equal(values[i], found[i], 3e-14);
    }

    [Fact]
    public void A_matrix_of_zeros_has_none() => Assert.All(SingularValues.Of(new double[70 * 40], 70, 40), v => Assert.Equal(0, v));

    private static double[] Unit(Random random, int length)
    {
        var x = Enumerable.Range(0, length).Select(_ => random.NextDouble() - 0.5).ToArray();
        var norm = Math.Sqrt(x.Sum(c => c * c));
        return [.. x.Select(c => c / norm)];
    }
}
