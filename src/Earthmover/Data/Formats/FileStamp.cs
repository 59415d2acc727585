using Earthmover.Media.Files;

namespace Earthmover.Data.Formats;

/// <summary>
/// What tells a file from another that was put in its place. Size and time of writing alone do not: copies that keep times, archives and
/// synchronization put other content under the same two. The file's number and the time of its last change are the system's own.
/// </summary>
internal static class FileStamp
{
    // The system's clock for files moves in steps of up to 10 ms.
    private const long ClockStep = 20_000_000;

    /// <summary>The stamp; equal stamps of one path mean equal content.</summary>
    public static string Of(FileStatus status) => $"{status.Modified} {status.Changed} {status.Inode}";

    /// <summary>
    /// Waits until a later change would have a later time. Called between looking at files and reading them, so that what is kept under a
    /// stamp is never older than what bears it.
    /// </summary>
    /// <param name="newest">The newest change of the files, nanoseconds.</param>
    public static void Settle(long newest)
    {
        var age = ((DateTime.UtcNow - DateTime.UnixEpoch).Ticks * 100) - newest;
        if (age is >= 0 and < ClockStep) Thread.Sleep(TimeSpan.FromMilliseconds(ClockStep / 1_000_000));
    }
}
