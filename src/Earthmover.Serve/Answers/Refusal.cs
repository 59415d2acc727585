using Microsoft.AspNetCore.Http;

namespace Earthmover.Serve.Answers;

/// <summary>A request that is not answered, and why; what whoever asked is told.</summary>
/// <param name="status">The status of HTTP.</param>
/// <param name="detail">One line that says what was wrong, with what, and what to do.</param>
internal sealed class Refusal(int status, string detail) : Exception(detail)
{
    /// <summary>The status of HTTP.</summary>
    public int Status => status;

    /// <summary>Seconds after which to ask again; null where asking again changes nothing.</summary>
    public int? RetryAfter { get; init; }

    /// <summary>What was asked for cannot be.</summary>
    public static Refusal Bad(string detail) => new(StatusCodes.Status400BadRequest, detail);

    /// <summary>The server stops.</summary>
    public static Refusal Stopping() =>
        new(StatusCodes.Status503ServiceUnavailable, "the server is stopping; ask another, or this one again later") { RetryAfter = 5 };
}
