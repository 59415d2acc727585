using Earthmover.Data;
using Earthmover.Editing;
using Earthmover.Games;
using Earthmover.Sessions;
using Earthmover.Sessions.Judging;
using Earthmover.Sessions.Pictures;
using Earthmover.Sessions.Sampling;
using Earthmover.Sessions.Tables;
using Earthmover.Sessions.Walks;

namespace Earthmover.Serve.Models;

/// <summary>A trained run, at the checkpoint that was the newest when it was opened.</summary>
internal sealed class RunModel : IServedModel
{
    private readonly TrainedRun _run;
    private readonly SharedBlocks? _blocks;

    /// <summary>Opens a run. By the worker, as all that computes.</summary>
    /// <param name="folder">Its folder.</param>
    /// <param name="name">Its name in addresses.</param>
    /// <exception cref="UserException">It cannot be opened.</exception>
    public RunModel(string folder, string name)
    {
        _run = TrainedRun.Open(folder, new());
        try
        {
            _blocks = _run.System is ISampler ? new(_run) : null;
            Card = CardOf(name);
        }
        catch
        {
            _run.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public ModelCard Card { get; }

    /// <inheritdoc/>
    public SampleSpec Spec => _run.Spec;

    /// <inheritdoc/>
    public int LatentSize => (_run.System as ISampler)?.Latent.Size ?? 0;

    /// <inheritdoc/>
    public Told? Told(string? label, string? text) => _run.Told(label, text);

    /// <inheritdoc/>
    public ISamplePass Begin() => new Pass(_blocks!.Begin());

    /// <inheritdoc/>
    public KeyValuePair<string, string>[] Texts(string how) => SampleWriter.Texts(_run, how);

    /// <inheritdoc/>
    public IEnumerable<(TableSet? Made, long Drawn)> Rows(SampleWish wish, string where, CancellationToken cancellation)
    {
        var samples = new TableSamples(_run);
        var filter = RowFilter.Parse(where, Spec.Code!, "where");
        return InTurns();

        IEnumerable<(TableSet?, long)> InTurns()
        {
            var rows = new List<double[]>();
            using var blocks = samples.Blocks(wish.Seed, wish.First, wish.Count, filter, cancellation: cancellation).GetEnumerator();
            while (Next(blocks))
            {
                rows.AddRange(blocks.Current);
                yield return (null, samples.Drawn);
            }
            yield return (samples.Set(rows, wish.First, rows.Count), samples.Drawn);
        }

        bool Next(IEnumerator<IReadOnlyList<double[]>> blocks)
        {
            using var use = _run.Streams.Use();
            return blocks.MoveNext();
        }
    }

    /// <inheritdoc/>
    public Func<Translated> Translate(SentSamples sent, string? to, string? style, CancellationToken cancellation)
    {
        var way = Translation.Of(_run, to).In(style);
        var samples = way.Take(sent, cancellation);
        return () => new(Fresh(() => way.Translate(samples, cancellation: cancellation)), way.Direction, way.Style?.Words);
    }

    /// <inheritdoc/>
    public Func<Found> Project(SentSamples sent, bool? isEncoded, long seed, ProjectionOptions options, CancellationToken cancellation)
    {
        var projection = new RunProjection(_run, isEncoded);
        var samples = projection.Take(sent, cancellation);
        return () =>
        {
            var found = Fresh(() => projection.Project(samples, seed, options, cancellation: cancellation));
            return new(found.Latents, found.Size)
            {
                IsEncoded = found.IsEncoded,
                Errors = (found.Errors, found.MeanErrors),
                Classes = found.Classes?.Select(_run.NameOf).ToList(),
                ToGrid = () => ReconstructionGrid.ToPng(_run, samples, found),
            };
        };
    }

    /// <inheritdoc/>
    public Func<CriticScores> Score(SentSamples sent, string? label, string? text, CancellationToken cancellation)
    {
        var scores = new RunScores(_run, label, text, Card.ScoresByClass || Card.ScoresByText);
        var samples = scores.Take(sent, cancellation);
        return () => Fresh(() => scores.Score(samples, cancellation: cancellation));
    }

    /// <inheritdoc/>
    public Func<ClassifiedSamples> Classify(SentSamples sent, CancellationToken cancellation)
    {
        var classification = new RunClassification(_run);
        var samples = classification.Take(sent, cancellation);
        return () => Fresh(() => classification.Classify(samples, cancellation: cancellation));
    }

    /// <inheritdoc/>
    public void Dispose() => _run.Dispose();

    private sealed class Pass(SharedPass pass) : ISamplePass
    {
        public int Count => pass.Count;

        public int Add(SampleWish wish, int first, int most) => pass.Add(wish, first, most);

        public IReadOnlyList<float[]> Draw() => pass.Draw();
    }

    // What noise there is begins anew, as in a program that is started for this alone.
    private T Fresh<T>(Func<T> work)
    {
        _run.Streams.States = new Dictionary<string, byte[]>();
        return work();
    }

    private static string[] Numbers(int count) => [.. Enumerable.Range(0, count).Select(k => $"{k}")];

    private ModelCard CardOf(string name)
    {
        var system = _run.System;
        var choice = _run.Condition as Condition.Choice;
        var ways = (system as ITranslator)?.Directions.Select(direction => Translation.Of(_run, direction.To)) ?? [];
        var isTold = (system as ISampler)?.Condition is Condition.Text;
        // Samples of a user can be taken.
        var takes = Spec.Shape is SampleShape.Image or SampleShape.Points;
        var asks = system is IScorer && takes && RunScores.Asks(_run);
        (string Name, bool Can)[] can =
        [
            ("sample", system is ISampler),
            ("translate", system is ITranslator),
            ("project", system is ISampler && takes),
            ("score", system is IScorer && takes),
            ("classify", system is IClassifier && takes),
        ];
        return new(name, _run.Entry.Name, _run.Entry.Title)
        {
            Can = [.. can.Where(one => one.Can).Select(one => one.Name)],
            Abilities = _run.Entry.Abilities,
            Spec = Spec,
            Classes = choice is null ? null : [.. Enumerable.Range(0, choice.Count).Select(_run.NameOf)],
            Tells = system is IClassifier && takes ? Spec.Classes ?? Numbers(choice?.Count ?? 0) : null,
            Captions = isTold ? Spec.Other!.Captions : null,
            ScoresByClass = asks && !isTold,
            ScoresByText = asks && isTold,
            LatentSize = LatentSize,
            HasEncoder = system is IEncoder,
            Ways = [.. ways.Select(way => (way.Direction, way.From, way.To))],
            Steps = _run.Checkpoint.Standing.Step,
            Passes = _blocks?.Sizes ?? [],
        };
    }
}
