using System.Net;
using System.Text;

namespace Earthmover.Testing;

/// <summary>A body in JSON whose end is sent only when it is let go: a request that a server has and cannot have answered.</summary>
public sealed class HeldContent : HttpContent
{
    private readonly byte[] _bytes;
    private readonly TaskCompletionSource _held = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public HeldContent(string json)
    {
        _bytes = Encoding.UTF8.GetBytes(json);
        Headers.ContentType = new("application/json");
    }

    /// <summary>Sends the rest.</summary>
    public void LetGo() => _held.TrySetResult();

    /// <inheritdoc/>
    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
    {
        await stream.WriteAsync(_bytes.AsMemory(..^1));
        await stream.FlushAsync();
        await _held.Task;
        await stream.WriteAsync(_bytes.AsMemory(^1..));
    }

    /// <inheritdoc/>
    protected override bool TryComputeLength(out long length)
    {
        length = _bytes.Length;
        return true;
    }
}
