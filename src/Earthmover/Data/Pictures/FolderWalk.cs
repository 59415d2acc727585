using Earthmover.Data.Formats;
using Earthmover.Media.Files;

namespace Earthmover.Data.Pictures;

/// <summary>A file below a folder.</summary>
/// <param name="Path">Its path below the folder, with forward slashes.</param>
/// <param name="Status">What the file system says of it.</param>
internal sealed record WalkedFile(string Path, FileStatus Status);

/// <summary>
/// Everything below a folder, as deep as it goes. A folder is read once, by its own path where it has one: links that lead to a
/// folder that is read already, or to one above, are named and not followed. A link to a file counts as a file of its own, as a
/// copy would. What is no file, has a name that cannot be read, or is forbidden, is named and left.
/// </summary>
internal sealed class FolderWalk
{
    private readonly HashSet<(ulong Device, ulong Inode)> _above = [];
    private readonly HashSet<(ulong Device, ulong Inode)> _seen = [];
    // Links wait until every real folder has been read, and are followed in the order of their names.
    private readonly SortedDictionary<string, FileStatus> _links = new(StringComparer.Ordinal);
    private readonly string _root;

    private FolderWalk(string root) => _root = root;

    /// <summary>The regular files, in the order of their paths.</summary>
    public List<WalkedFile> Files { get; } = [];

    /// <summary>The folders, each path with a slash at its end.</summary>
    public SortedSet<string> Folders { get; } = new(StringComparer.Ordinal);

    /// <summary>What was left, and why.</summary>
    public List<DataProblem> Problems { get; } = [];

    /// <summary>Walks through a folder.</summary>
    /// <param name="root">The folder.</param>
    /// <param name="isIgnored">Whether entries of a name are passed over without a word.</param>
    /// <exception cref="UserException">The folder itself cannot be read.</exception>
    public static FolderWalk Of(string root, Func<string, bool> isIgnored)
    {
        if (!FileStatus.TryRead(root, out var status, out var why)) throw new UserException($"the folder {root} cannot be read: {why}");
        var walk = new FolderWalk(root);
        walk.RememberAbove(status);
        walk._seen.Add((status.Device, status.Inode));
        walk.Read("", isIgnored);
        while (walk._links.Count > 0)
        {
            var (path, target) = walk._links.First();
            walk._links.Remove(path);
            if (walk.MayFollow(path, target)) walk.Read($"{path}/", isIgnored);
        }

        walk.Files.Sort((a, b) => string.CompareOrdinal(a.Path, b.Path));
        return walk;
    }

    private bool MayFollow(string path, FileStatus target)
    {
        var identity = (target.Device, target.Inode);
        var why = target.Inode == 0 ? "a link to a folder, which is not followed on this system"
            : _above.Contains(identity) ? "a link to a folder above, which is not followed"
            : !_seen.Add(identity) ? "a link to a folder that is read already"
            : null;
        if (why is not null) Problems.Add(new(path, why));
        return why is null;
    }

    private void RememberAbove(FileStatus root)
    {
        var (path, below) = (_root, root);
        while (FileStatus.Of(path = Path.Combine(path, "..")) is { } parent && parent != below)
        {
            _above.Add((parent.Device, parent.Inode));
            below = parent;
        }
    }

    // A list of its own instead of recursion: a folder may be nested as deep as its file system allows.
    private void Read(string start, Func<string, bool> isIgnored)
    {
        var waiting = new Stack<string>([start]);
        while (waiting.TryPop(out var prefix))
        {
            // Somebody trained here: what the run drew is not what it learned from.
            if (prefix.Length > 0 && (RunMark.IsRun(Path.Combine(_root, prefix)) || RunMark.HoldsRuns(Path.Combine(_root, prefix))))
            {
                Problems.Add(new(prefix, "runs, whose pictures are samples and not data"));
                continue;
            }

            if (prefix.Length > 0) Folders.Add(prefix);
            foreach (var name in NamesIn(prefix))
            {
                if (isIgnored(name)) continue;
                var path = prefix + name;
                var full = Path.Combine(_root, path);
                if (!FileStatus.TryRead(full, out var status, out var why)) Problems.Add(new(path, WhyUnreadable(full, name, why!)));
                else if (status.IsRegular) Files.Add(new WalkedFile(path, status));
                else if (status.Kind != FileKind.Folder) Problems.Add(new(path, $"{status.KindName}, which is not read"));
                else if (new DirectoryInfo(full).LinkTarget is not null) _links[path] = status;
                else if (status.Inode == 0 || _seen.Add((status.Device, status.Inode))) waiting.Push($"{path}/");
                else Problems.Add(new(path, "the same folder as one that is read already"));
            }
        }
    }

    private List<string> NamesIn(string prefix)
    {
        var folder = prefix.Length == 0 ? _root : Path.Combine(_root, prefix);
        var names = new HashSet<string>(StringComparer.Ordinal);
        try
        {
            foreach (var entry in Directory.EnumerateFileSystemEntries(folder))
            {
                var name = Path.GetFileName(entry);
                // Bytes that are no text arrive as a sign that stands for all of them, and may so equal another name.
                if (!names.Add(name)) Problems.Add(new(prefix + name, NotText));
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            if (prefix.Length == 0) throw new UserException($"the folder {_root} cannot be read: {DataFile.Reason(error)}");
            Problems.Add(new(prefix, $"a folder that cannot be read: {DataFile.Reason(error)}"));
        }

        return [.. names];
    }

    private const string NotText = "its name is not valid UTF-8; rename it";

    private static string WhyUnreadable(string full, string name, string why) =>
        name.Contains('\uFFFD') ? NotText
        : new FileInfo(full).LinkTarget is not null ? "a link that leads nowhere, or in a circle"
        : char.ToLowerInvariant(why[0]) + why[1..];
}
