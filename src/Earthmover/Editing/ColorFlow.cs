using Earthmover.Nn;
using Earthmover.Nn.Optimizers;
using Earthmover.Torch;
using Earthmover.Torch.Operators;

namespace Earthmover.Editing;

/// <summary>How motion and color between pictures are found.</summary>
public sealed record ColorFlowOptions
{
    /// <summary>Steps of Adam.</summary>
    public int Steps { get; init; } = 250;

    /// <summary>σ_s, weight of differences of the motion between neighbors, squared pixels.</summary>
    public double MotionSmoothness { get; init; } = 2e-3;

    /// <summary>σ_c, weight of differences of the color maps between neighbors: what is structure is told as motion.</summary>
    public double ColorSmoothness { get; init; } = 0.03;

    /// <summary>Weight of what is added to colors: black stays black, and so does a background.</summary>
    public double OffsetWeight { get; init; } = 0.02;
}

/// <summary>
/// Where each pixel of a picture comes from in the one before, and how its color has changed: y(p) ≈ A_p x(p + u_p). Zhu et al., 2016,
/// arXiv:1609.03552, section 4.3.
/// </summary>
/// <remarks>
/// <code>
/// min_{u,A}  Σ |y(p) − A_p x(p + u_p)|² + σ_s Σ |∇u|² + σ_c Σ |∇A|² + σ_b Σ |b|²,  b the last column of A
/// </code>
/// Motion and colors are sums of planes from coarse to fine, so that a step moves regions before pixels, and pictures are first compared
/// without their detail. A motion of a pixel or two is found; of more, in several pictures of it.
/// </remarks>
/// <param name="Motion">u, pixels to the right and down [N, 2, H, W].</param>
/// <param name="Color">A, with what is added as the last column [N, C, C + 1, H, W].</param>
public sealed record ColorFlow(Tensor Motion, Tensor Color)
{
    // Of slopes of a sum over pixels, below which nothing moves: what is in place stays there.
    private const double Least = 1e-3;

    /// <summary>No motion and the same colors.</summary>
    public static ColorFlow None(long channels, long height, long width, Device? device = null) => new(
        Tensor.Zeros([1, 2, height, width], device: device),
        Same(channels, device).Expand(1, channels, channels + 1, height, width).Contiguous());

    private static Tensor Same(long channels, Device? device) => Tensor.Cat(
        [Op.Eye(channels, device: device ?? Device.Cpu), Tensor.Zeros([channels, 1], device: device)], 1)
        .Reshape(1, channels, channels + 1, 1, 1);

    /// <summary>Finds them for pairs of pictures, each alone.</summary>
    /// <param name="x">Pictures [N, C, H, W], values in [0, 1].</param>
    /// <param name="y">What has become of them.</param>
    /// <param name="options">How.</param>
    /// <param name="progress">Told the share that is done.</param>
    /// <param name="cancellation">Ends it between two steps with an <see cref="OperationCanceledException"/>.</param>
    public static ColorFlow Between(Tensor x, Tensor y, ColorFlowOptions options,
        IProgress<double>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(options);
        using var scope = TensorScope.Open();
        using var record = Autograd.Record();
        var (n, channels, h, w) = (x.Size(0), x.Size(1), x.Size(2), x.Size(3));
        using var motion = new Planes(n, 2, h, w, x.Device);
        using var color = new Planes(n, channels * (channels + 1), h, w, x.Device);
        using Optimizer moving = new AdamOptions(0.1, 0.9, 0.999) { Epsilon = Least }.Create(motion.Flat),
            coloring = new AdamOptions(0.02, 0.9, 0.999) { Epsilon = Least }.Create(color.Flat);
        var same = Same(channels, x.Device);
        ColorFlow Now() => new(motion.Sum(), color.Sum().Reshape(n, channels, channels + 1, h, w) + same);
        for (var step = 0; step < options.Steps; step++)
        {
            using var turn = TensorScope.Open();
            var share = (double)step / options.Steps;
            // Without detail, with less of it missing, with all of it.
            var blur = share < 0.3 ? 5 : share < 0.6 ? 3 : 1;
            var now = Now();
            var loss = (Blurred(now.Apply(x), blur) - Blurred(y, blur)).Square().Mean()
                + options.MotionSmoothness * Roughness(now.Motion)
                + options.ColorSmoothness * Roughness(now.Color.Flatten(1).Reshape(n, -1, h, w))
                + options.OffsetWeight * now.Color.Select(2, channels).Square().Mean();
            var gradients = Autograd.Gradients(y.ElementCount * loss, [.. motion.Flat.Leaves, .. color.Flat.Leaves]);
            var own = motion.Flat.Leaves.Length;
            motion.Flat.WriteGradients(gradients.AsSpan(0, own));
            color.Flat.WriteGradients(gradients.AsSpan(own));
            var rate = (1 + Math.Cos(Math.PI * share)) / 2;
            moving.Step(rate);
            coloring.Step(rate);
            progress?.Report((step + 1.0) / options.Steps);
            cancellation.ThrowIfCancellationRequested();
        }
        using var pause = Autograd.Pause();
        var found = Now();
        var none = new ColorFlow(Op.ZerosLike(found.Motion), Op.ZerosLike(found.Color) + same);
        var isBetter = Nearer(found, none, x, y);
        return new(scope.Keep((found.Motion * isBetter.Reshape(n, 1, 1, 1)).Detach().Clone()),
            scope.Keep((same + (found.Color - same) * isBetter.Reshape(n, 1, 1, 1, 1)).Detach().Clone()));
    }

