namespace Earthmover.Serve;

/// <summary>What is served, where, and to whom.</summary>
/// <param name="Source">A run, an exported model (.onnx), or a folder with such in it.</param>
public sealed record ServeOptions(string Source)
{
    /// <summary>Where it listens when nothing is said: on this machine alone.</summary>
    public const string DefaultUrls = "http://127.0.0.1:8123";

    /// <summary>Addresses to listen at, with semicolons between them.</summary>
    public string Urls { get; init; } = DefaultUrls;

    /// <summary>A file that holds the key of the server; needed where others than this machine reach it.</summary>
    public string? KeyFile { get; init; }

    /// <summary>What may be asked for.</summary>
    public ServeLimits Limits { get; init; } = new();
}
