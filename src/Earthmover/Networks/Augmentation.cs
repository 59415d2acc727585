using Earthmover.Torch;
using Earthmover.Torch.Operators;

namespace Earthmover.Networks;

/// <summary>
/// Differentiable augmentation of what a critic sees, real and generated alike (arXiv:2006.10738): with few pictures it keeps the critic
/// from learning them by heart.
/// </summary>
/// <remarks>Pictures are [N, C, H, W] with values in [−1, 1].</remarks>
public sealed record Augmentation : IOptionPart<Augmentation>
{
    private static readonly Dictionary<string, Func<Tensor, RandomGenerator, Tensor>> s_parts = new()
    {
        ["color"] = Color,
        ["translation"] = Translation,
        ["cutout"] = Cutout,
    };

    private readonly Func<Tensor, RandomGenerator, Tensor>[] _parts;

    private Augmentation(Func<Tensor, RandomGenerator, Tensor>[] parts) => _parts = parts;

    /// <summary>What a critic sees of pictures.</summary>
    /// <param name="stream">Name of the random stream: players that move at once have one each.</param>
    public Func<Tensor, Tensor> From(string stream = "augment") =>
        pictures => _parts.Aggregate(pictures, (x, part) => part(x, RandomStreams.Current[stream]));

    static string IOptionPart<Augmentation>.Takes => "augmentations joined by +, or none";

    static IReadOnlyList<KnownPart> IOptionPart<Augmentation>.Known => [new("none"), .. s_parts.Keys.Select(name => new KnownPart(name))];

    static Augmentation IOptionPart<Augmentation>.Parse(string text) => Named(text);

    /// <summary>The composition named by a text such as <c>color+translation+cutout</c>; <c>none</c> is the identity.</summary>
    /// <param name="text">Names joined by +.</param>
    /// <exception cref="ArgumentException">A name is unknown.</exception>
    public static Augmentation Named(string text) =>
        new(text is "none" or "" ? [] : [.. text.Split('+').Select(PartOf)]);

    private static Func<Tensor, RandomGenerator, Tensor> PartOf(string name) => s_parts.TryGetValue(name, out var part) ? part
        : throw new ArgumentException($"unknown augmentation '{name}'{NearestName.Hint(name, s_parts.Keys)}: "
            + $"known are {string.Join(", ", s_parts.Keys)}, joined by +, or none");

    // Brightness + U(−½, ½), saturation × U(0, 2), contrast × U(½, 3/2), each drawn per picture.
    private static Tensor Color(Tensor x, RandomGenerator stream)
    {
        var n = x.Size(0);
        Tensor Draw(double low, double high) => Tensor.Uniform([n, 1, 1, 1], stream, low, high).Like(x);
        x += Draw(-0.5, 0.5);
        if (x.Size(1) == 3)
        {
            var gray = x.Mean([1], keep: true);
            x = (x - gray) * Draw(0, 2) + gray;
        }
        var mean = x.Mean([1, 2, 3], keep: true);
        return (x - mean) * Draw(0.5, 1.5) + mean;
    }

    // A shift by up to an eighth of each side, whole pixels; what comes in is gray.
    private static Tensor Translation(Tensor x, RandomGenerator stream)
    {
        for (var axis = 2; axis <= 3; axis++)
            x = Shift(x, axis, (x.Size(axis) + 4) / 8, stream);
        return x;
    }

    // A gray square of half the sides at a random place.
    private static Tensor Cutout(Tensor x, RandomGenerator stream)
    {
        Tensor Inside(int axis)
        {
            var size = x.Size(axis);
            var center = Tensor.Integers([x.Size(0), 1], size + 1, stream);
            var distance = (Positions(size, x) - center).Abs().To(DType.Float32);
            return Op.Le(distance, (Scalar)(size / 4.0)).To(x.DType).Reshape(axis == 2 ? [-1, 1, size, 1] : [-1, 1, 1, size]);
        }
        return x * (1 - Inside(2) * Inside(3));
    }

    // Gathers along one axis from a copy with gray borders, so that the shift can be differentiated twice.
    private static Tensor Shift(Tensor x, int axis, long reach, RandomGenerator stream)
    {
        var size = x.Size(axis);
        var shift = Tensor.Integers([x.Size(0), 1], 2 * reach + 1, stream);
        var index = (Positions(size, x) + shift).Reshape(axis == 2 ? [-1, 1, size, 1] : [-1, 1, 1, size]).Expand(x.Shape);
        return Op.Gather(Op.ConstantPadNd(x, axis == 2 ? [0, 0, reach, reach] : [reach, reach, 0, 0]), axis, index);
    }

    // Made on the device: copying from the host would wait for it.
    private static Tensor Positions(long size, Tensor like) =>
        Op.Arange(0L, size, dtype: DType.Int64, device: like.Device).Reshape(1, size);
}
