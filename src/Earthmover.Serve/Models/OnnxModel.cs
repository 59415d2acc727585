using Earthmover.Data;
using Earthmover.Editing;
using Earthmover.Games;
using Earthmover.Media;
using Earthmover.Onnx;
using Earthmover.Sessions.Judging;
using Earthmover.Sessions.Sampling;
using Earthmover.Systems;

namespace Earthmover.Serve.Models;

/// <summary>A part of a run that <c>export</c> has written as an ONNX file: what that part can do, without the run.</summary>
internal sealed class OnnxModel : IServedModel
{
    private readonly Generator _model;

    /// <summary>Opens a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="name">Its name in addresses.</param>
    /// <exception cref="UserException">It cannot be opened.</exception>
    public OnnxModel(string path, string name)
    {
        try
        {
            _model = Generator.Open(path);
        }
        catch (ModelException e)
        {
            throw new UserException(e.Message);
        }
        var (card, classes) = (_model.Card, _model.Card.Classes);
        Spec = SpecOf((card.Gives ?? card.Takes)!) with { License = card.License };
        var (can, ability) = card switch
        {
            { IsTranslator: true } => ("translate", "translator"),
            { Part: Onnx.ModelCard.Generator } => ("sample", "sampler"),
            { Part: Onnx.ModelCard.Encoder } => ("project", "encoder"),
            { Part: Onnx.ModelCard.Critic } => ("score", "scorer"),
            { Part: Onnx.ModelCard.Classifier } => ("classify", "classifier"),
            _ => ("", ""),
        };
        if (can.Length == 0)
        {
            _model.Dispose();
            throw new UserException($"{path} is the {card.Part} of {card.System}, which is not served; "
                + "served are generators, translators, encoders, critics and classifiers");
        }
        Card = new(name, card.System, SystemCatalog.All.FirstOrDefault(entry => entry.Name == card.System)?.Title ?? card.System)
        {
            Can = [can],
            Abilities = [ability],
            Spec = Spec,
            Classes = can == "classify" ? null : NamesOf(classes),
            Tells = can == "classify" ? NamesOf(classes) ?? [] : null,
            Captions = can == "sample" && card.Text is not null ? [] : null,
            ScoresByClass = can == "score" && classes is not null,
            ScoresByText = can == "score" && card.Text is not null,
            LatentSize = LatentSize,
            HasEncoder = can == "project",
            Ways = card.IsTranslator ? [(WayOf(card.Part), SpecOf(card.Takes!), Spec)] : [],
            Steps = card.Step,
        };
    }

    /// <inheritdoc/>
    public ModelCard Card { get; }

    /// <inheritdoc/>
    public SampleSpec Spec { get; }

    /// <inheritdoc/>
    public int LatentSize => _model.Card is { Part: Onnx.ModelCard.Generator, Latent: { } law } ? law.Size : 0;

    /// <inheritdoc/>
    public Told? Told(string? label, string? text) => (label, text) switch
    {
        (null, null) => null,
        (not null, null) => Sessions.Sampling.Told.Class(Refused(() => _model.Card.Classes is { } classes ? classes.NumberOf(label)
            : throw new UserException($"{Card.System} does not learn classes, so it cannot draw one; leave the class out"))),
        (null, not null) => Sessions.Sampling.Told.OfText(text, Refused(() => _model.Read(text))),
        _ => throw new UserException("samples are told a class or a text, not both; leave one out"),
    };

    /// <inheritdoc/>
    public ISamplePass Begin() => new Pass(_model);

    /// <inheritdoc/>
    public KeyValuePair<string, string>[] Texts(string how) => [new("earthmover:sample", how)];

    /// <inheritdoc/>
    public IEnumerable<(TableSet? Made, long Drawn)> Rows(SampleWish wish, string where, CancellationToken cancellation) =>
        throw new UserException("an exported file does not know the values of a table; serve its run to ask for rows");

    /// <inheritdoc/>
    public Func<Translated> Translate(SentSamples sent, string? to, string? style, CancellationToken cancellation)
    {
        int? k = style is null ? null : _model.Card.Classes is not { } styles
            ? throw new UserException($"{Card.System} is told no style; leave it out") : Refused(() => styles.NumberOf(style));
        if (k is null && Card.Classes is { } all)
            throw new UserException($"{Card.System} is told a style; say which: {string.Join(", ", all.Take(20))}");
        var (values, way) = (Taken(sent), Card.Ways[0].Way);
        return () =>
        {
            var made = Each(values, x => _model.Translate(x, k, null, cancellation).Values.ToArray(), cancellation);
            var data = new DrawnSamples(Spec, made, new(0, 0, sent.Count), Texts).Data;
            return new(data, way, k is { } told ? Card.Classes![told] : null);
        };
    }

    /// <inheritdoc/>
    public Func<Found> Project(SentSamples sent, bool? isEncoded, long seed, ProjectionOptions options, CancellationToken cancellation)
    {
        if (isEncoded == false)
            throw new UserException("this model is an encoder, and to search takes a generator; leave \"encoder\" out");
        var values = Taken(sent);
        return () =>
        {
            var latents = Each(values, x => _model.Encode(x, null, cancellation), cancellation);
            return new(latents, latents.Length / sent.Count) { IsEncoded = true };
        };
    }

