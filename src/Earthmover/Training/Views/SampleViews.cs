using Earthmover.Data;
using Earthmover.Data.Dealing;
using Earthmover.Files;
using Earthmover.Games;
using Earthmover.Media;
using Earthmover.Torch;
using Earthmover.Training.Runs;

namespace Earthmover.Training.Views;

/// <summary>Shows samples to people: a grid of pictures, a scatter of points over the critic's surface, lines of text.</summary>
public interface ISampleView
{
    /// <summary>Shows real samples, once, beside which the generated ones are judged.</summary>
    void DrawReals(RunFolder? folder, BatchSource data, int count);

    /// <summary>Shows generated samples; gives the file that was written, or null.</summary>
    /// <param name="folder">The run; null shows nothing.</param>
    /// <param name="step">Step of the run.</param>
    /// <param name="samples">[N, …].</param>
    /// <param name="critic">The critic, or null.</param>
    /// <param name="rows">The text of each row of samples, where they are told one; null else.</param>
    string? Draw(RunFolder? folder, long step, Tensor samples, IScorer? critic, IReadOnlyList<string>? rows = null);

    /// <summary>Samples of a row, where each row has a text.</summary>
    const int InRow = 8;

    /// <summary>Shows some of the last samples beside the training samples that they are most like, where that can be seen.</summary>
    void DrawNeighbors(RunFolder? folder, long step, Tensor samples)
    {
    }

    /// <summary>Shows where places of the last samples look, where that can be seen.</summary>
    void DrawAttention(RunFolder? folder, long step, Tensor samples, AttentionMap map)
    {
    }

    /// <summary>The view for a data set.</summary>
    static ISampleView Of(BatchSource data, Recipe recipe) => data.Target.Shape switch
    {
        SampleShape.Image => new ImageView(recipe, data),
        SampleShape.Points points => new PointView(data, points.Dimension, recipe),
        SampleShape.Table => new TableView(data.Target.Code!),
        _ => new TextView((TextSet)data.Target.Data),
    };
}

/// <summary>Grids of pictures as PNG files that carry their recipe.</summary>
/// <param name="recipe">What made them.</param>
/// <param name="source">Real pictures; where they are translated, each is drawn to the left of its translation.</param>
public sealed class ImageView(Recipe recipe, BatchSource source) : ISampleView
{
    private const int Compared = 16, Neighbors = 3;

    /// <inheritdoc/>
    public void DrawReals(RunFolder? folder, BatchSource data, int count)
    {
        if (folder is null)
            return;
        using var scope = TensorScope.Open();
        var target = data.Target;
        var rows = new int[Math.Min(count, target.Data.Count)];
        for (var i = 0; i < rows.Length; i++)
            rows[i] = (int)(i * (long)target.Data.Count / rows.Length);
        using var batch = target.Of(rows);
        Write(Path.Combine(folder.Samples, "reals.png"), batch.X, Texts(recipe, 0));
    }

    /// <inheritdoc/>
    public string? Draw(RunFolder? folder, long step, Tensor samples, IScorer? critic, IReadOnlyList<string>? rows = null)
    {
        if (folder is null)
            return null;
        var path = Path.Combine(folder.Samples, $"{step:D6}.png");
        if (rows is not null)
            ImageFile.SavePng(path, CaptionRows.Draw(Images(samples), rows, ISampleView.InRow), Texts(recipe, step));
        else if (source.Target == source)
            Write(path, samples, Texts(recipe, step));
        else
            WritePairs(path, samples, Texts(recipe, step));
        return path;
    }

    /// <summary>Sixteen samples, each with the training pictures nearest to it on its right, two to a row.</summary>
    public void DrawNeighbors(RunFolder? folder, long step, Tensor samples)
    {
        if (folder is null)
            return;
        using var scope = TensorScope.Open();
        using var pause = Autograd.Pause();
        var shown = samples.Narrow(0, 0, Math.Min(Compared, samples.Size(0)));
        var rows = NearestPictures.Find(shown.Clamp(-1, 1), source.Target, Neighbors);
        using var batch = source.Target.Of([.. rows.SelectMany(r => r)], samples.Device);
        var k = rows[0].Length;
        var tiles = Tensor.Cat([shown.Unsqueeze(1), batch.X.Reshape([-1, k, .. shown.Shape.AsSpan(1)])], 1);
        var file = Path.Combine(folder.Samples, "nearest-training-pictures.png");
        Write(file, tiles.Reshape([-1, .. shown.Shape.AsSpan(1)]), Texts(recipe, step), columns: 2 * (k + 1));
    }

