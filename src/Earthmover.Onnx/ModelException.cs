namespace Earthmover.Onnx;

/// <summary>A file is no exported model, or is asked for what it cannot do.</summary>
/// <param name="message">What is wrong and what to do, in one line without a full stop.</param>
public sealed class ModelException(string message) : Exception(message);
