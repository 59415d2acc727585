using System.Net.Sockets;
using System.Text;

namespace Earthmover.Serve.Tests;

/// <summary>Thousands of requests that are broken in all ways: none makes the server fail, and none takes memory with it.</summary>
public sealed class FuzzTests(TrainedModels models) : ServerTest(models)
{
    private static readonly string[] s_methods = ["GET", "POST", "PUT", "HEAD", "OPTIONS", "TRACE", "get", "P\u0001ST", ""];
    private static readonly string[] s_models =
        ["pets", "points", "lines", "sketches", "turned", "inverted", "told", "nobody", "..", "%2e%2e", "%00", "a b", "é", ""];
    private static readonly string[] s_actions = ["sample", "translate", "project", "score", "classify", "sing", "", "sample/", "%"];
    private static readonly string[] s_types =
    [
        "application/json", "image/png", "image/jpeg", "image/webp", "image/bmp", "text/plain", "application/json; charset=x", "/", "",
        "multipart/form-data",
    ];
    private static readonly string[] s_accepts =
    [
        "*/*", "image/png", "application/zip", "application/x-npy", "application/json", "text/csv", "q=1", ";", "image/*;q=2", "\u0001",
    ];
    private static readonly string[] s_paths =
    [
        "/", "*", "/healthz", "/metrics", "/v1/models", "//", "/v1/models/../..", "/openapi/v1.json", "/openapi/v2.json", "x", "/\u0001",
    ];
    private static readonly string[] s_heads =
    [
        "Transfer-Encoding: chunked\r\n", "Expect: 100-continue\r\n", "Expect: x\r\n", "Content-Length: -1\r\n", "X\r\n", "X: \u0001\r\n",
        $"X: {new string('x', 40_000)}\r\n", "Content-Encoding: gzip\r\n", "Authorization: Bearer x\r\n", "Content-Length: 99999999999\r\n",
    ];
    private static readonly string[] s_queries =
        ["?to=b", "?steps=2", "?class=0", "?seed=x", "?encoder=maybe", "?steps=1&steps=2", "?%zz", $"?{new string('a', 9_000)}"];
    private static readonly string[] s_values =
    [
        "0", "1", "-1", "3", "1e9", "1e400", "9223372036854775808", "null", "true", "\"x\"", "\"cat\"", "[]", "{}", "[[]]", "[[1,2]]",
        "[[1e999]]", "[null]", "[\"AAAA\"]", "\"\\ud800\"", "0.5", "[[[1]]]", "\"\\u0000\"", "[[1,2],[3]]", "NaN",
    ];
    private static readonly string[] s_names =
        ["n", "seed", "index", "class", "text", "latent", "columns", "pictures", "points", "to", "steps", "encoder", "x", "N"];

    [Fact]
    public void Broken_requests_are_refused_and_nothing_fails() => Fuzz(500);

    [Fact]
    [Trait("Category", "Slow")]
    public void Ten_thousand_broken_requests_are_refused_and_nothing_fails() => Fuzz(10_000);

