using Earthmover.Data;
using Earthmover.Games;
using Earthmover.Torch;

namespace Earthmover.Sessions.Sampling;

/// <summary>A system that samples can be drawn from, and what they are.</summary>
public interface ISampleSource
{
    /// <summary>The game and its networks.</summary>
    GanSystem System { get; }

    /// <summary>What its samples are.</summary>
    SampleSpec Spec { get; }

    /// <summary>Where it computes.</summary>
    Device Device { get; }

    /// <summary>Its random streams.</summary>
    RandomStreams Streams { get; }

    /// <summary>What samples are generated from: latent vectors, or real samples where the system translates.</summary>
    /// <param name="seed">The seed of the samples.</param>
    /// <param name="first">Number of the first, from 0.</param>
    /// <param name="count">How many.</param>
    /// <exception cref="UserException">The system translates, and its data are not to be had.</exception>
    Tensor DrawInput(long seed, int first, int count);
}
