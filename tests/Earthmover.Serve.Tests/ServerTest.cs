using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Earthmover.Testing;

namespace Earthmover.Serve.Tests;

/// <summary>Asks servers on free ports; after each test, no tensor is alive that was not before.</summary>
[Collection(Models.Name)]
public abstract class ServerTest(TrainedModels models) : LeakTest
{
    private readonly List<ModelServer> _own = [];
    private HttpClient? _client;

    protected TrainedModels Trained { get; } = models;

    /// <summary>What servers of the test's own have said.</summary>
    protected ConcurrentQueue<string> Log { get; } = [];

    /// <summary>Asks the server of all models, or else the one of <see cref="Ask"/>.</summary>
    protected HttpClient Client => _client ??= ClientOf(Trained.Server);

    /// <summary>From now on a server of the test's own is asked.</summary>
    /// <param name="limits">What may be asked of it.</param>
    /// <param name="model">The model that it serves.</param>
    protected ModelServer Ask(ServeLimits limits, string model)
    {
        var server = Started(new(Path.Combine(Trained.Runs, model)) { Urls = "http://127.0.0.1:0", Limits = limits });
        _client = ClientOf(server);
        return server;
    }

    protected override void TearDown()
    {
        _client?.Dispose();
        foreach (var server in _own)
            server.Stop().GetAwaiter().GetResult();
    }

    private static HttpClient ClientOf(ModelServer server) =>
        new() { BaseAddress = new(server.Urls[0]), Timeout = TimeSpan.FromMinutes(10) };

    protected ModelServer Started(ServeOptions options)
    {
        var server = ModelServer.Open(options, Log.Enqueue);
        _own.Add(server);
        server.Start().GetAwaiter().GetResult();
        return server;
    }

    /// <summary>An answer.</summary>
    protected sealed record Answer(HttpStatusCode Status, string? Type, byte[] Content, HttpResponseHeaders Headers)
    {
        public string Text => Encoding.UTF8.GetString(Content);

        public JsonElement Json => JsonDocument.Parse(Content).RootElement;

        /// <summary>The one line of a problem.</summary>
        public string Detail => Json.GetProperty("detail").GetString()!;
    }

    protected static StringContent JsonBody(string json) => new(json, Encoding.UTF8, "application/json");

    protected static ByteArrayContent PictureBody(byte[] picture)
    {
        var body = new ByteArrayContent(picture);
        body.Headers.ContentType = new("image/png");
        return body;
    }

    protected Task<Answer> Post(string path, string json = "{}", string? accept = null) =>
        Send(HttpMethod.Post, path, JsonBody(json), accept);

    protected Task<Answer> Send(HttpMethod method, string path, HttpContent? body = null, string? accept = null) =>
        SendTo(Client, method, path, body, accept);

    protected static async Task<Answer> SendTo(HttpClient client, HttpMethod method, string path, HttpContent? body, string? accept = null)
    {
        using var request = new HttpRequestMessage(method, path) { Content = body };
        if (accept is not null)
            request.Headers.TryAddWithoutValidation("Accept", accept);
        using var response = await client.SendAsync(request);
        return new(response.StatusCode, response.Content.Headers.ContentType?.MediaType,
            await response.Content.ReadAsByteArrayAsync(), response.Headers);
    }

    /// <summary>An answer that has to be right.</summary>
    protected async Task<Answer> Asked(string path, string json = "{}", string? accept = null) => Right(await Post(path, json, accept));

    protected static Answer Right(Answer answer)
    {
        Assert.True(answer.Status == HttpStatusCode.OK, $"{answer.Status}: {answer.Text}");
        return answer;
    }

    /// <summary>A refusal, which is a problem of one line.</summary>
    protected static string Refused(HttpStatusCode status, Answer answer)
    {
        Assert.True(answer.Status == status, $"{answer.Status}, not {status}: {answer.Text}");
        Assert.Equal("application/problem+json", answer.Type);
        Assert.Equal((int)status, answer.Json.GetProperty("status").GetInt32());
        Assert.DoesNotContain('\n', answer.Detail);
        return answer.Detail;
    }
}
