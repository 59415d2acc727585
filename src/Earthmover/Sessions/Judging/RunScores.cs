using Earthmover.Data;
using Earthmover.Games;
using Earthmover.Sessions.Exports;
using Earthmover.Sessions.Sampling;
using Earthmover.Torch;

namespace Earthmover.Sessions.Judging;

/// <summary>What a run's critic says of samples.</summary>
/// <param name="Values">[N, …], one sample after another; higher is more real.</param>
/// <param name="Shape">Shape of the score of one sample: [1], or that of a map.</param>
public sealed record CriticScores(float[] Values, IReadOnlyList<int> Shape)
{
    /// <summary>The mean of each sample's scores [N].</summary>
    public IReadOnlyList<double> Means
    {
        get
        {
            var size = Shape.Aggregate(1, (a, b) => a * b);
            return [.. Values.Chunk(size).Select(scores => scores.Average(score => (double)score))];
        }
    }
}

/// <summary>A trained run as a critic of samples that it has never seen.</summary>
public sealed class RunScores
{
    private readonly TrainedRun _run;
    private readonly IScorer _scorer;
    private readonly Told? _told;

    /// <summary>Asks a run's critic.</summary>
    /// <param name="run">The run.</param>
    /// <param name="label">Number or name of the class that the samples are judged as, where the critic asks for one.</param>
    /// <param name="text">The text that they are judged by, where the critic asks for one.</param>
    /// <param name="asks">Whether it asks for either, as <see cref="Asks"/> says; null to look.</param>
    /// <exception cref="UserException">There is no critic, what it asks for is missing or unknown, or it asks for nothing.</exception>
    public RunScores(TrainedRun run, string? label = null, string? text = null, bool? asks = null)
    {
        ArgumentNullException.ThrowIfNull(run);
        (_run, _scorer) = (run, run.Ability<IScorer>());
        var what = run.System is ISampler { Condition: Condition.Text } ? "text" : "class";
        _told = (asks ?? Asks(run), label ?? text) switch
        {
            (false, null) => null,
            (true, not null) => run.Told(label, text),
            (true, null) => throw new UserException($"the critic of {run.Entry.Name} judges samples as of a {what}; say which"),
            _ => throw new UserException($"the critic of {run.Entry.Name} asks for no {what}; leave it out"),
        };
    }

    /// <summary>Whether a run's critic judges samples as of a class or a text: whether what it computes depends on one.</summary>
    /// <param name="run">The run.</param>
    /// <exception cref="UserException">There is no critic to ask.</exception>
    public static bool Asks(TrainedRun run)
    {
        ArgumentNullException.ThrowIfNull(run);
        run.Ability<IScorer>();
        using var use = run.Streams.Use();
        using var pause = Autograd.Pause();
        return ExportPart.Of(run, Onnx.ModelCard.Critic) is { Classes: not null } or { Text: not null };
    }

    /// <summary>Takes samples of the kind that the run makes.</summary>
    /// <inheritdoc cref="NewSamples.Take"/>
    public NewSamples Take(SentSamples sent, CancellationToken cancellation = default) =>
        NewSamples.Take(_run.Recipe, _run.Spec, _run.Spec.Pairing is Pairing.Unpaired or Pairing.Aligned, sent, cancellation);

    /// <summary>Scores each sample alone, so that its score is the same beside whatever others.</summary>
    /// <param name="samples">The samples.</param>
    /// <param name="progress">Told the share that is done.</param>
    /// <param name="cancellation">Ends it between two samples with an <see cref="OperationCanceledException"/>.</param>
    /// <exception cref="UserException">A score is not finite.</exception>
    public CriticScores Score(NewSamples samples,
        IProgress<double>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(samples);
        using var use = _run.Streams.Use();
        using var pause = Autograd.Pause();
        var values = new List<float>();
        int[] shape = [];
        for (var i = 0; i < samples.Count; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            using var scope = TensorScope.Open();
            var score = _scorer.Score(samples.Of(i, _run.Device), _told?.For(1, _run.Device));
            shape = [.. score.Shape.ToArray().Skip(1).Select(axis => (int)axis)];
            values.AddRange(score.Contiguous().ToArray<float>());
            progress?.Report((i + 1.0) / samples.Count);
        }
        return values.All(float.IsFinite) ? new([.. values], shape)
            : throw new UserException("the critic of this run gives scores that are not finite; the run has diverged");
    }
}
