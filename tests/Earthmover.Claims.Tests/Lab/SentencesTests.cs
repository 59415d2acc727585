using Earthmover.Claims.Lab;
using Earthmover.Data;

namespace Earthmover.Claims.Tests.Lab;

/// <summary>The text of experiments is the same everywhere, and different for different seeds.</summary>
public sealed class SentencesTests
{
    private static string Line(TextSet set, int row) => string.Concat(set[row].ToArray().Select(code => set.Vocabulary[code]));

    [Fact]
    public void Lines_are_cut_or_padded_and_depend_on_the_seed()
    {
        TextSet a = Sentences.Create(50, 16, 1), b = Sentences.Create(50, 16, 1),
            c = Sentences.Create(50, 16, 2), wide = Sentences.Create(50, 80, 1);
        Assert.Equal((50, 16), (a.Count, a.Length));
        Assert.Equal(a.Fingerprint, b.Fingerprint);
        Assert.NotEqual(a.Fingerprint, c.Fingerprint);
        Assert.Equal(a.Vocabulary, c.Vocabulary);
        for (var row = 0; row < 50; row++)
        {
            Assert.StartsWith(Line(a, row).TrimEnd('`'), Line(wide, row), StringComparison.Ordinal);
            Assert.Matches("^[a-z0-9 ]+[.?]`*$", Line(wide, row));
        }
    }
}
