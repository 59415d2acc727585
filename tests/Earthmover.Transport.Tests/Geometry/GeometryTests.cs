using System.Runtime.Intrinsics;
using Xunit;

namespace Earthmover.Transport.Tests.Geometry;

public sealed class GeometryTests
{
    [Theory]
    [InlineData(GroundCost.Euclidean)]
    [InlineData(GroundCost.SquaredEuclidean)]
    [InlineData(GroundCost.Cityblock)]
    public void The_filter_stays_within_its_stated_error_even_for_near_duplicates_far_away(GroundCost cost)
    {
        foreach (var (n, d, offset) in new[] { (5, 1, 0.0), (19, 3, 0), (37, 70, 0), (9, 784, 100), (40, 130, 1e4) })
        {
            var x = Samples.Gaussian(1, n, d, 1, offset);
            var y = Array.ConvertAll(x, v => v + 1e-3f);
            var geometry = new PointCloudGeometry(Samples.Cloud(x, d), Samples.Cloud(y, d), cost);
            CheckFilter(geometry);
            var exact = PointCloud.From(Array.ConvertAll(x, v => (double)v), n, d);
            CheckFilter(new PointCloudGeometry(exact, Samples.Cloud(y, d), cost));
        }
    }

    [Fact]
    public void Every_vector_width_computes_the_same_costs()
    {
        const int n = 21, m = 35, d = 67;
        var x = Samples.Gaussian(1, n, d);
        var y = Samples.Gaussian(2, m, d);
        var results = new[] { 128, 256, 512 }.Select(bits =>
        {
            var output = new float[n * m];
            new PackedPoints<float>(y, m, d, bits).Evaluate<EuclideanTerm>(x, n, output);
            return output;
        }).ToArray();
        for (var k = 0; k < n * m; k++)
        {
            Assert.Equal(results[0][k], results[1][k], 1e-5f);
            Assert.Equal(results[0][k], results[2][k], 1e-5f);
        }
    }

    [Theory]
    [InlineData(128)]
    [InlineData(256)]
    [InlineData(512)]
    public void Columns_are_packed_like_the_points_that_they_are(int bits)
    {
        // A wider matrix before: nothing of it may be left in the padding.
        var packed = new PackedPoints<double>([], 0, 1, bits);
        foreach (var (d, m, stride) in new[] { (40, 90, 100), (7, 35, 35), (3, 1, 5), (33, 64, 70) })
        {
            var matrix = Array.ConvertAll(Samples.Gaussian(d, d, stride), v => (double)v);
            var rows = Array.ConvertAll(Samples.Gaussian(9, 5, d), v => (double)v);
            var points = Enumerable.Range(0, m * d).Select(k => matrix[k % d * stride + k / d]).ToArray();
            double[] expected = new double[5 * m], got = new double[5 * m];
            new PackedPoints<double>(points, m, d, bits).Evaluate<ProductTerm>(rows, 5, expected);
            packed.PackColumns(matrix, stride, d, m);
            packed.Evaluate<ProductTerm>(rows, 5, got);
            Assert.Equal(expected, got);
        }
    }

    [Theory]
    [InlineData(10)]
    [InlineData(64)]
    [InlineData(313)]
    public void Ranks_are_those_of_the_sorted_values(int n)
    {
        // Rounded, so that there are ties; from few ranks to more than are kept in a list.
        var values = Array.ConvertAll(Samples.Gaussian(n, n, 1), v => MathF.Round(4 * v));
        var sorted = values.Order().ToArray();
        for (var rank = 0; rank < Math.Min(n, 40); rank++)
            Assert.Equal(sorted[rank], Selection.Smallest((float[])values.Clone(), rank));
    }

    [Fact]
    public void Row_scans_agree_between_widths_and_with_a_plain_loop()
    {
        foreach (var n in new[] { 1, 7, 16, 33, 100 })
        {
            var c = Samples.Gaussian(n, n, 1);
            var p = Samples.Gaussian(n + 1, n, 1);
            var sums = c.Zip(p, (a, b) => a + b).ToArray();
            var expected = Array.IndexOf(sums, sums.Min());
            Assert.Equal(expected, RowScan.Min<Vector512<float>, Simd512<float>>(c, p).At);
            Assert.Equal(expected, RowScan.Min<Vector256<float>, Simd256<float>>(c, p).At);
            Assert.Equal(expected, RowScan.Min<Vector128<float>, Simd128<float>>(c, p).At);
            var places = new int[n];
            var below = Enumerable.Range(0, n).Where(k => sums[k] <= 0.2f).ToArray();
            Assert.Equal(below.Length, RowScan.Collect<Vector512<float>, Simd512<float>>(c, p, 0.2f, places));
            Assert.Equal(below, places[..below.Length]);
            Assert.Equal(below.Length, RowScan.Collect<Vector128<float>, Simd128<float>>(c, p, 0.2f, places));
            Assert.Equal(below, places[..below.Length]);
        }
    }

    [Fact]
    public void The_vector_exponential_is_accurate_to_float32()
    {
        for (var x = -86.9f; x < 80; x += 0.371f)
        {
            var exact = Math.Exp(x);
            Assert.InRange(Simd256<float>.Exp(Vector256.Create(x))[0], exact * (1 - 4e-7), exact * (1 + 4e-7));
            Assert.InRange(Simd128<float>.Exp(Vector128.Create(x))[0], exact * (1 - 4e-7), exact * (1 + 4e-7));
        }
        Assert.Equal(0, Simd256<float>.Exp(Vector256.Create(-1e30f))[0]);
    }

    [Theory]
    [InlineData(10)]
    [InlineData(5000)]
    public void Radix_sorts_sort(int n)
    {
        var values = Samples.Gaussian(1, n, 1, 1000);
        var expected = values.Order().ToArray();
        RadixSort.Sort(values, new float[n]);
        Assert.Equal(expected, values);
        var doubles = Array.ConvertAll(Samples.Gaussian(2, n, 1), v => v * 1.23456789);
        var sorted = doubles.Order().ToArray();
        RadixSort.Sort(doubles, new double[n]);
        Assert.Equal(sorted, doubles);
    }

    private static void CheckFilter(PointCloudGeometry geometry)
    {
        var row = new float[geometry.Cols];
        var exact = new double[geometry.Cols];
        for (var i = 0; i < geometry.Rows; i++)
        {
            geometry.FillRow(i, row);
            geometry.FillExactRows(i, 1, exact);
            for (var j = 0; j < row.Length; j++)
            {
                Assert.Equal(geometry.Cost(i, j), exact[j], 1e-12 * (1 + exact[j]));
                Assert.InRange(Math.Abs(row[j] - exact[j]), 0, geometry.FilterError(row[j]));
            }
        }
    }
}
