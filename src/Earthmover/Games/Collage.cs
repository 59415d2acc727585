using Earthmover.Torch;
using Earthmover.Torch.Operators;

namespace Earthmover.Games;

/// <summary>Copy-paste pictures of the samples of a batch.</summary>
internal static class Collage
{
    /// <summary>Pictures with the middle of others.</summary>
    /// <param name="x">What is around [N, C, H, W].</param>
    /// <param name="other">What is in the middle, of the same shape.</param>
    /// <param name="share">Sides of the middle over those of the picture, above 0 and below 1.</param>
    public static Tensor Paste(Tensor x, Tensor other, double share)
    {
        using var scope = TensorScope.Open();
        long Side(int axis) => Math.Max(1, (long)Math.Round(share * x.Size(axis)));
        Tensor Middle(Tensor of) => of.Narrow(2, (of.Size(2) - Side(2)) / 2, Side(2)).Narrow(3, (of.Size(3) - Side(3)) / 2, Side(3));
        var made = x.Clone();
        Middle(made).CopyFrom(Middle(other));
        return scope.Keep(made);
    }

    /// <summary>The picture after each, and after the last the first.</summary>
    /// <param name="x">[N, …].</param>
    public static Tensor Next(Tensor x) => Op.Roll(x, [-1], [0]);

    /// <summary>For each another of the batch at random, of its class where there is one; from the random stream <c>collage</c>.</summary>
    /// <param name="x">[N, …].</param>
    /// <param name="labels">Classes, Int64 [N]; null where there are none.</param>
    public static Tensor Others(Tensor x, Tensor? labels)
    {
        using var scope = TensorScope.Open();
        var n = x.Size(0);
        // Itself is the last choice, and one of another class the last but one.
        var order = Tensor.Uniform([n, n], RandomStreams.Current["collage"]) - 4 * Op.Eye(n, device: x.Device);
        if (labels is not null)
            order -= 2 * Op.Ne(labels.Reshape(n, 1) - labels.Reshape(1, n), 0).To(DType.Float32);
        return scope.Keep(x.IndexSelect(0, order.Argmax(1)));
    }
}
