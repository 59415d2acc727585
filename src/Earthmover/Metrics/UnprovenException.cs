namespace Earthmover.Metrics;

/// <summary>A number was measured and told, but it is not proven, or its iteration did not end; the message says what would help.</summary>
/// <param name="message">One line.</param>
public sealed class UnprovenException(string message) : InvalidOperationException(message);
