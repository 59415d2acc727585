using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using Earthmover.Testing;

namespace Earthmover.Cli.Tests;

/// <summary>The server as a process: it says where it listens, gives what the command line gives, and ends when it is told to.</summary>
public sealed class ServeTests : CommandLine
{
    private static StringContent Json(string text) => new(text, Encoding.UTF8, "application/json");

    // The one document that it prints once it serves.
    private static JsonElement Document(Process process)
    {
        var text = new StringBuilder();
        while (process.StandardOutput.ReadLine() is { } line)
        {
            text.AppendLine(line);
            if (line == "}")
                break;
        }
        return JsonDocument.Parse(text.ToString()).RootElement;
    }

    [Fact]
    public async Task A_server_gives_what_sample_gives_and_ends_with_success_when_it_is_told_to()
    {
        for (var i = 0; i < 6; i++)
            PutPicture($"pets/{(i < 3 ? "cat" : "dog")}/{i}.png", 16, 16, 1, i);
        Done("train", "pets", "--run", "runs/pets", "--set", "width=4", "batch=4", "--threads", "1", "--steps", "1");
        Directory.Delete(At("pets"), recursive: true);
        // In another language a number would look otherwise.
        using var server = Start(["serve", "runs", "--urls", "http://127.0.0.1:0", "--json"], "LC_ALL=de_DE.UTF-8");
        try
        {
            var document = Document(server);
            Assert.Equal("pets", document.GetProperty("models")[0].GetProperty("name").GetString());
            using var client = new HttpClient { BaseAddress = new(document.GetProperty("urls")[0].GetString()!) };
            using var answer = await client.PostAsync("/v1/models/pets/sample", Json("""{"seed": 5, "index": 67, "class": "dog"}"""));
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            var served = await answer.Content.ReadAsByteArrayAsync();
            // By a process, which finds the kernels that the server has chosen for this machine.
            using (var sample = Start(["sample", "runs/pets", "--seed", "5", "--index", "67", "--class", "dog", "--out", "one.png"]))
                Assert.Equal(0, Wait(sample).Code);
            Assert.Equal(File.ReadAllBytes(At("one.png")), served);

            // Several are being answered when it is told to stop.
            HeldContent[] bodies = [.. Enumerable.Range(0, 8).Select(_ =>
                new HeldContent($$"""{"pictures": ["{{Convert.ToBase64String(served)}}"], "steps": 30}"""))];
            var asked = bodies.Select(body => client.PostAsync("/v1/models/pets/project", body)).ToList();
            while (!(await client.GetStringAsync("/metrics")).Contains("earthmover_requests_inside 9", StringComparison.Ordinal))
                await Task.Delay(10);
            using (var kill = Process.Start("kill", ["-TERM", server.Id.ToString(CultureInfo.InvariantCulture)]))
                await kill.WaitForExitAsync();
            while ((await client.GetAsync("/healthz")).IsSuccessStatusCode)
                await Task.Delay(10);
            foreach (var body in bodies)
                body.LetGo();
            foreach (var one in await Task.WhenAll(asked))
            {
                Assert.Equal(HttpStatusCode.OK, one.StatusCode);
                one.Dispose();
            }
            var ended = Wait(server);
            Assert.Equal((0, ""), (ended.Code, ended.Out));
            // The eight, and who asks for its health at that moment.
            Assert.Matches("stopping; requests that are being answered still: [89]", ended.Error);
        }
        finally
        {
            if (!server.HasExited)
                server.Kill();
        }
    }

    [Fact]
    public void What_cannot_be_served_is_said_in_one_line()
    {
        foreach (var (args, why) in new (string[], string)[]
        {
            (["nowhere"], "no run and no folder nowhere"),
            (["."], "there is none in it"),
            ([".", "--urls", "http://0.0.0.0:1"], "a key is needed: --key-file FILE"),
            ([".", "--key-file", "key"], "there is no such file"),
            ([".", "--queue", "0"], "--queue takes a whole number from 1 to 10,000"),
        })
        {
            var outcome = Run(["serve", .. args]);
            Assert.Equal(2, outcome.Code);
            Assert.Contains(why, outcome.Error, StringComparison.Ordinal);
            Assert.Equal(1, outcome.Error.Count(c => c == '\n'));
        }
    }
}
