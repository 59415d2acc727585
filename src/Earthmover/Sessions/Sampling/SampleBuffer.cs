using Earthmover.Data;
using Earthmover.Torch;
using Earthmover.Training.Views;

namespace Earthmover.Sessions.Sampling;

/// <summary>
/// Gathers what networks make, some samples after others: pictures as bytes, points in the units of their data, text as its most probable
/// symbols, rows of a table as values.
/// </summary>
internal sealed class SampleBuffer
{
    private readonly SampleSpec _spec;
    private readonly string _maker;
    private readonly SampleShape _shape;
    private readonly byte[] _pixels = [];
    private readonly double[] _values = [];
    private readonly int[] _codes = [];
    private readonly double[][] _columns = [];

    /// <summary>Makes room.</summary>
    /// <param name="spec">What the samples are.</param>
    /// <param name="count">How many there will be.</param>
    /// <param name="maker">What messages call the run that makes them.</param>
    public SampleBuffer(SampleSpec spec, int count, string maker = "this run")
    {
        (_spec, _maker, _shape) = (spec, maker, spec.Shape);
        switch (_shape)
        {
            case SampleShape.Image:
                _pixels = new byte[checked(count * _shape.Size)];
                break;
            case SampleShape.Points:
                _values = new double[checked(count * _shape.Size)];
                break;
            case SampleShape.Text text:
                _codes = new int[checked(count * text.Length)];
                break;
            case SampleShape.Table:
                _columns = [.. spec.Code!.Fields.Select(_ => new double[count])];
                break;
        }
    }

    /// <summary>What some samples are.</summary>
    /// <param name="spec">Their description.</param>
    /// <param name="samples">As networks make them, one after another.</param>
    public static DataSet Of(SampleSpec spec, float[] samples)
    {
        using var scope = TensorScope.Open();
        var count = samples.Length / spec.Shape.Size;
        var made = new SampleBuffer(spec, count);
        made.Put(0, Tensor.From<float>(samples, [count, .. spec.Shape.Axes]));
        return made.ToData("samples");
    }

    /// <summary>Takes samples.</summary>
    /// <param name="first">Number of the first, from 0.</param>
    /// <param name="samples">As networks make them [N, …].</param>
    /// <exception cref="UserException">They are not finite.</exception>
    public void Put(int first, Tensor samples)
    {
        RunSamples.RequireFinite(samples, _maker);
        switch (_shape)
        {
            case SampleShape.Image:
                ImageView.ToBytes(samples).CopyTo(_pixels, first * _shape.Size);
                break;
            case SampleShape.Points:
                _spec.Scaling.Undo(samples.Contiguous().ToArray<float>()).CopyTo(_values, first * _shape.Size);
                break;
            case SampleShape.Text text:
                TextView.Codes(samples).CopyTo(_codes, first * text.Length);
                break;
            case SampleShape.Table:
                PutRows(first, samples.Contiguous().ToArray<float>());
                break;
        }
    }

    private void PutRows(int first, float[] rows)
    {
        var code = _spec.Code!;
        var values = new double[code.Fields.Count];
        for (var i = 0; i < rows.Length / code.Size; i++)
        {
            code.Decode(rows.AsSpan(i * code.Size, code.Size), values);
            for (var k = 0; k < values.Length; k++)
                _columns[k][first + i] = code.Fields[k].Kind == FieldKind.Identifier ? first + i : values[k];
        }
    }

    /// <summary>All of them.</summary>
    /// <param name="name">What messages call them.</param>
    public DataSet ToData(string name) => _shape switch
    {
        SampleShape.Image images => new ImageSet(name, images.Shape, _pixels),
        SampleShape.Points points => new PointSet(name, points.Dimension, _values) { ColumnNames = _spec.Columns },
        SampleShape.Text text => new TextSet(name, text.Length, _codes, _spec.Vocabulary!),
        SampleShape.Table => new TableSet(name, _spec.Code!.Fields, _columns) { Separator = _spec.Code.Separator },
        _ => throw new NotSupportedException(_shape.GetType().Name),
    };
}
