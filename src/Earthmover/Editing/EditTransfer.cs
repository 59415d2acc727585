using Earthmover.Torch;

namespace Earthmover.Editing;

/// <summary>
/// Carries a change of generated pictures over to another picture: motion and color from each to the next, one after the other. Zhu et
/// al., 2016, arXiv:1609.03552, section 4.3.
/// </summary>
public static class EditTransfer
{
    /// <summary>Motion and color from the first of some pictures to the last.</summary>
    /// <param name="frames">[N, C, H, W], values in [0, 1]; each differs little from the one before.</param>
    /// <param name="options">How they are found.</param>
    /// <param name="progress">Told the share that is done.</param>
    /// <param name="cancellation">Ends it between two steps with an <see cref="OperationCanceledException"/>.</param>
    public static ColorFlow Flow(Tensor frames, ColorFlowOptions options,
        IProgress<double>? progress = null, CancellationToken cancellation = default)
    {
        using var scope = TensorScope.Open();
        using var pause = Autograd.Pause();
        var (n, c, h, w) = (frames.Size(0), frames.Size(1), frames.Size(2), frames.Size(3));
        var steps = ColorFlow.Between(frames.Narrow(0, 0, n - 1), frames.Narrow(0, 1, n - 1), options, progress, cancellation);
        var whole = ColorFlow.None(c, h, w, frames.Device);
        for (var k = 0; k < n - 1; k++)
            whole = steps[k].After(whole);
        return new(scope.Keep(whole.Motion.Clone()), scope.Keep(whole.Color.Clone()));
    }

    /// <summary>A picture with that change; of a change of gray pictures each of its channels.</summary>
    /// <param name="flow">Of the picture's size.</param>
    /// <param name="picture">[C, H, W], values in [0, 1].</param>
    /// <returns>[C, H, W], values in [0, 1].</returns>
    public static Tensor Apply(ColorFlow flow, Tensor picture)
    {
        using var scope = TensorScope.Open();
        using var pause = Autograd.Pause();
        var isGray = flow.Color.Size(1) == 1;
        var (c, h, w) = (picture.Size(0), picture.Size(1), picture.Size(2));
        if (!isGray)
            return scope.Keep(flow.Apply(picture.Unsqueeze(0)).Squeeze(0).Clamp(0, 1));
        var each = new ColorFlow(flow.Motion.Expand(c, 2, h, w), flow.Color.Expand(c, 1, 2, h, w));
        return scope.Keep(each.Apply(picture.Unsqueeze(1)).Squeeze(1).Clamp(0, 1));
    }
}
