using Earthmover.Data;
using Earthmover.Data.Pictures;
using Earthmover.Editing;
using Earthmover.Games;
using Earthmover.Media;
using Earthmover.Sessions.Sampling;
using Earthmover.Sessions.Walks;
using Earthmover.Torch;
using Earthmover.Training.Views;

namespace Earthmover.Sessions.Pictures;

/// <summary>A picture whose missing part was found.</summary>
/// <param name="Picture">In the size and channels of what was given; what was known is as it was.</param>
/// <param name="Share">Share of the picture that was missing.</param>
/// <param name="Error">How far what was generated is from the known pixels: the mean absolute difference, in pixel values 0–255.</param>
/// <param name="IsChained">Whether a chain in codes found it, or a search for a latent vector.</param>
/// <param name="Probability">Of the class that was wanted, where one was.</param>
public sealed record CompletedPicture(Image Picture, double Share, double Error, bool IsChained, double? Probability);

/// <summary>A picture with a hole, at its own size, and a run that is to fill it.</summary>
public sealed class RunCompletion
{
    // Chains that are climbed at once; the one that comes nearest to the known pixels is kept.
    private const int Chains = 16;

    private readonly TrainedRun _run;
    private readonly ISampler _sampler;
    private readonly ImageShape _shape;
    private readonly Image _picture;
    private readonly byte[] _mask; // [H, W], bright where the picture is missing

    private RunCompletion(TrainedRun run, ImageShape shape, Image picture, byte[] mask) =>
        (_run, _sampler, _shape, _picture, _mask) = (run, run.Ability<ISampler>(), shape, picture, mask);

    /// <summary>What was done to a picture that is transparent, a line; null where it is not.</summary>
    public string? Note { get; private init; }

    /// <summary>Reads a picture for a run.</summary>
    /// <param name="run">The run.</param>
    /// <param name="picture">The picture, of the run's size or of the same proportions.</param>
    /// <param name="mask">A picture of the same size that is bright where the first is missing.</param>
    /// <exception cref="UserException">
    /// One cannot be read, they do not fit each other or the run, or the mask is empty or leaves nothing.
    /// </exception>
    public static RunCompletion Read(TrainedRun run, string picture, string mask)
    {
        ArgumentNullException.ThrowIfNull(run);
        _ = run.Ability<ISampler>();
        if (run.Spec.Shape is not SampleShape.Image { Shape: var shape })
            throw new UserException($"the run {run.Recipe.System} makes {run.Spec.Kind}, and only pictures are completed");
        Image whole = WholePicture.Read(picture), hole = WholePicture.Read(mask);
        if ((whole.Width, whole.Height) != (hole.Width, hole.Height))
            throw new UserException($"{mask} is {hole.Width}x{hole.Height} and {picture} is {whole.Width}x{whole.Height}; "
                + "give a mask of the picture's size, bright where it is missing");
        if (whole.Width * shape.Height != whole.Height * shape.Width)
            throw new UserException($"{picture} is {whole.Width}x{whole.Height}, and the run makes {shape.Width}x{shape.Height}; "
                + "cut it to these proportions first");
        if (shape.Channels == 1 && whole.Channels > 2)
            throw new UserException($"{picture} has colors, and the run makes gray pictures; give it in gray, or train a run on colors");
        var free = new byte[whole.Width * whole.Height];
        WholePicture.Flat(hole, 1, Rgb.Black).CopyPlanes(free);
        var missing = free.Count(value => value > 127);
        if (missing == 0)
            throw new UserException($"the mask {mask} is empty: no pixel of it is brighter than half, and those are what is missing");
        if (missing == free.Length)
            throw new UserException($"the mask {mask} takes the whole picture, and nothing of {picture} is left to go by; "
                + "make it dark where the picture is known");
        return new(run, shape, WholePicture.Flat(whole, whole.Channels <= 2 ? 1 : 3, Rgb.White), free)
        {
            Note = WholePicture.NoteOf(picture, whole, Rgb.White),
        };
    }

    /// <summary>Finds what is missing.</summary>
    /// <param name="seed">Seed of where chains or the search begin.</param>
    /// <param name="steps">Steps of them.</param>
    /// <param name="condition">What says what the picture shows, and the number of the class that it is to be; null for any.</param>
    /// <param name="progress">Told the share that is done.</param>
    /// <param name="cancellation">Ends it between two steps with an <see cref="OperationCanceledException"/>.</param>
    /// <exception cref="UserException">The run has no codes, and is to follow a class; or what it makes is not finite.</exception>
    public CompletedPicture Complete(
        long seed, int steps, (ConditionNetwork Network, int Label)? condition,
        IProgress<double>? progress = null, CancellationToken cancellation = default)
    {
        if (condition is not null)
            RequireCodes();
        using var use = _run.Streams.Use();
        using var pause = Autograd.Pause();
        using var scope = TensorScope.Open();
        var known = Known();
        var made = _run.System is ICoder coder
            ? Climbed(coder, known, seed, steps, condition, progress, cancellation)
            : Searched(known, seed, steps, progress, cancellation);
        RunSamples.RequireFinite(made, "this run");
        double? probability = condition is var (network, label) ? network.Probability(known.Over(made), label).Item() : null;
        return new(InPlace(made), _mask.Count(value => value > 127) / (double)_mask.Length,
            known.Miss(made).Item() * 127.5, _run.System is ICoder, probability);
    }

