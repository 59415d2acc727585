namespace Earthmover.Games;

/// <summary>How a run proceeds, whatever its system; every property can be set with <c>--set name=value</c>.</summary>
public sealed record TrainingOptions
{
    /// <summary>Samples in a batch.</summary>
    public int Batch { get; init; } = 64;
    /// <summary>Mirror pictures at random.</summary>
    public bool Flip { get; init; }
    /// <summary>How points from a file are brought to unit spread: <c>per-column</c>, or <c>joint</c>, one factor for all columns.</summary>
    public string Scaling { get; init; } = "per-column";
    /// <summary>Half-life of the generator's running average, images; 0 turns it off.</summary>
    public double AverageImages { get; init; } = 10_000;
    /// <summary>The half-life is at most this share of the images seen so far.</summary>
    public double AverageRampUp { get; init; } = 0.05;
    /// <summary>Step sizes over the run: <c>constant</c>, <c>linear</c> or <c>cosine</c> (both to zero).</summary>
    public string Decay { get; init; } = "constant";
    /// <summary>Share of the run after which <see cref="Decay"/> begins.</summary>
    public double DecayStart { get; init; }
    /// <summary>Steps between reports; 0 reports every two seconds.</summary>
    public long ReportEvery { get; init; }
    /// <summary>Steps between sample grids; 0 makes twenty in the run.</summary>
    public long SampleEvery { get; init; }
    /// <summary>Steps between checkpoints; 0 saves every minute.</summary>
    public long CheckpointEvery { get; init; }
    /// <summary>Checkpoints that are kept; older ones are deleted.</summary>
    public int KeepCheckpoints { get; init; } = 3;
    /// <summary>Samples in the fixed grid.</summary>
    public int GridSamples { get; init; } = 64;
    /// <summary>Share of the training time that looking at the run's health may take; 0 turns it off.</summary>
    public double HealthShare { get; init; } = 0.05;

    /// <summary>Share of the data that is not trained on but kept for the run's health: whether the critic knows the training samples by heart. 0 where the data comes with a test part, or is a law.</summary>
    public double HoldOut { get; init; }

    /// <summary>How the fastest kernels are found: <c>measured</c> once per machine, or <c>plain</c>, the same on every machine of the same LibTorch, which is slower.</summary>
    public string Kernels { get; init; } = "measured";

    /// <summary>Refuses values that cannot work, before anything is written.</summary>
    /// <exception cref="UserException">A value is out of its range; the message names it.</exception>
    public void Check()
    {
        Require(Batch >= 1, "batch", "at least 1", Batch);
        Require(Scaling is "per-column" or "joint", "scaling", "per-column or joint", Scaling);
        Require(AverageImages >= 0, "average_images", "0 or more", AverageImages);
        Require(AverageRampUp > 0, "average_ramp_up", "above 0", AverageRampUp);
        Require(Decay is "constant" or "linear" or "cosine", "decay", "constant, linear or cosine", Decay);
        Require(DecayStart is >= 0 and < 1, "decay_start", "a share of the run, at least 0 and below 1", DecayStart);
        Require(ReportEvery >= 0, "report_every", "0 or more", ReportEvery);
        Require(SampleEvery >= 0, "sample_every", "0 or more", SampleEvery);
        Require(CheckpointEvery >= 0, "checkpoint_every", "0 or more", CheckpointEvery);
        Require(KeepCheckpoints >= 1, "keep_checkpoints", "at least 1", KeepCheckpoints);
        Require(GridSamples is >= 1 and <= 100_000, "grid_samples", "between 1 and 100,000", GridSamples);
        Require(HealthShare is >= 0 and <= 1, "health_share", "a share of the time, from 0 to 1", HealthShare);
        Require(Kernels is "measured" or "plain", "kernels", "measured or plain", Kernels);
        Require(HoldOut is >= 0 and < 1, "hold_out", "a share of the data, at least 0 and below 1", HoldOut);
        static void Require(bool holds, string name, string range, object value)
        {
            if (!holds)
                throw new UserException($"option {name} is {range}, not {value}");
        }
    }
}