    private void Fuzz(int count)
    {
        var limits = new ServeLimits { Megabytes = 1, Samples = 8, Steps = 3, Pictures = 3 };
        var port = new Uri(Started(new(Trained.Runs) { Urls = "http://127.0.0.1:0", Limits = limits }).Urls[0]).Port;
        var random = new Random(20);
        var statuses = new SortedDictionary<int, int>();
        long settled = 0;
        for (var i = 0; i < count; i++)
        {
            var (request, isWhole) = Request(random);
            var status = Status(port, request, isWhole);
            // 505 is what HTTP has for a version that is not spoken.
            Assert.True(status is < 500 or 503 or 505, $"request {i} has {status}: {Encoding.Latin1.GetString(request)}");
            statuses[status] = statuses.GetValueOrDefault(status) + 1;
            if (i == count / 4)
                settled = Settled();
        }
        Assert.True(statuses.Count > 5, string.Join(", ", statuses));
        Assert.True(statuses.GetValueOrDefault(0) < count / 5, string.Join(", ", statuses));
        Assert.DoesNotContain(Log, line => line.Contains("/v1/", StringComparison.Ordinal));
        // It still answers, and holds no more than it did.
        var health = Encoding.ASCII.GetBytes("GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
        Assert.Equal(200, Status(port, health, isWhole: true));
        var grown = Settled() - settled;
        Assert.True(grown < 8_000_000, $"{grown:N0} bytes more than after a quarter");
    }

    private static long Settled() => GC.GetTotalMemory(forceFullCollection: true);

    private static (byte[] Bytes, bool IsWhole) Request(Random random)
    {
        T Any<T>(IReadOnlyList<T> all) => all[random.Next(all.Count)];
        bool Now(double share) => random.NextDouble() < share;
        var method = Now(0.8) ? "POST" : Any(s_methods);
        var (model, action) = (Now(0.8) ? Any(s_models[..7]) : Any(s_models), Now(0.8) ? Any(s_actions[..5]) : Any(s_actions));
        var path = Now(0.9) ? $"/v1/models/{model}/{action}" : Any(s_paths);
        if (Now(0.15))
            path += Any(s_queries);
        var type = Now(0.7) ? "application/json" : Any(s_types);
        var body = type.StartsWith("image", StringComparison.Ordinal) ? Picture(random)
            : Now(0.9) ? Encoding.UTF8.GetBytes(Json(random)) : Noise(random);
        var head = new StringBuilder($"{method} {path} HTTP/{(Now(0.98) ? "1.1" : Any((string[])["1.0", "2.0", "9", ""]))}\r\n");
        if (Now(0.98))
            head.Append($"Host: {(Now(0.95) ? "127.0.0.1" : Any((string[])["evil.example", "", "a b", "localhost:x"]))}\r\n");
        if (type.Length > 0)
            head.Append($"Content-Type: {type}\r\n");
        if (Now(0.5))
            head.Append($"Accept: {Any(s_accepts)}\r\n");
        var isWhole = true;
        if (Now(0.05))
        {
            isWhole = false;
            head.Append(Any(s_heads));
        }
        var length = Now(0.96) ? body.Length : random.Next(2 * body.Length + 2);
        isWhole &= length <= body.Length;
        if (Now(0.97))
            head.Append($"Content-Length: {length}\r\n");
        head.Append("Connection: close\r\n\r\n");
        byte[] whole = [.. Encoding.UTF8.GetBytes(head.ToString()), .. body];
        // Now and then a byte is another, or the end is missing.
        if (Now(0.05))
        {
            whole[random.Next(whole.Length)] = (byte)random.Next(256);
            isWhole = false;
        }
        return Now(0.03) ? (whole[..random.Next(whole.Length)], false) : (whole, isWhole);
    }

    private static string Json(Random random)
    {
        string Value() => random.Next(8) == 0 ? $"[\"{Convert.ToBase64String(Picture(random))}\"]" : s_values[random.Next(s_values.Length)];
        var fields = Enumerable.Range(0, random.Next(4)).Select(_ => $"\"{s_names[random.Next(s_names.Length)]}\": {Value()}");
        var text = $"{{{string.Join(", ", fields)}}}";
        return random.Next(12) switch
        {
            0 => text[..random.Next(text.Length)],
            1 => new string('[', random.Next(200)),
            2 => $"[{text}]",
            _ => text,
        };
    }

    private static byte[] Picture(Random random)
    {
        var picture = TrainedModels.Picture(random.Next(4), 1 + random.Next(40), 1 + random.Next(40));
        switch (random.Next(5))
        {
            case 0:
                for (var i = random.Next(6); i >= 0; i--)
                    picture[random.Next(picture.Length)] = (byte)random.Next(256);
                return picture;
            case 1:
                return picture[..random.Next(picture.Length)];
            case 2:
                byte[][] starts =
                [
                    [0xff, 0xd8, 0xff, 0xe0], [0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10],
                    "RIFF0000WEBPVP8 "u8.ToArray(), "BM"u8.ToArray(), "GIF89a"u8.ToArray(),
                ];
                return [.. starts[random.Next(starts.Length)], .. Noise(random)];
            default:
                return picture;
        }
    }

    private static byte[] Noise(Random random)
    {
        var noise = new byte[random.Next(300)];
        random.NextBytes(noise);
        return noise;
    }

    // 0 where the server only closes the connection, or waits for what does not come.
    private static int Status(int port, byte[] request, bool isWhole)
    {
        using var client = new TcpClient("127.0.0.1", port) { ReceiveTimeout = 20_000, NoDelay = true };
        try
        {
            var stream = client.GetStream();
            stream.Write(request);
            if (!isWhole && !client.Client.Poll(100_000, SelectMode.SelectRead))
                client.Client.Shutdown(SocketShutdown.Send);
            using var reader = new StreamReader(stream, Encoding.Latin1);
            var line = reader.ReadLine();
            if (line is "HTTP/1.1 100 Continue")
                line = (reader.ReadLine(), reader.ReadLine()).Item2;
            // What is not whole may not say that the connection ends.
            if (isWhole)
                reader.ReadToEnd();
            return line is null ? 0 : int.Parse(line.Split(' ')[1], System.Globalization.CultureInfo.InvariantCulture);
        }
        catch (Exception e) when (e is IOException or SocketException)
        {
            return 0;
        }
    }
}
