using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Earthmover.Files;

namespace Earthmover.Torch.Files;

/// <summary>A tensor as a safetensors file holds it.</summary>
/// <param name="Type">Element type.</param>
/// <param name="Shape">Lengths of the axes; empty for a number.</param>
/// <param name="Bytes">Elements in row order, little-endian.</param>
public sealed record StoredTensor(DType Type, long[] Shape, byte[] Bytes)
{
    /// <summary>Copies a tensor to the host.</summary>
    public static StoredTensor Of(Tensor tensor)
    {
        using var scope = TensorScope.Open();
        return new(tensor.DType, tensor.Shape, tensor.ToBytes());
    }

    /// <summary>Whether every element is a finite number.</summary>
    public bool IsFinite => Type switch
    {
        DType.Float32 => All<float>(float.IsFinite),
        DType.Float64 => All<double>(double.IsFinite),
        DType.Float16 => All<Half>(Half.IsFinite),
        // The upper half of a float32; an exponent of ones is an infinity or no number.
        DType.BFloat16 => All<ushort>(bits => (bits & 0x7F80) != 0x7F80),
        _ => true,
    };

    private bool All<T>(Func<T, bool> holds) where T : unmanaged
    {
        foreach (var value in MemoryMarshal.Cast<byte, T>(Bytes))
            if (!holds(value))
                return false;
        return true;
    }

    /// <summary>A tensor with these elements, in the innermost scope.</summary>
    public Tensor ToTensor(Device? device = null) => Tensor.FromBytes(Bytes, Shape, Type, device);
}

/// <summary>A file is not what it should be; the message says which file and what is wrong.</summary>
public sealed class FileFormatException(string path, string reason) : Exception($"{path}: {reason}");

/// <summary>The safetensors format: named tensors and a string map in one file, whose loading never runs code.</summary>
/// <remarks>
/// A file of ours carries a SHA-256 of all its bytes in its metadata, so a flipped bit is found; files of others have none and are checked
/// for structure only.
/// </remarks>
public static class Safetensors
{
    private const string HashKey = "content_sha256";
    private const long LargestHeader = 100_000_000;
    private static readonly string s_blank = new('0', 64);
    private static readonly UTF8Encoding s_strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private static readonly Dictionary<DType, string> s_names = new()
    {
        [DType.UInt8] = "U8",
        [DType.Int8] = "I8",
        [DType.Int16] = "I16",
        [DType.Int32] = "I32",
        [DType.Int64] = "I64",
        [DType.Float16] = "F16",
        [DType.BFloat16] = "BF16",
        [DType.Float32] = "F32",
        [DType.Float64] = "F64",
        [DType.Bool] = "BOOL",
    };

    /// <summary>
    /// Writes beside the target, flushes to the disk and renames: whatever happens, the path holds the old file or the new one, whole.
    /// </summary>
    public static void Write(string path, IEnumerable<KeyValuePair<string, StoredTensor>> tensors,
        IReadOnlyDictionary<string, string> metadata)
    {
        // Largest elements first, then by name: every tensor is then aligned to its element size.
        var ordered = tensors.OrderByDescending(t => t.Value.Type.Size()).ThenBy(t => t.Key, StringComparer.Ordinal).ToArray();
        var header = Header(ordered, metadata);
        var hash = Hash(header, ordered.Select(t => t.Value.Bytes));
        Encoding.ASCII.GetBytes(hash).CopyTo(header, IndexOfHash(header));

        using var file = new AtomicFile(path, lasting: true);
        Span<byte> length = stackalloc byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(length, header.Length);
        file.Stream.Write(length);
        file.Stream.Write(header);
        foreach (var (_, tensor) in ordered)
            file.Stream.Write(tensor.Bytes);
        file.Commit();
    }

