using Earthmover.Data;
using Earthmover.Torch;
using Earthmover.Training.Views;

namespace Earthmover.Sessions;

/// <summary>Gathers what networks make, one sample after another: pictures as bytes, points in the units of their data.</summary>
/// <param name="spec">What the samples are; no text.</param>
/// <param name="count">How many there will be.</param>
internal sealed class SampleBuffer(SampleSpec spec, int count)
{
    private readonly byte[] _pixels = new byte[spec.Shape is SampleShape.Image ? checked(count * spec.Shape.Size) : 0];
    private readonly double[] _values = new double[spec.Shape is SampleShape.Points ? checked(count * spec.Shape.Size) : 0];

    /// <summary>Takes a sample.</summary>
    /// <param name="index">0 to count − 1.</param>
    /// <param name="sample">As networks make it [1, …].</param>
    /// <exception cref="UserException">It is not finite.</exception>
    public void Put(int index, Tensor sample)
    {
        RunSamples.RequireFinite(sample, "this run");
        var at = index * spec.Shape.Size;
        if (spec.Shape is SampleShape.Image)
            ImageView.ToBytes(sample).CopyTo(_pixels, at);
        else
            spec.Scaling.Undo(sample.Contiguous().ToArray<float>()).CopyTo(_values, at);
    }

    /// <summary>All of them.</summary>
    /// <param name="name">What messages call them.</param>
    public DataSet ToData(string name) => spec.Shape is SampleShape.Image images
        ? new ImageSet(name, images.Shape, _pixels)
        : new PointSet(name, spec.Shape.Size, _values) { ColumnNames = spec.Columns };
}
