namespace Earthmover.Media;

/// <summary>Brings a picture to a wanted shape in one pass over its rows, without whole pictures in between.</summary>
/// <param name="Channels">1 gray or 3 RGB.</param>
/// <param name="Width">Wanted columns, pixels.</param>
/// <param name="Height">Wanted rows, pixels.</param>
/// <param name="Mode">What to do when the aspect ratio differs.</param>
/// <param name="Background">What transparent pictures are laid over.</param>
/// <param name="Margin">What is around the picture with <see cref="FitMode.Pad"/>.</param>
/// <param name="Filter">The filter for resizing.</param>
public sealed record PictureFit(int Channels, int Width, int Height, FitMode Mode, Rgb Background, Rgb Margin, ResizeFilter Filter)
{
    /// <summary>The picture over the background, in the wanted channels and the wanted size.</summary>
    /// <param name="source">The picture.</param>
    public Image Apply(IPixelRows source)
    {
        ArgumentNullException.ThrowIfNull(source);
        var (width, height) = Mode == FitMode.Crop
            ? ImageOperations.CropFor(source.Width, source.Height, Width, Height)
            : (source.Width, source.Height);
        var (left, top) = ((source.Width - width) / 2, (source.Height - height) / 2);
        var (fitWidth, fitHeight) = Mode == FitMode.Pad
            ? ImageOperations.ShrinkFor(source.Width, source.Height, Width, Height) : (Width, Height);
        void Read(int y, Span<byte> row)
        {
            var part = source.Row(top + y).Slice(left * source.Channels, width * source.Channels);
            Flatten(part, source.Channels, row);
        }

        Image fitted;
        if ((width, height) == (fitWidth, fitHeight))
        {
            var pixels = new byte[checked(height * width * Channels)];
            for (var y = 0; y < height; y++) Read(y, pixels.AsSpan(y * width * Channels, width * Channels));
            fitted = Image.Adopt(width, height, Channels, pixels);
        }
        else
        {
            fitted = Resampler.For(width, height, fitWidth, fitHeight, Filter).Apply(Channels, Read);
        }

        return fitted.Pad(Width, Height, Margin);
    }

    /// <summary>The part of a picture that its fitted form shows.</summary>
    /// <param name="width">Columns of the picture.</param>
    /// <param name="height">Its rows.</param>
    public PictureFrame FrameOf(int width, int height)
    {
        if (Mode == FitMode.Resize)
            return new(0, 0, width, height);
        if (Mode == FitMode.Crop)
        {
            var (cutWidth, cutHeight) = ImageOperations.CropFor(width, height, Width, Height);
            return new((width - cutWidth) / 2, (height - cutHeight) / 2, cutWidth, cutHeight);
        }
        var (fitWidth, fitHeight) = ImageOperations.ShrinkFor(width, height, Width, Height);
        double scaleX = (double)width / fitWidth, scaleY = (double)height / fitHeight;
        return new(-((Width - fitWidth) / 2) * scaleX, -((Height - fitHeight) / 2) * scaleY, Width * scaleX, Height * scaleY);
    }

    private void Flatten(ReadOnlySpan<byte> from, int channels, Span<byte> to)
    {
        var (isGray, hasAlpha) = (channels <= 2, channels is 2 or 4);
        var below = isGray ? new Rgb(Background.Luma, Background.Luma, Background.Luma) : Background;
        for (int i = 0, o = 0; i < from.Length; i += channels, o += Channels)
        {
            var color = isGray ? new Rgb(from[i], from[i], from[i]) : new Rgb(from[i], from[i + 1], from[i + 2]);
            if (hasAlpha)
            {
                int alpha = from[i + channels - 1];
                byte Over(byte above, byte background) => ImageOperations.Over(above, background, alpha);
                color = new Rgb(Over(color.R, below.R), Over(color.G, below.G), Over(color.B, below.B));
            }

            if (Channels == 1) to[o] = isGray ? color.R : color.Luma;
            else (to[o], to[o + 1], to[o + 2]) = (color.R, color.G, color.B);
        }
    }
}

/// <summary>A part of a picture, in its pixels; margins lie outside of it.</summary>
/// <param name="Left">Where it begins, from the left.</param>
/// <param name="Top">Where it begins, from the top.</param>
/// <param name="Width">How wide it is.</param>
/// <param name="Height">How high it is.</param>
public readonly record struct PictureFrame(double Left, double Top, double Width, double Height);
