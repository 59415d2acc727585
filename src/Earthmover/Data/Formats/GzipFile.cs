using System.IO.Compression;
using Earthmover.Torch;

namespace Earthmover.Data.Formats;

/// <summary>Unpacks gzip files, and refuses those that are cut off: what unpacks them takes their end for the end of the data.</summary>
internal static class GzipFile
{
    /// <summary>Whether a file is packed; it is at its beginning afterwards.</summary>
    /// <param name="file">A file at its beginning.</param>
    internal static bool IsPacked(Stream file)
    {
        Span<byte> start = stackalloc byte[2];
        var packed = file.ReadAtLeast(start, 2, throwOnEndOfStream: false) == 2 && start is [0x1f, 0x8b];
        file.Position = 0;
        return packed;
    }

    // Tables and pictures are packed to a third or a tenth of their size; what becomes far more than that was made to fill a memory.
    // A table of single digits takes sixteen times its text while it is read.
    private const long AlwaysAllowed = 64_000_000, MostRatio = 100, ShareOfMemory = 32;

    /// <summary>What is packed in a file.</summary>
    /// <remarks>Its stream throws a <see cref="UserException"/> where the file is cut off, or unpacks to more than data do.</remarks>
    /// <param name="path">The file, for messages.</param>
    /// <param name="file">The file; disposed with the stream.</param>
    internal static Stream Unpack(string path, Stream file) => new UnpackedStream(path, file);

    private sealed class UnpackedStream : ForwardStream
    {
        private readonly string _path;
        private readonly PackedStream _packed;
        private readonly GZipStream _plain;
        private readonly long _size, _most;
        private long _unpacked;

        internal UnpackedStream(string path, Stream file)
        {
            (_path, _packed, _size) = (path, new PackedStream(file), file.Length);
            _most = Math.Max(AlwaysAllowed, Math.Min(MostRatio * _size, HostMemory.Available / ShareOfMemory));
            _plain = new GZipStream(_packed, CompressionMode.Decompress);
        }

        public override int Read(Span<byte> buffer)
        {
            try
            {
                var read = _plain.Read(buffer);
                _unpacked += read;
                return _packed.IsMissed ? throw CutOff() : _unpacked > _most ? throw TooMuch() : read;
            }
            // What is wrong only with the byte behind the last was not whole before it.
            catch (InvalidDataException) when (_packed.IsEnded)
            {
                throw CutOff();
            }
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing)
                _plain.Dispose();
            base.Dispose(disposing);
        }

        private UserException TooMuch() => new($"{_path} unpacks to more than {HostMemory.Text(_most)} from {HostMemory.Text(_size)}, "
            + "which is more than is read of a packed file here; "
            + "if that is what it should be, unpack it with gunzip and give what is inside");

        private UserException CutOff() => new($"{_path} is a damaged gzip file (it ends before its end); get it again");
    }

    // After the last byte comes one that begins no further member: who has seen a whole file ignores it, who asks beyond it has not.
    private sealed class PackedStream(Stream file) : ForwardStream
    {
        // Neither the first byte of a member, nor the last of the length of one below four gigabytes.
        private const byte Beyond = 0xff;

        /// <summary>Whether all of the file was read.</summary>
        internal bool IsEnded { get; private set; }

        /// <summary>Whether more was wanted than there is.</summary>
        internal bool IsMissed { get; private set; }

        public override int Read(Span<byte> buffer)
        {
            var read = file.Read(buffer);
            if (read > 0 || buffer.IsEmpty)
                return read;
            if (IsEnded)
            {
                IsMissed = true;
                return 0;
            }
            IsEnded = true;
            buffer[0] = Beyond;
            return 1;
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing)
                file.Dispose();
            base.Dispose(disposing);
        }
    }

    private abstract class ForwardStream : Stream
    {
        public sealed override bool CanRead => true;
        public sealed override bool CanSeek => false;
        public sealed override bool CanWrite => false;
        public sealed override long Length => throw new NotSupportedException();
        public sealed override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public abstract override int Read(Span<byte> buffer);
        public sealed override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));
        public sealed override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
        public sealed override void SetLength(long value) => throw new NotSupportedException();
        public sealed override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
        public sealed override void Flush()
        {
        }
    }
}
