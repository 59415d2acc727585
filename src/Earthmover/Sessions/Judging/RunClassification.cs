using System.Globalization;
using CsvHelper;
using Earthmover.Files;
using Earthmover.Games;
using Earthmover.Sessions.Sampling;
using Earthmover.Torch;

namespace Earthmover.Sessions.Judging;

/// <summary>What a run takes samples for.</summary>
/// <param name="Classes">Names of the classes, or their numbers [K].</param>
/// <param name="Probabilities">Of each sample and class; rows sum to 1 [N][K].</param>
public sealed record ClassifiedSamples(IReadOnlyList<string> Classes, IReadOnlyList<float[]> Probabilities)
{
    /// <summary>The most probable class of a sample, by its number.</summary>
    /// <param name="i">The sample.</param>
    public int Best(int i) => Array.IndexOf(Probabilities[i], Probabilities[i].Max());

    /// <summary>Writes a table: name, class, its probability, and that of every class.</summary>
    /// <param name="path">Where to.</param>
    /// <param name="names">The samples' names [N].</param>
    /// <exception cref="UserException">The file cannot be written.</exception>
    public void Write(string path, IReadOnlyList<string> names)
    {
        using var text = new StringWriter(CultureInfo.InvariantCulture) { NewLine = "\n" };
        using (var csv = CsvWriter.Create(text, CsvWriterOptions.Default, leaveOpen: true))
        {
            csv.WriteRecord((string[])["file", "class", "probability", .. Classes]);
            for (var i = 0; i < names.Count; i++)
            {
                var probabilities = Array.ConvertAll(Probabilities[i], p => p.ToString("R", CultureInfo.InvariantCulture));
                csv.WriteRecord((string[])[names[i], Classes[Best(i)], probabilities[Best(i)], .. probabilities]);
            }
        }
        OutputPath.Write("the classes", () => AtomicFile.WriteText(path, text.ToString()));
    }
}

/// <summary>A trained run as a classifier of new samples.</summary>
public sealed class RunClassification
{
    private readonly TrainedRun _run;
    private readonly IClassifier _classifier;

    /// <summary>Classifies by a run.</summary>
    /// <exception cref="UserException">The run tells no classes; the message names the systems that do.</exception>
    public RunClassification(TrainedRun run)
    {
        ArgumentNullException.ThrowIfNull(run);
        (_run, _classifier) = (run, run.Ability<IClassifier>());
    }

    /// <summary>Reads samples of the kind that the run learned from.</summary>
    /// <param name="names">Files, folders of pictures or patterns.</param>
    /// <param name="cancellation">Ends it with an <see cref="OperationCanceledException"/>.</param>
    /// <exception cref="UserException">There is nothing of a name, or it cannot be read or does not fit.</exception>
    public NewSamples Read(IReadOnlyList<string> names, CancellationToken cancellation = default) =>
        NewSamples.Read(_run.Recipe, _run.Spec, isSecond: false, names, cancellation);

    /// <summary>Takes samples of the kind that the run learned from.</summary>
    /// <inheritdoc cref="NewSamples.Take"/>
    public NewSamples Take(SentSamples sent, CancellationToken cancellation = default) =>
        NewSamples.Take(_run.Recipe, _run.Spec, isSecond: false, sent, cancellation);

    /// <summary>Classifies each sample alone.</summary>
    /// <param name="samples">The samples.</param>
    /// <param name="progress">Told the share that is done.</param>
    /// <param name="cancellation">Ends it between two samples with an <see cref="OperationCanceledException"/>.</param>
    public ClassifiedSamples Classify(NewSamples samples,
        IProgress<double>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(samples);
        using var use = _run.Streams.Use();
        using var pause = Autograd.Pause();
        var rows = new List<float[]>();
        for (var i = 0; i < samples.Count; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            using var scope = TensorScope.Open();
            rows.Add(_classifier.Classify(samples.Of(i, _run.Device)).ToArray<float>());
            progress?.Report((i + 1.0) / samples.Count);
        }
        return new([.. Enumerable.Range(0, rows[0].Length).Select(k => _run.Spec.Classes?[k] ?? $"{k}")], rows);
    }
}
