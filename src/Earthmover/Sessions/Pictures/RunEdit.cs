using Earthmover.Data;
using Earthmover.Data.Pictures;
using Earthmover.Editing;
using Earthmover.Games;
using Earthmover.Media;
using Earthmover.Sessions.Sampling;
using Earthmover.Torch;

namespace Earthmover.Sessions.Pictures;

/// <summary>A picture with what strokes ask for.</summary>
/// <param name="Result">The picture itself, at its own size, with the change.</param>
/// <param name="Way">What the run made on the way, from the picture's own projection to the edit.</param>
/// <param name="Candidates">Every edit that was found, in full size as <paramref name="Result"/> would be, the best first.</param>
/// <param name="Generated">The same as the run makes them.</param>
/// <param name="Errors">What the strokes ask for, how far each generated one is from it.</param>
/// <param name="ErrorBefore">How far the picture's projection is from it.</param>
/// <param name="Rmse">How far the projection is from the picture, pixel values 0 to 255.</param>
public sealed record EditedPicture(Image Result, IReadOnlyList<Image> Way, IReadOnlyList<Image> Candidates,
    IReadOnlyList<Image> Generated, IReadOnlyList<double> Errors, double ErrorBefore, double Rmse);

/// <summary>A trained run as a brush: strokes on a picture change its latent vector, and the change goes back to the picture.</summary>
public sealed class RunEdit
{
    private readonly TrainedRun _run;
    private readonly ISampler _sampler;
    private readonly ImageShape _shape;
    private readonly RunProjection _projection;
    private readonly ImageOptions _fitting;

    /// <summary>Edits with a run.</summary>
    /// <param name="run">The run.</param>
    /// <param name="predictor">Where the picture's latent vector is looked for from; null looks from vectors of the law.</param>
    /// <exception cref="UserException">The run draws no pictures of latent vectors.</exception>
    public RunEdit(TrainedRun run, RunPredictor? predictor)
    {
        ArgumentNullException.ThrowIfNull(run);
        EditedPictures.Require(run);
        (_run, _sampler, _shape) = (run, run.Ability<ISampler>(), ((SampleShape.Image)run.Spec.Shape).Shape);
        // An encoder need not come near in pixels, and an edit begins at what it gives.
        _projection = new(run, isEncoded: false, predictor);
        var isSecond = run.Spec.Pairing is Pairing.Unpaired or Pairing.Aligned;
        _fitting = new NewPictures(NewSamples.AddressOf(run.Recipe, isSecond), _shape).Options;
    }

    /// <summary>What is laid behind a picture where it is transparent.</summary>
    public Rgb Background => _fitting.Background;

    /// <summary>Edits a picture.</summary>
    /// <param name="original">From <see cref="EditedPictures.Open"/>.</param>
    /// <param name="strokes">What is asked for.</param>
    /// <param name="seed">Where candidates begin.</param>
    /// <param name="search">How the picture's latent vector is looked for.</param>
    /// <param name="options">How it is moved.</param>
    /// <param name="withAll">Carries every candidate back to the picture, and not the best alone.</param>
    /// <param name="progress">Told the share that is done.</param>
    /// <param name="cancellation">Ends it between two steps with an <see cref="OperationCanceledException"/>.</param>
    /// <exception cref="UserException">The strokes do not lie on what the run sees of it.</exception>
    public EditedPicture Edit(Image original, Strokes strokes, long seed, ProjectionOptions search, EditOptions options,
        bool withAll = false, IProgress<double>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(original);
        ArgumentNullException.ThrowIfNull(search);
        ArgumentNullException.ThrowIfNull(options);
        var fit = _fitting.FitOf(_shape);
        var frame = fit.FrameOf(original.Width, original.Height);
        using var use = _run.Streams.Use();
        using var scope = TensorScope.Open();
        using var pause = Autograd.Pause();
        var x = (PictureTensors.Of(fit.Apply(original)).Unsqueeze(0) * 2 - 1).To(_run.Device);
        var guide = new StrokeGuide(_shape, fit, frame).Of(strokes, x);

        var found = _projection.Find(x, seed, search, progress.Part((double share) => 0.3 * share), cancellation);
        var z0 = Tensor.From<float>(found.Latent, [1, found.Latent.Length], _run.Device);
        var noise = LatentVectors.OnDevice(new(_sampler.Latent.Size), seed, "edit", 0, options.Candidates, _run.Device);
        var edited = LatentEdit.Find(_sampler, z0, found.Class, guide, options, noise,
            progress.Part((double share) => 0.3 + 0.3 * share), cancellation);

        var flat = WholePicture.Flat(original, original.Channels <= 2 && _shape.Channels == 1 ? 1 : 3, _fitting.Background);
        var count = withAll ? options.Candidates : 1;
        var (results, way) = (new List<Image>(), new List<Image>());
        for (var k = 0; k < count; k++)
        {
            using var turn = TensorScope.Open();
            var frames = LatentEdit.Way(_sampler, z0, edited.Z.Narrow(0, k, 1), found.Class, options.Frames);
            var begun = k;
            var flow = EditTransfer.Flow(frames, new(), progress.Part((double share) => 0.6 + 0.4 * (begun + share) / count), cancellation);
            results.Add(Transferred(flat, flow, frame));
            if (k == 0)
                way.AddRange(Pictures(frames));
        }
        using var generating = TensorScope.Open();
        var made = _sampler.Generate(edited.Z, LatentEdit.Labels(found.Class, options.Candidates, _run.Device));
        var before = _sampler.Generate(z0, LatentEdit.Labels(found.Class, 1, _run.Device));
        RunSamples.RequireFinite(made, "this run");
        return new(results[0], way, results, Pictures((made + 1) / 2), edited.Errors, guide.Errors(before).Item(),
            Math.Sqrt((before - x).Square().Mean().Item()) * 127.5);
    }

    private static List<Image> Pictures(Tensor values) =>
        [.. Enumerable.Range(0, (int)values.Size(0)).Select(i => PictureTensors.ToImage(values.Select(0, i).To(Device.Cpu)))];

    // The part of the picture that the run sees is changed; the rest stays as it is.
    private static Image Transferred(Image picture, ColorFlow flow, PictureFrame frame)
    {
        using var scope = TensorScope.Open();
        int width = (int)Math.Round(frame.Width), height = (int)Math.Round(frame.Height);
        int left = (int)Math.Round(frame.Left), top = (int)Math.Round(frame.Top);
        var whole = PictureTensors.Of(picture);
        // Margins around the picture are no part of it.
        var (x0, y0) = (Math.Max(0, left), Math.Max(0, top));
        var (x1, y1) = (Math.Min(picture.Width, left + width), Math.Min(picture.Height, top + height));
        var seen = flow.OnCpu().Resized(height, width).Part(y0 - top, x0 - left, y1 - y0, x1 - x0);
        var made = whole.Clone();
        var part = whole.Narrow(1, y0, y1 - y0).Narrow(2, x0, x1 - x0);
        made.Narrow(1, y0, y1 - y0).Narrow(2, x0, x1 - x0).CopyFrom(EditTransfer.Apply(seen, part));
        return PictureTensors.ToImage(made);
    }
}
