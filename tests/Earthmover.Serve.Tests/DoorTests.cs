using System.Net;
using System.Text;
using System.Text.Json;
using Earthmover.Serve.Requests;
using Earthmover.Serve.Work;
using Microsoft.AspNetCore.Http;

namespace Earthmover.Serve.Tests;

/// <summary>Who is let in: by name, by key, and as many as there is room for.</summary>
public sealed class DoorTests(TrainedModels models) : ServerTest(models)
{
    private const string Key = "0123456789abcdef0123456789abcdef";

    private string KeyFile(string text)
    {
        var path = Path.Combine(Trained.Runs, "..", "key");
        File.WriteAllText(path, text);
        return path;
    }

    [Fact]
    public async Task With_a_key_nobody_else_is_let_in()
    {
        var server = Started(new(Path.Combine(Trained.Runs, "points")) { Urls = "http://127.0.0.1:0", KeyFile = KeyFile($"{Key}\n") });
        using var client = new HttpClient { BaseAddress = new(server.Urls[0]) };
        async Task<HttpStatusCode> Status(string path, string? authorization)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, path);
            if (authorization is not null)
                request.Headers.TryAddWithoutValidation("Authorization", authorization);
            using var response = await client.SendAsync(request);
            if (response.StatusCode == HttpStatusCode.Unauthorized)
                Assert.Equal("Bearer", response.Headers.WwwAuthenticate.Single().Scheme);
            return response.StatusCode;
        }
        string?[] others =
        [
            null, "", "Bearer", "Bearer ", Key, $"Basic {Key}", $"Bearer {Key[1..]}", $"Bearer {Key}0", $"Bearer {Key.ToUpperInvariant()}",
        ];
        foreach (var path in new[] { "/v1/models", "/metrics", "/openapi/v1.json", "/nothing" })
            foreach (var wrong in others)
                Assert.Equal(HttpStatusCode.Unauthorized, await Status(path, wrong));
        Assert.Equal(HttpStatusCode.OK, await Status("/healthz", null));
        Assert.Equal(HttpStatusCode.OK, await Status("/v1/models", $"Bearer {Key}"));
        Assert.Equal(HttpStatusCode.OK, await Status("/metrics", $"bearer {Key}"));
        client.DefaultRequestHeaders.Authorization = new("Bearer", Key);
        var document = JsonDocument.Parse(await client.GetStringAsync("/openapi/v1.json")).RootElement;
        var scheme = document.GetProperty("components").GetProperty("securitySchemes").GetProperty("key");
        Assert.Equal("bearer", scheme.GetProperty("scheme").GetString());
        Assert.True(document.GetProperty("security")[0].TryGetProperty("key", out _));
    }

    [Theory]
    [InlineData("http://0.0.0.0:0", "a key is needed")]
    [InlineData("http://*:8123", "a key is needed")]
    [InlineData("http://127.0.0.1:0;http://[::]:0", "a key is needed")]
    [InlineData("https://127.0.0.1:0", "let a proxy in front of it speak https")]
    [InlineData("127.0.0.1:8123", "is no address to listen at")]
    [InlineData("ftp://127.0.0.1:8123", "is no address to listen at")]
    [InlineData("http://example.org:8123", "write it in numbers")]
    [InlineData("http://127.0.0.1:8123/models", "more than a host and a port")]
    [InlineData("http://127.0.0.1:99999", "is no address to listen at")]
    [InlineData(";", "names no address")]
    public void An_address_that_cannot_be_listened_at_is_refused_before_anything_is_opened(string urls, string why) =>
        Assert.Contains(why, Assert.Throws<UserException>(() => ModelServer.Open(new("nowhere") { Urls = urls }, _ => { })).Message,
            StringComparison.Ordinal);

    [Theory]
    [InlineData("short", "at least 16 characters")]
    [InlineData("", "at least 16 characters")]
    [InlineData("two words of a key, and more", "at least 16 characters")]
    public void A_file_without_a_key_is_refused(string text, string why) => Assert.Contains(why, Assert.Throws<UserException>(
        () => ModelServer.Open(new("nowhere") { KeyFile = KeyFile(text) }, _ => { })).Message, StringComparison.Ordinal);

    [Fact]
    public async Task A_port_that_is_taken_is_named()
    {
        var url = Trained.Server.Urls[0];
        var server = ModelServer.Open(new(Path.Combine(Trained.Runs, "points")) { Urls = url }, _ => { });
        var refused = await Assert.ThrowsAsync<UserException>(server.Start);
        server.Dispose();
        Assert.Contains("choose another port", refused.Message, StringComparison.Ordinal);
    }

    // As a page of somebody else, whose name points to this machine, would ask.
    [Fact]
    public async Task On_this_machine_it_answers_to_no_other_name()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/models");
        request.Headers.Host = "evil.example";
        using var response = await Client.SendAsync(request);
        Assert.Equal(HttpStatusCode.MisdirectedRequest, response.StatusCode);
        using var named = new HttpRequestMessage(HttpMethod.Get, "/v1/models");
        named.Headers.Host = "localhost:8123";
        using var right = await Client.SendAsync(named);
        Assert.Equal(HttpStatusCode.OK, right.StatusCode);
    }

    [Fact]
    public async Task When_it_is_full_the_next_is_told_when_to_come_again()
    {
        Ask(new() { Queue = 3 }, "points");
        var asked = await Task.WhenAll(Enumerable.Range(0, 30).Select(_ =>
            Post("/v1/models/points/project", """{"points": [[0, 1]], "steps": 300}""")));
        var full = asked.Where(answer => answer.Status == HttpStatusCode.TooManyRequests).ToList();
        Assert.NotEmpty(full);
        Assert.All(full, answer => Assert.InRange(answer.Headers.RetryAfter!.Delta!.Value.TotalSeconds, 1, 60));
        Assert.InRange(asked.Count(answer => answer.Status == HttpStatusCode.OK), 3, 30 - full.Count);
        Assert.Equal(30 - full.Count, asked.Count(answer => answer.Status == HttpStatusCode.OK));
        // Afterwards there is room again.
        await Asked("/v1/models/points/sample");
    }

    [Fact]
    public async Task What_takes_too_long_is_given_up()
    {
        Ask(new() { Seconds = 1, Steps = 1_000_000 }, "pets");
        var late = await Send(HttpMethod.Post, "/v1/models/pets/project?steps=1000000", PictureBody(TrainedModels.Picture(1)));
        Assert.Contains("longer than 1 seconds", Refused(HttpStatusCode.ServiceUnavailable, late), StringComparison.Ordinal);
        // And it does not keep the network busy.
        await Asked("/v1/models/pets/sample");
    }

    [Fact]
    public async Task Whoever_leaves_keeps_nobody_waiting()
    {
        Ask(new() { Steps = 1_000_000 }, "points");
        await Asked("/v1/models/points/sample");
        using (var gone = new CancellationTokenSource(TimeSpan.FromMilliseconds(300)))
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Client.PostAsync("/v1/models/points/project",
                JsonBody("""{"points": [[0, 1]], "steps": 1000000}"""), gone.Token));
        await Asked("/v1/models/points/sample");
        Assert.Contains("status=\"499\"", await SoonIn("/metrics", "499"), StringComparison.Ordinal);
    }

    private async Task<string> SoonIn(string path, string word)
    {
        for (var i = 0; i < 100; i++)
        {
            var text = (await Send(HttpMethod.Get, path)).Text;
            if (text.Contains(word, StringComparison.Ordinal))
                return text;
            await Task.Delay(50);
        }
        return "";
    }

    [Fact]
    public void Memory_that_all_requests_take_together_is_bounded()
    {
        var admission = new Admission(new() { Queue = 2, Megabytes = 100 });
        using (var one = admission.Enter())
        {
            one.Hold(1_500_000_000);
            using var other = admission.Enter();
            Assert.Equal(429, Assert.Throws<Answers.Refusal>(() => other.Hold(200_000_000)).Status);
            Assert.Throws<Answers.Refusal>(admission.Enter);
        }
        using var next = admission.Enter();
        next.Hold(1_500_000_000);
    }

    [Fact]
    public async Task Memory_of_lists_is_that_of_what_they_become()
    {
        var admission = new Admission(new());
        using Admission.Ticket ticket = admission.Enter(), other = admission.Enter();
        var bytes = Encoding.UTF8.GetBytes($$"""{"points": [{{string.Join(',', Enumerable.Repeat("[0]", 500_000))}}]}""");
        var http = new DefaultHttpContext
        {
            Request = { Body = new MemoryStream(bytes), ContentLength = bytes.Length, ContentType = "application/json" },
        };
        var order = await new Body(http, new(), ticket, default).Json(OrderJson.Default.ProjectOrder);
        Assert.Equal(500_000, order.Points!.Length);
        Assert.Throws<Answers.Refusal>(() => other.Hold(new ServeLimits().Room - 20_000_000));
    }
}
