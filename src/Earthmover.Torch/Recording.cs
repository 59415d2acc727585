using Earthmover.Torch.Native;

namespace Earthmover.Torch;

/// <summary>Work that was recorded, and can be done again and again.</summary>
public interface IRecording : IDisposable
{
    /// <summary>Does what was recorded.</summary>
    void Play();
}

/// <summary>Records what a function asks for; nothing of it is done yet. <see cref="Recording.Of"/> is the one for CUDA devices.</summary>
/// <param name="streams">The random streams that it may draw from.</param>
/// <param name="work">What to record.</param>
public delegate IRecording RecordWork(RandomStreams streams, Action work);

/// <summary>Work of a CUDA device, recorded once and repeated as a whole: one launch instead of hundreds (CUDA graphs).</summary>
/// <remarks>
/// What is recorded reads and writes the same memory at every play, so its inputs are tensors that are overwritten before, and its results
/// tensors that are read after.
/// Nothing in it may wait for the device. Random streams go on from play to play, as if the work had been asked for anew.
/// </remarks>
public sealed class Recording : IRecording
{
    [ThreadStatic] private static bool s_isAsking;

    private nint _handle;

    private Recording(nint handle) => _handle = handle;

    /// <summary>
    /// Leaves the device's default stream, which cannot be recorded, for one of this thread's own; stays there. Does nothing the second
    /// time.
    /// </summary>
    /// <exception cref="TorchException">This LibTorch has no CUDA.</exception>
    public static void Prepare(Device device) =>
        NativeMethods.Check(NativeMethods.em_recording_stream(device.Packed), $"preparing {device} for recording");

    /// <summary>Records what a function asks of the device; nothing of it is done yet.</summary>
    /// <param name="streams">The random streams that it may draw from; those it draws from exist already.</param>
    /// <param name="work">What to record.</param>
    /// <exception cref="TorchException">The work waits for the device, or does something else that cannot be recorded.</exception>
    public static unsafe Recording Of(RandomStreams streams, Action work)
    {
        var generators = streams.Handles();
        nint handle;
        fixed (nint* p = generators)
            NativeMethods.Check(NativeMethods.em_recording_begin(p, generators.Length, out handle), "beginning a recording");
        var recording = new Recording(handle);
        var ended = false;
        try
        {
            Rehearse(work);
            ended = true;
            NativeMethods.Check(NativeMethods.em_recording_end(handle), "ending a recording");
            return recording;
        }
        catch
        {
            // A device that is still recording would refuse everything that follows.
            if (!ended)
                _ = NativeMethods.em_recording_end(handle);
            recording.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Does some work here and now, but refuses what a recording must not hold: a look at numbers, which waits for their device.
    /// </summary>
    /// <exception cref="TorchException">The work looked at numbers.</exception>
    public static void Rehearse(Action work)
    {
        s_isAsking = true;
        try
        {
            work();
        }
        finally
        {
            s_isAsking = false;
        }
    }

    // Before the device is asked, which would break the recording off in its own way.
    internal static void RefuseToWait(string operation)
    {
        if (s_isAsking)
            throw new TorchException(operation, "this waits for the device, which cannot be recorded");
    }

    /// <inheritdoc/>
    public void Play() => NativeMethods.Check(NativeMethods.em_recording_play(_handle), "playing a recording");

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_handle != 0)
            _ = NativeMethods.em_recording_free(_handle);
        _handle = 0;
    }
}
