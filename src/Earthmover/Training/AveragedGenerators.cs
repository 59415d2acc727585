using Earthmover.Games;
using Earthmover.Nn;
using Earthmover.Torch;

namespace Earthmover.Training;

/// <summary>
/// The generators of a system, and whatever else of it is averaged, as they are used: their running averages, where the run keeps some.
/// </summary>
public sealed class AveragedGenerators : IDisposable
{
    private readonly GanSystem _system;
    private readonly ExponentialMovingAverage[] _averages;

    /// <summary>Averages that begin at the weights of now.</summary>
    /// <param name="system">The system.</param>
    /// <param name="options">Their half-life; at 0 there are none, and the weights themselves are used.</param>
    public AveragedGenerators(GanSystem system, TrainingOptions options)
    {
        _system = system;
        _averages = options.AverageImages > 0
            ? [.. system.Averaged.Select(g => new ExponentialMovingAverage(g, options.AverageImages, options.AverageRampUp))]
            : [];
    }

    /// <summary>The averages, one for each generator; empty without.</summary>
    public IReadOnlyList<ExponentialMovingAverage> All => _averages;

    /// <summary>Goes on from a checkpoint at so many images.</summary>
    public void Continue(long images) => Array.ForEach(_averages, average => average.Images = images);

    /// <summary>Takes in the weights after a step.</summary>
    /// <param name="images">Real samples that the step has shown.</param>
    public void Update(long images) => Array.ForEach(_averages, average => average.Update(images));

    /// <summary>Runs a function while the generators are as they are used: averaged weights, evaluation mode, nothing recorded.</summary>
    public Tensor Use(Func<Tensor> sample)
    {
        using var pause = Autograd.Pause();
        using var still = new Still(_system);
        var exchanges = _averages.Select(average => average.InPlace()).ToArray();
        try
        {
            return sample();
        }
        finally
        {
            foreach (var exchange in exchanges)
                exchange.Dispose();
        }
    }

    /// <summary>The generators become their averages, and go on from there.</summary>
    public void Settle() => Array.ForEach(_averages, average => average.Settle());

    /// <summary>Puts the averages in place for good, after training.</summary>
    public void Keep() => Array.ForEach(_averages, average => _ = average.InPlace());

    /// <inheritdoc/>
    public void Dispose() => Array.ForEach(_averages, average => average.Dispose());
}
