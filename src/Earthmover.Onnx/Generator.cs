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
    /// <param name="first">Number of the first, from 0.</param>
    /// <exception cref="ModelException">It is no generator, or has no such class.</exception>
    public Samples Sample(int count, long seed = 1, int? label = null, int first = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfNegative(first);
        var law = Law();
        return Generate(Blocks(count).SelectMany(block =>
            SeededVectors.Draw(law.Normals, law.Uniforms, seed, SeededVectors.Samples, first + block.First, block.Count)), count, label);
    }

    /// <summary>Makes samples of latent vectors.</summary>
    /// <param name="latent">The vectors, one after another [N, size of <see cref="ModelCard.Latent"/>].</param>
    /// <param name="label">The class of all of them; as the latent vectors say when null.</param>
    /// <exception cref="ModelException">It is no generator, has no such class, or the vectors do not fit.</exception>
    public Samples Generate(IReadOnlyCollection<float> latent, int? label = null)
    {
        ArgumentNullException.ThrowIfNull(latent);
        var size = Law().Size;
        return latent.Count % size == 0 ? Generate(latent, latent.Count / size, label)
            : throw new ModelException($"{latent.Count} numbers are not whole latent vectors of {size}");
    }

    /// <summary>Takes a picture from one domain to the other; one of another size is fitted as the data were.</summary>
    /// <param name="picture">The picture.</param>
    /// <exception cref="ModelException">The model is no translator of pictures.</exception>
    public Image Translate(Image picture) => Translate(Pixels(picture)).Picture(0);

    /// <summary>Takes samples from one domain to the other, each by itself.</summary>
    /// <param name="values">Pictures in [−1, 1] or points as the model sees them, one after another [N, …].</param>
    /// <exception cref="ModelException">The model is no translator, or the numbers do not fit.</exception>
    public Samples Translate(float[] values) => Card.IsTranslator ? new(Card.Gives!, Each(values))
        : throw new ModelException($"this model is the {Card.Part} of a {Card.System}, which translates nothing");

    /// <summary>The latent vector of a picture, or the mean of those that it may have.</summary>
    /// <param name="picture">The picture.</param>
    /// <exception cref="ModelException">The model is no encoder of pictures.</exception>
    public float[] Encode(Image picture) => Encode(Pixels(picture));

    /// <summary>Latent vectors of samples, one after another.</summary>
    /// <param name="values">Pictures in [−1, 1] or points as the model sees them, one after another [N, …].</param>
    /// <exception cref="ModelException">The model is no encoder, or the numbers do not fit.</exception>
    public float[] Encode(float[] values) => Card.Part == ModelCard.Encoder ? Each(values)
        : throw new ModelException($"this model is the {Card.Part} of a {Card.System}, which encodes nothing");

    /// <summary>The critic's score of a picture: higher is more real. A critic that judges patches gives their mean.</summary>
    /// <param name="picture">The picture.</param>
    /// <param name="label">The class that it should be, which some critics ask for.</param>
    /// <exception cref="ModelException">The model is no critic of pictures.</exception>
    public double Score(Image picture, int? label = null) => Score(Pixels(picture), label)[0];

    /// <summary>The critic's scores of samples.</summary>
    /// <param name="values">Pictures in [−1, 1] or points as the model sees them, one after another [N, …].</param>
    /// <param name="label">The class that all should be, which some critics ask for.</param>
    /// <exception cref="ModelException">The model is no critic, or the numbers do not fit.</exception>
    public double[] Score(float[] values, int? label = null)
    {
        if (Card.Part != ModelCard.Critic)
            throw new ModelException($"this model is the {Card.Part} of a {Card.System}, which scores nothing");
        if (Card.Classes is { } classes && label is null)
            throw new ModelException($"this critic judges samples of a class; say which of {classes.Count}");
        var scores = Each(values, label);
        return [.. scores.Chunk(scores.Length / (values.Length / Card.Takes!.Size)).Select(map => map.Average(score => (double)score))];
    }

    /// <summary>A picture as the model sees it: fitted as the data were, planes in [−1, 1].</summary>
    /// <param name="picture">The picture.</param>
    /// <exception cref="ModelException">The model takes no pictures.</exception>
    public float[] Pixels(Image picture)
    {
        if (Card.Takes is not { Kind: SampleCard.Pictures } takes)
            throw new ModelException($"this model is the {Card.Part} of a {Card.System}, which takes no pictures");
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
        : throw new ModelException($"this model is the {Card.Part} of a {Card.System}, which draws no samples");

    private Samples Generate(IEnumerable<float> latent, int count, int? label)
    {
        var (size, made) = (Law().Size, new List<float>());
        using var vectors = latent.GetEnumerator();
        foreach (var (_, some) in Blocks(count))
        {
            var z = new float[some * size];
            for (var i = 0; i < z.Length && vectors.MoveNext(); i++)
                z[i] = vectors.Current;
            made.AddRange(_graph.Run([("z", z, [some, size]), .. Labels(label, some)]));
        }
        return new(Card.Gives!, [.. made]);
    }

    // One sample after another, so that a sample is the same beside whatever others.
    private float[] Each(float[] values, int? label = null)
    {
        ArgumentNullException.ThrowIfNull(values);
        var takes = Card.Takes!;
        if (values.Length == 0 || values.Length % takes.Size != 0)
            throw new ModelException($"{values.Length} numbers are not whole samples of {takes.Size}");
        long[] shape = [1, .. takes.Axes.Select(axis => (long)axis)];
        (string, Array, long[])[] noise = Card.Latent is { } law ? [("noise", new float[law.Size], [1, law.Size])] : [];
        return [.. values.Chunk(takes.Size).SelectMany(x => _graph.Run([("x", x, shape), .. noise, .. Labels(label, 1)]))];
    }

    // −1 leaves the choice to the latent vector.
    private (string, Array, long[])[] Labels(int? label, int count)
    {
        if (Card.Classes is not { } classes)
            return label is null ? [] : throw new ModelException($"a {Card.System} is told no classes; leave the class out");
        return label is null || label >= 0 && label < classes.Count
            ? [("class", Enumerable.Repeat((long)(label ?? -1), count).ToArray(), [count])]
            : throw new ModelException($"there is no class {label}; there are 0 to {classes.Count - 1}");
    }

    private static IEnumerable<(int First, int Count)> Blocks(int count)
    {
        for (var first = 0; first < count; first += Block)
            yield return (first, Math.Min(Block, count - first));
    }

    private static Rgb Color(string text) => Rgb.TryParse(text, out var color) ? color : Rgb.White;
}
