using System.Net;
using System.Text;
using Earthmover.Media;

namespace Earthmover.Serve.Tests;

/// <summary>What cannot be answered is refused with a problem that says why.</summary>
public sealed class RefusalTests(TrainedModels models) : ServerTest(models)
{
    [Theory]
    [InlineData("sample", """{"n": 0}""", "\"n\" is 0")]
    [InlineData("sample", """{"n": 1001}""", "from 1 to 1,000")]
    [InlineData("sample", """{"n": -1}""", "\"n\" is -1")]
    [InlineData("sample", """{"n": 1.5}""", "'n' is not of the kind, or not within the range, that it has to be, at $.n, line 1")]
    [InlineData("sample", """{"n": "1"}""", "'n' is not of the kind")]
    [InlineData("sample", """{"n": 99999999999}""", "'n' is not of the kind, or not within the range")]
    [InlineData("sample", """{"N": 3}""", "there is nothing called 'N', at $.N")]
    [InlineData("sample", """{"n": 1, "n": 2}""", "a name is there twice, at $")]
    [InlineData("sample", """{"index": 1000000}""", "\"index\" is 1,000,000")]
    [InlineData("sample", """{"index": -1}""", "\"index\" is -1")]
    [InlineData("sample", """{"class": "cow"}""", "cat, dog")]
    [InlineData("sample", """{"class": 2}""", "from 0 to 1")]
    [InlineData("sample", """{"class": [1]}""", "at $.class")]
    [InlineData("sample", """{"columns": 0}""", "\"columns\" is 0")]
    [InlineData("sample", """{"latent": []}""", "holds 0 vectors")]
    [InlineData("sample", """{"latent": [null]}""", "is null")]
    [InlineData("sample", """{"latent": [[1e300]], "seed": 1}""", "leave \"n\", \"seed\" and \"index\" out")]
    [InlineData("sample", """{"seeed": 1}""", "at $.seeed")]
    [InlineData("sample", """[1]""", "at $")]
    [InlineData("sample", """null""", "has to be a JSON object")]
    [InlineData("sample", """{""", "is not the JSON")]
    [InlineData("sample", "\u0000", "is not the JSON")]
    [InlineData("sample?n=3", "{}", "stands in the body")]
    [InlineData("project", "{}", "no picture and no point was sent")]
    [InlineData("project", """{"pictures": []}""", "no picture and no point was sent")]
    [InlineData("project", """{"pictures": [null]}""", "no picture and no point was sent")]
    [InlineData("project", """{"pictures": ["not base64"]}""", "is not in base64")]
    [InlineData("project", """{"pictures": ["AAAA"]}""", "a picture cannot be read")]
    [InlineData("project", """{"points": [[1, 2]]}""", "samples are pictures")]
    [InlineData("project", """{"points": [[1, 2]], "steps": 0}""", "\"steps\" is 0")]
    [InlineData("project", """{"points": [[1, 2]], "steps": 1001}""", "from 1 to 1,000")]
    public async Task A_body_that_asks_for_what_cannot_be_is_refused(string action, string body, string detail) =>
        Assert.Contains(detail, Bad(await Post($"/v1/models/pets/{action}", body)), StringComparison.Ordinal);

    private static string Bad(Answer answer) => Refused(HttpStatusCode.BadRequest, answer);

    [Theory]
    [InlineData("GET", "/", HttpStatusCode.NotFound, "/openapi/v1.json")]
    [InlineData("GET", "/v1/models/../../etc/passwd", HttpStatusCode.NotFound, "/openapi/v1.json")]
    [InlineData("GET", "/v1/models/nobody", HttpStatusCode.NotFound, "lines, pets, points, rows, sketches, styled, told, turned")]
    [InlineData("POST", "/v1/models/nobody/sample", HttpStatusCode.NotFound, "there is no model 'nobody'")]
    [InlineData("POST", "/v1/models/pets/sing", HttpStatusCode.NotFound, "pets can sample, project, score")]
    [InlineData("POST", "/v1/models/pets/translate", HttpStatusCode.Conflict, "cannot translate; it can sample, project, score")]
    [InlineData("POST", "/v1/models/sketches/sample", HttpStatusCode.Conflict, "cannot sample; it can translate")]
    [InlineData("POST", "/v1/models/lines/project", HttpStatusCode.Conflict, "cannot project; it can sample")]
    [InlineData("POST", "/v1/models/rows/project", HttpStatusCode.Conflict, "cannot project; it can sample")]
    [InlineData("POST", "/v1/models/rows/score", HttpStatusCode.Conflict, "cannot score; it can sample")]
    [InlineData("PUT", "/v1/models", HttpStatusCode.MethodNotAllowed, "with GET")]
    [InlineData("GET", "/v1/models/pets/sample", HttpStatusCode.MethodNotAllowed, "with POST")]
    [InlineData("DELETE", "/v1/models/pets", HttpStatusCode.MethodNotAllowed, "with GET")]
    public async Task What_is_not_there_is_refused_with_what_is(string method, string path, HttpStatusCode status, string detail) =>
        Assert.Contains(detail, Refused(status, await Send(new(method), path)), StringComparison.Ordinal);

