using Earthmover.Metrics;
using Earthmover.Metrics.Features;
using Earthmover.Torch;
using Earthmover.Torch.Operators;
using Earthmover.Transport;

namespace Earthmover.Health;

/// <summary>
/// Training samples to which generated ones are compared throughout a run: their clusters, their classes, and how near to each other they
/// are.
/// </summary>
public sealed class Landmarks : IDisposable
{
    // A cluster gets 1/12 of the samples; of 256 samples 21. That a healthy generator leaves it below a quarter, at 5 or fewer, has
    // probability 4·10⁻⁵.
    private const int ClusterCount = 12, OtherClusterCount = 8;

    // Samples of more numbers than this are also compared in so many principal components.
    private const int Components = 32;

    // Of so few coordinates distances are soon taken from differences.
    private const int FewCoordinates = 16;

    // How far float64 may round a squared distance by way of inner products, as a share of the squared norms.
    private const double Rounding = 1e-13;

    // Distances in float32 that differ by no more than this share are the same distance.
    private const double Tied = 1e-6;

    private readonly TensorOwner _owner = new();
    private readonly Tensor _rows, _centers, _features;
    private readonly double[] _clusterShares, _classShares;
    private readonly long[]? _labels;
    private readonly Tensor? _axes;
    private readonly (Tensor Radii, Tensor Rims)? _balls;
    private Tensor? _others;
    private double[] _otherShares = [];
    private (int Count, double Floor, double FloorInFeatures) _floors;

    /// <summary>Landmarks from training samples.</summary>
    /// <param name="rows">Samples [R, …]; copied.</param>
    /// <param name="labels">Classes [R] of Int64, or null.</param>
    public Landmarks(Tensor rows, Tensor? labels = null)
    {
        using var scope = TensorScope.Open();
        using var pause = Autograd.Pause();
        _rows = _owner.Adopt(rows.Flatten(1).Clone());
        Spectrum = Spectrum.Of(rows);
        int n = (int)_rows.Size(0), d = (int)_rows.Size(1);
        var points = PointCloud.From(_rows.ToArray<float>(), n, d);
        var clusters = Clustering.KMeans(points, Math.Min(ClusterCount, n), seed: 1, maxIterations: 30);
        float[] centers = [.. clusters.Centers.ToDoubles().Select(v => (float)v)];
        _centers = _owner.Adopt(Tensor.From<float>(centers, [clusters.Centers.Count, d], _rows.Device));
        _clusterShares = clusters.Masses;
        _labels = labels?.ToArray<long>();
        _classShares = _labels is null ? [] : Shares(_labels, (int)_labels.Max() + 1);
        var between = Distances(_rows, _rows);
        Spread = MeanDistance(between);
        Neighbor = n > 1 ? Statistics.Median(Nearest(between, 1).ToArray<float>()) : 0;
        var centered = _rows.To(DType.Float64) - _rows.To(DType.Float64).Mean([0], keep: true);
        _axes = d > Components && n > Components
            ? _owner.Adopt(PrincipalFeatures.LeadingAxes(centered, Components).Contiguous()) : null;
        _features = _axes is null ? _rows : _owner.Adopt(Features(_rows));
        var inFeatures = _axes is null ? between : Distances(_features, _features);
        SpreadInFeatures = _axes is null ? double.NaN : MeanDistance(inFeatures);
        _balls = n > 1 ? Balls(inFeatures, Math.Min(Manifolds.DensityNeighbor, n - 1)) : null;
    }

    /// <summary>Mean distance between two landmarks.</summary>
    public double Spread { get; }

    /// <summary>The same in the leading principal components; NaN for samples of few numbers.</summary>
    public double SpreadInFeatures { get; }

    /// <summary>Median distance from a landmark to its nearest other.</summary>
    public double Neighbor { get; }

    /// <summary>Their spectrum, where they are pictures.</summary>
    internal Spectrum? Spectrum { get; }

    /// <summary>Compares samples with the landmarks.</summary>
    /// <param name="samples">[M, …].</param>
    /// <returns>Median distance to the nearest landmark; shares of the real mass in clusters, and in classes, that get less than a quarter
    /// of their due (NaN without classes).</returns>
    public (double Nearest, double MissingMass, double MissingClasses) Compare(Tensor samples)
    {
        using var scope = TensorScope.Open();
        using var pause = Autograd.Pause();
        var x = samples.Flatten(1);
        var (distance, index) = Nearest(x, _rows);
        var clusters = Shares(Nearest(x, _centers).Index, _clusterShares.Length);
        double MissingClasses(long[] labels) =>
            Missing(_classShares, Shares([.. index.Select(i => labels[i])], _classShares.Length), index.Length);
        var classes = _labels is null ? double.NaN : MissingClasses(_labels);
        return (Statistics.Median(distance), Missing(_clusterShares, clusters, index.Length), classes);
    }

