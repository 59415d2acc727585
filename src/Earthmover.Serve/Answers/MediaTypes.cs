using Earthmover.Data;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace Earthmover.Serve.Answers;

/// <summary>Types of what is sent, and which of them a request accepts.</summary>
internal static class MediaTypes
{
    public const string Json = "application/json", Png = "image/png", Zip = "application/zip", Npy = "application/x-npy",
        Csv = "text/csv", Text = "text/plain";

    /// <summary>The forms in which samples are sent, the usual one first.</summary>
    /// <param name="spec">What they are.</param>
    public static string[] OfSamples(SampleSpec spec) => spec.Kind switch
    {
        SampleSpec.Images => [Png, Zip, Npy, Json],
        SampleSpec.Points => [Json, Npy, Csv, Png],
        SampleSpec.Table => [Json, Csv, Npy],
        _ => [Json, Text, Npy],
    };

    /// <summary>The form of an answer that a request likes best.</summary>
    /// <param name="request">The request.</param>
    /// <param name="offered">The forms that there are, the usual one first.</param>
    /// <exception cref="Refusal">It accepts none of them.</exception>
    public static string Choose(HttpRequest request, IReadOnlyList<string> offered)
    {
        var header = request.Headers.Accept;
        string[] given = [.. header.OfType<string>().Where(text => !string.IsNullOrWhiteSpace(text))];
        if (given.Length == 0)
            return offered[0];
        if (!MediaTypeHeaderValue.TryParseList(given, out var accepted))
            throw Refusal.Bad("the header Accept cannot be read; it lists types such as image/png");
        // What is named outweighs what is covered by a star; of equals, the one that is offered first.
        var best = offered.Select((type, place) => (Type: type, Place: place, Quality: QualityOf(accepted, type)))
            .OrderByDescending(one => one.Quality).ThenBy(one => one.Place).First();
        return best.Quality > 0 ? best.Type : throw new Refusal(StatusCodes.Status406NotAcceptable,
            $"this is sent as {string.Join(", ", offered)}; ask for one of them with the header Accept");
    }

    private static double QualityOf(IList<MediaTypeHeaderValue> accepted, string type)
    {
        var value = new MediaTypeHeaderValue(type);
        var match = accepted.Where(range => value.IsSubsetOf(WithoutParameters(range)))
            .OrderBy(range => range.MatchesAllTypes ? 2 : range.MatchesAllSubTypes ? 1 : 0).FirstOrDefault();
        return match is null ? 0 : match.Quality ?? 1;
    }

    // As text/csv; charset=utf-8, which is what is sent anyway.
    private static MediaTypeHeaderValue WithoutParameters(MediaTypeHeaderValue range) => new(range.MediaType);
}
