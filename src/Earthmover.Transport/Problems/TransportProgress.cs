namespace Earthmover.Transport;

/// <summary>How far a long computation is.</summary>
/// <param name="Stage">What is being done.</param>
/// <param name="Share">Share of that stage that is done, from 0 to 1.</param>
public readonly record struct TransportProgress(string Stage, double Share);
