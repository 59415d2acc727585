using Earthmover.Torch;

namespace Earthmover.Sessions.Sampling;

/// <summary>What all of some samples are told to be: a class, or a text.</summary>
public sealed record Told
{
    private readonly long[] _numbers;

    private Told(string words, long[] numbers, int? label) => (Words, _numbers, Label) = (words, numbers, label);

    /// <summary>For people, and for what pictures carry: <c>class 3</c>, <c>text "a red bag"</c>.</summary>
    public string Words { get; }

    /// <summary>The number of the class; null for a text.</summary>
    public int? Label { get; }

    /// <summary>The text; null for a class.</summary>
    public string? Text { get; private init; }

    /// <summary>A class.</summary>
    /// <param name="number">Its number.</param>
    public static Told Class(int number) => new($"class {number}", [number], number);

    /// <summary>A text.</summary>
    /// <param name="text">The text.</param>
    /// <param name="symbols">The numbers of its symbols.</param>
    public static Told OfText(string text, long[] symbols) => new($"text \"{Printable.Of(text)}\"", symbols, null) { Text = text };

    /// <summary>What a generator hears of it: one number of a class, one for each symbol of a text.</summary>
    public IReadOnlyList<long> Numbers => _numbers;

    /// <summary>It for some samples: Int64 [N] of a class, [N, L] of a text, in the innermost scope.</summary>
    /// <param name="count">How many.</param>
    /// <param name="device">Where the networks are.</param>
    internal Tensor For(int count, Device device) => Together([.. Enumerable.Repeat(this, count)], device);

    /// <summary>What each of some samples is told, all of them classes or all of them texts of one model.</summary>
    /// <param name="each">Of each sample; at least one.</param>
    /// <param name="device">Where the networks are.</param>
    internal static Tensor Together(IReadOnlyList<Told> each, Device device)
    {
        long[] numbers = [.. each.SelectMany(told => told._numbers)];
        return each[0].Label is not null ? Tensor.From<long>(numbers, [each.Count], device)
            : Tensor.From<long>(numbers, [each.Count, each[0]._numbers.Length], device);
    }
}