    // Where pictures are as they were, rounding alone would drive the search: 1 for pairs that a flow explains better than none [N].
    private static Tensor Nearer(ColorFlow found, ColorFlow none, Tensor x, Tensor y)
    {
        float[] Errors(ColorFlow flow) => (flow.Apply(x) - y).Square().Flatten(1).Mean([1]).ToArray<float>();
        var (with, without) = (Errors(found), Errors(none));
        return Tensor.From<float>([.. with.Zip(without, (a, b) => a < b ? 1f : 0f)], [with.Length], x.Device);
    }

    /// <summary>One of several.</summary>
    public ColorFlow this[long index] => new(Motion.Narrow(0, index, 1), Color.Narrow(0, index, 1));

    /// <summary>A_p x(p + u_p).</summary>
    /// <param name="x">[N, C, H, W].</param>
    public Tensor Apply(Tensor x) => Colored(Moved(x));

    /// <summary>This after another: motion leads on to where the other's leads, colors are changed twice.</summary>
    /// <param name="before">What was before.</param>
    public ColorFlow After(ColorFlow before)
    {
        ArgumentNullException.ThrowIfNull(before);
        var (c, h, w) = (Color.Size(1), Color.Size(3), Color.Size(4));
        var motion = Motion + Moved(before.Motion);
        var color = Moved(before.Color.Flatten(1).Reshape(1, -1, h, w)).Reshape(1, c, c + 1, h, w);
        var linear = Op.Einsum("noihw,nijhw->nojhw", [Color.Narrow(2, 0, c), color]);
        var offset = Tensor.Cat([Op.ZerosLike(linear.Narrow(2, 0, c)), Color.Narrow(2, c, 1)], 2);
        return new(motion, linear + offset);
    }

    /// <summary>The same for pictures of another size.</summary>
    public ColorFlow Resized(long height, long width)
    {
        var (c, h, w) = (Color.Size(1), Motion.Size(2), Motion.Size(3));
        Tensor Up(Tensor x) => Op.UpsampleBilinear2d(x, [height, width], align_corners: false);
        var scale = Tensor.From<float>([(float)((double)width / w), (float)((double)height / h)], [1, 2, 1, 1], Motion.Device);
        return new(Up(Motion) * scale, Up(Color.Flatten(1).Reshape(1, -1, h, w)).Reshape(1, c, c + 1, height, width));
    }

    /// <summary>A part of it.</summary>
    public ColorFlow Part(long top, long left, long height, long width) => new(
        Motion.Narrow(2, top, height).Narrow(3, left, width), Color.Narrow(3, top, height).Narrow(4, left, width));

    /// <summary>The same on the processor.</summary>
    public ColorFlow OnCpu() => new(Motion.To(Device.Cpu), Color.To(Device.Cpu));

    // x(p + u_p); what comes from beyond the border is the border.
    private Tensor Moved(Tensor x)
    {
        var (h, w) = (Motion.Size(2), Motion.Size(3));
        var columns = Op.Arange(0, w, device: x.Device).To(DType.Float32).Reshape(1, 1, w);
        var rows = Op.Arange(0, h, device: x.Device).To(DType.Float32).Reshape(1, h, 1);
        // LibTorch counts places from −1 to 1, from the middle of the first pixel to that of the last.
        static Tensor Place(Tensor at, long side) => side > 1 ? at * (2.0 / (side - 1)) - 1 : at * 0;
        var grid = Tensor.Stack([Place(Motion.Select(1, 0) + columns, w), Place(Motion.Select(1, 1) + rows, h)], -1);
        return Op.GridSampler(x, grid, interpolation_mode: 0, padding_mode: 1, align_corners: true);
    }

    private Tensor Colored(Tensor x)
    {
        var c = x.Size(1);
        return (Color.Narrow(2, 0, c) * x.Unsqueeze(1)).Sum([2]) + Color.Select(2, c);
    }

    private static Tensor Blurred(Tensor x, int window) => window == 1 ? x
        : Op.AvgPool2d(x, [window, window], [1, 1], [window / 2, window / 2], count_include_pad: false);

    private static Tensor Roughness(Tensor planes)
    {
        var (across, down) = GaussianPoisson.Differences(planes);
        return across.Square().Mean() + down.Square().Mean();
    }

    // Planes [N, C, H, W] as a sum of coarse ones and fine ones, all zero at first.
    private sealed class Planes : Module
    {
        private readonly List<Parameter> _levels = [];
        private readonly long _height, _width;

        public Planes(long n, long channels, long height, long width, Device device)
        {
            using var scope = TensorScope.Open();
            (_height, _width) = (height, width);
            for (var shrink = 1; shrink == 1 || Math.Min(height, width) / shrink >= 2; shrink *= 2)
                _levels.Add(AddParameter($"by{shrink}",
                    Tensor.Zeros([n, channels, (height + shrink - 1) / shrink, (width + shrink - 1) / shrink], device: device)));
            _ = Flat;
        }

        public Tensor Sum() => _levels.Select(level => level.Value.Size(2) == _height && level.Value.Size(3) == _width ? level.Value
            : Op.UpsampleBilinear2d(level.Value, [_height, _width], align_corners: false)).Aggregate((a, b) => a + b);

        protected override Tensor Compute(Tensor x) => throw new NotSupportedException("planes are no function");
    }
}
