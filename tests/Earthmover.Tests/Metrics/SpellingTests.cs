using Earthmover.Claims.Lab;
using Earthmover.Data;
using Earthmover.Metrics;
using Earthmover.Testing;
using Earthmover.Torch;

namespace Earthmover.Tests.Metrics;

/// <summary>How lines are spelled, of lines whose spelling is known.</summary>
public sealed class SpellingTests : LeakTest
{
    private const int Length = 12, Lines = 256;

    private static readonly TextSet s_text = Sentences.Create(2000, Length, 1);

    private static Tensor OneHot(IReadOnlyList<int[]> lines)
    {
        var (v, values) = (s_text.Vocabulary.Count, new float[lines.Count * s_text.Vocabulary.Count * Length]);
        for (var i = 0; i < lines.Count; i++)
            for (var j = 0; j < Length; j++)
                values[(i * v + lines[i][j]) * Length + j] = 1;
        return Tensor.From<float>(values, [lines.Count, v, Length]);
    }

    private static (double Divergence, double Gap, double Repeated) Of(Func<Random, int, int[]> line)
    {
        using var scope = TensorScope.Open();
        var random = new Random(7);
        return new Spelling(s_text, Lines, 1).Measure(OneHot([.. Enumerable.Range(0, Lines).Select(i => line(random, i))]));
    }

    [Fact]
    public void Other_real_lines_are_at_the_floor()
    {
        var others = Sentences.Create(Lines, Length, 99);
        var (divergence, gap, repeated) = Of((_, i) => others[i].ToArray());
        Assert.InRange(gap, -0.1, 0.1);
        Assert.InRange(divergence / new Spelling(s_text, Lines, 1).Floor, 0.7, 1.3);
        Assert.InRange(repeated, -0.1, 0.1);
    }

    [Fact]
    public void Symbols_that_do_not_know_their_neighbors_are_at_one() =>
        Assert.InRange(Of((random, _) => [.. Enumerable.Range(0, Length).Select(place => s_text[random.Next(s_text.Count)][place])]).Gap,
            0.95, 1.05);

    [Fact]
    public void Symbols_that_do_not_know_their_place_are_beyond() =>
        Assert.True(Of((random, _) => [.. Enumerable.Range(0, Length).Select(_ => random.Next(s_text.Vocabulary.Count))]).Gap > 1.1);

    // Every third symbol another one.
    [Fact]
    public void Half_spelled_lines_are_between() =>
        Assert.InRange(Of((random, i) => [.. Enumerable.Range(0, Length)
            .Select(place => s_text[place % 3 == 2 ? random.Next(s_text.Count) : i][place])]).Gap, 0.4, 0.98);

    [Fact]
    public void Lines_that_come_again_are_counted() => Assert.InRange(Of((_, i) => s_text[i % 16].ToArray()).Repeated, 0.7, 0.95);

    // A text of a few lines repeats itself as well; what counts is how many different ones there are.
    [Theory]
    [InlineData(40, -0.05, 0.05)]
    [InlineData(10, 0.7, 0.8)]
    [InlineData(1, 0.95, 1)]
    public void A_text_that_repeats_itself_is_no_reason(int different, double low, double high)
    {
        const int inText = 40;
        using var scope = TensorScope.Open();
        int[] Codes(int row) => s_text[row].ToArray();
        int[] all = [.. Enumerable.Range(0, 2000).SelectMany(i => Codes(i % inText))];
        var spelling = new Spelling(new TextSet("few lines", Length, all, s_text.Vocabulary), Lines, 1);
        var generated = OneHot([.. Enumerable.Range(0, Lines).Select(i => Codes(i % different))]);
        Assert.InRange(spelling.Measure(generated).Repeated, low, high);
    }

    [Fact]
    public void Random_text_has_no_spelling()
    {
        using var scope = TensorScope.Open();
        var random = new Random(3);
        var text = new TextSet("noise", Length, [.. Enumerable.Range(0, 400 * Length).Select(_ => random.Next(4))], ["`", "a", "b", "c"]);
        Assert.True(double.IsNaN(new Spelling(text, Lines, 1).Measure(Tensor.Zeros([Lines, 4, Length])).Gap));
    }
}
