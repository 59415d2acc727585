using System.Globalization;

namespace Earthmover.Torch;

/// <summary>How the threads of a run are divided between the two pools.</summary>
/// <param name="OpenMp">Threads of OpenMP, which runs convolutions and element-wise loops; our matrix products are divided among them
/// too.</param>
/// <param name="Blas">Threads inside one matrix product of the BLAS.</param>
public readonly record struct ThreadSplit(int OpenMp, int Blas)
{
    /// <summary>
    /// The divisions worth trying, the one that is usually best first: all to OpenMP, all to the BLAS, and a single thread, which small
    /// steps wait least for.
    /// </summary>
    /// <param name="threads">Threads in all, at least 1.</param>
    public static IReadOnlyList<ThreadSplit> Of(int threads)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(threads, 1);
        return threads == 1 ? [new(1, 1)] : [new(threads, 1), new(1, threads), new(1, 1)];
    }

    /// <summary>As text, <c>2+1</c>: threads of OpenMP and of the BLAS.</summary>
    public string ToText() => string.Create(CultureInfo.InvariantCulture, $"{OpenMp}+{Blas}");

    /// <summary>Reads <see cref="ToText"/>.</summary>
    /// <returns>False where the text is none, or a count is below 1.</returns>
    public static bool TryParse(string? text, out ThreadSplit split)
    {
        var parts = (text ?? "").Split('+');
        var first = int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var openMp);
        var last = int.TryParse(parts[^1], NumberStyles.None, CultureInfo.InvariantCulture, out var blas);
        split = new(openMp, blas);
        return parts.Length == 2 && first && last && openMp >= 1 && blas >= 1;
    }
}
