namespace Earthmover;

/// <summary>How far work of several stages is.</summary>
/// <param name="Stage">What is being done.</param>
/// <param name="Share">Share that is done, from 0 to 1: of this stage, or of the whole where the call says so.</param>
public readonly record struct WorkProgress(string Stage, double Share);

/// <summary>
/// Progress that calls a function at once, on the thread that reports. <see cref="Progress{T}"/> posts what it is told, so that the last
/// report may come before an earlier one.
/// </summary>
/// <typeparam name="T">What is told.</typeparam>
/// <param name="tell">Told it.</param>
public sealed class Telling<T>(Action<T> tell) : IProgress<T>
{
    /// <inheritdoc/>
    public void Report(T value) => tell(value);
}

/// <summary>Progress of parts of some work.</summary>
public static class ProgressParts
{
    /// <summary>Progress of a part, which is told as progress of the whole.</summary>
    /// <typeparam name="TWhole">What the whole tells.</typeparam>
    /// <typeparam name="TPart">What the part tells.</typeparam>
    /// <param name="whole">Told of the whole; null tells nobody.</param>
    /// <param name="translate">What a report of the part says of the whole.</param>
    public static IProgress<TPart>? Part<TWhole, TPart>(this IProgress<TWhole>? whole, Func<TPart, TWhole> translate) =>
        whole is null ? null : new Telling<TPart>(part => whole.Report(translate(part)));
}