    /// <summary>
    /// Share of the real mass in kinds that get less than a quarter of their due, by another test than <see cref="Compare"/>: classes by
    /// the nearest mean of a class, which errs in other ways than the nearest landmark; where
    /// there are no classes, clusters that are drawn anew, of every second landmark, in principal components. What is due to a kind is what
    /// of the landmarks falls to it in the same way.
    /// </summary>
    /// <param name="samples">[M, …].</param>
    internal double MissingAgain(Tensor samples)
    {
        using var scope = TensorScope.Open();
        using var pause = Autograd.Pause();
        if (_others is null)
        {
            _others = _owner.Adopt(_labels is null ? OtherCenters() : ClassMeans());
            _otherShares = Shares(Nearest(_features, _others).Index, (int)_others.Size(0));
        }
        var index = Nearest(Features(samples.Flatten(1)), _others).Index;
        return Missing(_otherShares, Shares(index, _otherShares.Length), index.Length);
    }

    private Tensor OtherCenters()
    {
        int n = (int)_features.Size(0), d = (int)_features.Size(1);
        var values = _features.To(DType.Float32).ToArray<float>();
        float[] half = [.. Enumerable.Range(0, (n + 1) / 2).SelectMany(i => values.Skip(2 * i * d).Take(d))];
        var points = PointCloud.From(half, half.Length / d, d);
        var clusters = Clustering.KMeans(points, Math.Min(OtherClusterCount, half.Length / d), seed: 2, maxIterations: 30);
        return Tensor.From<float>([.. clusters.Centers.ToDoubles().Select(v => (float)v)], [clusters.Centers.Count, d], _rows.Device);
    }

    private Tensor ClassMeans()
    {
        var members = Op.OneHot(Tensor.From<long>(_labels!, [_labels!.Length], _rows.Device), _classShares.Length).To(_features.DType);
        // A class that no landmark is of lies at the middle and is due nothing there that is not its neighbors'.
        return members.Transpose(0, 1).MatMul(_features) / members.Sum([0]).Clamp(1, _rows.Size(0)).Unsqueeze(1);
    }

    /// <summary>
    /// Exact W₁ between generated samples and as many landmarks, and between the same and other landmarks: the floor. As they are, and in
    /// the leading principal components (NaN for samples of few numbers).
    /// </summary>
    /// <param name="samples">[M, …]; at most half as many as there are landmarks are taken.</param>
    internal (double Exact, double Floor, double InFeatures, double FloorInFeatures) Distance(Tensor samples)
    {
        using var scope = TensorScope.Open();
        using var pause = Autograd.Pause();
        var n = (int)Math.Min(samples.Size(0), _rows.Size(0) / 2);
        if (n < 1)
            return (double.NaN, double.NaN, double.NaN, double.NaN);
        Tensor x = samples.Flatten(1).Narrow(0, 0, n), real = _rows.Narrow(0, 0, n), other = _rows.Narrow(0, n, n);
        double InFeatures(Tensor a, Tensor b) =>
            _axes is null ? double.NaN : Truth.Distance(Features(a).To(DType.Float32), Features(b).To(DType.Float32));
        if (_floors.Count != n)
            _floors = (n, Truth.Distance(other, real), InFeatures(other, real));
        return (Truth.Distance(x, real), _floors.Floor, InFeatures(x, real), _floors.FloorInFeatures);
    }

    /// <summary>
    /// How often the nearest other one of generated samples and as many landmarks, in the leading principal components, is of the same
    /// kind: the share among those, or among these, whichever is larger. All that are equally near count in part, as copies do among data
    /// of few values. NaN for samples of few numbers.
    /// </summary>
    /// <param name="samples">[M, …]; at most as many as there are landmarks are taken.</param>
    internal double OfOwnKind(Tensor samples)
    {
        if (_axes is null)
            return double.NaN;
        using var scope = TensorScope.Open();
        using var pause = Autograd.Pause();
        var n = Math.Min(samples.Size(0), _rows.Size(0));
        var both = Tensor.Cat([Features(samples.Flatten(1).Narrow(0, 0, n)), _features.Narrow(0, 0, n)]);
        var apart = ToOthers(Distances(both, both));
        var (_, nearest) = Against(apart, apart.Amin(1, true));
        var votes = nearest / nearest.Sum([1], keep: true);
        double OfKind(long from) => votes.Narrow(0, from, n).Narrow(1, from, n).Sum().Item() / n;
        return Math.Max(OfKind(0), OfKind(n));
    }

