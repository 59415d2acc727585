using Earthmover.Media;
using Earthmover.Torch;

namespace Earthmover.Sessions.Pictures;

/// <summary>Pictures as tensors of their own size, and back.</summary>
internal static class PictureTensors
{
    /// <summary>[C, H, W], values in [0, 1], in the innermost scope.</summary>
    public static Tensor Of(Image picture)
    {
        using var scope = TensorScope.Open();
        var bytes = Tensor.From(picture.Pixels, [picture.Height, picture.Width, picture.Channels]);
        return scope.Keep((bytes.To(DType.Float32) * (1f / 255)).Permute(2, 0, 1).Contiguous());
    }

    /// <summary>A picture of values in [0, 1]; what lies outside is brought to the nearest end.</summary>
    /// <param name="values">[C, H, W].</param>
    public static Image ToImage(Tensor values)
    {
        using var scope = TensorScope.Open();
        var bytes = (values * 255 + 0.5).Clamp(0, 255).To(DType.UInt8).Permute(1, 2, 0).Contiguous();
        return new((int)values.Size(2), (int)values.Size(1), (int)values.Size(0), bytes.ToArray<byte>());
    }
}
