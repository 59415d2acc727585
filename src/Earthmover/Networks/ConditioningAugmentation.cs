using Earthmover.Data;
using Earthmover.Nn;
using Earthmover.Nn.Layers;
using Earthmover.Torch;

namespace Earthmover.Networks;

/// <summary>
/// Reads a text and gives not one condition but a normal law of them, so that few texts teach of what lies around them (StackGAN's
/// conditioning augmentation, arXiv:1612.03242, section 3.2): Int64 [N, L] → means and logarithms of variances [N, 2·C].
/// </summary>
public sealed class ConditioningAugmentation : Module
{
    private readonly Module _text, _law;
    private readonly int _size;

    /// <summary>A reader.</summary>
    /// <param name="text">Symbols that there are, and places of a text.</param>
    /// <param name="textSize">Length of the text's vector.</param>
    /// <param name="size">C, length of a condition.</param>
    /// <param name="reading">How texts are read.</param>
    public ConditioningAugmentation(SampleShape.Text text, int textSize, int size, TextReading reading)
    {
        _size = size;
        _text = Add("text", new TextEncoder(text, textSize, reading, Math.Sqrt(textSize)));
        _law = Add("law", new Linear(textSize, 2 * size, initializer: Initializers.GlorotUniform));
    }

    /// <summary>The law of a text's conditions.</summary>
    /// <param name="texts">Int64 [N, L].</param>
    /// <returns>μ and log σ² [N, C] each.</returns>
    public (Tensor Mean, Tensor LogVariance) LawOf(Tensor texts)
    {
        var both = Forward(texts);
        return (both.Narrow(1, 0, _size), both.Narrow(1, _size, _size));
    }

    /// <summary>A condition, μ + σ ε.</summary>
    /// <param name="texts">Int64 [N, L].</param>
    /// <param name="noise">ε of N(0, I) [N, C].</param>
    public Tensor Draw(Tensor texts, Tensor noise)
    {
        ArgumentNullException.ThrowIfNull(noise);
        using var scope = TensorScope.Open();
        var (mean, logVariance) = LawOf(texts);
        return scope.Keep(mean + (0.5 * logVariance).Exp() * noise);
    }

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor x) => _law.Forward(_text.Forward(x));
}
