using Earthmover.Data;
using Earthmover.Data.Dealing;

namespace Earthmover.Claims.Lab;

/// <summary>
/// What is asked of pictures that should show the garments of other pictures, such as their edges: the class, and how near they are to
/// garments in the features of this program's own classifier. It has the pairs that no game has seen.
/// </summary>
public sealed class TranslationJudge : IDisposable
{
    private readonly ClassJudge _classes = new();
    private readonly PictureJudge _pictures;
    private readonly double _untranslated;

    /// <summary>Looks at the pairs.</summary>
    /// <param name="pairs">Aligned pictures, the second garments, of the test part.</param>
    /// <param name="garments">Garments that translations are compared with, at least as many.</param>
    public TranslationJudge(DataSet pairs, DataSet garments)
    {
        ArgumentNullException.ThrowIfNull(pairs);
        Test = new(pairs);
        _pictures = new(garments, pairs.Count);
        _untranslated = _pictures.Look(pairs).Distance;
        Seen = KeptOf((ImageSet)pairs);
    }

    /// <summary>The pairs.</summary>
    public TestPairs Test { get; }

    /// <summary>Share of the untranslated pictures whose garment is named right.</summary>
    public double Seen { get; }

    /// <summary>The floor of <see cref="NearerOf"/>: that of the garments of the pairs themselves.</summary>
    public double Floor => NearerOf(Test.Garments);

    /// <summary>Share of translations that show the garment which they should.</summary>
    public double KeptOf(ImageSet made) => _classes.Accuracy(made, Test.Labels).All;

    /// <summary>Fréchet distance of translations to garments, over that of what was translated.</summary>
    public double NearerOf(ImageSet made) => _pictures.Look(made).Distance / _untranslated;

    /// <inheritdoc/>
    public void Dispose()
    {
        _pictures.Dispose();
        _classes.Dispose();
    }
}
