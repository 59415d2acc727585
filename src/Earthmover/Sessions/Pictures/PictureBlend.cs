using System.Globalization;
using Earthmover.Data;
using Earthmover.Data.Pictures;
using Earthmover.Editing;
using Earthmover.Games;
using Earthmover.Media;
using Earthmover.Sessions.Sampling;
using Earthmover.Torch;
using Earthmover.Torch.Operators;

namespace Earthmover.Sessions.Pictures;

/// <summary>A part of one picture to be set into another, at their own size.</summary>
public sealed class PictureBlend
{
    private readonly Image _foreground, _background;
    private readonly byte[] _mask;
    private readonly byte[]? _alpha;

    private PictureBlend(Image foreground, Image background, byte[] mask, byte[]? alpha)
    {
        (_foreground, _background, _mask, _alpha) = (foreground, background, mask, alpha);
        Share = mask.Count(value => value > 127) / (double)mask.Length;
    }

    /// <summary>Columns of the pictures, and of the result.</summary>
    public int Width => _background.Width;

    /// <summary>Their rows.</summary>
    public int Height => _background.Height;

    /// <summary>Channels of the result: 1 where both pictures are gray, else 3.</summary>
    public int Channels => _background.Channels;

    /// <summary>Share of the picture that is the part.</summary>
    public double Share { get; }

    /// <summary>What was done to a background that is transparent, a line; null where it is not.</summary>
    public string? Note { get; private init; }

    /// <summary>Reads the pictures.</summary>
    /// <param name="foreground">The picture that the part is of; what is transparent in it is no part.</param>
    /// <param name="background">The picture that it is set into; what is transparent in it is white.</param>
    /// <param name="mask">A picture that is bright where the part is; null takes all of the foreground that is not transparent.</param>
    /// <param name="box">The part as a box of pixels, in the place of a mask: <c>LEFT,TOP,WIDTH,HEIGHT</c>.</param>
    /// <exception cref="UserException">One cannot be read, their sizes differ, or the mask is empty or leaves nothing.</exception>
    public static PictureBlend Read(string foreground, string background, string? mask, string? box = null)
    {
        if (mask is not null && box is not null)
            throw new UserException("--mask and --box both say which part is meant; give one");
        Image part = WholePicture.Read(foreground), whole = WholePicture.Read(background);
        RequireSize(foreground, part, background, whole);
        if (mask is null && box is null && !part.HasAlpha)
            throw new UserException($"say which part of {foreground} is meant: --mask MASK.png, bright where the part is, "
                + "or --box LEFT,TOP,WIDTH,HEIGHT; only a picture with transparent parts needs none");
        // Gray pictures stay gray.
        var channels = part.Channels <= 2 && whole.Channels <= 2 ? 1 : 3;
        var flat = WholePicture.Flat(whole, channels, Rgb.White);
        var weights = new byte[whole.Width * whole.Height];
        Array.Fill(weights, (byte)255);
        var named = mask is not null ? $"the mask {mask}" : box is not null ? $"the box {box}" : $"{foreground}'s alpha";
        if (box is not null)
            Fill(weights, box, whole);
        if (mask is not null)
        {
            var given = WholePicture.Read(mask);
            RequireSize(mask, given, background, whole);
            WholePicture.Flat(given, 1, Rgb.Black).CopyPlanes(weights);
        }
        var alpha = part.HasAlpha ? AlphaOf(part) : null;
        for (var i = 0; alpha is not null && i < weights.Length; i++)
            weights[i] = (byte)((weights[i] * alpha[i] + 127) / 255);
        var made = new PictureBlend(Opaque(part, channels), flat, weights, alpha)
        {
            Note = WholePicture.NoteOf(background, whole, Rgb.White),
        };
        return made.Share switch
        {
            0 => throw new UserException($"{named} is empty: no pixel of it is brighter than half and seen, and those are the part"),
            1 => throw new UserException($"{named} takes the whole picture, and nothing of {background} is left to blend with; "
                + "leave out of it where the background should stay"),
            _ => made,
        };
    }

