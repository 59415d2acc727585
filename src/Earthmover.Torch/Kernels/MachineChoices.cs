using System.Security.Cryptography;
using System.Text;

namespace Earthmover.Torch.Kernels;

/// <summary>
/// What was measured on this machine, kept in a file so that later processes do as the first one did: the same seed then gives the same
/// bits. First come, first kept.
/// Processors, versions and settings that change sums have files of their own.
/// </summary>
public sealed class MachineChoices
{
    private const int Attempts = 200;

    private readonly Dictionary<string, string> _kept = new(StringComparer.Ordinal);
    private long _read;

    private MachineChoices(string file) => File = file;

    /// <summary>The file; it appears with the first choice.</summary>
    public string File { get; }

    /// <summary>Why choices cannot be kept here, one line; null while they can. They then hold for this process.</summary>
    public string? Problem { get; private set; }

    /// <summary>Choices in the file.</summary>
    public int Count
    {
        get
        {
            lock (_kept)
            {
                Exchange(null, null);
                return _kept.Count;
            }
        }
    }

    /// <summary>The choices of this machine, this LibTorch, its settings and our ways to compute.</summary>
    /// <param name="folder">Where files of that kind are kept.</param>
    public static MachineChoices In(string folder)
    {
        // A version with other ways to choose from chooses anew.
        var ways = Enum.GetValues<Face>().SelectMany(ConvolutionKernels.Of).Select(way => way.Name);
        var machine = string.Join('\n', [.. Runtime.Identity.Select(part => $"{part.Key}: {part.Value}"), .. ways]);
        var name = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(machine)).AsSpan(0, 8));
        return new(Path.Combine(folder, $"choices-{name}.txt"));
    }

    /// <summary>What was chosen for a task, or null.</summary>
    public string? Find(string task)
    {
        lock (_kept)
        {
            if (!_kept.ContainsKey(task))
                Exchange(null, null);
            return _kept.GetValueOrDefault(task);
        }
    }

    /// <summary>Keeps a choice where there is none yet.</summary>
    /// <param name="task">The task; without tabs and line ends.</param>
    /// <param name="choice">What was chosen for it; likewise.</param>
    /// <returns>What holds from now on: an earlier choice, if another process was first.</returns>
    public string Keep(string task, string choice)
    {
        lock (_kept)
        {
            Exchange(task, choice);
            _kept.TryAdd(task, choice);
            return _kept[task];
        }
    }

    /// <summary>Forgets everything, so that it is measured anew.</summary>
    /// <exception cref="IOException">The file cannot be deleted.</exception>
    public void Clear()
    {
        lock (_kept)
        {
            if (System.IO.File.Exists(File))
                System.IO.File.Delete(File);
            _kept.Clear();
            _read = 0;
        }
    }

    // Reads what other processes have added and adds one line, alone with the file while it does.
    private void Exchange(string? task, string? choice)
    {
        if (Problem is not null)
            return;
        try
        {
            if (task is null && !System.IO.File.Exists(File))
                return;
            Directory.CreateDirectory(Path.GetDirectoryName(File)!);
            using var stream = Open();
            ReadFrom(stream);
            if (task is null || _kept.ContainsKey(task))
                return;
            // A line that a killed process left unfinished is ended here, and means nothing.
            var ends = stream.Length == 0 || EndsLine(stream);
            stream.Seek(0, SeekOrigin.End);
            stream.Write(Encoding.UTF8.GetBytes($"{(ends ? "" : "\n")}{task}\t{choice}\n"));
            stream.Flush(flushToDisk: false);
            _read = stream.Length;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            var why = e.Message.TrimEnd('.');
            Problem = $"the fastest kernels cannot be kept in {File}, so fresh runs of one seed may differ in their last bits: {why}";
        }
    }

    private FileStream Open()
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return new(File, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException e) when (attempt < Attempts && e is not DirectoryNotFoundException && System.IO.File.Exists(File))
            {
                Thread.Sleep(5);
            }
        }
    }

    private void ReadFrom(FileStream stream)
    {
        // Measured anew by somebody else: what this process has chosen already stays.
        if (stream.Length < _read)
            _read = 0;
        stream.Seek(_read, SeekOrigin.Begin);
        var bytes = new byte[stream.Length - _read];
        stream.ReadExactly(bytes);
        var whole = Array.LastIndexOf(bytes, (byte)'\n') + 1;
        _read += whole;
        foreach (var line in Encoding.UTF8.GetString(bytes, 0, whole).Split('\n'))
        {
            var parts = line.Split('\t');
            if (parts.Length == 2)
                _kept.TryAdd(parts[0], parts[1]);
        }
    }

    private static bool EndsLine(FileStream stream)
    {
        stream.Seek(-1, SeekOrigin.End);
        return stream.ReadByte() == '\n';
    }
}
