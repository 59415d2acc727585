using System.Buffers.Binary;
using System.Numerics;
using System.Text;
using Earthmover.Files;

namespace Earthmover.Training.Runs;

/// <summary>A TensorBoard event file: records of protocol-buffer bytes, each framed by its length and two masked CRC-32C sums.</summary>
public sealed class EventFile : IDisposable
{
    private const int MostTaken = 1000;

    private readonly FileStream _file;

    /// <summary>Starts a file in a folder; TensorBoard reads all files of a folder as one run.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="now">The time.</param>
    /// <param name="from">The first step that will be played anew; what earlier files hold from there on is then not shown. Null for a
    /// fresh run.</param>
    public EventFile(string folder, DateTimeOffset now, long? from = null)
    {
        var name = $"events.out.tfevents.{now.ToUnixTimeSeconds():D10}.{Environment.MachineName}.{Environment.ProcessId}";
        _file = CreateNew(Path.Combine(folder, name));
        _file.Write(VersionRecord(Seconds(now)));
        if (from is { } step)
            _file.Write(RestartRecord(Seconds(now), step));
    }

    // A name that is taken, be it by a link, is passed over.
    private static FileStream CreateNew(string name)
    {
        for (var i = 0; ; i++)
        {
            var free = i == 0 ? name : $"{name}.{i}";
            try
            {
                return new(free, FileMode.CreateNew, FileAccess.Write, FileShare.Read, bufferSize: 0);
            }
            catch (IOException) when (i < MostTaken && (Path.Exists(free) || PlainFile.IsLink(free)))
            {
                // The next one, then.
            }
        }
    }

    /// <summary>Appends numbers by tag, e.g. <c>critic/wasserstein</c>.</summary>
    public void Scalars(DateTimeOffset now, long step, IEnumerable<KeyValuePair<string, double>> values)
    {
        Append([.. values.SelectMany(value => ScalarRecord(Seconds(now), step, value.Key, (float)value.Value))]);
    }

    /// <summary>Appends a PNG picture.</summary>
    public void Image(DateTimeOffset now, long step, string tag, int width, int height, byte[] png)
    {
        var image = new Message().Number(1, height).Number(2, width).Number(3, 3).Bytes(4, png);
        Append(Record(Event(Seconds(now), step, new Message().Text(1, tag).Bytes(4, image.ToArray()))));
    }

    // Whole records or none: what follows half of one is not read.
    private void Append(byte[] records)
    {
        var end = _file.Position;
        try
        {
            _file.Write(records);
        }
        catch
        {
            _file.SetLength(end);
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        try
        {
            _file.Dispose();
        }
        catch (Exception e) when (e is IOException or ArgumentOutOfRangeException)
        {
            // A full disk was reported by the write that met it; a second failure here would hide the first.
        }
    }

    internal static byte[] VersionRecord(double time) => Record(new Message().Double(1, time).Text(3, "brain.Event:2"));

    // A session log (field 7) with the status START.
    internal static byte[] RestartRecord(double time, long step) =>
        Record(new Message().Double(1, time).Number(2, step).Bytes(7, new Message().Number(1, 1).ToArray()));

    internal static byte[] ScalarRecord(double time, long step, string tag, float value) =>
        Record(Event(time, step, new Message().Text(1, tag).Float(2, value)));

    private static Message Event(double time, long step, Message value) =>
        new Message().Double(1, time).Number(2, step).Bytes(5, new Message().Bytes(1, value.ToArray()).ToArray());

    private static byte[] Record(Message message)
    {
        var data = message.ToArray();
        var record = new byte[data.Length + 16];
        BinaryPrimitives.WriteUInt64LittleEndian(record, (ulong)data.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(record.AsSpan(8), MaskedCrc(record.AsSpan(0, 8)));
        data.CopyTo(record, 12);
        BinaryPrimitives.WriteUInt32LittleEndian(record.AsSpan(12 + data.Length), MaskedCrc(data));
        return record;
    }

    // CRC-32C with TensorFlow's rotation and offset.
    internal static uint MaskedCrc(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        foreach (var b in bytes)
            crc = BitOperations.Crc32C(crc, b);
        crc = ~crc;
        return BitOperations.RotateRight(crc, 15) + 0xa282ead8;
    }

    private static double Seconds(DateTimeOffset time) => time.ToUnixTimeMilliseconds() / 1000.0;

    // The few protocol-buffer forms that events use.
    private sealed class Message
    {
        private readonly List<byte> _bytes = [];

        public Message Number(int field, long value) => Key(field, 0).Varint((ulong)value);

        public Message Double(int field, double value)
        {
            Span<byte> raw = stackalloc byte[8];
            BinaryPrimitives.WriteDoubleLittleEndian(raw, value);
            return Key(field, 1).Raw(raw);
        }

        public Message Float(int field, float value)
        {
            Span<byte> raw = stackalloc byte[4];
            BinaryPrimitives.WriteSingleLittleEndian(raw, value);
            return Key(field, 5).Raw(raw);
        }

        public Message Text(int field, string value) => Bytes(field, Encoding.UTF8.GetBytes(value));

        public Message Bytes(int field, byte[] value) => Key(field, 2).Varint((ulong)value.Length).Raw(value);

        public byte[] ToArray() => [.. _bytes];

        private Message Raw(ReadOnlySpan<byte> bytes)
        {
            _bytes.AddRange(bytes);
            return this;
        }

        private Message Key(int field, int wire) => Varint((ulong)(field << 3 | wire));

        private Message Varint(ulong value)
        {
            for (; value >= 0x80; value >>= 7)
                _bytes.Add((byte)(value | 0x80));
            _bytes.Add((byte)value);
            return this;
        }
    }
}
