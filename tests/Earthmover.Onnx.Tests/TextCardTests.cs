namespace Earthmover.Onnx.Tests;

public sealed class TextCardTests
{
    private static readonly TextCard s_characters = new(["`", " ", "a", "b", "d", "e", "g", "r"], 9) { Words = ["a", "bag", "red"] };
    private static readonly TextCard s_words = new(["`", "a", "red", "bag"], 4) { AreWords = true };

    [Fact]
    public void A_text_is_the_numbers_of_its_symbols_and_nothing_after_its_end()
    {
        Assert.Equal([2, 1, 7, 5, 4, 0, 0, 0, 0], s_characters.Read("a red"));
        Assert.Equal([1, 2, 3, 0], s_words.Read("a red bag"));
        Assert.Equal("a red", s_characters.Write(s_characters.Read("a red")));
        Assert.Equal("a red bag", s_words.Write(s_words.Read("a red bag")));
    }

    [Fact]
    public void Spaces_large_letters_and_marks_around_words_do_not_matter()
    {
        Assert.Equal(s_characters.Read("a red bag"), s_characters.Read("  A  Red\tBAG "));
        Assert.Equal(s_words.Read("a red bag"), s_words.Read("A red, bag."));
    }

    [Theory]
    [InlineData("a red car", "the word 'car'")]
    [InlineData("some big bag", "the words 'some', 'big'")]
    [InlineData("a red bag a", "11 characters, and this model reads 9")]
    [InlineData(" ", "empty")]
    public void What_no_caption_has_is_refused_by_name(string text, string says) =>
        Assert.Contains(says, Assert.Throws<ModelException>(() => s_characters.Read(text)).Message, StringComparison.Ordinal);

    [Fact]
    public void Symbols_that_the_vocabulary_lacks_are_refused_by_name_unless_one_stands_for_them()
    {
        Assert.Contains("never seen the character 'c'; it knows", Assert.Throws<ModelException>(() =>
            (s_characters with { Words = null }).Read("a car")).Message, StringComparison.Ordinal);
        Assert.Contains("never seen the word 'green'", Assert.Throws<ModelException>(() => s_words.Read("a green bag")).Message,
            StringComparison.Ordinal);
        var cut = new TextCard(["`", "a", "\uFFFD"], 3);
        Assert.Equal([1, 2, 2], cut.Read("abz"));
    }
}
