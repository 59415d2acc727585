using Earthmover.Data;
using Earthmover.Metrics;
using Earthmover.Metrics.Features;
using Earthmover.Torch;

namespace Earthmover.Claims.Lab;

/// <summary>Pairs of pictures that no game has seen, as pictures and as tensors of the innermost scope.</summary>
public sealed class TestPairs
{
    private readonly ImageSet _first;

    /// <summary>Reads them.</summary>
    /// <param name="data">Aligned pictures, the second garments.</param>
    public TestPairs(DataSet data)
    {
        ArgumentNullException.ThrowIfNull(data);
        (_first, Garments) = ((ImageSet)data, (ImageSet)data.Counterpart!);
        (A, B) = (LinearProbe.Features(_first, x => x), LinearProbe.Features(Garments, x => x));
    }

    /// <summary>The pictures of the second domain.</summary>
    public ImageSet Garments { get; }

    /// <summary>Those of the first [N, …].</summary>
    public Tensor A { get; }

    /// <summary>Those of the second [N, …].</summary>
    public Tensor B { get; }

    /// <summary>Classes of the garments.</summary>
    public IReadOnlyList<int> Labels => Garments.Labels!;

    /// <summary>Mean energy of the Laplacian of translations, in parts of that of the garments.</summary>
    public double Sharpness(ImageSet made)
    {
        var raw = new RawFeatures();
        return PictureMetrics.LaplacianEnergy(raw.Extract(made), raw.Extract(Garments)).Value;
    }

    /// <summary>A picture of some: inputs, translations, garments.</summary>
    /// <param name="made">The translations.</param>
    /// <param name="inputs">What is shown as inputs; those of the first domain, unless others are given.</param>
    public byte[] Sheet(ImageSet made, ImageSet? inputs = null) =>
        Sheets.Beside(Sheets.Of(inputs ?? _first), Sheets.Of(made), Sheets.Of(Garments));

    /// <summary>The same of several translations.</summary>
    /// <param name="made">Translations, each of all inputs.</param>
    public byte[] Sheet(IEnumerable<ImageSet> made) => Sheets.Beside([Sheets.Of(_first), .. made.Select(Sheets.Of), Sheets.Of(Garments)]);
}
