namespace Earthmover.Torch;

/// <summary>LibTorch refused a call. The message names the operator and the shapes it was given.</summary>
public class TorchException(string operation, string reason) : Exception($"{operation}: {FirstLine(reason)}")
{
    private static string FirstLine(string text) => text.Split('\n', 2)[0].Trim();
}

/// <summary>An allocation did not fit into the memory of its device.</summary>
public sealed class TorchOutOfMemoryException(string operation, string reason) : TorchException(operation, reason);
