using Earthmover.Data;
using Earthmover.Torch;

namespace Earthmover.Metrics;

/// <summary>
/// Jensen–Shannon divergence, in bits, between the n-gram frequencies of generated lines and of the corpus, n = 1 … 4 (arXiv:1704.00028,
/// section 5). The padding behind a line counts as what follows its last character, and not for itself.
/// </summary>
public sealed class NGramDivergence : ISampleMeasure
{
    private const int Largest = 4;
    private readonly TextSet _text;
    private readonly Dictionary<ulong, double>[] _real;

    /// <summary>Counts the corpus once.</summary>
    public NGramDivergence(TextSet text)
    {
        _text = text;
        var lines = Enumerable.Range(0, text.Count).Select(i => text[i].ToArray()).ToArray();
        _real = [.. Enumerable.Range(1, Largest).Select(n => Frequencies(lines, n))];
    }

    /// <inheritdoc/>
    public int SampleCount => 640;

    /// <summary><c>js_1</c> … <c>js_4</c>, and <c>max_probability</c>, the mean certainty of the generated distributions.</summary>
    /// <param name="samples">Probabilities [N, V, L].</param>
    public IEnumerable<KeyValuePair<string, double>> Measure(Tensor samples)
    {
        using var scope = TensorScope.Open();
        var codes = samples.Argmax(1).ToArray<long>();
        var certainty = samples.Amax(1).Mean().Item();
        int[] Line(int i) => [.. codes.Skip(i * _text.Length).Take(_text.Length).Select(c => (int)c)];
        var lines = Enumerable.Range(0, codes.Length / _text.Length).Select(Line).ToArray();
        var measures = Enumerable.Range(1, Largest)
            .Select(n => new KeyValuePair<string, double>($"js_{n}", Divergence(Frequencies(lines, n), _real[n - 1]))).ToList();
        measures.Add(new("max_probability", certainty));
        return measures;
    }

    /// <summary>½ KL(p‖m) + ½ KL(q‖m), m = (p + q)/2, in bits: 0 for equal laws, 1 for disjoint ones.</summary>
    internal static double Divergence(Dictionary<ulong, double> p, Dictionary<ulong, double> q)
    {
        // Empty lines alone have no n-grams.
        if ((p.Count == 0) != (q.Count == 0))
            return 1;
        var sum = 0.0;
        foreach (var key in p.Keys.Union(q.Keys))
        {
            var (a, b) = (p.GetValueOrDefault(key), q.GetValueOrDefault(key));
            var m = (a + b) / 2;
            sum += (a > 0 ? a * Math.Log2(a / m) : 0) + (b > 0 ? b * Math.Log2(b / m) : 0);
        }
        return sum / 2;
    }

    internal static Dictionary<ulong, double> Frequencies(IReadOnlyList<int[]> lines, int n)
    {
        var counts = new Dictionary<ulong, double>();
        var total = 0.0;
        foreach (var line in lines)
        {
            var end = line.AsSpan().LastIndexOfAnyExcept(0) + 1;
            for (var i = 0; i < end && i + n <= line.Length; i++)
            {
                // Four codes of at most 16 bits make one number.
                var key = 0UL;
                for (var j = 0; j < n; j++)
                    key = key << 16 | (uint)line[i + j];
                counts[key] = counts.GetValueOrDefault(key) + 1;
                total++;
            }
        }
        return counts.ToDictionary(c => c.Key, c => c.Value / total);
    }
}
