using System.Buffers.Binary;
using System.IO.Hashing;

namespace Earthmover.Media.Formats;

/// <summary>The chunks of a whole PNG, one after the other, whose sums are right.</summary>
/// <param name="file">The file.</param>
internal ref struct PngChunks(ReadOnlySpan<byte> file)
{
    private readonly ReadOnlySpan<byte> _file = file;
    private int _at = Signature.Length;

    /// <summary>The eight bytes that every PNG begins with.</summary>
    public static ReadOnlySpan<byte> Signature => [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0d, 0x0a, 0x1a, 0x0a];

    /// <summary>Four letters.</summary>
    public ReadOnlySpan<byte> Type { get; private set; }

    /// <summary>The content.</summary>
    public ReadOnlySpan<byte> Data { get; private set; }

    /// <summary>Goes on to the next chunk whose sum is right.</summary>
    /// <returns>Whether there is one; false at the end's.</returns>
    /// <exception cref="MediaException">The file ends before its end, or a chunk that the pixels need is damaged.</exception>
    public bool Next()
    {
        while (true)
        {
            var rest = _file[_at..];
            if (rest.Length < 12) throw new MediaException(MediaProblem.Corrupt, "PNG: the file ends too early");
            var length = BinaryPrimitives.ReadUInt32BigEndian(rest);
            if (length > rest.Length - 12) throw new MediaException(MediaProblem.Corrupt, "PNG: the file ends too early");
            var content = rest.Slice(4, 4 + (int)length);
            _at += 12 + (int)length;
            Type = content[..4];
            Data = content[4..];
            var isWhole = Crc32.HashToUInt32(content) == BinaryPrimitives.ReadUInt32BigEndian(rest[(8 + (int)length)..]);
            if (isWhole) return !Type.SequenceEqual("IEND"u8);
            // Chunks with a capital letter in front are needed, and so is the transparent color.
            if (char.IsAsciiLetterUpper((char)Type[0]) || Type.SequenceEqual("tRNS"u8))
                throw new MediaException(MediaProblem.Corrupt, $"PNG: the chunk {System.Text.Encoding.Latin1.GetString(Type)} is damaged");
        }
    }
}
