using System.Text;
using Earthmover.Data;

namespace Earthmover.Claims.Lab;

/// <summary>English-like lines from a little grammar with its own words: a text that is the same on every machine.</summary>
public static class Sentences
{
    private static readonly string[] s_beings =
    [
        "king", "queen", "child", "fox", "bird", "old man", "girl", "boy", "wolf", "judge",
        "smith", "nurse", "captain", "friend", "jury", "zebra", "sailor", "monk", "owl", "thief",
    ];

    private static readonly string[] s_things =
    [
        "river", "house", "letter", "box", "ship", "clock", "garden", "mirror", "bridge", "candle",
        "quilt", "ring", "storm", "piano", "kite", "window", "map", "apple", "violin", "rock",
    ];

    private static readonly string[] s_qualities =
        ["red", "small", "quiet", "huge", "broken", "just", "happy", "lazy", "wild", "golden", "new", "cold"];

    private static readonly string[] s_deeds =
    [
        "saw", "made", "took", "loved", "found", "lost", "sold", "fixed",
        "drew", "left", "kept", "burnt", "heard", "hid", "moved",
    ];

    private static readonly string[] s_whens = ["today", "at dawn", "in june", "by night", "again", "for luck", "in vain", "twice"];

    /// <summary>Lines of one length, the end of longer ones cut off.</summary>
    /// <param name="lines">How many.</param>
    /// <param name="length">Characters of each.</param>
    /// <param name="seed">Seed of the sentences.</param>
    public static TextSet Create(int lines, int length, long seed)
    {
        var random = new SeededRandom(seed, "sentences");
        string[] text = [.. Enumerable.Range(0, lines).Select(_ => One(random))];
        // The padding first, then every character that may occur, so that two sets have one vocabulary.
        string[] vocabulary = ["`", .. " abcdefghijklmnopqrstuvwxyz0123456789.?".Select(c => c.ToString())];
        var codes = new int[lines * length];
        for (var i = 0; i < lines; i++)
            for (var j = 0; j < Math.Min(length, text[i].Length); j++)
                codes[i * length + j] = Array.IndexOf(vocabulary, text[i][j].ToString());
        return new TextSet("sentences", length, codes, vocabulary);
    }

    private static string One(SeededRandom random)
    {
        string Of(string[] words) => words[random.NextInt(words.Length)];
        bool Now(double share) => random.NextDouble() < share;
        string Phrase(string[] nouns) => Now(0.12)
            ? $"{2 + random.NextInt(98)} {Of(nouns)}s"
            : $"{(Now(0.6) ? "the" : "his")} {(Now(0.35) ? Of(s_qualities) + " " : "")}{Of(nouns)}";
        var sentence = new StringBuilder();
        if (Now(0.2))
            sentence.Append($"{Of(s_whens)} ");
        sentence.Append($"{Phrase(s_beings)} {Of(s_deeds)} {Phrase(s_things)}");
        if (Now(0.3))
            sentence.Append($" {Of(s_whens)}");
        return sentence.Append(Now(0.8) ? "." : "?").ToString();
    }
}
