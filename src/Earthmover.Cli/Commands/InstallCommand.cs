using System.CommandLine;
using Earthmover.Sessions;

namespace Earthmover.Cli.Commands;

/// <summary><c>earthmover install</c>: makes the program known by its name.</summary>
internal static class InstallCommand
{
    private const string Name = "earthmover";

    internal static Command Create()
    {
        var folder = new Argument<string>("folder")
        {
            Description = "A folder of your PATH",
            DefaultValueFactory = _ => Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".local", "bin"),
        };
        var command = new Command("install", "Make this program known by its name: a link in a folder of your PATH") { folder };
        command.SetAction(parsed => Run(parsed.GetValue(folder)!));
        return command;
    }

    private static int Run(string folder)
    {
        if (Environment.GetEnvironmentVariable(Invocation.ScriptVariable) is not { Length: > 0 } script || !File.Exists(script))
            throw new UserException("only the script ./earthmover in the folder of the project can be installed; "
                + "run ./earthmover install there");
        OutputPath.OfFolder("install", folder);
        var link = Path.GetFullPath(Path.Combine(folder, Name));
        var there = new FileInfo(link);
        if (there.LinkTarget is null && (there.Exists || Directory.Exists(link)))
            throw new UserException($"{link} is there already and is not a link; remove it, or give another folder");
        if (there.LinkTarget != script)
        {
            Directory.CreateDirectory(folder);
            there.Delete();
            File.CreateSymbolicLink(link, script);
        }
        var place = Path.GetDirectoryName(link);
        var isOnPath = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':')
            .Any(part => part.Length > 0 && Path.TrimEndingDirectorySeparator(Path.GetFullPath(part)) == place);
        Output.Line($"{link} -> {script}");
        Console.WriteLine(isOnPath
            ? $"{Name} runs it from anywhere"
            : $"{place} is not in your PATH yet; add it:  export PATH=\"{place}:$PATH\"");
        return ErrorBoundary.Success;
    }
}
