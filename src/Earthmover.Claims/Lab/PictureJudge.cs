using Earthmover.Data;
using Earthmover.Data.Dealing;
using Earthmover.Metrics;
using Earthmover.Metrics.Features;

namespace Earthmover.Claims.Lab;

/// <summary>
/// How good generated pictures are in the features of this program's own Fashion-MNIST classifier, for experiments that ask often: the real
/// side is computed once.
/// </summary>
public sealed class PictureJudge : IDisposable
{
    private readonly FashionFeatures _extractor = new();
    private readonly FeatureSet _real;

    /// <summary>Looks at the real pictures.</summary>
    /// <param name="real">Real pictures, best such as no game has seen; others than 28 × 28 are resized.</param>
    /// <param name="count">How many of them; as many generated ones are asked for, since the distance is biased upwards in their
    /// number.</param>
    public PictureJudge(DataSet real, int count)
    {
        Count = count;
        _real = _extractor.Extract(Subset.Of(real, Subset.Order(real.Count, 17).AsSpan(0, count)));
    }

    /// <summary>Pictures that are compared.</summary>
    public int Count { get; }

    /// <summary>Fréchet distance of a game's generator; infinite where its pictures are not finite.</summary>
    public double Distance(PlayedGame game) => Look(game).Distance;

    /// <summary>
    /// Fréchet distance of a game's generator, and how many of the ten classes have at least a hundredth of its pictures.
    /// </summary>
    public (double Distance, int Classes) Look(PlayedGame game)
    {
        try
        {
            return Look(game.Draw(Count));
        }
        catch (UserException)
        {
            return (double.PositiveInfinity, 0);
        }
    }

    /// <summary>Fréchet distance of pictures, and how many of the ten classes have at least a hundredth of them.</summary>
    public (double Distance, int Classes) Look(DataSet pictures)
    {
        var features = _extractor.Extract(pictures);
        var counts = ClassScores.Classes(features).CountBy(c => c);
        return (FrechetDistance.Between(features, _real), counts.Count(c => 100 * c.Value >= features.Count));
    }

    /// <summary>The floor: Fréchet distance of as many real pictures, those of a game or others.</summary>
    /// <param name="others">Other real pictures than the judge's.</param>
    public double Floor(DataSet others) => Look(Subset.Of(others, Subset.Order(others.Count, 3).AsSpan(0, Count))).Distance;

    /// <inheritdoc/>
    public void Dispose() => _extractor.Dispose();
}
