using System.Runtime.InteropServices;

namespace Earthmover.Media.Files;

/// <summary>Linux's <c>statx</c>, whose structure is the same on every processor.</summary>
internal static unsafe partial class StatusCall
{
    private const int CurrentFolder = -100;
    private const uint BasicFields = 0x7ff;

    /// <summary>As <see cref="FileStatus.TryRead"/>; null when the system has no such call.</summary>
    public static bool? TryRead(string path, out FileStatus status, out string? why)
    {
        status = default;
        Fields fields = default;
        try
        {
            why = statx(CurrentFolder, path, 0, BasicFields, &fields) == 0
                ? null
                : Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError());
        }
        catch (Exception error) when (error is DllNotFoundException or EntryPointNotFoundException)
        {
            why = null;
            return null;
        }

        if (why is not null) return false;
        var kind = (fields.Mode & 0xf000) switch
        {
            0x8000 => FileKind.Regular,
            0x4000 => FileKind.Folder,
            0x1000 => FileKind.Pipe,
            0x2000 or 0x6000 => FileKind.Device,
            0xc000 => FileKind.Socket,
            _ => FileKind.Other,
        };
        var device = ((ulong)fields.DeviceMajor << 32) | fields.DeviceMinor;
        status = new FileStatus(kind, device, fields.Inode, (long)fields.Size, fields.Modified.Nanoseconds, fields.Changed.Nanoseconds);
        return true;
    }

    [LibraryImport("libc.so.6", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int statx(int folder, string path, int flags, uint mask, Fields* result);

    [StructLayout(LayoutKind.Sequential)]
    private struct Time
    {
        public long Seconds;
        public uint Fraction;
        public int Unused;

        public readonly long Nanoseconds => unchecked((Seconds * 1_000_000_000) + Fraction);
    }

    [StructLayout(LayoutKind.Explicit, Size = 256)]
    private struct Fields
    {
        [FieldOffset(28)]
        public ushort Mode;

        [FieldOffset(32)]
        public ulong Inode;

        [FieldOffset(40)]
        public ulong Size;

        [FieldOffset(96)]
        public Time Changed;

        [FieldOffset(112)]
        public Time Modified;

        [FieldOffset(136)]
        public uint DeviceMajor;

        [FieldOffset(140)]
        public uint DeviceMinor;
    }
}
