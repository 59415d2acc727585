namespace Earthmover;

/// <summary>What a term of a loss is for. Health, log and report go by it, never by a name.</summary>
public enum TermRole
{
    /// <summary>The game itself: a loss of the critic's scores.</summary>
    Adversarial,
    /// <summary>The game itself, where the difference of the critic's mean scores estimates W₁.</summary>
    Distance,
    /// <summary>The game itself, where the critic's loss as a whole estimates W₁, as a c-transform completes its scores.</summary>
    Dual,
    /// <summary>Holds the critic's slope.</summary>
    Penalty,
    /// <summary>Pulls an output to a given sample.</summary>
    Reconstruction,
    /// <summary>Any other aim: a class, a latent code.</summary>
    Auxiliary,
}