    /// <summary>
    /// How many landmarks have a sample among their nearest neighbors, as a share of what samples of the same law have on average, whatever
    /// the law (arXiv:2002.09797): by exchangeability exactly 1, but for principal components, which are the landmarks' own. A sample
    /// that is as far as the last of these neighbors is counted in part. NaN with fewer than two landmarks.
    /// </summary>
    /// <param name="samples">[M, …].</param>
    internal double Density(Tensor samples)
    {
        if (_balls is not (var radii, var rims))
            return double.NaN;
        using var scope = TensorScope.Open();
        using var pause = Autograd.Pause();
        var (inside, onRim) = Against(Distances(Features(samples.Flatten(1)), _features), radii);
        return (inside + onRim * rims).Sum([1]).Mean().Item() / Math.Min(Manifolds.DensityNeighbor, radii.Size(0) - 1);
    }

    // Distance of each landmark to its k-th nearest other [N], and what a sample at just this distance counts [N]: s others are nearer and
    // t as far, so that, with ties broken by chance, the sample is among the k nearest with probability (k − s)/(t + 1).
    private (Tensor Radii, Tensor Rims) Balls(Tensor between, int k)
    {
        var radii = Nearest(between, k);
        var (inside, onRim) = Against(ToOthers(between), radii.Unsqueeze(1));
        return (_owner.Adopt(radii.Clone()), _owner.Adopt((k - inside.Sum([1])) / (onRim.Sum([1]) + 1)));
    }

    // Which distances [N, M] are less than others, and which are equal to them but for rounding: 1 or 0.
    private static (Tensor Less, Tensor Equal) Against(Tensor distances, Tensor others)
    {
        var less = Op.Lt(distances, others * (1 - Tied)).To(DType.Float64);
        return (less, Op.Le(distances, others * (1 + Tied)).To(DType.Float64) - less);
    }

    // The numbers by which samples are compared: principal components, or the samples' own where they are few. In float64, so that copies
    // stay copies: products of the same rows in another batch round otherwise.
    private Tensor Features(Tensor rows) => _axes is null ? rows : rows.To(DType.Float64).MatMul(_axes);

    /// <summary>
    /// Mass of the kinds that get less than a quarter of their due. Kinds with less than 16 samples due are not judged: by chance fewer
    /// than 4 come with probability 9·10⁻⁵.
    /// </summary>
    internal static double Missing(IReadOnlyList<double> due, IReadOnlyList<double> got, int samples) =>
        due.Select((p, k) => p * samples >= 16 && got[k] < p / 4 ? p : 0).Sum();

    /// <summary>
    /// Euclidean distances [N, M] of rows [N, D] and [M, D]. By way of inner products in float64 where there are many coordinates: that is
    /// fast, and rounds a squared distance by less than 1e-13 of the squared norms. What is below that is none, so that copies are at 0.
    /// </summary>
    public static Tensor Distances(Tensor x, Tensor y)
    {
        if (x.Size(1) <= FewCoordinates)
            return Op.Cdist(x, y, compute_mode: 2);
        using var scope = TensorScope.Open();
        var b = y.To(DType.Float64);
        // Far from the origin the products would be large and their differences lost.
        var center = b.Mean([0], keep: true);
        Tensor p = x.To(DType.Float64) - center, q = b - center;
        var norms = p.Square().Sum([1], keep: true) + q.Square().Sum([1]);
        var squares = Op.Addmm(norms, p, q.Transpose(0, 1), beta: 1, alpha: -2);
        return scope.Keep(Op.MaskedFill_(squares, Op.Le(squares, norms * Rounding), 0).Sqrt().To(DType.Float32));
    }

    // Of two different rows, from all distances [N, N].
    private static double MeanDistance(Tensor between) =>
        between.Size(0) is > 1 and var n ? between.Sum().Item() / ((double)n * (n - 1)) : 0;

    // Distance of each of N samples to its k-th nearest other [N], from all distances [N, N].
    private static Tensor Nearest(Tensor between, int k) =>
        Op.Topk(ToOthers(between), k, 1, largest: false).Item1.Select(1, k - 1);

    // All distances [N, N], those of samples to themselves larger than any.
    private static Tensor ToOthers(Tensor between) => between + Op.Eye(between.Size(0), device: between.Device) * 1e30;

    private static (float[] Distance, long[] Index) Nearest(Tensor x, Tensor to)
    {
        using var scope = TensorScope.Open();
        var (value, index) = Op.Topk(Distances(x, to), 1, 1, largest: false);
        return (value.ToArray<float>(), index.ToArray<long>());
    }

    internal static double[] Shares(IReadOnlyList<long> kinds, int count)
    {
        var shares = new double[count];
        foreach (var kind in kinds)
            shares[kind] += 1.0 / kinds.Count;
        return shares;
    }

    /// <inheritdoc/>
    public void Dispose() => _owner.Dispose();
}
