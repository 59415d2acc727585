using System.Diagnostics;
using Earthmover.Files;
using Earthmover.Metrics.Features;

namespace Earthmover.Sessions;

/// <summary>
/// The files of <see cref="ResNet18Features"/>: 60 MB that are not the program's own, and are fetched when they are first needed.
/// </summary>
internal static class ResNet18Files
{
    /// <summary>Names another folder that has them.</summary>
    internal const string Variable = "EARTHMOVER_RESNET18";

    private const string Part = "resnet18";

    // What could not be fetched is not tried again by the same process, which may ask for it with every draw.
    private static bool s_isOutOfReach;

    /// <summary>Their folder; null where they are not there, and cannot be fetched.</summary>
    /// <param name="progress">Told that they are fetched.</param>
    /// <param name="cancellation">Ends that with an <see cref="OperationCanceledException"/>.</param>
    internal static string? Folder(IProgress<WorkProgress>? progress = null, CancellationToken cancellation = default) =>
        Installed ?? (FetchOnce(progress, cancellation) ? Installed : null);

    private static bool FetchOnce(IProgress<WorkProgress>? progress, CancellationToken cancellation)
    {
        if (!s_isOutOfReach)
            s_isOutOfReach = !Fetch(Environment.GetEnvironmentVariable(Invocation.ScriptVariable), progress, cancellation);
        return !s_isOutOfReach;
    }

    private static string? Installed => FetchedPart.Locate(Part, Environment.GetEnvironmentVariable(Variable), AppContext.BaseDirectory);

    /// <summary>Fetches them by the tool that does so.</summary>
    /// <param name="script">The script that started the program, beside which the tools are; null or empty where none did.</param>
    /// <param name="progress">Told that it is done.</param>
    /// <param name="cancellation">Ends it with an <see cref="OperationCanceledException"/>.</param>
    /// <returns>Whether they are there now.</returns>
    internal static bool Fetch(string? script, IProgress<WorkProgress>? progress, CancellationToken cancellation)
    {
        if (string.IsNullOrEmpty(script))
            return false;
        progress?.Report(new("fetching ResNet-18, which sees what photographs show (60 MB)", 0));
        var tool = Path.Combine(Path.GetDirectoryName(script)!, "tools", Part, "fetch");
        using var process = Process.Start(new ProcessStartInfo("/bin/sh", [tool]) { RedirectStandardError = true });
        if (process is null)
            return false;
        var said = process.StandardError.ReadToEndAsync(cancellation);
        try
        {
            process.WaitForExitAsync(cancellation).GetAwaiter().GetResult();
            said.GetAwaiter().GetResult();
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }
        return process.ExitCode == 0;
    }
}
