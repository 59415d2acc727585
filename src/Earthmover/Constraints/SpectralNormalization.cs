namespace Earthmover.Constraints;

/// <summary>
/// Spectral normalization (arXiv:1802.05957): not a penalty but a property of the critic's layers, each divided by its largest singular
/// value. This record only asks for such layers.
/// </summary>
public sealed record SpectralNormalization : Constraint
{
    /// <inheritdoc/>
    public override string Name => "spectral";

    /// <inheritdoc/>
    public override bool NeedsSpectralNorm => true;
}
