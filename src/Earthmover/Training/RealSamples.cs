using Earthmover.Data;
using Earthmover.Data.Dealing;
using Earthmover.Games;
using Earthmover.Torch;

namespace Earthmover.Training;

/// <summary>
/// Real samples that generated ones are measured beside, in reports and in looks alike: how many, which, and what is made beside them.
/// </summary>
/// <param name="source">The data of the run.</param>
/// <param name="device">Where the networks are.</param>
internal sealed class RealSamples(BatchSource source, Device device)
{
    // Below 64 samples distances and ranks are noise; above 128 the exact solver is no longer a matter of a millisecond.
    private const int Fewest = 64, Most = 128;
    // Samples of many numbers go through convolutions: batches as large as training's use the kernels that are chosen already.
    private const int ManyNumbers = 64, FewestLarge = 16;

    /// <summary>What generated samples should look like.</summary>
    public BatchSource Target { get; } = source.Target;

    /// <summary>Whether a sample is of many numbers.</summary>
    public bool AreLarge { get; } = source.Shape.Size > ManyNumbers;

    /// <summary>
    /// Samples of each kind: 64 to 128 as the batches of training are, of many numbers down to 16; half of the data at most.
    /// </summary>
    /// <param name="larger">Multiplies it.</param>
    public int Count(int larger = 1) => Math.Max(1, Math.Min(
        larger * Math.Clamp(source.Size, AreLarge ? FewestLarge : Fewest, Most), Target.Data.Count / 2));

    /// <summary>Samples that were not trained on, of which more are wanted: at least 64.</summary>
    public static int HeldOut(int count) => Math.Max(Fewest, count);

    /// <summary>Chooses rows.</summary>
    /// <param name="from">Of which data.</param>
    /// <param name="count">How many; fewer where the data has no more that are distinct.</param>
    /// <param name="random">Where randomness comes from, on the processor.</param>
    /// <param name="distinct">No row twice, unless rows have masses: points with masses repeat as their law does.</param>
    public static int[] Rows(BatchSource from, int count, RandomGenerator random, bool distinct = false)
    {
        if (from.HasMasses)
            return from.DrawRows(count, random);
        var drawn = from.DrawRows(distinct ? 2 * count : count, random);
        return [.. (distinct ? drawn.Distinct().Concat(Enumerable.Range(0, from.Data.Count)).Distinct() : drawn).Take(count)];
    }

    /// <summary>Real samples with what the system is told of each as labels: classes [N], captions [N, L], or nothing.</summary>
    /// <param name="from">Of which data.</param>
    /// <param name="rows">Which of them.</param>
    /// <param name="condition">What the system is told.</param>
    /// <param name="device">Where they are wanted.</param>
    public static Batch Told(BatchSource from, ReadOnlySpan<int> rows, Condition condition, Device device)
    {
        using var scope = TensorScope.Open();
        using var batch = from.Of(rows, device);
        if (condition is not Condition.Text || from.Partners is not { } captions)
            return new(batch.X.Alias(), condition is Condition.Class ? batch.Labels?.Alias() : null);
        using var texts = captions.Of(rows, device);
        return new(batch.X.Alias(), texts.X.Argmax(1));
    }

    /// <summary>What a system makes samples of: latent vectors, or real samples of its first domain.</summary>
    /// <param name="fakes">What makes them.</param>
    /// <param name="count">How many.</param>
    /// <param name="latent">Where latent vectors are drawn from.</param>
    /// <param name="rows">Draws rows of the first domain; asked only where they are translated.</param>
    public Tensor Inputs(Fakes fakes, long count, RandomGenerator latent, Func<int[]> rows)
    {
        using var scope = TensorScope.Open();
        return scope.Keep(fakes.Inputs(count, () => Reals(rows()), latent));
    }

    private Tensor Reals(int[] rows)
    {
        using var scope = TensorScope.Open();
        using var reals = source.Of(rows, device);
        return scope.Keep(reals.X.Clone());
    }
}
