namespace Earthmover.Transport;

/// <summary>Mean and covariance of a cloud.</summary>
/// <param name="Mean">[d]</param>
/// <param name="Covariance">[d, d] row-major, denominator n − 1 (as <c>np.cov</c>).</param>
/// <param name="Count">Number of points.</param>
public sealed record GaussianMoments(double[] Mean, double[] Covariance, int Count)
{
    /// <summary>Measures a cloud.</summary>
    /// <param name="cloud">At least two points.</param>
    /// <exception cref="ArgumentException">Fewer than two points.</exception>
    public static GaussianMoments Of(PointCloud cloud)
    {
        ArgumentNullException.ThrowIfNull(cloud);
        if (cloud.Count < 2)
            throw new ArgumentException($"Cloud '{cloud.Name}' has {cloud.Count} point; a covariance needs at least two.");
        var mean = GaussianTransport.Mean(cloud);
        return new GaussianMoments(mean, GaussianTransport.Covariance(cloud, mean), cloud.Count);
    }
}

/// <summary>
/// The Bures and Fréchet distances through a symmetric route: tr (S₁^½ S₂ S₁^½)^½ is the nuclear norm of F₁ᵀF₂ for any factors
/// S = F·Fᵀ. No square root of a non-symmetric product is formed, so nothing becomes complex and singular covariances
/// (a collapsed generator) are exact.
/// </summary>
internal static class GaussianTransport
{
    /// <summary>tr S₁ + tr S₂ − 2 tr (S₁^½ S₂ S₁^½)^½, clamped at 0.</summary>
    public static double BuresSquared(double[] s1, double[] s2, int d)
    {
        Check(s1, d, "first");
        Check(s2, d, "second");
        var (f1, r1) = DenseMatrix.PivotedCholesky(s1, d);
        var (f2, r2) = DenseMatrix.PivotedCholesky(s2, d);
        double trace = 0;
        for (var i = 0; i < d; i++)
            trace += s1[i * d + i] + s2[i * d + i];
        return Math.Max(0, trace - 2 * Nuclear(f1, r1, f2, r2, d));
    }

    /// <summary>‖m₁ − m₂‖² + Bures² of two clouds; through the n × m cross matrix when that is smaller than d × d.</summary>
    public static double FrechetSquared(PointCloud x, PointCloud y)
    {
        PointCloud.RequireOneSpace(x, y);
        if (x.Count < 2 || y.Count < 2)
            throw new ArgumentException($"Clouds of {x.Count} and {y.Count} points; a covariance needs at least two each.");
        if (CloudScale.Exponent(x, y) is var exponent and not 0)
            return Math.ScaleB(FrechetSquared(CloudScale.Divided(x, exponent), CloudScale.Divided(y, exponent)), 2 * exponent);
        var d = x.Dimension;
        if ((long)x.Count * y.Count > (long)d * d)
        {
            var (m1, m2) = (GaussianMoments.Of(x), GaussianMoments.Of(y));
            return SquaredDistance(m1.Mean, m2.Mean) + BuresSquared(m1.Covariance, m2.Covariance, d);
        }
        // S = Fᵀ F with F the centered points / √(n − 1), so the nuclear norm is that of the centered cross matrix.
        var (meanX, meanY) = (Mean(x), Mean(y));
        var (fx, fy) = (Centered(x, meanX, 0, x.Count), Centered(y, meanY, 0, y.Count));
        var (sx, sy) = (1 / Math.Sqrt(x.Count - 1), 1 / Math.Sqrt(y.Count - 1));
        var trace = DenseMatrix.Dot(fx, fx) * sx * sx + DenseMatrix.Dot(fy, fy) * sy * sy;
        return SquaredDistance(meanX, meanY) + Math.Max(0, trace - 2 * sx * sy * Nuclear(fx, x.Count, fy, y.Count, d));
    }

    public static double SquaredDistance(double[] a, double[] b)
    {
        double sum = 0;
        for (var k = 0; k < a.Length; k++)
            sum += (a[k] - b[k]) * (a[k] - b[k]);
        return sum;
    }

    public static double[] Mean(PointCloud cloud)
    {
        var (n, d) = (cloud.Count, cloud.Dimension);
        var mean = new double[d];
        var point = new double[d];
        for (var i = 0; i < n; i++)
        {
            cloud.CopyRows(i, point);
            DenseMatrix.AddScaled(mean, point, 1.0 / n);
        }
        return mean;
    }

    /// <summary>Σ (x − mean)(x − mean)ᵀ / (n − 1), [d, d], gathered from as many points at a time as stay in the caches.</summary>
    public static double[] Covariance(PointCloud cloud, double[] mean)
    {
        const int section = 512;
        var (n, d) = (cloud.Count, cloud.Dimension);
        var covariance = new double[(long)d * d];
        var packed = new PackedPoints<double>([], 0, 1);
        for (var from = 0; from < n; from += section)
        {
            var count = Math.Min(section, n - from);
            DenseMatrix.AddGram(covariance, packed, Centered(cloud, mean, from, count), count, d, Environment.ProcessorCount);
        }
        DenseMatrix.MirrorAndScale(covariance, d, 1.0 / (n - 1));
        return covariance;
    }

    // `count` points less their mean, [count, d].
    private static double[] Centered(PointCloud cloud, double[] mean, int from, int count)
    {
        var d = cloud.Dimension;
        var values = new double[count * d];
        cloud.CopyRows(from, values);
        for (var i = 0; i < count; i++)
            DenseMatrix.AddScaled(values.AsSpan(i * d, d), mean, -1);
        return values;
    }

    private static double Nuclear(double[] f1, int r1, double[] f2, int r2, int d)
    {
        if (r1 == 0 || r2 == 0)
            return 0;
        var cross = DenseMatrix.TimesTransposed(f1, r1, f2, r2, d, Environment.ProcessorCount);
        return SingularValues.Of(cross, r1, r2).Sum();
    }

    private static void Check(double[] s, int d, string name)
    {
        if (d < 1 || s.Length != (long)d * d)
            throw new ArgumentException($"The {name} covariance has {s.Length} entries; {d} × {d} are needed.");
        double largest = 0;
        foreach (var value in s)
        {
            if (!double.IsFinite(value))
                throw new ArgumentException($"The {name} covariance has the entry {value}; entries must be finite.");
            largest = Math.Max(largest, Math.Abs(value));
        }
        for (var i = 0; i < d; i++)
        {
            if (s[i * d + i] < -1e-9 * largest)
                throw new ArgumentException($"The {name} covariance has the negative variance {s[i * d + i]} at {i}.");
            for (var j = 0; j < i; j++)
            {
                if (Math.Abs(s[i * d + j] - s[j * d + i]) > 1e-8 * largest)
                    throw new ArgumentException($"The {name} covariance is not symmetric at [{i}, {j}].");
            }
        }
    }
}
