using Earthmover.Data;
using Earthmover.Data.Toys;
using Earthmover.Metrics;
using Earthmover.Testing;
using Earthmover.Torch;

namespace Earthmover.Tests.Metrics;

public sealed class MeasureTests : LeakTest
{
    private static Dictionary<string, double> Measure(ISampleMeasure measure, float[] values, params long[] shape)
    {
        using var scope = TensorScope.Open();
        return measure.Measure(Tensor.From<float>(values, shape)).ToDictionary(m => m.Key, m => m.Value);
    }

    [Fact]
    public void Modes_are_counted_within_three_deviations()
    {
        var mixture = new GaussianModes([new([0, 0], 0.1), new([10, 0], 0.1), new([0, 10], 0.1), new([10, 10], 0.1)]);
        // 20 at the first mode, one at 2.9 deviations of the second, one at 3.1 of the third, two far away but nearest to the first.
        float[] points = [.. Enumerable.Repeat<float[]>([0, 0], 20).SelectMany(p => p), 10.29f, 0, 0, 10.31f, 2, 2, 3, 3];
        var m = Measure(new ModeCoverage(mixture), points, 24, 2);
        Assert.Equal(2, m["modes"]);
        Assert.Equal(1, m["modes_strict"]);
        Assert.Equal(21 / 24.0, m["high_quality"], 12);
        var expected = 22 / 24.0 * Math.Log(22 / 24.0 * 4) + 2 * (1 / 24.0 * Math.Log(1 / 24.0 * 4));
        Assert.Equal(expected, m["mode_kl"], 12);
    }

    [Fact]
    public void Samples_spread_as_the_weights_say_have_no_divergence()
    {
        var mixture = new GaussianModes([new([0], 1, 3), new([100], 1, 1)]);
        Assert.Equal(0, Measure(new ModeCoverage(mixture), [0, 0, 0, 100], 4, 1)["mode_kl"], 12);
    }

    // One-hot probabilities [N, V, L] of codes.
    private static float[] OneHot(int vocabulary, params int[][] lines)
    {
        var values = new float[lines.Length * vocabulary * lines[0].Length];
        for (var n = 0; n < lines.Length; n++)
            for (var i = 0; i < lines[n].Length; i++)
                values[(n * vocabulary + lines[n][i]) * lines[n].Length + i] = 1;
        return values;
    }

    [Fact]
    public void Divergence_of_n_grams_is_that_of_a_hand_count()
    {
        // Corpus "abab": a and b equally often; pairs ab, ba, ab. Generated "aabb": the same letters; pairs aa, ab, bb.
        var text = new TextSet("t", 4, [1, 2, 1, 2], ["`", "a", "b"]);
        var m = Measure(new NGramDivergence(text), OneHot(3, [1, 1, 2, 2]), 1, 3, 4);
        Assert.Equal(0, m["js_1"], 12);
        // p = {aa ⅓, ab ⅓, bb ⅓}, q = {ab ⅔, ba ⅓}, m = {aa ⅙, ab ½, bb ⅙, ba ⅙}.
        var js2 = 0.5 * (2 / 3.0 * 1 + 1 / 3.0 * Math.Log2(2 / 3.0)) + 0.5 * (2 / 3.0 * Math.Log2(4 / 3.0) + 1 / 3.0 * 1);
        Assert.Equal(js2, m["js_2"], 12);
        Assert.Equal(1, m["js_3"], 12);
        Assert.Equal(1, m["js_4"], 12);
        Assert.Equal(1, m["max_probability"], 6);
    }

    // However long they are made, lines are what they are.
    [Fact]
    public void Padding_dilutes_no_divergence()
    {
        static TextSet Corpus(int length) => new("t", length, Line(length, 1, 2, 1), ["`", "a", "b"]);
        static int[] Line(int length, params int[] codes) => [.. codes, .. new int[length - codes.Length]];
        double[] Of(int length, params int[] line) =>
            [.. Measure(new NGramDivergence(Corpus(length)), OneHot(3, Line(length, line)), 1, 3, length).Values.Take(4)];
        Assert.Equal(Of(8, 2, 2, 1), Of(64, 2, 2, 1));
        Assert.True(Of(64, 2, 2, 1)[0] > 0.05);
        Assert.All(Of(64), js => Assert.Equal(1, js)); // nothing but padding
    }

    [Fact]
    public void The_corpus_itself_has_no_divergence()
    {
        var text = new TextSet("t", 4, [1, 2, 1, 2, 2, 2, 1, 0], ["`", "a", "b"]);
        var m = Measure(new NGramDivergence(text), OneHot(3, [1, 2, 1, 2], [2, 2, 1, 0]), 2, 3, 4);
        Assert.All(Enumerable.Range(1, 4), n => Assert.Equal(0, m[$"js_{n}"], 12));
    }
}
