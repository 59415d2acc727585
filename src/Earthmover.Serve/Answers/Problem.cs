using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;

namespace Earthmover.Serve.Answers;

/// <summary>Errors as <c>application/problem+json</c> (RFC 9457).</summary>
internal static class Problem
{
    /// <summary>The type of its content.</summary>
    public const string ContentType = "application/problem+json";

    /// <summary>Writes one, unless an answer is on its way already.</summary>
    /// <param name="http">The request.</param>
    /// <param name="refusal">What went wrong.</param>
    public static async Task Write(HttpContext http, Refusal refusal)
    {
        var response = http.Response;
        if (response.HasStarted || http.RequestAborted.IsCancellationRequested)
            return;
        // What was said of the method that would have been right stays.
        var allow = response.Headers.Allow;
        response.Clear();
        response.Headers.Allow = allow;
        response.StatusCode = refusal.Status;
        if (refusal.RetryAfter is { } seconds)
            response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        if (refusal.Status == StatusCodes.Status401Unauthorized)
            response.Headers.WWWAuthenticate = "Bearer";
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("type", "about:blank");
            json.WriteString("title", ReasonPhrases.GetReasonPhrase(refusal.Status));
            json.WriteNumber("status", refusal.Status);
            json.WriteString("detail", Printable.Of(refusal.Message));
            json.WriteString("instance", http.Request.Path.Value);
            json.WriteEndObject();
        }
        await Payload.Write(http, ContentType, buffer.ToArray());
    }
}
