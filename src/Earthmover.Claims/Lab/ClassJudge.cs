using Earthmover.Data;
using Earthmover.Metrics;
using Earthmover.Metrics.Features;

namespace Earthmover.Claims.Lab;

/// <summary>Which garments pictures show, by this program's own Fashion-MNIST classifier.</summary>
public sealed class ClassJudge : IDisposable
{
    private readonly FashionFeatures _extractor = new();

    /// <summary>What each picture shows, by the number of the class.</summary>
    /// <param name="pictures">The pictures; others than 28 × 28 are resized.</param>
    public IReadOnlyList<int> Name(DataSet pictures) => ClassScores.Classes(_extractor.Extract(pictures));

    /// <summary>Share of the pictures that show what they should, and the same of the class where it is least.</summary>
    /// <param name="pictures">The pictures; others than 28 × 28 are resized.</param>
    /// <param name="wanted">What each should show.</param>
    public (double All, double Least) Accuracy(DataSet pictures, IReadOnlyList<int> wanted)
    {
        var right = Name(pictures).Zip(wanted, (a, b) => (Class: b, IsRight: a == b)).ToList();
        return (right.Average(r => r.IsRight ? 1.0 : 0), right.GroupBy(r => r.Class).Min(g => g.Average(r => r.IsRight ? 1.0 : 0)));
    }

    /// <inheritdoc/>
    public void Dispose() => _extractor.Dispose();
}
