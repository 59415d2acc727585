namespace Earthmover.Serve;

/// <summary>What one request may ask for, and all of them together.</summary>
public sealed record ServeLimits
{
    /// <summary>Samples of one request where nothing else is said.</summary>
    public const int DefaultSamples = 1_000;

    /// <summary>Pictures or points of one request where nothing else is said.</summary>
    public const int DefaultPictures = 64;

    /// <summary>Megabytes of a body where nothing else is said.</summary>
    public const int DefaultMegabytes = 16;

    /// <summary>Megapixels of a picture where nothing else is said.</summary>
    public const int DefaultMegapixels = 16;

    /// <summary>Steps of a search where nothing else is said.</summary>
    public const int DefaultSteps = 1_000;

    /// <summary>Requests at once where nothing else is said.</summary>
    public const int DefaultQueue = 128;

    /// <summary>Seconds of a request where nothing else is said.</summary>
    public const int DefaultSeconds = 60;

    /// <summary>Most samples of one request.</summary>
    public int Samples { get; init; } = DefaultSamples;

    /// <summary>Most pictures or points of one request.</summary>
    public int Pictures { get; init; } = DefaultPictures;

    /// <summary>Largest body, in megabytes (10^6 bytes).</summary>
    public int Megabytes { get; init; } = DefaultMegabytes;

    /// <summary>Largest picture, in megapixels (10^6 pixels).</summary>
    public int Megapixels { get; init; } = DefaultMegapixels;

    /// <summary>Most steps of a search for a latent vector.</summary>
    public int Steps { get; init; } = DefaultSteps;

    /// <summary>Most requests that are read, wait or are worked on at once; the next is refused with 429.</summary>
    public int Queue { get; init; } = DefaultQueue;

    /// <summary>Longest time from a request's arrival to its answer, in seconds; then it is given up with 503.</summary>
    public int Seconds { get; init; } = DefaultSeconds;

    /// <summary>Largest body, in bytes.</summary>
    internal long Bytes => Megabytes * 1_000_000L;

    /// <summary>Memory that bodies and samples of all requests may take together, in bytes.</summary>
    internal long Room => Math.Max(16 * Bytes, 512_000_000L);
}
