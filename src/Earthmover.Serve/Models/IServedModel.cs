using Earthmover.Data;
using Earthmover.Editing;
using Earthmover.Games;
using Earthmover.Sessions.Judging;
using Earthmover.Sessions.Sampling;
using Earthmover.Sessions.Walks;

namespace Earthmover.Serve.Models;

/// <summary>
/// What endpoints know of a model, whatever stands behind it. What computes is done by the worker alone; everything else, by any thread.
/// </summary>
internal interface IServedModel : IDisposable
{
    /// <summary>What it is and can do.</summary>
    ModelCard Card { get; }

    /// <summary>What its samples are.</summary>
    SampleSpec Spec { get; }

    /// <summary>Length of a latent vector; 0 where there is none.</summary>
    int LatentSize { get; }

    /// <summary>What samples are told to be; null where nothing is said.</summary>
    /// <param name="label">Number or name of a class, or null.</param>
    /// <param name="text">A text, or null.</param>
    /// <exception cref="UserException">There is no such class, the text cannot be read, or the model is not told such things.</exception>
    Told? Told(string? label, string? text);

    /// <summary>A pass that samples of several are drawn in. By the worker.</summary>
    ISamplePass Begin();

    /// <summary>What a picture carries of how it was made.</summary>
    KeyValuePair<string, string>[] Texts(string how);

    /// <summary>Makes rows of a table ready that have what is asked for.</summary>
    /// <param name="wish">Their seed, the first and how many.</param>
    /// <param name="where">What they have.</param>
    /// <param name="cancellation">Ends it between two blocks.</param>
    /// <returns>One turn of the worker after another: how many were drawn so far, and at the end the rows.</returns>
    /// <exception cref="UserException">Such rows cannot be asked for.</exception>
    IEnumerable<(TableSet? Made, long Drawn)> Rows(SampleWish wish, string where, CancellationToken cancellation);

    /// <summary>Makes a translation ready.</summary>
    /// <returns>Translates, until it is canceled. By the worker.</returns>
    /// <exception cref="UserException">What was sent cannot be translated, or not in that style.</exception>
    Func<Translated> Translate(SentSamples sent, string? to, string? style, CancellationToken cancellation);

    /// <summary>Makes a projection ready.</summary>
    /// <returns>Projects, until it is canceled. By the worker.</returns>
    /// <exception cref="UserException">What was sent cannot be projected.</exception>
    Func<Found> Project(SentSamples sent, bool? isEncoded, long seed, ProjectionOptions options, CancellationToken cancellation);

    /// <summary>Makes scores ready.</summary>
    /// <returns>Scores, until it is canceled. By the worker.</returns>
    /// <exception cref="UserException">What was sent cannot be scored.</exception>
    Func<CriticScores> Score(SentSamples sent, string? label, string? text, CancellationToken cancellation);

    /// <summary>Makes a classification ready.</summary>
    /// <returns>Classifies, until it is canceled. By the worker.</returns>
    /// <exception cref="UserException">What was sent cannot be classified.</exception>
    Func<ClassifiedSamples> Classify(SentSamples sent, CancellationToken cancellation);
}

/// <summary>What has been translated.</summary>
/// <param name="Made">Pictures as bytes, or points in the units of their domain.</param>
/// <param name="Way">The way that was gone.</param>
/// <param name="Style">The style that was told, in words; null where there is none.</param>
internal sealed record Translated(DataSet Made, Direction Way, string? Style = null);

/// <summary>Latent vectors that have been found.</summary>
/// <param name="Latents">[N, <paramref name="Size"/>], row by row.</param>
/// <param name="Size">Length of a latent vector.</param>
internal sealed record Found(float[] Latents, int Size)
{
    /// <summary>Whether an encoder has given them, and not a search.</summary>
    public required bool IsEncoded { get; init; }

    /// <summary>How near what is made of each comes [N], and how near the mean sample; null where nothing was made of them.</summary>
    public (IReadOnlyList<double> OfEach, IReadOnlyList<double> OfMean)? Errors { get; init; }

    /// <summary>The class that was found for each, in words; null without classes.</summary>
    public IReadOnlyList<string>? Classes { get; init; }

    /// <summary>Draws each picture beside its reconstruction, as a PNG; null where there is none.</summary>
    public Func<byte[]>? ToGrid { get; init; }
}

/// <summary>One pass through a network, which is filled with rows of wishes and then drawn.</summary>
internal interface ISamplePass
{
    /// <summary>Rows that it has.</summary>
    int Count { get; }

    /// <summary>Adds rows of a wish.</summary>
    /// <param name="wish">The wish.</param>
    /// <param name="first">The first of the rows, from 0 within the wish.</param>
    /// <param name="most">How many are wanted.</param>
    /// <returns>How many there was room for; 0 where they do not fit the others.</returns>
    int Add(SampleWish wish, int first, int most);

    /// <summary>Draws them.</summary>
    /// <returns>Of each part that was added its samples, row by row.</returns>
    IReadOnlyList<float[]> Draw();
}
