using System.Net;
using System.Text.Json;
using Earthmover.Media;
using Earthmover.Sessions;
using Earthmover.Sessions.Exports;

namespace Earthmover.Serve.Tests;

/// <summary>Exported models are served beside runs, and give what their runs give.</summary>
public sealed class OnnxTests(TrainedModels models) : ServerTest(models)
{
    [Fact]
    public async Task An_exported_model_gives_what_its_run_gives()
    {
        var folder = Directory.CreateTempSubdirectory("earthmover-test-").FullName;
        try
        {
            foreach (var (run, part, file) in new[]
            {
                ("pets", "generator", "pets"), ("pets", "critic", "pets-critic"), ("points", "generator", "points"),
                ("sketches", "a_to_b", "sketches"), ("inverted", "encoder", "inverted"),
                ("lines", "generator", "lines"), ("told", "classifier", "told"),
            })
            {
                using var trained = TrainedRun.Open(Path.Combine(Trained.Runs, run), new());
                RunExport.ToOnnx(trained, part, Path.Combine(folder, $"{file}.onnx"));
            }
            File.WriteAllText(Path.Combine(folder, "broken.onnx"), "no model");
            var server = Started(new(folder) { Urls = "http://127.0.0.1:0" });
            Assert.Equal(["inverted", "lines", "pets", "pets-critic", "points", "sketches", "told"],
                server.Models.Select(model => model.Name));
            Assert.Contains("broken.onnx", Assert.Single(Log), StringComparison.Ordinal);
            using var exported = new HttpClient { BaseAddress = new(server.Urls[0]) };

            // Both answers to the same request.
            async Task<(Answer Run, Answer Model)> Both(string model, string action, Func<HttpContent> body, string? accept = null,
                string? run = null)
            {
                var one = Right(await Send(HttpMethod.Post, $"/v1/models/{run ?? model}/{action}", body(), accept));
                return (one, Right(await SendTo(exported, HttpMethod.Post, $"/v1/models/{model}/{action}", body(), accept)));
            }

            var pets = await Both("pets", "sample", () => JsonBody("""{"seed": 5, "index": 3, "n": 9, "class": "dog"}"""));
            AssertNear(pets.Run, pets.Model);
            var picture = TrainedModels.Picture(9);
            var sketch = await Both("sketches", "translate?to=b", () => PictureBody(picture));
            AssertNear(sketch.Run, sketch.Model);
            var points = await Both("points", "sample", () => JsonBody("""{"seed": 5, "n": 70}"""));
            JsonElement of = points.Run.Json.GetProperty("points"), and = points.Model.Json.GetProperty("points");
            foreach (var (a, b) in of.EnumerateArray().Zip(and.EnumerateArray()))
                Assert.Equal(a[0].GetDouble(), b[0].GetDouble(), 1e-4);
            var lines = await Both("lines", "sample", () => JsonBody("""{"seed": 5, "n": 70}"""));
            Assert.Equal(lines.Run.Json.GetProperty("lines").GetRawText(), lines.Model.Json.GetProperty("lines").GetRawText());
            var score = await Both("pets-critic", "score?class=cat", () => PictureBody(picture), run: "pets");
            Assert.Equal(score.Run.Json.GetProperty("scores")[0].GetDouble(), score.Model.Json.GetProperty("scores")[0].GetDouble(), 1e-4);
            var latent = await Both("inverted", "project", () => JsonBody("""{"points": [[0.5, -1]]}"""));
            var (found, given) = (latent.Run.Json.GetProperty("projected")[0], latent.Model.Json.GetProperty("projected")[0]);
            Assert.Equal(found.GetProperty("latent")[0].GetDouble(), given.GetProperty("latent")[0].GetDouble(), 1e-4);

            var told = await Both("told", "classify", () => PictureBody(picture));
            Assert.Equal(told.Run.Json.GetProperty("classes").GetRawText(), told.Model.Json.GetProperty("classes").GetRawText());
            var (one, other) = (told.Run.Json.GetProperty("samples")[0], told.Model.Json.GetProperty("samples")[0]);
            Assert.Equal(one.GetProperty("class").GetString(), other.GetProperty("class").GetString());
            Assert.Equal(one.GetProperty("probability").GetDouble(), other.GetProperty("probability").GetDouble(), 1e-4);
            var card = Right(await SendTo(exported, HttpMethod.Get, "/v1/models/told", null)).Json;
            Assert.Equal("classify", card.GetProperty("can")[0].GetString());
            Assert.Equal(["cat", "dog"], card.GetProperty("tells").EnumerateArray().Select(name => name.GetString()));

            async Task Not(HttpStatusCode status, string path, HttpContent body) =>
                Refused(status, await SendTo(exported, HttpMethod.Post, $"/v1/models/{path}", body));
            await Not(HttpStatusCode.Conflict, "pets/score", PictureBody(picture));
            await Not(HttpStatusCode.BadRequest, "points/sample", JsonBody("""{"class": 1}"""));
            await Not(HttpStatusCode.BadRequest, "pets-critic/score", PictureBody(picture));
            await Not(HttpStatusCode.BadRequest, "sketches/translate?to=a", PictureBody(picture));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    // Up to the rounding of a byte.
    private static void AssertNear(Answer one, Answer other)
    {
        byte[] a = [.. ImageFile.Decode(one.Content).Pixels], b = [.. ImageFile.Decode(other.Content).Pixels];
        Assert.Equal(a.Length, b.Length);
        Assert.InRange(a.Zip(b, (x, y) => Math.Abs(x - y)).Max(), 0, 1);
    }
}
