using Earthmover.Torch;

namespace Earthmover.Claims.Lab;

/// <summary>Where an experiment computes: on the device of its random streams.</summary>
internal static class Placement
{
    /// <summary>The tensor there.</summary>
    internal static Tensor Here(this Tensor x) => x.To(RandomStreams.Current.Device);
}
