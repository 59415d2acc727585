using System.Net;

namespace Earthmover.Serve.Tests;

/// <summary>What a folder holds is served by name; what is broken is left out and said.</summary>
public sealed class ShelfTests(TrainedModels models) : ServerTest(models)
{
    [Fact]
    public async Task A_folder_is_served_by_the_names_of_its_runs()
    {
        var all = (await Send(HttpMethod.Get, "/v1/models")).Json.GetProperty("models").EnumerateArray().ToList();
        string[] names = ["described", "fonts", "inverted", "lines", "pets", "points", "rows", "sketches", "styled", "told", "turned"];
        Assert.Equal(names, all.Select(model => model.GetProperty("name").GetString()));
        var pets = (await Send(HttpMethod.Get, "/v1/models/pets")).Json;
        Assert.Equal("projection", pets.GetProperty("system").GetString());
        Assert.Equal(["cat", "dog"], pets.GetProperty("classes").EnumerateArray().Select(name => name.GetString()));
        Assert.Equal([1, 16, 16], pets.GetProperty("spec").GetProperty("shape").EnumerateArray().Select(axis => axis.GetInt32()));
        Assert.Equal(2, pets.GetProperty("steps").GetInt32());
        Assert.Equal(["sampler", "scorer"], pets.GetProperty("abilities").EnumerateArray().Select(name => name.GetString()));
        Assert.True(pets.GetProperty("scores_by_class").GetBoolean());
        var turned = all[^1].GetProperty("translations").EnumerateArray().Select(way => way.GetProperty("to").GetString());
        Assert.Equal(["a", "b"], turned.Order());
    }

    [Fact]
    public async Task What_is_broken_is_left_out_and_said()
    {
        var folder = Directory.CreateTempSubdirectory("earthmover-test-").FullName;
        try
        {
            Copy("points", Path.Combine(folder, "a run & more"));
            Copy("points", Path.Combine(folder, "cut"));
            var checkpoint = Directory.GetFiles(Path.Combine(folder, "cut", "checkpoints")).Single();
            File.WriteAllBytes(checkpoint, File.ReadAllBytes(checkpoint)[..1000]);
            Directory.CreateDirectory(Path.Combine(folder, "empty"));
            Directory.CreateDirectory(Path.Combine(folder, "bare"));
            File.WriteAllText(Path.Combine(folder, "bare", "recipe.json"), "{}");
            var server = Started(new(folder) { Urls = "http://127.0.0.1:0" });
            Assert.Equal(["a-run---more"], server.Models.Select(model => model.Name));
            Assert.Equal(2, Log.Count);
            Assert.Contains(Log, line => line.Contains("cut", StringComparison.Ordinal));
            using var client = new HttpClient { BaseAddress = new(server.Urls[0]) };
            using var answer = await client.PostAsync("/v1/models/a-run---more/sample", JsonBody("{}"));
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Theory]
    [InlineData("nowhere", "no run and no folder")]
    [InlineData(".", "there is none in it")]
    public void What_cannot_be_served_is_refused(string source, string why)
    {
        var empty = Directory.CreateTempSubdirectory("earthmover-test-").FullName;
        try
        {
            Assert.Contains(why, Assert.Throws<UserException>(() => ModelServer.Open(new(Path.Combine(empty, source)), _ => { })).Message,
                StringComparison.Ordinal);
        }
        finally
        {
            Directory.Delete(empty);
        }
    }

    // A run that goes on training is served as it was when it was opened.
    [Fact]
    public async Task The_newest_checkpoint_is_served_as_it_was_opened()
    {
        var folder = Directory.CreateTempSubdirectory("earthmover-test-").FullName;
        try
        {
            Copy("points", folder);
            var server = Started(new(folder) { Urls = "http://127.0.0.1:0" });
            using var client = new HttpClient { BaseAddress = new(server.Urls[0]) };
            var name = server.Models.Single().Name;
            Task<string> Sample() => client.PostAsync($"/v1/models/{name}/sample", JsonBody("""{"n": 5}"""))
                .ContinueWith(answer => answer.Result.Content.ReadAsStringAsync()).Unwrap();
            var before = await Sample();
            Directory.Delete(Path.Combine(folder, "checkpoints"), recursive: true);
            Assert.Equal(before, await Sample());
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public async Task It_describes_itself()
    {
        var document = (await Send(HttpMethod.Get, "/openapi/v1.json")).Json;
        var paths = document.GetProperty("paths").EnumerateObject().Select(path => path.Name).Order(StringComparer.Ordinal);
        Assert.Equal(
        [
            "/healthz", "/metrics", "/v1/models", "/v1/models/{name}", "/v1/models/{name}/classify", "/v1/models/{name}/project",
            "/v1/models/{name}/sample", "/v1/models/{name}/score", "/v1/models/{name}/translate",
        ], paths);
        var order = document.GetProperty("paths").GetProperty("/v1/models/{name}/sample").GetProperty("post").GetProperty("requestBody")
            .GetProperty("content").GetProperty("application/json").GetProperty("schema").GetProperty("properties");
        Assert.Equal(["n", "seed", "index", "class", "text", "where", "truncation", "latent", "columns"],
            order.EnumerateObject().Select(property => property.Name));
        Assert.Contains("command line", order.GetProperty("seed").GetProperty("description").GetString(), StringComparison.Ordinal);
        var sample = document.GetProperty("paths").GetProperty("/v1/models/{name}/sample").GetProperty("post");
        var forms = sample.GetProperty("responses").GetProperty("200").GetProperty("content").EnumerateObject();
        Assert.Contains("image/png", forms.Select(type => type.Name));
        Assert.True(sample.GetProperty("responses").TryGetProperty("429", out _));
        var metrics = await Send(HttpMethod.Get, "/metrics");
        Assert.Contains("# TYPE earthmover_requests_total counter", metrics.Text, StringComparison.Ordinal);
        Assert.Equal("ok", (await Send(HttpMethod.Get, "/healthz")).Json.GetProperty("status").GetString());
    }

    private void Copy(string run, string to)
    {
        var from = Path.Combine(Trained.Runs, run);
        foreach (var file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
        {
            var target = Path.Combine(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }
    }
}
