using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Earthmover.Media;
using Earthmover.Serve.Answers;
using Earthmover.Serve.Work;
using Earthmover.Sessions.Sampling;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace Earthmover.Serve.Requests;

/// <summary>Reads what a request sends.</summary>
/// <param name="http">The request.</param>
/// <param name="limits">What it may send.</param>
/// <param name="ticket">What its memory is taken from.</param>
/// <param name="cancellation">Ends the reading.</param>
internal sealed class Body(HttpContext http, ServeLimits limits, Admission.Ticket ticket, CancellationToken cancellation)
{
    // A list, its first number, and what refers to it.
    private const int BytesOfList = 40;

    /// <summary>The types of pictures that may be sent as they are.</summary>
    public static IReadOnlyList<string> PictureTypes { get; } =
        ["image/png", "image/jpeg", "image/webp", "image/bmp", "application/octet-stream"];

    /// <summary>Reads a JSON document; nothing at all is the empty one.</summary>
    /// <typeparam name="T">What it says.</typeparam>
    /// <param name="type">How it is read.</param>
    /// <exception cref="Refusal">It is of another type, too large or no such document.</exception>
    public async Task<T> Json<T>(JsonTypeInfo<T> type) where T : new()
    {
        RefuseQuery([]);
        if (http.Request.ContentLength is null or 0 && http.Request.ContentType is null)
            return (await Bytes()).Length == 0 ? new() : throw Unsupported(MediaTypes.Json);
        if (TypeOf() != MediaTypes.Json)
            throw Unsupported(MediaTypes.Json);
        var bytes = await Bytes();
        // Lists of a few letters become objects: what they will take is taken before they are made.
        ticket.Hold((long)BytesOfList * bytes.AsSpan().Count((byte)'[') + (long)sizeof(double) * bytes.AsSpan().Count((byte)','));
        return Parsed(bytes, type);
    }

    /// <summary>Reads samples: a picture alone, whose options stand in the address, or a JSON document.</summary>
    /// <typeparam name="T">What the document says.</typeparam>
    /// <param name="type">How it is read.</param>
    /// <param name="options">The options that may stand in the address beside a picture, with how each goes into the order.</param>
    /// <exception cref="Refusal">It is of another type, too large, no such document, or holds no samples or too many.</exception>
    public async Task<(T Order, SentSamples Sent)> Samples<T>(JsonTypeInfo<T> type,
        IReadOnlyDictionary<string, Func<T, string, T>> options) where T : SentOrder, new()
    {
        if (PictureTypes.Contains(TypeOf()))
        {
            RefuseQuery(options.Keys, "leave it out");
            var order = new T();
            foreach (var (key, set) in options)
                if (http.Request.Query.TryGetValue(key, out var values))
                    order = set(order, values is [{ } only] ? only : throw Refusal.Bad($"?{key}= is given more than once"));
            return (order, Checked(new([await Bytes()], [])));
        }
        if (TypeOf() is not (MediaTypes.Json or ""))
            throw Unsupported($"{MediaTypes.Json}, or a picture as {string.Join(", ", PictureTypes)}");
        var read = await Json(type);
        return (read, Checked(new([.. (read.Pictures ?? []).Select(Decoded)], read.Points ?? [])));
    }

    private string TypeOf() => MediaTypeHeaderValue.TryParse(http.Request.ContentType, out var type)
        ? type.MediaType.Value!.ToLowerInvariant() : http.Request.ContentType is null ? "" : "?";

    private static Refusal Unsupported(string wanted) => new(StatusCodes.Status415UnsupportedMediaType,
        $"the body has to be {wanted}, and the header Content-Type has to say so");

    // A misspelled option would be one that is silently not followed.
    private void RefuseQuery(IEnumerable<string> known, string otherwise = "what is wanted stands in the body")
    {
        if (http.Request.Query.Keys.Except(known).FirstOrDefault() is { } other)
            throw Refusal.Bad(known.Any() ? $"?{other}= is not known beside a picture; known are {string.Join(", ", known)}"
                : $"?{other}= is not known; {otherwise}");
    }

