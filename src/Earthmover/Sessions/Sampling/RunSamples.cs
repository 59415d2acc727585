using Earthmover.Data;
using Earthmover.Data.Dealing;
using Earthmover.Games;
using Earthmover.Systems;
using Earthmover.Torch;
using Earthmover.Training;

namespace Earthmover.Sessions.Sampling;

/// <summary>Samples of a run's generator as a data set, so that everything that takes data also takes a run.</summary>
public static class RunSamples
{
    /// <summary>Samples that are made at once.</summary>
    internal const int Block = 64;

    /// <summary>What the latent vectors of samples are drawn for, beside other uses of one seed.</summary>
    internal const string Stream = SeededVectors.Samples;

    /// <summary>Whether a name is the folder of a run.</summary>
    /// <param name="address">What the user wrote.</param>
    public static bool IsRun(string address) => RunMark.IsRun(address) && !DataCatalog.IsBuiltIn(address);

    /// <summary>The address of what a run's samples should be like: its data, or the one of two domains that it makes samples of.</summary>
    /// <param name="recipe">The run's recipe.</param>
    public static string Aim(Recipe recipe)
    {
        if (DataCatalog.SidesOf(recipe.Data) is not var (a, b))
            return recipe.Data;
        // A recipe that does not say how it played its two domains is of a time when that was in one way.
        var plays = SystemCatalog.Named(recipe.System).Defaults.Keys;
        var pairing = recipe.Samples?.Pairing
            ?? (plays.Any(play => play.Pairing == Pairing.Unpaired) ? Pairing.Unpaired : Pairing.None);
        return pairing is Pairing.Unpaired or Pairing.Aligned ? b : a;
    }

    /// <summary>Draws samples: pictures as bytes, points in the units of their file, text as its most probable characters.</summary>
    /// <param name="source">A trained run.</param>
    /// <param name="name">What messages call it.</param>
    /// <param name="count">How many.</param>
    /// <param name="seed">Seed of the latent vectors.</param>
    /// <param name="progress">Told the share that is done.</param>
    /// <param name="cancellation">Ends it between two blocks with an <see cref="OperationCanceledException"/>.</param>
    /// <exception cref="UserException">The generator makes values that are not finite.</exception>
    public static DataSet Draw(ISampleSource source, string name, int count, long seed,
        IProgress<double>? progress = null, CancellationToken cancellation = default)
    {
        using var use = source.Streams.Use();
        using var pause = Autograd.Pause();
        var made = new SampleBuffer(source.Spec, count, name);
        for (var done = 0; done < count; done += Block)
        {
            cancellation.ThrowIfCancellationRequested();
            using var scope = TensorScope.Open();
            var some = Math.Min(Block, count - done);
            // Always a whole block: fewer samples are then, to the bit, the first of more.
            var samples = Fakes.Of(source.System).Make(source.DrawInput(seed, done, Block)).Narrow(0, 0, some);
            made.Put(done, samples);
            progress?.Report((done + some) / (double)count);
        }
        return made.ToData(name);
    }

    /// <summary>Latent vectors, or real samples where the system translates: only then are they opened.</summary>
    internal static Tensor Input(GanSystem system, Func<BatchSource> reals, long seed, int first, int count, Device device)
    {
        using var scope = TensorScope.Open();
        if (system is ISampler sampler)
            return scope.Keep(LatentVectors.OnDevice(sampler.Latent, seed, Stream, first, count, device));
        var source = reals();
        using var drawn = source.Of(source.DrawRows(first + count, new SeededRandom(seed, "sample rows")).AsSpan(first), device);
        return scope.Keep(((ITranslator)system).InputsOf(drawn.X).Clone());
    }

    /// <summary>Refuses samples that are no numbers, whatever is to become of them.</summary>
    /// <param name="samples">Any shape.</param>
    /// <param name="name">The run.</param>
    /// <exception cref="UserException">Some are NaN or infinite.</exception>
    public static void RequireFinite(Tensor samples, string name)
    {
        // The sum of x − x is 0 but for what is not finite, at any size.
        if (!double.IsFinite((samples - samples).Sum().Item()))
            throw new UserException($"the generator of {name} makes values that are not finite; the run has diverged");
    }
}
