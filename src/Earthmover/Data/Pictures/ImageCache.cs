using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text.Json;
using Earthmover.Files;

namespace Earthmover.Data.Pictures;

/// <summary>
/// Decoded pictures in one file: magic, length of a JSON header, the header, the pixels, and a SHA-256 of everything
/// before it. A file that is cut off, changed or of another version counts as missing.
/// </summary>
internal static class ImageCache
{
    private static ReadOnlySpan<byte> Magic => "EMIMAGE1"u8;

    public static ImageSet? TryRead(string? file, string name)
    {
        if (file is null) return null;
        try
        {
            using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16);
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            var start = new byte[12];
            stream.ReadExactly(start);
            if (!start.AsSpan(0, 8).SequenceEqual(Magic)) return null;
            var length = BinaryPrimitives.ReadInt32LittleEndian(start.AsSpan(8));
            if (length < 0 || length > stream.Length) return null;
            var json = new byte[length];
            stream.ReadExactly(json);
            var header = JsonSerializer.Deserialize<Header>(json);
            if (header is null) return null;
            var size = stream.Length - stream.Position - 32;
            if (size < 0 || size > Array.MaxLength
                || size != (long)header.Count * header.Channels * header.Height * header.Width)
                return null;
            var pixels = new byte[size];
            stream.ReadExactly(pixels);
            var sum = new byte[32];
            stream.ReadExactly(sum);
            hash.AppendData(start);
            hash.AppendData(json);
            hash.AppendData(pixels);
            if (!hash.GetHashAndReset().AsSpan().SequenceEqual(sum)) return null;
            return new ImageSet(name, new ImageShape(header.Channels, header.Height, header.Width), pixels,
                header.Labels, header.ClassNames)
            {
                Problems = header.Problems,
                Notes = header.Notes,
            };
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or JsonException or ArgumentException)
        {
            return null;
        }
    }

    /// <summary>Writes beside the place and renames. A full or forbidden disk only costs the next start some time.</summary>
    public static bool TryWrite(string? file, ImageSet set)
    {
        if (file is null) return false;
        try
        {
            var json = JsonSerializer.SerializeToUtf8Bytes(new Header(
                set.Count, set.Shape.Channels, set.Shape.Height, set.Shape.Width, set.Codes, set.ClassNames, set.Problems, set.Notes));
            var start = new byte[12];
            Magic.CopyTo(start);
            BinaryPrimitives.WriteInt32LittleEndian(start.AsSpan(8), json.Length);
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            hash.AppendData(start);
            hash.AppendData(json);
            hash.AppendData(set.Pixels);
            using var whole = new AtomicFile(file);
            whole.Stream.Write(start);
            whole.Stream.Write(json);
            whole.Stream.Write(set.Pixels);
            whole.Stream.Write(hash.GetHashAndReset());
            whole.Commit();
            return true;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private sealed record Header(
        int Count, int Channels, int Height, int Width, int[]? Labels, IReadOnlyList<string>? ClassNames,
        IReadOnlyList<DataProblem> Problems, IReadOnlyList<string> Notes);
}