    /// <summary>Eight samples, and beside each where four of its places look.</summary>
    public void DrawAttention(RunFolder? folder, long step, Tensor samples, AttentionMap map)
    {
        if (folder is not null)
            ImageFile.SavePng(Path.Combine(folder.Samples, "where-places-of-samples-look.png"),
                AttentionSheet.Draw(Images(samples), map), Texts(recipe, step));
    }

    // What every picture carries: how it was made.
    internal static KeyValuePair<string, string>[] Texts(Recipe recipe, long step) =>
        [new("earthmover", recipe.ForOthers().ToJson()), new("earthmover:step", $"{step}")];

    /// <summary>Pictures in [−1, 1] as bytes [N, C, H, W].</summary>
    public static byte[] ToBytes(Tensor pictures)
    {
        using var scope = TensorScope.Open();
        using var pause = Autograd.Pause();
        return ((pictures.Clamp(-1, 1) + 1) * 127.5 + 0.5).To(DType.UInt8).ToArray<byte>();
    }

    // Four pairs a row.
    private void WritePairs(string path, Tensor translations, IEnumerable<KeyValuePair<string, string>> texts)
    {
        using var scope = TensorScope.Open();
        using var inputs = source.Of([.. Enumerable.Range(0, (int)translations.Size(0))], translations.Device);
        if (!inputs.X.Shape.SequenceEqual(translations.Shape))
        {
            ImageFile.SavePng(path, PairGrid.Draw([.. Images(inputs.X).Zip(Images(translations))], columns: 4), texts);
            return;
        }
        var pairs = Tensor.Stack([inputs.X, translations], 1).Reshape([-1, .. inputs.X.Shape.AsSpan(1)]);
        Write(path, pairs, texts, columns: 8);
    }

    private static void Write(string path, Tensor pictures, IEnumerable<KeyValuePair<string, string>> texts, int columns = 0) =>
        ImageFile.SavePng(path, ImageGrid.Draw(Images(pictures), columns), texts);

    private static Image[] Images(Tensor pictures)
    {
        var (channels, height, width) = ((int)pictures.Size(1), (int)pictures.Size(2), (int)pictures.Size(3));
        return [.. ToBytes(pictures).Chunk(channels * height * width).Select(planes => Image.FromPlanes(planes, channels, height, width))];
    }
}

/// <summary>Lines of generated text, one file per report.</summary>
public sealed class TextView(TextSet text) : ISampleView
{
    /// <inheritdoc/>
    public void DrawReals(RunFolder? folder, BatchSource data, int count)
    {
        if (folder is not null)
            AtomicFile.WriteLines(Path.Combine(folder.Samples, "reals.txt"),
                Enumerable.Range(0, Math.Min(count, text.Count)).Select(i => text.Line(text[i])));
    }

    /// <inheritdoc/>
    public string? Draw(RunFolder? folder, long step, Tensor samples, IScorer? critic, IReadOnlyList<string>? rows = null)
    {
        if (folder is null)
            return null;
        var path = Path.Combine(folder.Samples, $"{step:D6}.txt");
        AtomicFile.WriteLines(path, Lines(samples));
        return path;
    }

    /// <summary>The most probable character at each position.</summary>
    /// <param name="samples">Probabilities [N, V, L].</param>
    public IReadOnlyList<string> Lines(Tensor samples) => Lines(text.Vocabulary, samples);

    /// <summary>The most probable character at each position.</summary>
    /// <param name="vocabulary">The symbols [V], the padding first.</param>
    /// <param name="samples">Probabilities [N, V, L].</param>
    public static IReadOnlyList<string> Lines(IReadOnlyList<string> vocabulary, Tensor samples) =>
        [.. Codes(samples).Chunk((int)samples.Size(2)).Select(line => TextSet.Line(vocabulary, line))];

    /// <summary>The most probable symbol at each position [N, L].</summary>
    /// <param name="samples">Probabilities [N, V, L].</param>
    internal static int[] Codes(Tensor samples)
    {
        using var scope = TensorScope.Open();
        return Array.ConvertAll(samples.Argmax(1).ToArray<long>(), code => (int)code);
    }
}
