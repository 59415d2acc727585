using Earthmover.Data;
using Earthmover.Data.Pictures;
using Earthmover.Editing;
using Earthmover.Games;
using Earthmover.Media;
using Earthmover.Torch;
using Earthmover.Torch.Operators;

namespace Earthmover.Sessions;

/// <summary>A part of one picture to be set into another, at their own size.</summary>
public sealed class PictureBlend
{
    private readonly Image _foreground, _background;
    private readonly byte[] _mask;

    private PictureBlend(Image foreground, Image background, byte[] mask)
    {
        (_foreground, _background, _mask) = (foreground, background, mask);
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

    /// <summary>Reads the pictures.</summary>
    /// <param name="foreground">The picture that the part is of; what is transparent in it is no part.</param>
    /// <param name="background">The picture that it is set into; what is transparent in it is white.</param>
    /// <param name="mask">A picture that is bright where the part is; null takes all of the foreground that is not transparent.</param>
    /// <exception cref="UserException">One cannot be read, their sizes differ, or the mask is empty or leaves nothing.</exception>
    public static PictureBlend Read(string foreground, string background, string? mask)
    {
        Image part = WholePicture.Read(foreground), whole = WholePicture.Read(background);
        RequireSize(foreground, part, background, whole);
        if (mask is null && !part.HasAlpha)
            throw new UserException($"say which part of {foreground} is meant: --mask MASK.png, bright where the part is; "
                + "only a picture with transparent parts needs none");
        // Gray pictures stay gray.
        var channels = part.Channels <= 2 && whole.Channels <= 2 ? 1 : 3;
        var flat = WholePicture.Flat(whole, channels, Rgb.White);
        var weights = new byte[whole.Width * whole.Height];
        Array.Fill(weights, (byte)255);
        var named = mask ?? $"{foreground}'s alpha";
        if (mask is not null)
        {
            var given = WholePicture.Read(mask);
            RequireSize(mask, given, background, whole);
            WholePicture.Flat(given, 1, Rgb.Black).CopyPlanes(weights);
        }
        if (part.HasAlpha)
            part = Over(part, flat, weights);
        var made = new PictureBlend(WholePicture.Flat(part, channels, Rgb.White), flat, weights);
        return made.Share switch
        {
            0 => throw new UserException($"the mask {named} is empty: no pixel of it is brighter than half, and those are the part"),
            1 => throw new UserException($"the mask {named} takes the whole picture, and nothing of {background} is left to blend with; "
                + "make it dark where the background should stay"),
            _ => made,
        };
    }

    /// <summary>Blends.</summary>
    /// <param name="run">A run whose colors are taken; null takes those of the part itself.</param>
    /// <param name="options">How.</param>
    /// <param name="progress">Told the share that is done.</param>
    /// <exception cref="UserException">The run does not blend, or not such pictures.</exception>
    public Image Blend(TrainedRun? run, BlendingOptions options, Action<double>? progress = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (run is null)
            Runtime.Open(Device.Cpu);
        using var scope = TensorScope.Open();
        var mask = Tensor.From<byte>(_mask, [1, Height, Width]).To(DType.Float32) * (1f / 255);
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
        return PictureTensors.ToImage(
            Blending.Blend(PictureTensors.Of(_foreground), PictureTensors.Of(_background), mask, options, colors, progress));
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

    private static void RequireSize(string path, Image picture, string background, Image whole)
    {
        if ((picture.Width, picture.Height) != (whole.Width, whole.Height))
            throw new UserException($"{path} is {picture.Width}x{picture.Height} and {background} is {whole.Width}x{whole.Height}; "
                + "give pictures of one size, the part where it is to be");
    }

    // The part over what it is set into: hidden colors count for nothing; and no part where it is transparent.
    private static Image Over(Image part, Image below, byte[] weights)
    {
        var (colors, channels) = (part.Channels - 1, below.Channels);
        var pixels = new byte[weights.Length * channels];
        for (var i = 0; i < weights.Length; i++)
        {
            int alpha = part.Pixels[i * part.Channels + colors];
            weights[i] = (byte)((weights[i] * alpha + 127) / 255);
            for (var c = 0; c < channels; c++)
            {
                int above = part.Pixels[i * part.Channels + Math.Min(c, colors - 1)], under = below.Pixels[i * channels + c];
                pixels[i * channels + c] = (byte)((above * alpha + under * (255 - alpha) + 127) / 255);
            }
        }
        return new(below.Width, below.Height, channels, pixels);
    }
}