    /// <inheritdoc/>
    public Func<CriticScores> Score(SentSamples sent, string? label, string? text, CancellationToken cancellation)
    {
        var told = Told(label, text);
        if (told is null && (Card.ScoresByClass || Card.ScoresByText))
            throw new UserException(
                $"the critic of {Card.System} judges samples as of a {(Card.ScoresByText ? "text" : "class")}; say which");
        var values = Taken(sent);
        float[] Scores(float[] x) => Array.ConvertAll(_model.Score(x, told?.Label, text, null, cancellation), score => (float)score);
        return () => new(Each(values, Scores, cancellation), [1]);
    }

    /// <inheritdoc/>
    public Func<ClassifiedSamples> Classify(SentSamples sent, CancellationToken cancellation)
    {
        var values = Taken(sent);
        return () =>
        {
            var found = Each(values, x => _model.Classify(x, null, cancellation), cancellation);
            var count = found.Length / sent.Count;
            var names = Card.Tells?.Count == count ? Card.Tells : [.. Enumerable.Range(0, count).Select(k => $"{k}")];
            return new(names, [.. found.Chunk(count)]);
        };
    }

    /// <inheritdoc/>
    public void Dispose() => _model.Dispose();

    private static IReadOnlyList<string>? NamesOf(ClassCard? classes) =>
        classes is null ? null : classes.Names ?? [.. Enumerable.Range(0, classes.Count).Select(k => $"{k}")];

    private static Direction WayOf(string part) => part.Split("_to_") is [var from, var to] ? new(from, to) : Direction.AToB;

    private static SampleSpec SpecOf(SampleCard card) => new()
    {
        Kind = card.Kind,
        Axes = card.Axes,
        Columns = card.Columns,
        Center = card.Center,
        Spread = card.Spread,
        Vocabulary = card.Vocabulary,
    };

    private static float[] Each(float[][] values, Func<float[], float[]> map, CancellationToken cancellation)
    {
        var made = new List<float>();
        for (var i = 0; i < values.Length; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            var one = Refused(() => map(values[i]));
            if (!one.All(float.IsFinite))
                throw new UserException("this model makes numbers that are not finite; its run has diverged");
            made.AddRange(one);
        }
        return [.. made];
    }

    private float[][] Taken(SentSamples sent)
    {
        var spec = SpecOf(_model.Card.Takes!);
        if (spec.Kind == SampleSpec.Points)
        {
            var points = sent.ToPoints(spec);
            return [.. Enumerable.Range(0, points.Count).Select(i =>
            {
                var point = new float[spec.Axes[0]];
                spec.Scaling.Apply(points[i], point);
                return point;
            })];
        }
        if (spec.Kind != SampleSpec.Images || sent.Points.Count > 0)
            throw new UserException($"this model takes {spec.Shape.Words}, and something else was sent");
        return [.. sent.Pictures.Select(picture => Refused(() => _model.Pixels(ImageFile.Decode(picture))))];
    }

    // What the model refuses is what was asked of it.
    private static T Refused<T>(Func<T> ask)
    {
        try
        {
            return ask();
        }
        catch (Exception e) when (e is ModelException or MediaException)
        {
            throw new UserException(e.Message);
        }
    }

    // Rows of any wishes; they agree with the run's up to the rounding of a byte, in whatever company.
    private sealed class Pass(Generator model) : ISamplePass
    {
        private readonly List<(SampleWish Wish, int First, int Count)> _parts = [];

        public int Count { get; private set; }

        public int Add(SampleWish wish, int first, int most)
        {
            var count = Math.Min(most, SharedBlocks.Rows - Count);
            if (count > 0)
                _parts.Add((wish, first, count));
            Count += count;
            return count;
        }

        public IReadOnlyList<float[]> Draw()
        {
            var size = model.Card.Latent!.Size;
            float[] latents = [.. _parts.SelectMany(part => part.Wish.Latents is { } given
                ? given.AsSpan(part.First * size, part.Count * size).ToArray()
                : model.Draw(part.Count, part.Wish.Seed, part.Wish.First + part.First))];
            IReadOnlyList<Told?> told = [.. _parts.SelectMany(part => Enumerable.Repeat(part.Wish.Told, part.Count))];
            int[]? labels = model.Card.Classes is null ? null : [.. told.Select(one => one?.Label ?? -1)];
            long[]?[]? texts = model.Card.Text is null ? null : [.. told.Select(one => one?.Numbers.ToArray())];
            var values = Refused(() => model.Generate(latents, labels, texts)).Values;
            var (made, row, from) = (new List<float[]>(), values.Length / Count, 0);
            foreach (var (_, _, count) in _parts)
            {
                made.Add(values.Slice(from * row, count * row).ToArray());
                from += count;
            }
            return made;
        }
    }
}
