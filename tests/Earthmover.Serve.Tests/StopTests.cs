using System.Net;
using System.Net.Sockets;
using System.Text;
using Earthmover.Testing;

namespace Earthmover.Serve.Tests;

/// <summary>A server that is told to stop answers everybody who has asked, and nobody else.</summary>
public sealed class StopTests(TrainedModels models) : ServerTest(models)
{
    [Fact]
    public async Task Under_load_no_request_is_lost()
    {
        var server = Started(new(Path.Combine(Trained.Runs, "points")) { Urls = "http://127.0.0.1:0" });
        var port = new Uri(server.Urls[0]).Port;
        var counts = new int[4];
        // Each asks on one connection, again and again, until it is told that the server stops.
        var clients = Enumerable.Range(0, 16).Select(_ => Task.Run(() => AskUntilTold(port, counts))).ToList();
        while (Volatile.Read(ref counts[0]) < 100)
            await Task.Delay(10);
        await server.Stop();
        await Task.WhenAll(clients);
        Assert.Equal(0, counts[2]);
        Assert.Equal(0, counts[3]);
        Assert.True(counts[0] >= 100, $"{counts[0]} answers");
        Assert.Equal(16, counts[1]);
    }

    [Fact]
    public async Task Under_load_of_new_connections_nobody_is_cut_off()
    {
        var server = Started(new(Path.Combine(Trained.Runs, "points")) { Urls = "http://127.0.0.1:0" });
        var port = new Uri(server.Urls[0]).Port;
        var counts = new int[4];
        // Each asks on a new connection, again and again, until nobody lets him in.
        var clients = Enumerable.Range(0, 12).Select(_ => Task.Factory.StartNew(() => AskAnew(port, counts),
            CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default)).ToList();
        while (Volatile.Read(ref counts[0]) < 300)
            await Task.Delay(10);
        await server.Stop();
        await Task.WhenAll(clients);
        Assert.Equal((0, 0), (counts[2], counts[3]));
        Assert.True(counts[0] >= 300 && counts[1] > 0, $"{counts[0]} answers, {counts[1]} refusals");
    }

    // Answered, told to go, cut off after a connection was made, anything else.
    private static void AskAnew(int port, int[] counts)
    {
        var request = Encoding.ASCII.GetBytes("POST /v1/models/points/sample HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n"
            + "Content-Type: application/json\r\nContent-Length: 9\r\n\r\n{\"n\": 40}");
        while (true)
        {
            using var client = new TcpClient { NoDelay = true, ReceiveTimeout = 30_000 };
            try
            {
                client.Connect("127.0.0.1", port);
            }
            catch (SocketException)
            {
                return;
            }
            try
            {
                using var reader = new BinaryReader(client.GetStream());
                client.GetStream().Write(request);
                var (status, _) = Read(reader);
                Interlocked.Increment(ref counts[status switch { 200 => 0, 503 => 1, _ => 3 }]);
            }
            catch (Exception e) when (e is IOException or SocketException)
            {
                Interlocked.Increment(ref counts[2]);
            }
        }
    }

    // Answered, told to go, lost on an open connection, anything else.
    private static void AskUntilTold(int port, int[] counts)
    {
        using var client = new TcpClient("127.0.0.1", port) { NoDelay = true, ReceiveTimeout = 30_000 };
        using var stream = client.GetStream();
        using var reader = new BinaryReader(stream);
        var request = Encoding.ASCII.GetBytes("POST /v1/models/points/sample HTTP/1.1\r\nHost: 127.0.0.1\r\n"
            + "Content-Type: application/json\r\nContent-Length: 9\r\n\r\n{\"n\": 40}");
        while (true)
            try
            {
                stream.Write(request);
                var (status, closes) = Read(reader);
                Interlocked.Increment(ref counts[status switch { 200 => 0, 503 => 1, _ => 3 }]);
                if (status != 200)
                    return;
                // The answer may be the last that is given; asking again on this connection would be asking nobody.
                if (closes)
                {
                    Interlocked.Increment(ref counts[1]);
                    return;
                }
            }
            catch (Exception e) when (e is IOException or SocketException)
            {
                Interlocked.Increment(ref counts[2]);
                return;
            }
    }

    private static (int Status, bool Closes) Read(BinaryReader reader)
    {
        var head = new StringBuilder();
        while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
            head.Append((char)reader.ReadByte());
        var lines = head.ToString().Split("\r\n");
        var length = int.Parse(lines.Single(line => line.StartsWith("Content-Length:", StringComparison.Ordinal)).Split(':')[1],
            System.Globalization.CultureInfo.InvariantCulture);
        var content = reader.ReadBytes(length);
        if (content.Length < length)
            throw new IOException("cut off");
        return (int.Parse(lines[0].Split(' ')[1], System.Globalization.CultureInfo.InvariantCulture), lines.Contains("Connection: close"));
    }

    [Fact]
    public async Task Those_who_wait_are_answered_and_those_who_come_are_refused()
    {
        var server = Started(new(Path.Combine(Trained.Runs, "points")) { Urls = "http://127.0.0.1:0" });
        using var client = new HttpClient { BaseAddress = new(server.Urls[0]) };
        HeldContent[] bodies = [.. Enumerable.Range(0, 6).Select(i => new HeldContent($$"""{"points": [[0, {{i}}]], "steps": 30}"""))];
        var waiting = bodies.Select(body => client.PostAsync("/v1/models/points/project", body)).ToList();
        while (!(await client.GetStringAsync("/metrics")).Contains("earthmover_requests_inside 7", StringComparison.Ordinal))
            await Task.Delay(10);
        var stopping = server.Stop();
        using (var late = await client.PostAsync("/v1/models/points/sample", JsonBody("{}")))
        {
            Assert.Equal(HttpStatusCode.ServiceUnavailable, late.StatusCode);
            Assert.Equal(5, late.Headers.RetryAfter!.Delta!.Value.TotalSeconds);
            Assert.Contains("stopping", await late.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        }
        using (var health = await client.GetAsync("/healthz"))
            Assert.Equal(HttpStatusCode.ServiceUnavailable, health.StatusCode);
        foreach (var body in bodies)
            body.LetGo();
        foreach (var answer in await Task.WhenAll(waiting))
        {
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            answer.Dispose();
        }
        await stopping;
        await Assert.ThrowsAsync<HttpRequestException>(() => client.GetAsync("/healthz"));
        // Whoever asked for the numbers has the answer a moment before he is counted as gone.
        Assert.Single(Log, line => line is "stopping; requests that are being answered still: 6"
            or "stopping; requests that are being answered still: 7");
    }
}
