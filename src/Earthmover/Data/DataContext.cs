namespace Earthmover.Data;

/// <summary>How far a long reading job has come.</summary>
/// <param name="Stage">What is being done, such as <c>decoding</c>.</param>
/// <param name="Done">Items done.</param>
/// <param name="Total">Items in all.</param>
public readonly record struct DataProgress(string Stage, int Done, int Total);

/// <summary>Where data is looked for and how it is read.</summary>
public sealed record DataContext
{
    /// <summary>The user's own folder for built-in data sets.</summary>
    /// <value>$EARTHMOVER_DATA, else <c>data</c> here.</value>
    public string DataFolder { get; init; } =
        Environment.GetEnvironmentVariable("EARTHMOVER_DATA") is { Length: > 0 } chosen ? chosen : "data";

    /// <summary>Where the distribution's packages put data sets.</summary>
    public string PackageFolder { get; init; } = "/usr/share/datasets";

    /// <summary>Where decoded pictures and fetched sets are kept.</summary>
    /// <value>$EARTHMOVER_CACHE, else <c>.cache/earthmover</c> in the user's home; empty where there is no home, and nothing is
    /// kept.</value>
    public string CacheFolder { get; init; } = DefaultCacheFolder();

    /// <summary>
    /// Where published sets are fetched by name when they are not on this machine, tried in order; each address ends with a slash.
    /// </summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> DownloadFrom { get; init; } = new Dictionary<string, IReadOnlyList<string>>
    {
        ["fashion-mnist"] =
        [
            "https://github.com/zalandoresearch/fashion-mnist/raw/master/data/fashion/",
            "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/",
        ],
    };

    /// <summary>Threads for decoding.</summary>
    public int Threads { get; init; } = Environment.ProcessorCount;

    /// <summary>The seed of drawn points, where the address does not give one.</summary>
    public long Seed { get; init; }

    /// <summary>Told now and then, from any thread, while data are read.</summary>
    public IProgress<DataProgress>? Progress { get; init; }

    /// <summary>Stops a long job.</summary>
    public CancellationToken Cancellation { get; init; }

    /// <summary>How loops over pictures run.</summary>
    internal ParallelOptions Parallelism => new() { MaxDegreeOfParallelism = Threads, CancellationToken = Cancellation };

    /// <summary>A file in the cache; null where there is no cache.</summary>
    /// <param name="name">Its name.</param>
    internal string? CacheFile(string name) => CacheFolder.Length == 0 ? null : Path.Combine(CacheFolder, name);

    private static string DefaultCacheFolder()
    {
        var given = Environment.GetEnvironmentVariable("EARTHMOVER_CACHE");
        if (!string.IsNullOrEmpty(given)) return given;
        // Without a home nothing is kept: the current folder is the user's, and folders for all are anybody's.
        var home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        return Path.IsPathRooted(home) && Directory.Exists(home) ? Path.Combine(home, ".cache", "earthmover") : "";
    }
}
