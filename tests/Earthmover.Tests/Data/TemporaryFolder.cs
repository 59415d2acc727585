using Xunit;

namespace Earthmover.Tests.Data;

/// <summary>A folder of its own for a test class; deleted with it.</summary>
public abstract class TemporaryFolder : IDisposable
{
    protected string Folder { get; } = Directory.CreateTempSubdirectory("earthmover-test-").FullName;

    protected Earthmover.Data.DataContext Context => new()
    {
        DataFolder = Path.Combine(Folder, "data"),
        PackageFolder = Path.Combine(Folder, "packages"),
        CacheFolder = Path.Combine(Folder, "cache"),
        DownloadFrom = new Dictionary<string, IReadOnlyList<string>>(),
    };

    protected string Put(string name, byte[] content)
    {
        var path = Path.Combine(Folder, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, content);
        return path;
    }

    protected string Put(string name, string content) => Put(name, System.Text.Encoding.UTF8.GetBytes(content));

    /// <summary>The message of the user's error that an action must end with; one line, always.</summary>
    protected static string Refused(Action action)
    {
        var message = Assert.Throws<UserException>(action).Message;
        Assert.DoesNotContain('\n', message);
        return message;
    }

    /// <summary>Frees what the test class itself holds.</summary>
    protected virtual void TearDown()
    {
    }

    public void Dispose()
    {
        TearDown();
        Directory.Delete(Folder, recursive: true);
        GC.SuppressFinalize(this);
    }
}
