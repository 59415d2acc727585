using Earthmover.Data;
using Earthmover.Data.Dealing;
using Earthmover.Torch;

namespace Earthmover.Metrics;

/// <summary>
/// How lines are spelled: the divergence of their trigrams from the text's, between that of other lines of the text (0) and of lines whose
/// symbols are drawn place by place, each from its own place's frequencies, so that none knows its neighbors (1).
/// </summary>
public sealed class Spelling
{
    private const int Order = 3;

    // Of random symbols there is nothing to be known of neighbors; of a hundred lines little can be.
    private const double LeastToKnow = 0.1;

    private readonly TextSet _text;
    private readonly Dictionary<ulong, double> _reference;
    private readonly int _order;
    private readonly double _chance, _distinct;

    /// <summary>Divides the text: some lines set the floor, the others are what is compared with.</summary>
    /// <param name="text">The text.</param>
    /// <param name="lines">Lines that are compared; at most half of the text.</param>
    /// <param name="seed">Seed of the choice.</param>
    public Spelling(TextSet text, int lines, long seed)
    {
        (_text, _order, Lines) = (text, Math.Min(Order, text.Length), Math.Clamp(text.Count / 2, 1, lines));
        var order = Subset.Order(text.Count, seed);
        int[][] held = [.. order.Take(Lines).Select(row => text[row].ToArray())];
        int[][] others = [.. order.Skip(Lines).DefaultIfEmpty(order[0]).Select(row => text[row].ToArray())];
        _reference = NGramDivergence.Frequencies(others, _order);
        var random = new SeededRandom(seed, "scrambled lines");
        int[] Scrambled() => [.. Enumerable.Range(0, text.Length).Select(place => others[random.NextInt(others.Length)][place])];
        int[][] scrambled = [.. Enumerable.Range(0, Lines).Select(_ => Scrambled())];
        (Floor, _chance, _distinct) = (Divergence(held), Divergence(scrambled), Distinct(held));
    }

    /// <summary>Lines that are compared.</summary>
    public int Lines { get; }

    /// <summary>Divergence of as many other real lines, bits.</summary>
    public double Floor { get; }

    /// <summary>Compares generated lines.</summary>
    /// <param name="samples">Probabilities [N, V, L].</param>
    /// <returns>Their divergence, bits; the same between 0 and 1; by what share different lines are fewer among them than among as many
    /// real ones, below zero where they are more.</returns>
    public (double Divergence, double Gap, double Repeated) Measure(Tensor samples)
    {
        using var scope = TensorScope.Open();
        var codes = samples.Argmax(1).ToArray<long>();
        int[][] lines = [.. codes.Select(code => (int)code).Chunk(_text.Length).Take(Lines)];
        var divergence = Divergence(lines);
        return (divergence, _chance - Floor > LeastToKnow ? (divergence - Floor) / (_chance - Floor) : double.NaN,
            1 - Distinct(lines) / _distinct);
    }

    private double Divergence(int[][] lines) => NGramDivergence.Divergence(NGramDivergence.Frequencies(lines, _order), _reference);

    private double Distinct(int[][] lines) => (double)lines.Select(line => _text.Decode(line)).Distinct().Count() / lines.Length;
}