    private async Task<byte[]> Bytes()
    {
        var declared = http.Request.ContentLength;
        if (declared > limits.Bytes)
            throw TooLarge();
        ticket.Hold(declared ?? limits.Bytes);
        using var buffer = new MemoryStream((int)(declared ?? 0));
        await http.Request.Body.CopyToAsync(buffer, cancellation);
        return buffer.Length == buffer.Capacity ? buffer.GetBuffer() : buffer.ToArray();
    }

    private Refusal TooLarge() =>
        new(StatusCodes.Status413PayloadTooLarge, $"the body is larger than {limits.Megabytes} MB; send less at once");

    private static T Parsed<T>(byte[] bytes, JsonTypeInfo<T> type)
    {
        try
        {
            return JsonSerializer.Deserialize(bytes, type) ?? throw Refusal.Bad("the body is null; it has to be a JSON object");
        }
        catch (JsonException e)
        {
            var where = e is { LineNumber: { } line, BytePositionInLine: { } at } ? $", line {line + 1}, byte {at + 1}" : "";
            throw Refusal.Bad($"{WhatIsWrong(e)}{where}; GET /openapi/v1.json says what is known");
        }
    }

    // The serializer's own words name types of its language.
    private static string WhatIsWrong(JsonException e)
    {
        var name = e.Path is { Length: > 2 } path ? path[2..] : null;
        return e.Message.StartsWith("Duplicate property", StringComparison.Ordinal) ? $"a name is there twice, at {e.Path ?? "$"}"
            : name is null ? "the body is not the JSON that it has to be, at $"
            : e.Message.StartsWith("The JSON value could not be converted", StringComparison.Ordinal)
                ? $"'{name}' is not of the kind, or not within the range, that it has to be, at $.{name}"
            : e.Message.Contains("could not be mapped", StringComparison.Ordinal) ? $"there is nothing called '{name}', at $.{name}"
            : $"the body is not the JSON that it has to be, at $.{name}";
    }

    private static byte[] Decoded(string? picture, int number)
    {
        try
        {
            return Convert.FromBase64String(picture ?? "");
        }
        catch (FormatException)
        {
            throw Refusal.Bad($"picture {number} is not in base64");
        }
    }

    private SentSamples Checked(SentSamples sent)
    {
        if (sent.Count == 0 || sent.Pictures.Any(picture => picture.Length == 0))
            throw Refusal.Bad("no picture and no point was sent; send a picture as the body, or \"pictures\" or \"points\" in JSON");
        if (sent.Pictures.Count > 0 && sent.Points.Count > 0)
            throw Refusal.Bad("pictures and points were sent; a model takes one of them");
        if (sent.Count > limits.Pictures)
            throw Refusal.Bad($"{sent.Count:N0} samples were sent, and {limits.Pictures:N0} are the most at once");
        if (sent.Points.Any(point => point is null))
            throw Refusal.Bad("a point is null; it has to be a list of coordinates");
        foreach (var picture in sent.Pictures)
            RefuseLarge(picture);
        return sent;
    }

    // By what the header says, before anything is decoded.
    private void RefuseLarge(byte[] picture)
    {
        try
        {
            var header = PictureHeader.Read(new MemoryStream(picture));
            if (header.Pixels > limits.Megapixels * 1_000_000L)
                throw new Refusal(StatusCodes.Status413PayloadTooLarge, $"a picture is {header.Width}x{header.Height}, more than the "
                    + $"{limits.Megapixels} megapixels that are read; send it smaller");
            ticket.Hold(header.DecodingBytes);
        }
        catch (MediaException e)
        {
            throw Refusal.Bad($"a picture cannot be read: {e.Message}");
        }
    }
}
