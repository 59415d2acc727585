using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace Earthmover.Serve.Answers;

/// <summary>What an answer holds.</summary>
/// <param name="ContentType">Its type.</param>
/// <param name="Content">Its bytes.</param>
internal sealed record Payload(string ContentType, byte[] Content)
{
    /// <summary>A JSON document.</summary>
    /// <param name="write">Writes what stands in the one object that it is.</param>
    public static Payload Json(Action<Utf8JsonWriter> write)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            write(json);
            json.WriteEndObject();
        }
        return new(MediaTypes.Json, buffer.ToArray());
    }

    /// <summary>Sends it.</summary>
    /// <param name="http">The request that it answers.</param>
    public Task Write(HttpContext http) => Write(http, ContentType, Content);

    /// <summary>Sends bytes of a type.</summary>
    public static async Task Write(HttpContext http, string contentType, byte[] content)
    {
        http.Response.ContentType = contentType;
        http.Response.ContentLength = content.Length;
        http.Response.Headers.XContentTypeOptions = "nosniff";
        http.Response.Headers.CacheControl = "no-store";
        if (!HttpMethods.IsHead(http.Request.Method))
            await http.Response.Body.WriteAsync(content, http.RequestAborted);
    }
}
