namespace Earthmover.Games;

/// <summary>What a player is for. Health, log and report go by it, never by a name.</summary>
public enum Role
{
    /// <summary>Neither of the others.</summary>
    Other,
    /// <summary>Tells real from generated: critic, discriminator, energy.</summary>
    Critic,
    /// <summary>Makes samples or translations.</summary>
    Generator,
    /// <summary>Maps samples to latent vectors.</summary>
    Encoder,
}
