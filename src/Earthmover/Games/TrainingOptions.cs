namespace Earthmover.Games;

/// <summary>How a run proceeds, whatever its system; every property can be set with <c>--set name=value</c>.</summary>
public sealed record TrainingOptions
{
    /// <summary>Samples in a batch.</summary>
    [Bounds(AtLeast = 1, AtMost = 1_000_000)]
    public int Batch { get; init; } = 64;
    /// <summary>Mirror pictures at random.</summary>
    public bool Flip { get; init; }
    /// <summary>
    /// How points from a file are brought to unit spread: <c>per-column</c>, or <c>joint</c>, one factor for all columns.
    /// </summary>
    [OneOf("per-column", "joint")]
    public string Scaling { get; init; } = "per-column";
    /// <summary>
    /// How rows of a table become vectors: <c>ranks</c> and values that many share, or <c>mixture</c>s of normal laws as CTGAN has them;
    /// <c>mixture-by-value</c> also deals rows so that rare values are seen.
    /// </summary>
    [OneOf("ranks", "mixture", "mixture-by-value")]
    public string Encoding { get; init; } = "ranks";
    /// <summary>Half-life of the generator's running average, images; 0 turns it off.</summary>
    [Bounds(AtLeast = 0)]
    public double AverageImages { get; init; } = 10_000;
    /// <summary>The half-life is at most this share of the images seen so far.</summary>
    [Bounds(Above = 0)]
    public double AverageRampUp { get; init; } = 0.05;
    /// <summary>
    /// Step sizes over the run: <c>constant</c>, <c>linear</c> or <c>cosine</c> (both to zero), or <c>halving</c> (after each sixth).
    /// </summary>
    [OneOf("constant", "linear", "cosine", "halving")]
    public string Decay { get; init; } = "constant";
    /// <summary>Share of the run after which <see cref="Decay"/> begins.</summary>
    [Bounds(AtLeast = 0, Below = 1)]
    public double DecayStart { get; init; }
    /// <summary>Steps between reports; 0 reports every two seconds.</summary>
    [Bounds(AtLeast = 0)]
    public long ReportEvery { get; init; }
    /// <summary>Steps between sample grids; 0 makes twenty in the run.</summary>
    [Bounds(AtLeast = 0)]
    public long SampleEvery { get; init; }
    /// <summary>Steps between checkpoints; 0 saves every minute.</summary>
    [Bounds(AtLeast = 0)]
    public long CheckpointEvery { get; init; }
    /// <summary>Checkpoints that are kept; older ones are deleted.</summary>
    [Bounds(AtLeast = 1)]
    public int KeepCheckpoints { get; init; } = 3;
    /// <summary>Samples in the fixed grid.</summary>
    [Bounds(AtLeast = 1, AtMost = 100_000)]
    public int GridSamples { get; init; } = 64;
    /// <summary>Share of the training time that looking at the run's health may take; 0 turns it off.</summary>
    [Bounds(AtLeast = 0, AtMost = 1)]
    public double HealthShare { get; init; } = 0.05;

    /// <summary>
    /// Share of the data that is not trained on but kept for the run's health: whether the critic knows the training samples by heart. 0
    /// where the data comes with a test part, or is a law.
    /// </summary>
    [Bounds(AtLeast = 0, Below = 1)]
    public double HoldOut { get; init; }

    /// <summary>
    /// How the fastest kernels are found: <c>measured</c> once per machine, or <c>plain</c>, the same on every machine of the same
    /// LibTorch, which is slower.
    /// </summary>
    [OneOf("measured", "plain")]
    public string Kernels { get; init; } = "measured";

    /// <summary>
    /// On a CUDA device, each kind of step is recorded once and then played as a whole (CUDA graphs), where the system can be recorded. The
    /// bits are the same.
    /// </summary>
    public bool Graphs { get; init; } = true;

    /// <summary>
    /// Penalties of the critic's slope in tf32 and bf16: <c>exact</c> keeps them in full precision, <c>rough</c> rounds them as it does the
    /// rest.
    /// </summary>
    [OneOf("exact", "rough")]
    public string Penalties { get; init; } = "exact";

    /// <summary>
    /// Layers of each critic, from the samples on, that stay as they were in what the run begins from (FreezeD, arXiv:2002.10964); 0 lets
    /// all learn, and is all that there is without <c>--init</c>.
    /// </summary>
    [Bounds(AtLeast = 0, AtMost = 1000)]
    public int FreezeCriticLayers { get; init; }

    /// <summary>Refuses values that cannot work, before anything is written.</summary>
    /// <exception cref="UserException">A value is out of its range; the message names it.</exception>
    public void Check() => OptionBinder.Check(this);
}
