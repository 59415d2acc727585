using Earthmover.Data;
using Earthmover.Games;
using Earthmover.Onnx;

namespace Earthmover.Sessions.Sampling;

/// <summary>The captions that a run has learned from: what its recipe keeps of them, as systems and as texts of users need it.</summary>
public static class Captions
{
    /// <summary>How texts are read.</summary>
    /// <param name="captions">What the captions are.</param>
    public static TextCard CardOf(SampleSpec captions)
    {
        ArgumentNullException.ThrowIfNull(captions);
        var all = captions.Captions ?? [];
        // Where only some captions are kept, there are words that none of these has.
        string[]? words = all.Count is 0 or SampleSpec.MostCaptions ? null
            : [.. all.SelectMany(TextCard.WordsOf).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
        return new(captions.Vocabulary!, captions.Axes[1]) { AreWords = captions.AreWords, Words = words };
    }

    /// <summary>Their law.</summary>
    /// <param name="captions">What the captions are.</param>
    /// <exception cref="UserException">They are not written in their own vocabulary.</exception>
    internal static CaptionLaw LawOf(SampleSpec captions)
    {
        var card = CardOf(captions) with { Words = null };
        try
        {
            int[][] codes = [.. captions.Captions!.Select(caption => card.Read(caption).Select(code => (int)code).ToArray())];
            return new(captions.Axes[0], captions.Axes[1], codes, captions.CaptionShares!);
        }
        catch (ModelException e)
        {
            throw new UserException($"the captions of this run cannot be read: {e.Message}");
        }
    }
}
