using Earthmover.Media;

namespace Earthmover.Onnx;

/// <summary>
/// A model that <c>earthmover export</c> has written, on a machine that needs neither LibTorch nor the run: it samples, translates, encodes
/// or scores, whichever it was exported for. For several threads at once.
/// </summary>
/// <example>
/// <code>
/// using var generator = Generator.Open("garments.onnx");
/// var pictures = generator.Sample(64, seed: 1).Pictures();
/// </code>
/// </example>
public sealed class Generator : IDisposable
{
    // As many as the program itself makes at once.
    private const int Block = 64;

    private readonly Graph _graph;

    private Generator(Graph graph, ModelCard card) => (_graph, Card) = (graph, card);

    /// <summary>What the model says of itself.</summary>
    public ModelCard Card { get; }

    /// <summary>Opens a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="threads">Threads of one evaluation; 0 for all cores.</param>
    /// <exception cref="ModelException">It is no model of this program; the message begins with the path.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static Generator Open(string path, int threads = 0)
    {
        try
        {
            return Load(File.ReadAllBytes(path), threads);
        }
        catch (ModelException e)
        {
            throw new ModelException($"{path}: {e.Message}");
        }
    }

    /// <summary>Opens a file's contents.</summary>
    /// <param name="model">The contents.</param>
    /// <param name="threads">Threads of one evaluation; 0 for all cores.</param>
    /// <exception cref="ModelException">They are no model of this program.</exception>
    public static Generator Load(byte[] model, int threads = 0)
    {
        var graph = Graph.Load(model, threads);
        try
        {
            return graph.Metadata.TryGetValue(ModelCard.Key, out var card) ? new(graph, ModelCard.FromJson(card))
                : throw new ModelException("this ONNX model was not written by earthmover export: nothing says what it takes and makes");
        }
        catch
        {
            graph.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Draws samples: sample k of a seed is that of <c>earthmover sample --seed</c> of the run, up to the rounding of a byte.
    /// </summary>
    /// <param name="count">How many.</param>
    /// <param name="seed">Seed of the latent vectors.</param>
    /// <param name="label">The class of all of them; as the latent vectors say when null.</param>
    /// <param name="text">What all of them should show; a caption of the data, as the latent vectors say, when null.</param>
    /// <param name="first">Number of the first, from 0.</param>
    /// <param name="progress">Told the share that is done.</param>
    /// <param name="cancellation">Stops after the samples that are being made, 64 at most.</param>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    /// <exception cref="ModelException">It is no generator, has no such class, or cannot read the text.</exception>
    public Samples Sample(int count, long seed = 1, int? label = null, string? text = null, int first = 0,
        IProgress<double>? progress = null, CancellationToken cancellation = default)
    {
        IReadOnlyList<int>? labels = label is { } k ? [.. Enumerable.Repeat(k, count)] : null;
        IReadOnlyList<long[]?>? texts = text is null ? null : [.. Enumerable.Repeat(Read(text), count)];
        return Generate(Draw(count, seed, first), labels, texts, progress, cancellation);
    }

    /// <summary>A text as the model hears it.</summary>
    /// <param name="text">The text.</param>
    /// <exception cref="ModelException">It is told none, or cannot read it.</exception>
    public long[] Read(string text) => Card.Text is { } card ? card.Read(text)
        : throw new ModelException($"{Card.System} is told no text; leave it out");

    /// <summary>The latent vectors of samples, one after another [count, size of <see cref="ModelCard.Latent"/>].</summary>
    /// <param name="count">How many.</param>
    /// <param name="seed">Seed of the latent vectors.</param>
    /// <param name="first">Number of the first, from 0.</param>
    /// <exception cref="ModelException">The model is no generator.</exception>
    public float[] Draw(int count, long seed = 1, int first = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfNegative(first);
        var law = Law();
        return SeededVectors.Draw(law.Normals, law.Uniforms, seed, SeededVectors.Samples, first, count);
    }

    /// <summary>Makes samples of latent vectors.</summary>
    /// <param name="latent">The vectors, one after another [N, size of <see cref="ModelCard.Latent"/>].</param>
    /// <param name="labels">The class of each [N], −1 where its latent vector chooses; null for that everywhere.</param>
    /// <param name="texts">The text of each [N], as <see cref="Read"/> gives it, null where its latent vector chooses a caption; null for
    /// that everywhere.</param>
    /// <param name="progress">Told the share that is done.</param>
    /// <param name="cancellation">Stops after the samples that are being made, 64 at most.</param>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    /// <exception cref="ModelException">It is no generator, has no such class, is told no text, or the vectors do not fit.</exception>
    public Samples Generate(float[] latent, IReadOnlyList<int>? labels = null, IReadOnlyList<long[]?>? texts = null,
        IProgress<double>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(latent);
        var (size, gives) = (Law().Size, Card.Gives!);
        var count = latent.Length / size;
        var told = labels?.Count ?? texts?.Count;
        if (latent.Length % size != 0 || told is not null && told != count || labels is not null && texts?.Count is { } n && n != count)
            throw new ModelException($"{latent.Length} numbers"
                + (told is null ? "" : $" for {told} {(labels is null ? "texts" : "classes")}")
                + $" are not whole latent vectors of {size}");
        var made = new float[checked(count * gives.Size)];
        for (var first = 0; first < count; first += Block)
        {
            cancellation.ThrowIfCancellationRequested();
            var some = Math.Min(Block, count - first);
            var z = latent.AsSpan(first * size, some * size).ToArray();
            var values = _graph.Run([("z", z, [some, size]), .. Labels(labels?.Skip(first).Take(some).ToArray(), some),
                .. Texts(texts?.Skip(first).Take(some).ToArray(), some)]);
            if (values.Length != some * gives.Size)
                throw new ModelException("it makes other samples than its card says; export it again");
            values.CopyTo(made, first * gives.Size);
            progress?.Report((first + some) / (double)count);
        }
        return new(gives, made);
    }

    /// <summary>Takes a picture from one domain to the other; one of another size is fitted as the data were.</summary>
    /// <param name="picture">The picture.</param>
    /// <param name="label">The style of the translation, which some translators ask for: its number.</param>
    /// <exception cref="ModelException">The model is no translator of pictures, or has no such style.</exception>
    public Image Translate(Image picture, int? label = null) => Translate(Pixels(picture), label).Picture(0);

    /// <summary>Takes samples from one domain to the other, each by itself.</summary>
    /// <param name="values">Pictures in [−1, 1] or points as the model sees them, one after another [N, …].</param>
    /// <param name="label">The style of the translations, which some translators ask for: its number.</param>
    /// <param name="progress">Told the share that is done.</param>
    /// <param name="cancellation">Ends it with an <see cref="OperationCanceledException"/>.</param>
    /// <exception cref="ModelException">The model is no translator, asks for a style, or the numbers do not fit.</exception>
    public Samples Translate(
        float[] values, int? label = null, IProgress<double>? progress = null, CancellationToken cancellation = default)
    {
        if (!Card.IsTranslator)
            throw new ModelException($"this model is the {Card.Part} of {Card.System}, which translates nothing");
        if (Card.Classes is { } styles && label is null or < 0)
            throw new ModelException($"{Card.System} is told a style; say which of {styles.Count}");
        var made = Each(values, label, progress, cancellation);
        return made.Length == values.Length / Card.Takes!.Size * Card.Gives!.Size ? new(Card.Gives, made)
            : throw new ModelException("it makes other samples than its card says; export it again");
    }

    /// <summary>The latent vector of a picture, or the mean of those that it may have.</summary>
    /// <param name="picture">The picture.</param>
    /// <exception cref="ModelException">The model is no encoder of pictures.</exception>
    public float[] Encode(Image picture) => Encode(Pixels(picture));

    /// <summary>Latent vectors of samples, one after another.</summary>
    /// <param name="values">Pictures in [−1, 1] or points as the model sees them, one after another [N, …].</param>
    /// <param name="progress">Told the share that is done.</param>
    /// <param name="cancellation">Ends it with an <see cref="OperationCanceledException"/>.</param>
    /// <exception cref="ModelException">The model is no encoder, or the numbers do not fit.</exception>
    public float[] Encode(float[] values, IProgress<double>? progress = null, CancellationToken cancellation = default) =>
        Card.Part == ModelCard.Encoder ? Each(values, null, progress, cancellation)
        : throw new ModelException($"this model is the {Card.Part} of {Card.System}, which encodes nothing");

    /// <summary>The critic's score of a picture: higher is more real. A critic that judges patches gives their mean.</summary>
    /// <param name="picture">The picture.</param>
    /// <param name="label">The class that it should be, which some critics ask for.</param>
    /// <param name="text">The text that it should show, which some critics ask for.</param>
    /// <exception cref="ModelException">The model is no critic of pictures.</exception>
    public double Score(Image picture, int? label = null, string? text = null) => Score(Pixels(picture), label, text)[0];

    /// <summary>The critic's scores of samples.</summary>
    /// <param name="values">Pictures in [−1, 1] or points as the model sees them, one after another [N, …].</param>
    /// <param name="label">The class that all should be, which some critics ask for.</param>
    /// <param name="text">The text that all should show, which some critics ask for.</param>
    /// <param name="progress">Told the share that is done.</param>
    /// <param name="cancellation">Ends it with an <see cref="OperationCanceledException"/>.</param>
    /// <exception cref="ModelException">The model is no critic, or the numbers do not fit.</exception>
    public double[] Score(float[] values, int? label = null, string? text = null,
        IProgress<double>? progress = null, CancellationToken cancellation = default)
    {
        if (Card.Part != ModelCard.Critic)
            throw new ModelException($"this model is the {Card.Part} of {Card.System}, which scores nothing");
        if (Card.Classes is { } classes && label is null)
            throw new ModelException($"this critic judges samples of a class; say which of {classes.Count}");
        if (Card.Text is not null && text is null)
            throw new ModelException("this critic judges samples of a text; say which");
        var scores = Each(values, label, progress, cancellation, text is null ? null : Read(text));
        // A map of scores of patches, or a single one.
        return [.. scores.Chunk(scores.Length / (values.Length / Card.Takes!.Size)).Select(map => map.Average(score => (double)score))];
    }

    /// <summary>The probabilities of the classes of a picture [K].</summary>
    /// <param name="picture">The picture.</param>
    /// <exception cref="ModelException">The model is no classifier of pictures.</exception>
    public float[] Classify(Image picture) => Classify(Pixels(picture));

    /// <summary>The probabilities of the classes of samples, one sample after another [N, K].</summary>
    /// <param name="values">Pictures in [−1, 1] or points as the model sees them, one after another [N, …].</param>
    /// <param name="progress">Told the share that is done.</param>
    /// <param name="cancellation">Ends it with an <see cref="OperationCanceledException"/>.</param>
    /// <exception cref="ModelException">The model is no classifier, or the numbers do not fit.</exception>
    public float[] Classify(float[] values, IProgress<double>? progress = null, CancellationToken cancellation = default) =>
        Card.Part == ModelCard.Classifier ? Each(values, null, progress, cancellation)
        : throw new ModelException($"this model is the {Card.Part} of {Card.System}, which tells no classes");

    /// <summary>A picture as the model sees it: fitted as the data were, planes in [−1, 1].</summary>
    /// <param name="picture">The picture.</param>
    /// <exception cref="ModelException">The model takes no pictures.</exception>
    public float[] Pixels(Image picture)
    {
        if (Card.Takes is not { Kind: SampleCard.Pictures } takes)
            throw new ModelException($"this model is the {Card.Part} of {Card.System}, which takes no pictures");
        var fitted = new PictureFit(takes.Axes[0], takes.Axes[2], takes.Axes[1],
            takes.Fit switch { "resize" => FitMode.Resize, "pad" => FitMode.Pad, _ => FitMode.Crop },
            Color(takes.Background), Color(takes.Margin),
            takes.Filter == "triangle" ? ResizeFilter.Triangle : ResizeFilter.Lanczos).Apply(picture);
        var planes = new byte[takes.Size];
        fitted.CopyPlanes(planes);
        return Array.ConvertAll(planes, value => value * (2f / 255) - 1);
    }

    /// <summary>Frees the model.</summary>
    public void Dispose() => _graph.Dispose();

    private LatentCard Law() => Card.Part == ModelCard.Generator ? Card.Latent!
        : throw new ModelException($"this model is the {Card.Part} of {Card.System}, which draws no samples");

    // One sample after another, so that a sample is the same beside whatever others.
    private float[] Each(float[] values, int? label, IProgress<double>? progress, CancellationToken cancellation, long[]? text = null)
    {
        ArgumentNullException.ThrowIfNull(values);
        var takes = Card.Takes!;
        if (values.Length == 0 || values.Length % takes.Size != 0)
            throw new ModelException($"{values.Length} numbers are not whole samples of {takes.Size}");
        long[] shape = [1, .. takes.Axes.Select(axis => (long)axis)];
        (string, Array, long[])[] noise = Card.Latent is { } law ? [("noise", new float[law.Size], [1, law.Size])] : [];
        int[]? told = label is { } k ? [k] : null;
        return [.. values.Chunk(takes.Size).SelectMany((x, i) =>
        {
            cancellation.ThrowIfCancellationRequested();
            var made = _graph.Run([("x", x, shape), .. noise, .. Labels(told, 1), .. Texts(text is null ? null : [text], 1)]);
            progress?.Report((i + 1.0) * takes.Size / values.Length);
            return made;
        })];
    }

    // −1 leaves the choice to the latent vector.
    private (string, Array, long[])[] Labels(int[]? labels, int count)
    {
        // A classifier is not told.
        if (Card.Classes is not { } classes || Card.Part == ModelCard.Classifier)
            return labels is null ? [] : throw new ModelException($"{Card.System} is told no classes; leave the class out");
        if (labels?.FirstOrDefault(label => label < -1 || label >= classes.Count, -1) is { } bad and not -1)
            throw new ModelException($"there is no class {bad}; there are 0 to {classes.Count - 1}");
        var all = labels is null ? Enumerable.Repeat(-1L, count) : labels.Select(label => (long)label);
        return [("class", all.ToArray(), [count])];
    }

    // The same of texts.
    private (string, Array, long[])[] Texts(long[]?[]? texts, int count)
    {
        if (Card.Text is not { } card || Card.Part == ModelCard.Classifier)
            return texts is null ? [] : throw new ModelException($"{Card.System} is told no text; leave it out");
        if (texts?.FirstOrDefault(text => text is not null && text.Length != card.Length) is { } bad)
            throw new ModelException($"a text has {bad.Length} symbols; this model reads {card.Length}");
        long[] chosen = [.. Enumerable.Repeat(-1L, card.Length)];
        var all = Enumerable.Range(0, count).SelectMany(i => texts?[i] ?? chosen).ToArray();
        return [("text", all, [count, card.Length])];
    }

    private static Rgb Color(string text) => Rgb.TryParse(text, out var color) ? color : Rgb.White;
}
