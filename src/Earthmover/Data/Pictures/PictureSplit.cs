using Earthmover.Media;

namespace Earthmover.Data.Pictures;

/// <summary>What of a folder's pictures is read: a part of them, and of each the whole or one half.</summary>
/// <param name="Part"><c>train</c>, <c>valid</c> or <c>test</c>; null for whatever is to be trained on.</param>
/// <param name="Halves">
/// <c>ab</c> where the left half of each picture is of the first domain, <c>ba</c> where it is of the second; null for whole pictures.
/// </param>
internal sealed record PictureSplit(string? Part, string? Halves)
{
    private static readonly string[] s_parts = ["train", "valid", "val", "test"];
    private static readonly string[] s_halves = ["ab", "ba"];

    /// <summary>Reads the option <c>split</c>: one word of each kind, with a comma between two.</summary>
    /// <param name="text">Its value; empty where it was not given.</param>
    /// <exception cref="UserException">It is something else.</exception>
    public static PictureSplit Of(string text)
    {
        var words = text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        var (parts, halves) = (words.Where(s_parts.Contains).ToArray(), words.Where(s_halves.Contains).ToArray());
        if (parts.Length > 1 || halves.Length > 1 || parts.Length + halves.Length < words.Length)
            throw new UserException($"'{text}' is not a value for the option 'split'; give one of {string.Join(", ", s_parts)}, "
                + "or ab or ba for pictures that hold two side by side, or both as in test,ab");
        return new(parts.FirstOrDefault() is "val" ? "valid" : parts.FirstOrDefault(), halves.FirstOrDefault());
    }

    /// <summary>The value of the option for another part of the same pictures.</summary>
    /// <param name="part">The part.</param>
    public string With(string part) => Halves is null ? part : $"{part},{Halves}";
}

/// <summary>One half of a picture that holds two side by side. The middle column of an odd width belongs to neither.</summary>
/// <param name="whole">The picture.</param>
/// <param name="isLeft">Which half.</param>
internal sealed class PictureHalf(IPixelRows whole, bool isLeft) : IPixelRows
{
    /// <inheritdoc/>
    public int Width => whole.Width / 2;

    /// <inheritdoc/>
    public int Height => whole.Height;

    /// <inheritdoc/>
    public int Channels => whole.Channels;

    /// <inheritdoc/>
    public ReadOnlySpan<byte> Row(int y) => whole.Row(y).Slice(isLeft ? 0 : (whole.Width - Width) * Channels, Width * Channels);
}