    /// <summary>Reads and checks a whole file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="requireChecksum">Refuses a file without our checksum, so that no flipped bit stays unseen, not even one in the
    /// checksum's name.</param>
    /// <exception cref="FileFormatException">The file is truncated, damaged, or not safetensors.</exception>
    public static (IReadOnlyDictionary<string, StoredTensor> Tensors, IReadOnlyDictionary<string, string> Metadata) Read(
        string path, bool requireChecksum = false)
    {
        // A pipe, which has no length, would be waited for.
        var target = File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName ?? path;
        if (new FileInfo(target) is { Exists: true, Length: 0 })
            throw new FileFormatException(path, "is not a safetensors file: shorter than 8 bytes");
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16);
        return Read(file, path, requireChecksum);
    }

    /// <summary>Reads and checks a whole file that is open.</summary>
    /// <param name="file">At its beginning; its length is known.</param>
    /// <param name="path">What messages call it.</param>
    /// <param name="requireChecksum">Refuses a file without our checksum.</param>
    /// <exception cref="FileFormatException">The file is truncated, damaged, or not safetensors.</exception>
    public static (IReadOnlyDictionary<string, StoredTensor> Tensors, IReadOnlyDictionary<string, string> Metadata) Read(
        Stream file, string path, bool requireChecksum = false)
    {
        FileFormatException Bad(string reason) => new(path, reason);
        if (file.Length < 8)
            throw Bad("is not a safetensors file: shorter than 8 bytes");
        var start = new byte[8];
        file.ReadExactly(start);
        var length = BinaryPrimitives.ReadInt64LittleEndian(start);
        if (length is < 2 or > LargestHeader || length > file.Length - 8)
            throw Bad($"is truncated or not a safetensors file: its header claims {(ulong)length} bytes, the file has {file.Length}");
        var header = new byte[length];
        file.ReadExactly(header);
        if (header[0] != '{')
            throw Bad("is not a safetensors file: its header is not a JSON object");

        var size = file.Length - 8 - length;
        List<Entry> entries;
        Dictionary<string, string> metadata;
        try
        {
            (entries, metadata) = Parse(header, size, Bad);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException
            or FormatException or OverflowException or ArgumentException)
        {
            throw Bad("is damaged: its header cannot be read");
        }
        entries.Sort((x, y) => (x.Begin, x.End).CompareTo((y.Begin, y.End)));
        long covered = 0;
        foreach (var entry in entries)
        {
            if (entry.Begin != covered)
                throw Bad("is damaged: its tensors overlap or leave a hole");
            covered = entry.End;
        }
        if (covered != size)
            throw Bad("is damaged: it has bytes that belong to no tensor");

        var tensors = new Dictionary<string, StoredTensor>();
        foreach (var entry in entries)
        {
            var bytes = new byte[entry.End - entry.Begin];
            file.ReadExactly(bytes);
            tensors.Add(entry.Name, new(entry.Type, entry.Shape, bytes));
        }
        if (metadata.Remove(HashKey, out var expected))
        {
            // The checksum is that of the file with zeros in its place.
            var at = expected.Length == s_blank.Length ? header.AsSpan().IndexOf(Encoding.UTF8.GetBytes(expected)) : -1;
            if (at >= 0)
                Encoding.ASCII.GetBytes(s_blank).CopyTo(header, at);
            if (at < 0 || Hash(header, entries.Select(e => tensors[e.Name].Bytes)) != expected)
                throw Bad("is damaged: its contents do not match its checksum");
        }
        else if (requireChecksum)
        {
            throw Bad("is damaged, or not written by this program: it has no checksum");
        }
        return (tensors, metadata);
    }

    private sealed record Entry(string Name, DType Type, long[] Shape, long Begin, long End);

    private static (List<Entry> Entries, Dictionary<string, string> Metadata) Parse(byte[] header, long size,
        Func<string, FileFormatException> bad)
    {
        var entries = new List<Entry>();
        var names = new HashSet<string>();
        var metadata = new Dictionary<string, string>();
        using var json = JsonDocument.Parse(s_strict.GetString(header));
        foreach (var entry in json.RootElement.EnumerateObject())
        {
            if (!names.Add(entry.Name))
                throw bad($"is damaged: '{entry.Name}' appears twice in its header");
            if (entry.Name == "__metadata__")
            {
                foreach (var pair in entry.Value.EnumerateObject())
                    metadata.Add(pair.Name, pair.Value.GetString() ?? throw new FormatException());
                continue;
            }
            var typeName = entry.Value.GetProperty("dtype").GetString();
            var type = s_names.Where(pair => pair.Value == typeName).Select(pair => (DType?)pair.Key).FirstOrDefault()
                ?? throw bad($"tensor '{entry.Name}' has the element type {typeName}, which is not known here");
            var shape = entry.Value.GetProperty("shape").EnumerateArray().Select(e => e.GetInt64()).ToArray();
            var offsets = entry.Value.GetProperty("data_offsets").EnumerateArray().Select(e => e.GetInt64()).ToArray();
            if (offsets.Length != 2 || offsets[0] < 0 || offsets[1] < offsets[0] || offsets[1] > size)
                throw bad($"is truncated or damaged: tensor '{entry.Name}' lies outside the file");
            if (shape.Any(s => s < 0)
                || shape.Aggregate((long)type.Size(), (product, s) => checked(product * s)) != offsets[1] - offsets[0]
                || offsets[1] - offsets[0] > Array.MaxLength)
                throw bad($"is damaged: tensor '{entry.Name}' has {offsets[1] - offsets[0]} bytes for shape [{string.Join(", ", shape)}]");
            entries.Add(new(entry.Name, type, shape, offsets[0], offsets[1]));
        }
        return (entries, metadata);
    }

    private static byte[] Header(KeyValuePair<string, StoredTensor>[] tensors, IReadOnlyDictionary<string, string> metadata)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream))
        {
            json.WriteStartObject();
            json.WriteStartObject("__metadata__");
            json.WriteString(HashKey, s_blank);
            foreach (var (key, value) in metadata.OrderBy(m => m.Key, StringComparer.Ordinal))
                json.WriteString(key, value);
            json.WriteEndObject();
            long offset = 0;
            foreach (var (name, tensor) in tensors)
            {
                json.WriteStartObject(name);
                json.WriteString("dtype", s_names[tensor.Type]);
                json.WriteStartArray("shape");
                foreach (var size in tensor.Shape)
                    json.WriteNumberValue(size);
                json.WriteEndArray();
                json.WriteStartArray("data_offsets");
                json.WriteNumberValue(offset);
                json.WriteNumberValue(offset += tensor.Bytes.LongLength);
                json.WriteEndArray();
                json.WriteEndObject();
            }
            json.WriteEndObject();
        }
        while ((stream.Length + 8) % 8 != 0)
            stream.WriteByte((byte)' ');
        return stream.ToArray();
    }

    private static int IndexOfHash(byte[] header) => header.AsSpan().IndexOf(Encoding.ASCII.GetBytes(s_blank));

    private static string Hash(byte[] header, IEnumerable<byte[]> data)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(header);
        foreach (var part in data)
            hash.AppendData(part);
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
