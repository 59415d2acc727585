namespace Earthmover.Media;

/// <summary>A picture could not be read or written. The message is one line for a person.</summary>
/// <param name="problem">The kind of trouble.</param>
/// <param name="message">What went wrong, with what.</param>
public sealed class MediaException(MediaProblem problem, string message) : Exception(message)
{
    /// <summary>The kind of trouble.</summary>
    public MediaProblem Problem { get; } = problem;
}

/// <summary>Kinds of trouble with a picture.</summary>
public enum MediaProblem
{
    /// <summary>No known magic bytes at the start.</summary>
    UnknownFormat = 1,

    /// <summary>The format is known, the content is broken or cut off.</summary>
    Corrupt = 2,

    /// <summary>More pixels than the limit.</summary>
    TooLarge = 3,

    /// <summary>A valid file of a kind that is not read, such as an animation.</summary>
    Unsupported = 4,

    /// <summary>A caller's mistake.</summary>
    BadArgument = 5,

    /// <summary>Memory ran out.</summary>
    OutOfMemory = 6,

    /// <summary>Anything else.</summary>
    Failed = 7,

    /// <summary>A library or a font is not there.</summary>
    NotInstalled = 8,
}
