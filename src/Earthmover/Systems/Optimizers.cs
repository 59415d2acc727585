using Earthmover.Nn.Optimizers;

namespace Earthmover.Systems;

/// <summary>Optimizers by name, as options name them.</summary>
internal static class Optimizers
{
    /// <summary>Settings of an optimizer.</summary>
    /// <exception cref="ArgumentException">The name is unknown.</exception>
    public static OptimizerOptions Named(string name, double rate, double beta1, double beta2) => name switch
    {
        "adam" => new AdamOptions(rate, beta1, beta2),
        "rmsprop" => new RmsPropOptions { LearningRate = rate },
        "sgd" => new SgdOptions { LearningRate = rate },
        _ => throw new ArgumentException($"unknown optimizer '{name}': known are adam, rmsprop, sgd"),
    };
}
