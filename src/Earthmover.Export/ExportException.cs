namespace Earthmover.Export;

/// <summary>A function cannot be written down as a graph.</summary>
/// <param name="message">Why, in one line without a full stop; what it stands on, an operator for instance, by its name.</param>
public sealed class ExportException(string message) : Exception(message);
