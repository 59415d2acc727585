namespace Earthmover.Files.Tests;

/// <summary>A folder of a test's own.</summary>
public abstract class TestFolder : IDisposable
{
    protected string Folder { get; } = Directory.CreateTempSubdirectory("files-test-").FullName;

    protected string At(params string[] parts) => Path.Combine([Folder, .. parts]);

    protected string Put(string name, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(At(name))!);
        File.WriteAllText(At(name), text);
        return At(name);
    }

    /// <summary>Names in a folder, hidden ones too.</summary>
    protected IEnumerable<string> Names(string folder = "") =>
        Directory.EnumerateFileSystemEntries(At(folder), "*", new EnumerationOptions { AttributesToSkip = 0 })
            .Select(file => Path.GetFileName(file)!).Order(StringComparer.Ordinal);

    /// <summary>A pipe with a name: who opens it for reading alone waits for a writer, and the other way round.</summary>
    protected string Pipe(string name)
    {
        using var make = System.Diagnostics.Process.Start("mkfifo", [At(name)]);
        make.WaitForExit();
        return At(name);
    }

    public void Dispose()
    {
        Directory.Delete(Folder, recursive: true);
        GC.SuppressFinalize(this);
    }
}