    /// <summary>Blends.</summary>
    /// <param name="run">A run whose colors are taken; null takes those of the part itself.</param>
    /// <param name="options">How.</param>
    /// <param name="progress">Told the share that is done.</param>
    /// <param name="cancellation">Ends it between two sizes with an <see cref="OperationCanceledException"/>.</param>
    /// <exception cref="UserException">The run does not blend, or not such pictures.</exception>
    public Image Blend(TrainedRun? run, BlendingOptions options,
        IProgress<double>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (run is null)
            Runtime.Open(Device.Cpu);
        using var scope = TensorScope.Open();
        Tensor Plane(byte[] values) => Tensor.From<byte>(values, [1, Height, Width]).To(DType.Float32) * (1f / 255);
        var (mask, foreground) = (Plane(_mask), PictureTensors.Of(_foreground));
        // What is hidden goes on as what is seen ends, so that an outline is no edge of the part.
        if (_alpha is not null)
            foreground = Outpainting.Fill(foreground, Plane(_alpha));
        Func<Tensor, Tensor>? colors = null;
        if (run is not null)
        {
            var (blender, shape) = (run.Ability<IBlender>(), ((SampleShape.Image)run.Spec.Shape).Shape);
            if (shape.Channels < Channels)
                throw new UserException($"the run makes gray pictures and these are in colors; "
                    + "train one on pictures in colors, or blend without --run");
            options = options with { Coarsest = Math.Max(shape.Height, shape.Width) };
            colors = collage => Colors(run, blender, shape, collage);
        }
        var blended = Blending.Blend(foreground, PictureTensors.Of(_background), mask, options, colors, progress, cancellation);
        return double.IsFinite(blended.Sum().Item()) ? PictureTensors.ToImage(blended)
            : throw new UserException(string.Create(CultureInfo.InvariantCulture,
                $"beta {options.Beta} and sigma {options.Sigma} leave no finite picture; use smaller ones"));
    }

    /// <summary>Writes a result.</summary>
    /// <param name="path">A PNG.</param>
    /// <param name="made">The result.</param>
    /// <param name="run">The run that it was made with, whose recipe it carries; or null.</param>
    /// <param name="how">What it shows, which it carries as well.</param>
    /// <exception cref="UserException">It cannot be written.</exception>
    public static void Write(string path, Image made, TrainedRun? run, string how) => OutputPath.Write("the picture",
        () => ImageFile.SavePng(path, made, run is null ? [new("earthmover:sample", how)] : SampleWriter.Texts(run, how)));

    // What the run makes of a collage, in the collage's own size and channels.
    private static Tensor Colors(TrainedRun run, IBlender blender, ImageShape shape, Tensor collage)
    {
        using var use = run.Streams.Use();
        using var scope = TensorScope.Open();
        var (channels, h, w) = (collage.Size(0), collage.Size(1), collage.Size(2));
        var seen = Op.UpsampleBilinear2d(collage.Unsqueeze(0), [shape.Height, shape.Width], align_corners: false)
            .Expand(1, shape.Channels, shape.Height, shape.Width).Contiguous().To(run.Device);
        var made = blender.Translate(seen * 2 - 1, blender.Directions[0]).To(Device.Cpu);
        RunSamples.RequireFinite(made, "this run");
        if (channels < shape.Channels)
            made = made.Mean([1], keep: true);
        return scope.Keep(Op.UpsampleBilinear2d((made + 1) / 2, [h, w], align_corners: false).Squeeze(0));
    }

    // Dark outside of the box.
    private static void Fill(byte[] mask, string box, Image whole)
    {
        int[] numbers = [.. box.Split(',').Select(word => int.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out var n)
            ? n : -1)];
        if (numbers is not [>= 0 and var left, >= 0 and var top, > 0 and var width, > 0 and var height]
            || left + (long)width > whole.Width || top + (long)height > whole.Height)
            throw new UserException($"--box {box} is no box in a picture of {whole.Width}x{whole.Height}; "
                + "give whole numbers of pixels, LEFT,TOP,WIDTH,HEIGHT");
        Array.Clear(mask);
        for (var row = top; row < top + height; row++)
            mask.AsSpan(row * whole.Width + left, width).Fill(255);
    }

    private static void RequireSize(string path, Image picture, string background, Image whole)
    {
        if ((picture.Width, picture.Height) != (whole.Width, whole.Height))
            throw new UserException($"{path} is {picture.Width}x{picture.Height} and {background} is {whole.Width}x{whole.Height}; "
                + "give pictures of one size, the part where it is to be");
    }

    private static byte[] AlphaOf(Image picture)
    {
        var alpha = new byte[picture.Width * picture.Height];
        for (var i = 0; i < alpha.Length; i++)
            alpha[i] = picture.Pixels[i * picture.Channels + picture.Channels - 1];
        return alpha;
    }

    // The colors alone, hidden ones too.
    private static Image Opaque(Image picture, int channels)
    {
        var colors = picture.HasAlpha ? picture.Channels - 1 : picture.Channels;
        var pixels = new byte[picture.Width * picture.Height * colors];
        for (var i = 0; i < pixels.Length; i++)
            pixels[i] = picture.Pixels[i / colors * picture.Channels + i % colors];
        return WholePicture.Flat(new Image(picture.Width, picture.Height, colors, pixels), channels, Rgb.White);
    }
}
