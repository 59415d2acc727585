using System.Globalization;
using System.Numerics;
using System.Text.RegularExpressions;
using Earthmover.Data;
using Earthmover.Files;

namespace Earthmover.Training.Runs;

/// <summary>Folders of runs that are numbered: <c>runs/0001-fashion-mnist-wgan-gp</c>.</summary>
public static partial class RunNumbers
{
    private const string TurnFile = ".next";
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(10), s_pause = TimeSpan.FromMilliseconds(20);

    /// <summary>
    /// Makes the next numbered folder under <paramref name="root"/>. Of several processes that do so at once each gets a number of its own.
    /// </summary>
    /// <exception cref="UserException">It cannot be written.</exception>
    public static RunFolder CreateNext(string root, string data, Recipe recipe)
    {
        using var turn = Turn(root);
        while (true)
        {
            var path = NextPath(root, data, recipe.System);
            try
            {
                return RunFolder.Create(path, recipe);
            }
            catch (UserException) when (RunFolder.IsTaken(path))
            {
                // Where turns cannot be taken, another process was quicker; its folder counts now.
            }
        }
    }

    /// <summary>Path of the next numbered folder under <paramref name="root"/>.</summary>
    public static string NextPath(string root, string data, string system)
    {
        var last = Directory.Exists(root) ? Directory.EnumerateFileSystemEntries(root).Select(NumberOf).Append(0).Max() : 0;
        var address = DataAddress.Parse(data).Name;
        var file = Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(address)));
        var name = Unfit().Replace(File.Exists(address) ? Path.GetFileNameWithoutExtension(file) : file, "-").Trim('-', '.');
        string[] parts = [(last + 1).ToString("D4", CultureInfo.InvariantCulture), name, system];
        return Path.Combine(root, string.Join('-', parts.Where(part => part.Length > 0)));
    }

    /// <summary>The folder under <paramref name="root"/> with the largest number of those that hold a file, or null.</summary>
    /// <param name="root">Where the numbered folders are.</param>
    /// <param name="fileName">The file: what makes a folder that of a run, or of a sweep.</param>
    public static string? Newest(string root, string fileName) => Directory.Exists(root)
        ? Directory.EnumerateDirectories(root).Where(folder => File.Exists(Path.Combine(folder, fileName)))
            .OrderBy(NumberOf).ThenBy(folder => folder, StringComparer.Ordinal).LastOrDefault()
        : null;

    // −1 for a folder without a number. Folders may be called by anything, a date or a telephone number too.
    private static BigInteger NumberOf(string folder) =>
        Number().Match(Path.GetFileName(folder)) is { Success: true } match
            ? BigInteger.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture)
            : BigInteger.MinusOne;

    /// <summary>Waits until this process alone chooses a number, until it is disposed of.</summary>
    /// <param name="root">Where the numbered folders are.</param>
    /// <returns>Null where that cannot be had: then two may have the same number, but never the same folder.</returns>
    internal static FileLock? Turn(string root)
    {
        for (var waited = TimeSpan.Zero; waited < s_patience; waited += s_pause)
        {
            try
            {
                Directory.CreateDirectory(root);
                if (FileLock.TryTake(Path.Combine(root, TurnFile)) is { } turn)
                    return turn;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                return null; // what is wrong with the folder is said by who writes into it
            }
            Thread.Sleep(s_pause);
        }
        return null;
    }

    [GeneratedRegex(@"^([0-9]{4,200})-")]
    private static partial Regex Number();

    [GeneratedRegex(@"[^A-Za-z0-9._-]+")]
    private static partial Regex Unfit();
}
