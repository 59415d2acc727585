using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;

namespace Earthmover.Serve.Work;

/// <summary>
/// The sockets that a server listens at. Whoever has connected and is not accepted yet is cut off when they are closed, so they are emptied
/// before: the system lets nobody begin a connection any more, and those who had begun are let in, to be told that it is too late.
/// </summary>
internal sealed class Doors
{
    // Of Linux: <asm-generic/socket.h>, and the operations of its socket filters in <linux/bpf_common.h>.
    private const int SocketLevel = 1, AttachFilter = 26;
    private const ushort LoadByte = 0x30, JumpIfSet = 0x45, Return = 0x06;
    private const uint FlagsOfSegment = 13, Begins = 0x02;

    // How long a connection that is let in may take to be answered, and the longest that all of them together are waited for.
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(100), s_most = TimeSpan.FromSeconds(5);

    private readonly List<Socket> _sockets = [];

    /// <summary>Opens one.</summary>
    /// <param name="at">Where it listens.</param>
    public Socket Open(EndPoint at)
    {
        var socket = SocketTransportOptions.CreateDefaultBoundListenSocket(at);
        _sockets.Add(socket);
        return socket;
    }

    /// <summary>Lets nobody begin any more, and waits until all who had begun are in.</summary>
    public async Task Empty()
    {
        _sockets.ForEach(RefuseNewcomers);
        var since = Stopwatch.GetTimestamp();
        do
            await Task.Delay(s_pause);
        while (_sockets.Exists(socket => socket.Poll(0, SelectMode.SelectRead)) && Stopwatch.GetElapsedTime(since) < s_most);
        await Task.Delay(s_pause);
        // Whoever stops it again finds them closed.
        _sockets.Clear();
    }

    // Drops the segment that begins a connection. Whoever sent it tries again after a second, and is refused once nobody listens.
    private static void RefuseNewcomers(Socket socket)
    {
        if (!OperatingSystem.IsLinux() || !Environment.Is64BitProcess)
            return;
        (ushort Operation, byte IfSo, byte IfNot, uint Value)[] steps =
        [
            (LoadByte, 0, 0, FlagsOfSegment),
            (JumpIfSet, 0, 1, Begins),
            (Return, 0, 0, 0),
            (Return, 0, 0, uint.MaxValue),
        ];
        const int size = 8;
        var filter = GC.AllocateArray<byte>(steps.Length * size, pinned: true);
        for (var i = 0; i < steps.Length; i++)
        {
            var step = filter.AsSpan(i * size, size);
            BitConverter.TryWriteBytes(step, steps[i].Operation);
            (step[2], step[3]) = (steps[i].IfSo, steps[i].IfNot);
            BitConverter.TryWriteBytes(step[4..], steps[i].Value);
        }
        var program = new byte[2 * size];
        BitConverter.TryWriteBytes(program, (ushort)steps.Length);
        BitConverter.TryWriteBytes(program.AsSpan(size), Marshal.UnsafeAddrOfPinnedArrayElement(filter, 0).ToInt64());
        try
        {
            socket.SetRawSocketOption(SocketLevel, AttachFilter, program);
        }
        catch (SocketException)
        {
            // A system without such filters: the few who connect in the last moment are cut off.
        }
        GC.KeepAlive(filter);
    }
}