    /// <summary>Refuses a class where there is no chain that could climb to it.</summary>
    /// <exception cref="UserException">The run has no codes; the message names the systems that do.</exception>
    public void RequireCodes()
    {
        if (_run.System is not ICoder)
            throw new UserException("a class is climbed to by a chain in codes: " + Systems.SystemCatalog.Lacks<ICoder>(_run.Entry));
    }

    private Tensor Climbed(ICoder coder, KnownPixels known, long seed, int steps, (ConditionNetwork Network, int Label)? condition,
        IProgress<double>? progress, CancellationToken cancellation)
    {
        using var scope = TensorScope.Open();
        // The first begins where the known pixels are, the others anywhere.
        var begun = coder.Begin(LatentVectors.OnDevice(_sampler.Latent, seed, "complete", 0, Chains - 1, _run.Device));
        var codes = Tensor.Cat([coder.CodesOf(known.Over(Tensor.Zeros(known.Picture.Shape, device: _run.Device))), begun]);
        var size = (int)codes.Size(1);
        var options = ChainOptions.Completion with { Steps = steps };
        Func<Tensor, Tensor>? goal = condition is var (network, label) ? x => network.Probability(x, label) : null;
        var end = new CodeChain(coder, goal, known).Climb(codes, options,
            step => LatentVectors.OnDevice(new(size), seed, $"complete {step}", 0, Chains, _run.Device),
            (step, _) => progress?.Report(step / (double)steps), cancellation);
        var made = coder.Decode(end);
        // A chain that has left the finite numbers is the farthest of all.
        var misses = Array.ConvertAll(known.Miss(made).ToArray<float>(), miss => float.IsNaN(miss) ? float.PositiveInfinity : miss);
        return scope.Keep(made.Narrow(0, Array.IndexOf(misses, misses.Min()), 1));
    }

    private Tensor Searched(KnownPixels known, long seed, int steps, IProgress<double>? progress, CancellationToken cancellation)
    {
        using var scope = TensorScope.Open();
        var found = known.Find(_sampler, rows => LatentVectors.OnDevice(_sampler.Latent, seed, "complete", 0, rows, _run.Device),
            new() { Steps = steps }, progress, cancellation);
        return scope.Keep(_sampler.Generate(Tensor.From<float>(found.Latent, [1, found.Latent.Length], _run.Device)));
    }

    // As the run sees it: in its size and channels, and free wherever something is missing.
    private KnownPixels Known()
    {
        var seen = _shape.Channels == 3 ? _picture.ToColor() : _picture;
        Image hole = new(_picture.Width, _picture.Height, 1, [.. _mask.Select(value => value > 127 ? (byte)255 : (byte)0)]);
        if (!IsOwnSize)
            (seen, hole) = (seen.Resize(_shape.Width, _shape.Height), hole.Resize(_shape.Width, _shape.Height, ResizeFilter.Triangle));
        var planes = new byte[_shape.Size];
        seen.CopyPlanes(planes);
        float[] x = [.. planes.Select(value => value * (2f / 255) - 1)], free = [.. hole.Pixels.ToArray().Select(v => v > 0 ? 1f : 0)];
        if (!free.Contains(0f))
            throw new UserException($"at the run's {_shape.Width}x{_shape.Height} pixels the mask takes the whole picture, and nothing "
                + "is left to go by; use a smaller mask, or a run of larger pictures");
        return new(Tensor.From<float>(x, [1, .. _run.Spec.Shape.Axes], _run.Device),
            Tensor.From<float>(free, [1, 1, _shape.Height, _shape.Width], _run.Device));
    }

    // The picture, and of what was generated only what was missing of it.
    private Image InPlace(Tensor made)
    {
        var fill = Image.FromPlanes(ImageView.ToBytes(made), _shape.Channels, _shape.Height, _shape.Width);
        if (!IsOwnSize)
            fill = fill.Resize(_picture.Width, _picture.Height);
        var own = _shape.Channels == 3 ? _picture.ToColor() : _picture;
        var pixels = own.Pixels.ToArray();
        for (var i = 0; i < _mask.Length; i++)
            if (_mask[i] > 127)
                fill.Pixels.Slice(i * own.Channels, own.Channels).CopyTo(pixels.AsSpan(i * own.Channels));
        return new(own.Width, own.Height, own.Channels, pixels);
    }

    private bool IsOwnSize => (_picture.Width, _picture.Height) == (_shape.Width, _shape.Height);

    /// <summary>Writes a completed picture.</summary>
    /// <param name="path">A PNG.</param>
    /// <param name="completed">The picture.</param>
    /// <param name="how">How it was made.</param>
    /// <exception cref="UserException">It cannot be written.</exception>
    public void Write(string path, CompletedPicture completed, string how)
    {
        ArgumentNullException.ThrowIfNull(completed);
        OutputPath.Write("the picture", () => ImageFile.SavePng(path, completed.Picture, SampleWriter.Texts(_run, how)));
    }
}
