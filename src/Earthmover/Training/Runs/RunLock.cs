using Earthmover.Files;

namespace Earthmover.Training.Runs;

/// <summary>The right to write into a run's folder, which one process has at a time. It ends with the process, however that ends.</summary>
/// <remarks>
/// The right itself is a lock of the kernel's on the file <c>.lock</c>. <c>running.json</c> beside it says who holds it, and stands in for
/// it where a file system has no locks.
/// </remarks>
public sealed class RunLock : IDisposable
{
    internal const string LockFile = ".lock", HolderFile = "running.json";
    private const int Attempts = 6;
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(40), s_beat = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(15), s_longSilence = TimeSpan.FromMinutes(10);

    private readonly FileLock _lock;
    private readonly string _holder;
    private readonly Timer _beat;

    private RunLock(FileLock held, string holder, string? takenOver)
    {
        (_lock, _holder, TakenOver) = (held, holder, takenOver);
        // A sign of life for those who cannot see this process.
        _beat = new(_ => Beat(), null, s_beat, s_beat);
    }

    /// <summary>Who held it before without giving it back, for people; null where nobody did.</summary>
    public string? TakenOver { get; }

    /// <summary>Takes the right to write into a folder.</summary>
    /// <param name="folder">The folder, which exists.</param>
    /// <exception cref="UserException">Another process has it; the message says which, and since when.</exception>
    /// <exception cref="IOException">The folder cannot be written.</exception>
    public static RunLock Take(string folder) => Take(folder, s_patience);

    internal static RunLock Take(string folder, TimeSpan patience)
    {
        var held = LockHere(folder) ?? throw Busy(folder, RunHolder.Read(folder));
        var holder = Path.Combine(folder, HolderFile);
        var isOurs = false;
        try
        {
            var before = RunHolder.Read(folder);
            if (before is not null && IsAlive(folder, before, patience))
                throw Busy(folder, before);
            File.Delete(holder);
            isOurs = true;
            RunHolder.Current().Write(holder);
            var takenOver = before is null ? null : $"{folder} was left by {before}, which no longer holds it: its lock is taken over";
            return new(held, holder, takenOver);
        }
        catch
        {
            if (isOurs)
                File.Delete(holder);
            held.Dispose();
            throw;
        }
    }

    /// <summary>Refuses a folder that another process writes into; changes nothing.</summary>
    /// <param name="folder">The folder, which may not exist.</param>
    /// <exception cref="UserException">Another process does; the message says which, and since when.</exception>
    public static void RequireFree(string folder)
    {
        if (!File.Exists(Path.Combine(folder, LockFile)))
            return;
        using var held = Lock(folder, mayCreate: false) ?? throw Busy(folder, RunHolder.Read(folder));
    }

    // Null when another has it. Whoever only looks holds it for a moment, so a first refusal need not be the last word.
    private static FileLock? Lock(string folder, bool mayCreate)
    {
        var path = Path.Combine(folder, LockFile);
        if (PlainFile.IsLink(path))
            throw new UserException($"{path} is a link, which no run of this program makes; delete it");
        for (var attempt = 1; attempt < Attempts; attempt++)
        {
            if (FileLock.TryTake(path, mayCreate) is { } held)
                return held;
            Thread.Sleep(s_pause);
        }
        return FileLock.TryTake(path, mayCreate);
    }

    // Where nobody may write, nobody can go on.
    private static FileLock? LockHere(string folder)
    {
        try
        {
            return Lock(folder, mayCreate: true);
        }
        catch (Exception e) when (e is (IOException or UnauthorizedAccessException) && !Shortage.Is(e))
        {
            throw new UserException(
                $"cannot write into the run folder {folder}: {e.Message.TrimEnd('.')}; copy the run to where you may write");
        }
    }

    private static bool IsAlive(string folder, RunHolder holder, TimeSpan patience)
    {
        // We have the lock: where locks work, a holder under the same kernel cannot have it too.
        if (holder.IsHere)
            return !FileLock.Works(Path.Combine(folder, LockFile)) && holder.IsProcess;
        // Of another machine, or of this one before it was started anew: a living holder gives a sign in this time.
        var file = Path.Combine(folder, HolderFile);
        var last = File.GetLastWriteTimeUtc(file);
        if ((DateTime.UtcNow - last).Duration() > s_longSilence)
            return false;
        for (var waited = TimeSpan.Zero; waited < patience; waited += s_pause)
        {
            Thread.Sleep(s_pause);
            if (File.GetLastWriteTimeUtc(file) != last)
                return File.Exists(file);
        }
        return false;
    }

    private static UserException Busy(string folder, RunHolder? holder) => new(
        holder is null ? $"another process is writing into {folder}; wait for it"
        : holder.IsHere ? $"{folder} is in use by {holder}; wait for it, or stop it: kill -TERM {holder.Pid} lets it save first"
        : $"{folder} is in use by {holder}; wait for it, or stop it there");

    private void Beat()
    {
        try
        {
            File.SetLastWriteTimeUtc(_holder, DateTime.UtcNow);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A sign that cannot be given is missed by nobody on this machine.
        }
    }

    /// <summary>Gives the right back.</summary>
    public void Dispose()
    {
        // No beat may come after the file is gone.
        using (var quiet = new ManualResetEvent(false))
            if (_beat.Dispose(quiet))
                quiet.WaitOne();
        try
        {
            File.Delete(_holder);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The lock itself tells that nobody holds it.
        }
        _lock.Dispose();
    }
}
