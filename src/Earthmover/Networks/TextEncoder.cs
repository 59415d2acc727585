using Earthmover.Data;
using Earthmover.Nn;
using Earthmover.Nn.Layers;
using Earthmover.Torch;
using Earthmover.Torch.Operators;

namespace Earthmover.Networks;

/// <summary>How a text becomes a vector.</summary>
public enum TextReading
{
    /// <summary>Windows of five and of three symbols, and of each unit the place where it answers most: for characters and words.</summary>
    Convolution,

    /// <summary>The mean of what its symbols say, in whatever order they stand: for words.</summary>
    Bag,
}

/// <summary>
/// φ: texts as numbers of symbols, Int64 [N, L] → vectors of one length [N, E]. Number 0 is the padding, and says nothing.
/// </summary>
/// <remarks>Of one length, so that what is said cannot drown the latent vector beside it, however fast it is learned.</remarks>
public sealed class TextEncoder : Module
{
    private const int SymbolSize = 16;

    private readonly Embedding _symbols;
    private readonly Module? _windows;
    private readonly Module _output;
    private readonly double _length;

    /// <summary>An encoder of texts.</summary>
    /// <param name="text">Symbols that there are, and places of a text.</param>
    /// <param name="size">E, length of the vector.</param>
    /// <param name="reading">How it is read.</param>
    /// <param name="length">Euclidean length of the vector; 1 is that of a class as a vector.</param>
    public TextEncoder(SampleShape.Text text, int size, TextReading reading = TextReading.Convolution, double length = 1)
    {
        _length = length;
        _symbols = Add("symbols", new Embedding(text.Vocabulary, SymbolSize));
        if (reading == TextReading.Convolution)
            _windows = Add("windows", new Sequential(
                new Conv1d(SymbolSize, 2 * size, 5, 2, initializer: Initializers.HeNormal), Activation.LeakyRelu(),
                new Conv1d(2 * size, 2 * size, 3, 1, initializer: Initializers.HeNormal), Activation.LeakyRelu()));
        _output = Add("output", new Linear(_windows is null ? SymbolSize : 2 * size, size, initializer: Initializers.GlorotUniform));
    }

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor x)
    {
        var isText = Op.Gt(x, 0).To(DType.Float32).Unsqueeze(2); // [N, L, 1]
        var symbols = _symbols.Forward(x) * isText;              // [N, L, 16]
        var said = _output.Forward(_windows is null
            ? symbols.Sum([1]) / Op.ClampMin(isText.Sum([1]), 1)
            : _windows.Forward(symbols.Transpose(1, 2)).Amax(2));
        return said / said.NormPerSample().Unsqueeze(1) * _length;
    }
}
