using System.IO.Compression;
using System.Net.Http;
using System.Security.Cryptography;
using Earthmover.Files;

namespace Earthmover.Data.Pictures;

/// <summary>
/// Data sets that are fetched where they were published when they are nowhere on this machine; every file is known by the SHA-256 of its
/// unpacked content.
/// </summary>
internal static class PublishedData
{
    // The largest file when it is unpacked; a server that sends more sends something else.
    private const long MostBytes = 47_040_016;

    private static readonly Dictionary<string, (string File, string Sha256)[]> s_sets = new(StringComparer.Ordinal)
    {
        ["fashion-mnist"] =
        [
            ("train-labels-idx1-ubyte.gz", "bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9"),
            ("t10k-labels-idx1-ubyte.gz", "0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34"),
            ("t10k-images-idx3-ubyte.gz", "5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b"),
            ("train-images-idx3-ubyte.gz", "c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888"),
        ],
    };

    /// <summary>Where a fetched set is kept.</summary>
    public static string FolderOf(string name, DataContext context) => Path.Combine(context.CacheFolder, "data", name);

    /// <summary>Whether every file of a set is there; a download that was broken off is not a set.</summary>
    public static bool IsComplete(string name, DataContext context) =>
        context.CacheFolder.Length > 0 && s_sets.TryGetValue(name, out var files)
            && files.All(f => File.Exists(Path.Combine(FolderOf(name, context), f.File)));

    /// <summary>Fetches a set from the first of the context's sources that delivers it whole.</summary>
    /// <returns>The folder, or null when the set is not published or no source is to be asked.</returns>
    /// <exception cref="UserException">No source delivered it; the message says what each did.</exception>
    public static string? Fetch(string name, DataContext context)
    {
        if (!s_sets.TryGetValue(name, out var files) || !context.DownloadFrom.TryGetValue(name, out var sources) || sources.Count == 0)
            return null;
        if (context.CacheFolder.Length == 0)
            throw new UserException($"the data set {name} is not on this machine, "
                + "and there is no home folder to keep a download in; set EARTHMOVER_CACHE to a folder");
        var folder = FolderOf(name, context);
        var failures = new List<string>();
        using var client = new HttpClient { Timeout = TimeSpan.FromMinutes(10), MaxResponseContentBufferSize = MostBytes };
        foreach (var source in sources)
        {
            try
            {
                Directory.CreateDirectory(folder);
                for (var i = 0; i < files.Length; i++)
                {
                    context.Progress?.Report(new DataProgress($"downloading {name}", i, files.Length));
                    FetchFile(client, source, folder, files[i], context.Cancellation);
                }
                context.Progress?.Report(new DataProgress($"downloading {name}", files.Length, files.Length));
                return folder;
            }
            catch (Exception e) when (e is HttpRequestException or IOException or InvalidDataException or UnauthorizedAccessException
                || (e is TaskCanceledException && !context.Cancellation.IsCancellationRequested))
            {
                failures.Add($"{source}: {e.Message.Split('\n')[0].TrimEnd('.')}");
            }
        }
        throw new UserException($"the data set {name} is not on this machine and could not be downloaded ({string.Join("; ", failures)}); "
            + $"install the package dataset-{name}, or put its files into {Path.Combine(context.DataFolder, name)}");
    }

    // Written beside and renamed once its content is known to be right.
    private static void FetchFile(HttpClient client, string source, string folder, (string File, string Sha256) file,
        CancellationToken cancellation)
    {
        var target = Path.Combine(folder, file.File);
        if (File.Exists(target))
            return;
        var bytes = client.GetByteArrayAsync(new Uri(new Uri(source), file.File), cancellation).GetAwaiter().GetResult();
        using (var content = new GZipStream(new MemoryStream(bytes), CompressionMode.Decompress))
            if (Convert.ToHexStringLower(SHA256.HashData(content)) != file.Sha256)
                throw new InvalidDataException($"{file.File} has another checksum than the published file");
        AtomicFile.Write(target, bytes);
    }
}
