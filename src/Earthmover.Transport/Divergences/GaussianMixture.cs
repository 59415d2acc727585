namespace Earthmover.Transport;

/// <summary>A mixture of isotropic Gaussians in d dimensions. Immutable.</summary>
public sealed class GaussianMixture
{
    private readonly double[] _means;
    private readonly double[] _deviations;
    private readonly double[] _logNormalizers;

    /// <summary>States a mixture.</summary>
    /// <param name="means">[k, d] row-major, finite.</param>
    /// <param name="deviations">Standard deviation of each component, [k], positive.</param>
    /// <param name="dimension">d, at least 1.</param>
    /// <param name="weights">Masses of the components, [k]; null for equal ones.</param>
    /// <exception cref="ArgumentException">A length, mean, deviation or weight is wrong (the message names it).</exception>
    public GaussianMixture(ReadOnlySpan<double> means, ReadOnlySpan<double> deviations, int dimension, WeightVector? weights = null)
    {
        if (dimension < 1 || deviations.IsEmpty || means.Length != (long)deviations.Length * dimension)
            throw new ArgumentException($"{means.Length} mean coordinates "
                + $"are not {deviations.Length} components × {dimension} dimensions.");
        foreach (var value in means)
        {
            if (!double.IsFinite(value))
                throw new ArgumentException($"A mean coordinate is {value}; it must be finite.");
        }
        for (var c = 0; c < deviations.Length; c++)
        {
            if (!(deviations[c] > 0) || double.IsInfinity(deviations[c]))
                throw new ArgumentException($"Deviation {c} is {deviations[c]}; it must be positive and finite.");
        }
        if (weights is not null && weights.Count != deviations.Length)
            throw new ArgumentException($"{weights.Count} weights for {deviations.Length} components.");
        _means = means.ToArray();
        _deviations = deviations.ToArray();
        Dimension = dimension;
        Weights = weights ?? WeightVector.Uniform(deviations.Length);
        _logNormalizers = new double[deviations.Length];
        for (var c = 0; c < deviations.Length; c++)
            _logNormalizers[c] = Math.Log(Weights[c]) - dimension * (Math.Log(deviations[c]) + 0.5 * Math.Log(2 * Math.PI));
    }

    /// <summary>Number of components.</summary>
    public int Components => _deviations.Length;

    /// <summary>Number of dimensions.</summary>
    public int Dimension { get; }

    /// <summary>Masses of the components.</summary>
    public WeightVector Weights { get; }

    /// <summary>log p(x), by log-sum-exp.</summary>
    /// <param name="x">[d]</param>
    public double LogDensity(ReadOnlySpan<double> x)
    {
        var most = double.NegativeInfinity;
        double sum = 0;
        for (var c = 0; c < Components; c++)
        {
            double squared = 0;
            for (var k = 0; k < Dimension; k++)
            {
                var z = (x[k] - _means[c * Dimension + k]) / _deviations[c];
                squared += z * z;
            }
            var term = _logNormalizers[c] - 0.5 * squared;
            // Streaming log-sum-exp: rescale when a larger term arrives.
            if (term > most)
            {
                sum = sum * Math.Exp(most - term) + 1;
                most = term;
            }
            else if (!double.IsNegativeInfinity(term))
            {
                sum += Math.Exp(term - most);
            }
        }
        return most + Math.Log(sum);
    }

    /// <summary>Draws points.</summary>
    /// <param name="count">How many, at least 1.</param>
    /// <param name="seed">The same seed gives the same points.</param>
    public PointCloud Sample(int count, ulong seed)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        var source = new NormalSource(seed);
        var values = new double[count * Dimension];
        for (var i = 0; i < count; i++)
        {
            var draw = source.Uniform();
            var c = 0;
            while (c < Components - 1 && (draw -= Weights[c]) >= 0)
                c++;
            Draw(source, c, values.AsSpan(i * Dimension, Dimension));
        }
        return PointCloud.From(values, count, Dimension, "sample");
    }

    internal void Draw(NormalSource source, int component, Span<double> x)
    {
        for (var k = 0; k < x.Length; k++)
            x[k] = _means[component * Dimension + k] + _deviations[component] * source.Normal();
    }
}
