using Earthmover.Media;
using Earthmover.Onnx;

namespace Earthmover.Data.Pictures;

/// <summary>The options that every kind of picture data has.</summary>
public sealed class ImageOptions
{
    /// <summary>The options' names.</summary>
    public static IReadOnlyList<string> Names { get; } = ["size", "fit", "channels", "classes", "limit", "background", "filter"];

    /// <summary>Reads the options.</summary>
    /// <param name="options">The address's options.</param>
    public ImageOptions(DataOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        Options = options;
        Size = options.Size("size");
        Fit = options.Choice("fit", "crop", "resize", "pad") switch
        {
            "crop" => FitMode.Crop,
            "resize" => FitMode.Resize,
            _ => FitMode.Pad,
        };
        Channels = options.Choice("channels", "auto", "gray", "rgb") switch { "gray" => 1, "rgb" => 3, _ => null };
        Classes = options.Has("classes") ? [.. options.Text("classes", "").Split(',', StringSplitOptions.TrimEntries)] : null;
        Limit = options.Has("limit") ? (int)options.Whole("limit", 0, 1, int.MaxValue) : null;
        HasBackground = options.Has("background");
        Background = options.Color("background", Rgb.White);
        Filter = options.Choice("filter", "lanczos", "triangle") == "lanczos" ? ResizeFilter.Lanczos : ResizeFilter.Triangle;
    }

    /// <summary>Wanted size in pixels; null keeps or chooses one.</summary>
    public (int Width, int Height)? Size { get; }

    /// <summary>What to do with another aspect ratio.</summary>
    public FitMode Fit { get; }

    /// <summary>Wanted channels, 1 or 3; null chooses by the data.</summary>
    public int? Channels { get; }

    /// <summary>Wanted classes by number or name, in their new order; null for all.</summary>
    public IReadOnlyList<string>? Classes { get; }

    /// <summary>Largest number of pictures, spread evenly over all; null for all.</summary>
    public int? Limit { get; }

    /// <summary>Color behind transparent pictures (white unless given) and of margins (black unless given).</summary>
    public Rgb Background { get; }

    /// <summary>Color of the margins of <see cref="FitMode.Pad"/>.</summary>
    public Rgb Margin => HasBackground ? Background : Rgb.Black;

    /// <summary>The filter for resizing.</summary>
    public ResizeFilter Filter { get; }

    private bool HasBackground { get; }

    private DataOptions Options { get; }

    /// <summary>All choices in one line, as part of a cache key.</summary>
    public override string ToString() =>
        $"{Size?.Width}x{Size?.Height} {Fit} {Channels} {(Classes is null ? "" : string.Join(',', Classes))} "
            + $"{Limit} {Background} {Margin} {Filter}";

    /// <summary>Which old class becomes which new one, from the option <c>classes</c>.</summary>
    /// <param name="names">The names of all classes.</param>
    /// <returns>Numbers of the chosen classes, in their new order.</returns>
    /// <exception cref="UserException">A class does not exist, or is named twice.</exception>
    public int[] ChooseClasses(IReadOnlyList<string> names)
    {
        ArgumentNullException.ThrowIfNull(names);
        if (Classes is null) return [.. Enumerable.Range(0, names.Count)];
        var (chosen, known) = (new List<int>(), new ClassCard(names.Count, names));
        foreach (var wanted in Classes)
        {
            var index = known.Find(wanted) ?? throw Options.Bad("classes", wanted, $"numbers from 0 to {names.Count - 1} or names: "
                + $"{string.Join(", ", names.Take(20))}{(names.Count > 20 ? ", …" : "")}");
            if (chosen.Contains(index)) throw Options.Bad("classes", string.Join(',', Classes), "every class once");
            chosen.Add(index);
        }

        return [.. chosen];
    }

    /// <summary>Evenly spread positions when there are more than the limit.</summary>
    /// <param name="count">How many there are.</param>
    /// <returns>Positions in rising order.</returns>
    public int[] ApplyLimit(int count)
    {
        var wanted = Math.Min(Limit ?? count, count);
        var result = new int[wanted];
        for (var i = 0; i < wanted; i++) result[i] = (int)((long)i * count / wanted);
        return result;
    }

    /// <summary>Brings one decoded picture to a shape: alpha over the background, channels, size.</summary>
    /// <param name="image">The picture.</param>
    /// <param name="shape">The wanted shape.</param>
    public Image Prepare(IPixelRows image, ImageShape shape) => FitOf(shape).Apply(image);

    /// <summary>How any picture is brought to a shape.</summary>
    /// <param name="shape">The wanted shape.</param>
    public PictureFit FitOf(ImageShape shape) => new(shape.Channels, shape.Width, shape.Height, Fit, Background, Margin, Filter);

    /// <summary>Applies all options to pictures that are already in memory.</summary>
    /// <param name="name">The address, for the result.</param>
    /// <param name="shape">The pictures' shape.</param>
    /// <param name="pixels">Values, <c>[N, C, H, W]</c>.</param>
    /// <param name="labels">Class of each picture, or null.</param>
    /// <param name="names">Names of the classes, or null.</param>
    /// <param name="context">Threads, progress and cancellation.</param>
    internal ImageSet Apply(string name, ImageShape shape, byte[] pixels, int[]? labels, IReadOnlyList<string>? names, DataContext context)
    {
        var positions = Enumerable.Range(0, pixels.Length / shape.Size).ToArray();
        if (Classes is not null)
        {
            if (labels is null || names is null)
                throw Options.Bad("classes", string.Join(',', Classes), "nothing: this data has no classes");
            var chosen = ChooseClasses(names);
            positions = [.. positions.Where(i => chosen.Contains(labels[i]))];
            labels = [.. labels.Select(label => Array.IndexOf(chosen, label))];
            names = [.. chosen.Select(k => names[k])];
        }

        positions = [.. ApplyLimit(positions.Length).Select(i => positions[i])];
        var wanted = new ImageShape(Channels ?? shape.Channels, Size?.Height ?? shape.Height, Size?.Width ?? shape.Width);
        var all = positions.Length * (long)shape.Size == pixels.Length;
        if (wanted == shape && all) return new ImageSet(name, shape, pixels, labels, names);

        DataMemory.Check(name, positions.Length, wanted);
        var result = new byte[positions.Length * wanted.Size];
        if (wanted == shape)
            for (var i = 0; i < positions.Length; i++)
                pixels.AsSpan(positions[i] * shape.Size, shape.Size).CopyTo(result.AsSpan(i * shape.Size));
        else
            Parallel.For(0, positions.Length, context.Parallelism, i =>
            {
                var planes = pixels.AsSpan(positions[i] * shape.Size, shape.Size);
                var image = Image.FromPlanes(planes, shape.Channels, shape.Height, shape.Width);
                Prepare(image, wanted).CopyPlanes(result.AsSpan(i * wanted.Size, wanted.Size));
            });
        return new ImageSet(name, wanted, result, labels is null ? null : [.. positions.Select(i => labels[i])], names);
    }
}
