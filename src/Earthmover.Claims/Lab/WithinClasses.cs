using Earthmover.Data;
using Earthmover.Torch;

namespace Earthmover.Claims.Lab;

/// <summary>How different pictures of one class are.</summary>
public static class WithinClasses
{
    /// <summary>Mean distance in pixels between two pictures of a class, over the first of each class, and the mean over classes.</summary>
    /// <param name="pictures">The pictures.</param>
    /// <param name="labels">Their classes.</param>
    /// <param name="classes">How many there are.</param>
    /// <param name="each">Pictures of each class that are compared.</param>
    public static double Distance(ImageSet pictures, IReadOnlyList<int> labels, int classes, int each)
    {
        using var scope = TensorScope.Open();
        var x = LinearProbe.Features(pictures, pixels => pixels.Flatten(1));
        return Enumerable.Range(0, classes).Average(k =>
        {
            var rows = Enumerable.Range(0, labels.Count).Where(i => labels[i] == k).Take(each).Select(i => (long)i).ToArray();
            var one = x.IndexSelect(0, Tensor.From<long>(rows, [rows.Length]));
            return (one.Unsqueeze(0) - one.Unsqueeze(1)).Square().Sum([2]).Sqrt().Sum().Item() / (rows.Length * (rows.Length - 1.0));
        });
    }
}
