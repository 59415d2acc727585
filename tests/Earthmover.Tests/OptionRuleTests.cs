using Earthmover.Systems;

namespace Earthmover.Tests;

/// <summary>Every option of every system says what it takes, and refuses what it does not take.</summary>
public sealed class OptionRuleTests
{
    private static IEnumerable<(string System, OptionInfo Option, object Owner)> Options() =>
        from entry in SystemCatalog.All
        from defaults in entry.Defaults.Values
        from owner in new[] { defaults.Options, defaults.Training }
        from option in OptionBinder.List(owner)
        select (entry.Name, option, owner);

    [Fact]
    public void Numbers_have_bounds_and_texts_have_names() => Assert.All(Options(), o =>
    {
        Assert.NotEqual("text", o.Option.Type);
        Assert.NotEqual("a number", o.Option.Type);
        Assert.NotEqual("a whole number", o.Option.Type);
        if (!o.Option.Type.StartsWith("a number", StringComparison.Ordinal)
            && !o.Option.Type.StartsWith("a whole number,", StringComparison.Ordinal) && o.Option.Type != "true or false")
            Assert.NotEmpty(o.Option.Known);
    });

    [Fact]
    public void Defaults_keep_their_own_rules_and_say_what_is_there() => Assert.All(Options(), o =>
        Assert.Equal(o.Owner, OptionBinder.With(o.Owner, new Dictionary<string, string> { [o.Option.Name] = o.Option.Default })));

    [Fact]
    public void Nonsense_is_refused_by_name() => Assert.All(Options().DistinctBy(o => (o.System, o.Option.Name)), o =>
    {
        foreach (var text in new[] { "", "nope", "-1e30", "1e300", "0,5", "NaN" })
        {
            if (text == "" && o.Option.Name == "augment"
                || text is "1e300" && o.Option.Type is "a number, at least 0" or "a number, above 0")
                continue;
            var given = new Dictionary<string, string> { [o.Option.Name] = text };
            var refusal = Assert.Throws<UserException>(() => OptionBinder.With(o.Owner, given));
            Assert.Contains($"option {o.Option.Name}", refusal.Message, StringComparison.Ordinal);
            Assert.DoesNotContain('\n', refusal.Message);
            Assert.DoesNotContain("Parameter", refusal.Message, StringComparison.Ordinal);
        }
    });

    [Theory]
    [InlineData("1000", 1000)]
    [InlineData("1e3", 1000)]
    [InlineData("1_000", 1000)]
    [InlineData("2.5e1", 25)]
    [InlineData("-3", -3)]
    [InlineData("9223372036854775807", long.MaxValue)]
    public void Whole_numbers(string text, long value)
    {
        Assert.True(NumberText.TryWhole(text, out var read));
        Assert.Equal(value, read);
    }

    [Theory]
    [InlineData("1,000")]
    [InlineData("0.5")]
    [InlineData("1e30")]
    [InlineData(" 1")]
    [InlineData("1_")]
    [InlineData("_1")]
    [InlineData("")]
    [InlineData("0x10")]
    [InlineData("½")]
    public void No_whole_numbers(string text) => Assert.False(NumberText.TryWhole(text, out _));

    [Theory]
    [InlineData("0,5")]
    [InlineData("1,000.5")]
    [InlineData("Infinity")]
    [InlineData("nan")]
    [InlineData("1e999")]
    [InlineData("1 000")]
    public void No_numbers(string text) => Assert.False(NumberText.TryNumber(text, out _));

    [Theory]
    [InlineData("plain, ünïcode 漢字 🙂", "plain, ünïcode 漢字 🙂")]
    [InlineData("a\u001b[31mred", @"a\x1b[31mred")]
    [InlineData("two\nlines\r\tand\u0007\u0085\u2028", @"two\nlines\r\tand\x07\x85\u2028")]
    [InlineData("gpj\u202etxt", @"gpj\u202etxt")]
    public void Text_of_others_cannot_move_the_cursor(string text, string shown) => Assert.Equal(shown, Printable.Of(text));

    [Fact]
    public void Lines_keep_their_ends_and_tabs() => Assert.Equal("a\tb\r\nc\\x1b[2J\n", Printable.Lines("a\tb\r\nc\u001b[2J\n"));
}
