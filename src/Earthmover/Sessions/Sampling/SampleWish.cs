using System.Globalization;

namespace Earthmover.Sessions.Sampling;

/// <summary>Samples that somebody wants of a run: which of a seed, or of latent vectors that are given.</summary>
/// <param name="Seed">Seed of the latent vectors.</param>
/// <param name="First">Number of the first, from 0.</param>
/// <param name="Count">How many, from 1.</param>
/// <param name="Told">What all of them are told to be; as the latent vectors say when null.</param>
/// <param name="Latents">Latent vectors instead of a seed's [<see cref="Count"/> × size], row by row.</param>
public sealed record SampleWish(long Seed, int First, int Count, Told? Told = null, float[]? Latents = null)
{
    /// <summary>The chains that climb from them, in words: <c>200 steps to Bag</c>; null without.</summary>
    public string? Chain { get; init; }

    /// <summary>ψ, how far styles are from the mean style, where the system has styles; 1 leaves them.</summary>
    public double Truncation { get; init; } = 1;

    /// <summary>How ψ is told after what it belongs to; nothing where it is 1.</summary>
    internal static string NearWords(double truncation) =>
        truncation == 1 ? "" : string.Create(CultureInfo.InvariantCulture, $", truncation {truncation}");

    /// <summary>Samples that a seed has.</summary>
    public const int Most = 1_000_000;

    /// <summary>How one of them is made, in the words that a picture carries.</summary>
    /// <param name="sample">Its number, counted from the first of the seed.</param>
    /// <param name="source">The file of latent vectors; null where they lie in none.</param>
    public string HowMade(int sample, string? source = null)
    {
        var from = Latents is null && source is null ? $"seed {Seed}, index" : $"{source ?? "given latent vectors"}, row";
        return $"{from} {sample}{(Told is null ? "" : $", {Told.Words}")}{NearWords(Truncation)}{(Chain is null ? "" : $", {Chain}")}";
    }
}
