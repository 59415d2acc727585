using System.Buffers;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Earthmover.Data;

/// <summary>Something in the input that was skipped.</summary>
/// <param name="Path">The file, or the file and line.</param>
/// <param name="Why">Why it was skipped, one line.</param>
public sealed record DataProblem(string Path, string Why)
{
    /// <summary>One line for a person, whatever characters the name is made of.</summary>
    public override string ToString() => Printable.Of($"{Path}: {Why}");
}

/// <summary>
/// Data in memory, ready for training: <see cref="ImageSet"/>, <see cref="PointSet"/>, <see cref="TextSet"/> or <see cref="TableSet"/>.
/// </summary>
public abstract class DataSet
{
    private protected DataSet(string name, int count, string fingerprint)
    {
        if (count < 1) throw new UserException($"{name} has no data in it; check the path and its options");
        (Name, Count, Fingerprint) = (name, count, fingerprint);
    }

    /// <summary>The address that it was opened by.</summary>
    public string Name { get; }

    /// <summary>Number of examples, at least 1.</summary>
    public int Count { get; }

    /// <summary>A hash of the content after all options: equal fingerprints mean equal values. 32 hexadecimal digits.</summary>
    public string Fingerprint { get; }

    /// <summary>What the samples are.</summary>
    public abstract DataKind Kind { get; }

    /// <summary>The second domain, where there are two: what a translation aims at, or the captions of these pictures.</summary>
    public DataSet? Counterpart { get; private set; }

    /// <summary>How the samples of <see cref="Counterpart"/> correspond to these.</summary>
    public Pairing Pairing { get; private set; }

    /// <summary>The address that would pair the samples of two domains; null where they are paired, or there is one domain.</summary>
    public string? AlignedAddress { get; internal set; }

    /// <summary>
    /// The pictures whose classes a system is told, if only those of some: of pairs the second ones where these have classes; null where
    /// nothing has.
    /// </summary>
    public ImageSet? Classified =>
        Pairing == Pairing.Aligned && Counterpart is ImageSet { ClassNames: not null } second ? second
        : this is ImageSet { ClassNames: not null } first ? first : null;

    /// <summary>Takes a second domain.</summary>
    /// <exception cref="ArgumentException">It cannot correspond in that way.</exception>
    public void PairWith(DataSet other, Pairing pairing)
    {
        if (pairing == Pairing.None)
            throw new ArgumentException("Two domains correspond in some way, if only as unpaired.", nameof(pairing));
        if (pairing != Pairing.Unpaired && other.Count != Count)
            throw new ArgumentException($"{Count} samples cannot correspond to {other.Count}.", nameof(other));
        if (pairing == Pairing.Captioned && (Kind, other.Kind) != (DataKind.Images, DataKind.Text))
            throw new ArgumentException("Captions are texts of pictures.", nameof(pairing));
        (Counterpart, Pairing) = (other, pairing);
    }

    /// <summary>
    /// The picture files that the samples come from, one each, by their paths below their folder; null where they have none of their own.
    /// </summary>
    public IReadOnlyList<string>? Files { get; internal set; }

    /// <summary>What was skipped, and why.</summary>
    public IReadOnlyList<DataProblem> Problems { get; internal set; } = [];

    /// <summary>What was decided for the user, one line each: sizes chosen, channels converted, pictures turned.</summary>
    public IReadOnlyList<string> Notes { get; internal set; } = [];

    private protected static string HashOf(string kind, ReadOnlySpan<int> numbers, params ReadOnlySpan<ReadOnlyMemory<byte>> blocks)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(System.Text.Encoding.UTF8.GetBytes(kind));
        hash.AppendData(MemoryMarshal.AsBytes(numbers));
        foreach (var block in blocks) hash.AppendData(block.Span);
        return Convert.ToHexStringLower(hash.GetHashAndReset().AsSpan(0, 16));
    }

    // The values themselves, seen as bytes; a copy would double what large data takes.
    private protected static ReadOnlyMemory<byte> BytesOf<T>(T[]? values)
        where T : unmanaged => values is null ? default : new ByteView<T>(values).Memory;

    private sealed class ByteView<T>(T[] values) : MemoryManager<byte>
        where T : unmanaged
    {
        public override Span<byte> GetSpan() => MemoryMarshal.AsBytes(values.AsSpan());

        public override MemoryHandle Pin(int elementIndex = 0) => throw new NotSupportedException();

        public override void Unpin()
        {
        }

        protected override void Dispose(bool disposing)
        {
        }
    }
}