    [Theory]
    [InlineData(null, "image/png")]
    [InlineData("*/*", "image/png")]
    [InlineData("image/*", "image/png")]
    [InlineData("application/json, image/png", "image/png")]
    [InlineData("application/json, image/png;q=0.5", "application/json")]
    [InlineData("text/html, application/x-npy;q=0.9, */*;q=0.1", "application/x-npy")]
    [InlineData("image/png;q=0, */*", "application/zip")]
    [InlineData("application/json; charset=utf-8", "application/json")]
    public async Task An_answer_comes_in_the_form_that_is_liked_best(string? accept, string type) =>
        Assert.Equal(type, (await Asked("/v1/models/pets/sample", accept: accept)).Type);

    [Theory]
    [InlineData("text/html")]
    [InlineData("text/csv")]
    [InlineData("image/png;q=0")]
    public async Task A_form_that_there_is_not_is_refused_with_those_that_there_are(string accept) => Assert.Contains(
        "image/png, application/zip, application/x-npy, application/json",
        Refused(HttpStatusCode.NotAcceptable, await Post("/v1/models/pets/sample", accept: accept)), StringComparison.Ordinal);

    [Fact]
    public async Task Bodies_of_other_types_are_refused()
    {
        foreach (var type in new[] { "text/plain", "application/xml", "multipart/form-data; boundary=x", "image/gif" })
        {
            var body = new ByteArrayContent([1, 2, 3]);
            body.Headers.TryAddWithoutValidation("Content-Type", type);
            Refused(HttpStatusCode.UnsupportedMediaType, await Send(HttpMethod.Post, "/v1/models/pets/sample", body));
            body = new ByteArrayContent([1, 2, 3]);
            body.Headers.TryAddWithoutValidation("Content-Type", type);
            Refused(HttpStatusCode.UnsupportedMediaType, await Send(HttpMethod.Post, "/v1/models/pets/score", body));
        }
        // Nothing at all asks for what is usual.
        Assert.Equal("image/png", Right(await Send(HttpMethod.Post, "/v1/models/pets/sample")).Type);
    }

    [Fact]
    public async Task What_is_too_large_is_refused_before_it_is_read()
    {
        Ask(new() { Megabytes = 1, Megapixels = 1, Pictures = 2, Samples = 5 }, "pets");
        var body = new string(' ', 1_000_001);
        Assert.Contains("larger than 1 MB", Refused(HttpStatusCode.RequestEntityTooLarge, await Post("/v1/models/pets/sample", body)),
            StringComparison.Ordinal);
        // Without its length it is read, as far as that; who goes on sending may find the connection closed before he sees why.
        using (var chunks = new StreamContent(new MemoryStream(Encoding.ASCII.GetBytes(body))))
        {
            chunks.Headers.ContentType = new("application/json");
            using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/models/pets/sample") { Content = chunks };
            request.Headers.TransferEncodingChunked = true;
            try
            {
                using var response = await Client.SendAsync(request);
                Assert.Equal(HttpStatusCode.RequestEntityTooLarge, response.StatusCode);
            }
            catch (HttpRequestException e)
            {
                Assert.IsAssignableFrom<IOException>(e.InnerException);
            }
        }
        var wide = ImageFile.EncodePng(new Image(1001, 1000, 1, new byte[1_001_000]));
        Assert.Contains("1001x1000", Refused(HttpStatusCode.RequestEntityTooLarge,
            await Send(HttpMethod.Post, "/v1/models/pets/score?class=0", PictureBody(wide))), StringComparison.Ordinal);
        Assert.Contains("2 are the most", Refused(HttpStatusCode.BadRequest,
            await Post("/v1/models/pets/score", """{"points": [[0, 1], [0, 1], [0, 1]]}""")), StringComparison.Ordinal);
        Assert.Contains("from 1 to 5", Bad(await Post("/v1/models/pets/sample", """{"n": 6}""")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_search_is_made_by_an_encoder_only_where_there_is_one() => Assert.Contains("bigan",
        Refused(HttpStatusCode.BadRequest, await Post("/v1/models/points/project", """{"points": [[0, 1]], "encoder": true}""")),
        StringComparison.Ordinal);
}
