using System.CommandLine;
using System.Diagnostics;

namespace Earthmover.Cli.Commands;

/// <summary><c>earthmover pack</c>: the libraries as packages.</summary>
internal static class PackCommand
{
    internal static Command Create()
    {
        var command = new Command("pack",
            "Pack the libraries for other programs: NuGet packages in artifacts/packages, with symbols and documentation");
        command.SetAction((_, stop) => Run(stop));
        return command;
    }

    // Sources are packed by the script beside the one that has started the program.
    private static async Task<int> Run(CancellationToken stop)
    {
        if (Environment.GetEnvironmentVariable(Invocation.ScriptVariable) is not { Length: > 0 } script
            || Path.Combine(Path.GetDirectoryName(script)!, "tools", "pack") is var pack && !File.Exists(pack))
            throw new UserException("only the script ./earthmover in the folder of the project has the sources that are packed; "
                + "run ./earthmover pack there");
        using var packing = Process.Start(new ProcessStartInfo(pack) { UseShellExecute = false })!;
        try
        {
            await packing.WaitForExitAsync(stop).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            packing.Kill(entireProcessTree: true);
            return ErrorBoundary.Interrupted;
        }
        return packing.ExitCode;
    }
}
