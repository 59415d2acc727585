using System.Text;
using Earthmover.Media;

namespace Earthmover.Onnx;

/// <summary>What a model made.</summary>
public sealed class Samples
{
    private readonly float[] _values;

    internal Samples(SampleCard card, float[] values) => (Card, _values) = (card, values);

    /// <summary>What they are.</summary>
    public SampleCard Card { get; }

    /// <summary>How many.</summary>
    public int Count => _values.Length / Card.Size;

    /// <summary>The numbers as the model made them, one sample after another [Count, …].</summary>
    public ReadOnlySpan<float> Values => _values;

    /// <summary>All of them as pictures.</summary>
    /// <exception cref="ModelException">They are none.</exception>
    public IReadOnlyList<Image> Pictures() => [.. Enumerable.Range(0, Count).Select(Picture)];

    /// <summary>One of them as a picture.</summary>
    /// <param name="index">0 to <see cref="Count"/> − 1.</param>
    /// <exception cref="ModelException">It is none.</exception>
    public Image Picture(int index)
    {
        Require(SampleCard.Pictures);
        // As the program itself rounds, in single precision: half a step up, then cut off.
        var planes = Array.ConvertAll(Of(index).ToArray(), value => (byte)((Math.Clamp(value, -1f, 1f) + 1f) * 127.5f + 0.5f));
        return Image.FromPlanes(planes, Card.Axes[0], Card.Axes[1], Card.Axes[2]);
    }

    /// <summary>One of them as a point, in the units of the data [D].</summary>
    /// <param name="index">0 to <see cref="Count"/> − 1.</param>
    /// <exception cref="ModelException">It is none.</exception>
    public double[] Point(int index)
    {
        Require(SampleCard.Points);
        var point = Array.ConvertAll(Of(index).ToArray(), value => (double)value);
        if (Card is { Center: { } center, Spread: { } spread })
            for (var i = 0; i < point.Length; i++)
                point[i] = point[i] * spread[i] + center[i];
        return point;
    }

    /// <summary>One of them as a line of text: the most probable symbol at each place, without the padding at its end.</summary>
    /// <param name="index">0 to <see cref="Count"/> − 1.</param>
    /// <exception cref="ModelException">It is none.</exception>
    public string Line(int index)
    {
        var codes = Codes(index);
        var line = new StringBuilder();
        foreach (var code in codes.AsSpan(..(codes.AsSpan().LastIndexOfAnyExcept(0) + 1)))
            line.Append(Card.Vocabulary![code]);
        return line.ToString();
    }

    /// <summary>The most probable symbol at each place of a text [L], by its position in the vocabulary.</summary>
    /// <param name="index">0 to <see cref="Count"/> − 1.</param>
    /// <exception cref="ModelException">It is no text.</exception>
    public int[] Codes(int index)
    {
        Require(SampleCard.Text);
        var values = Of(index);
        var (symbols, length) = (Card.Axes[0], Card.Axes[1]);
        var codes = new int[length];
        for (var place = 0; place < length; place++)
            for (var symbol = 1; symbol < symbols; symbol++)
                if (values[symbol * length + place] > values[codes[place] * length + place])
                    codes[place] = symbol;
        return codes;
    }

    private ReadOnlySpan<float> Of(int index)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)Count, nameof(index));
        return _values.AsSpan(index * Card.Size, Card.Size);
    }

    private void Require(string kind)
    {
        if (Card.Kind != kind)
            throw new ModelException($"this model's samples are {Card.Kind}, not {kind}");
    }
}
