using System.Net;
using Earthmover.Data;
using Earthmover.Data.Formats;
using Earthmover.Media;
using Earthmover.Sessions;

namespace Earthmover.Serve.Tests;

/// <summary>Translations, latent vectors and scores over HTTP are those of the calls that the command line makes.</summary>
public sealed class AbilityTests(TrainedModels models) : ServerTest(models)
{
    private const string Json = "application/json", Png = "image/png", Npy = "application/x-npy";

    private static readonly double[][] s_points = [[0.5, -1], [1.25, 0]];

    private T With<T>(string model, Func<TrainedRun, T> ask)
    {
        using var run = TrainedRun.Open(Path.Combine(Trained.Runs, model), new());
        return ask(run);
    }

    private static string Base64(params byte[][] pictures) =>
        string.Join(", ", pictures.Select(picture => $"\"{Convert.ToBase64String(picture)}\""));

    [Fact]
    public async Task A_picture_is_translated_as_on_the_command_line()
    {
        byte[] one = TrainedModels.Picture(7), other = TrainedModels.Picture(8, 40, 20);
        var expected = With("sketches", run =>
        {
            var way = Translation.Of(run);
            return ((ImageSet)way.Translate(way.Take(new([one, other], [])))).Pixels;
        });
        var alone = Right(await Send(HttpMethod.Post, "/v1/models/sketches/translate?to=b", PictureBody(other)));
        Assert.Equal(Png, alone.Type);
        Assert.Equal(expected.Skip(256), ImageFile.Decode(alone.Content).Pixels.ToArray());
        // Whatever has been translated before.
        var again = await Asked("/v1/models/sketches/translate", $$"""{"pictures": [{{Base64(one, other)}}]}""", Npy);
        Assert.Equal(expected, again.Content.TakeLast(512));
        var sheet = await Asked("/v1/models/sketches/translate", $$"""{"pictures": [{{Base64(one, other)}}]}""");
        Assert.True(ImageFile.Decode(sheet.Content).Width > 32);
        Assert.Contains("translates to b, not to 'c'",
            Refused(HttpStatusCode.BadRequest, await Send(HttpMethod.Post, "/v1/models/sketches/translate?to=c", PictureBody(one))),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Points_are_translated_both_ways()
    {
        foreach (var to in new[] { "a", "b" })
        {
            var expected = With("turned", run =>
            {
                var way = Translation.Of(run, to);
                return ((PointSet)way.Translate(way.Take(new([], s_points)))).Values;
            });
            var answer = (await Asked("/v1/models/turned/translate", $$"""{"points": [[0.5, -1], [1.25, 0]], "to": "{{to}}"}""")).Json;
            Assert.Equal(to, answer.GetProperty("to").GetString());
            var points = answer.GetProperty("points").EnumerateArray();
            Assert.Equal(expected, points.SelectMany(row => row.EnumerateArray().Select(x => x.GetDouble())));
        }
    }

    [Fact]
    public async Task Latent_vectors_are_found_by_a_search_or_by_the_encoder()
    {
        var picture = TrainedModels.Picture(9);
        var expected = With("pets", run =>
        {
            var projection = new RunProjection(run);
            return projection.Project(projection.Take(new([picture], [])), 1, new() { Steps = 8 });
        });
        var found = Right(await Send(HttpMethod.Post, "/v1/models/pets/project?steps=8", PictureBody(picture), Json)).Json;
        var first = found.GetProperty("projected")[0];
        Assert.Equal(("search", 8), (found.GetProperty("method").GetString(), found.GetProperty("steps").GetInt32()));
        Assert.Equal(expected.Latents, first.GetProperty("latent").EnumerateArray().Select(number => number.GetSingle()));
        Assert.Equal(expected.Errors[0], first.GetProperty("rmse").GetDouble());
        Assert.Contains(first.GetProperty("class").GetString(), (string[])["cat", "dog"]);
        var grid = Right(await Send(HttpMethod.Post, "/v1/models/pets/project?steps=8", PictureBody(picture), Png));
        Assert.True(ImageFile.Decode(grid.Content).Width > 2 * 16);

        var encoded = (await Asked("/v1/models/inverted/project", """{"points": [[0.5, -1], [1.25, 0]]}""")).Json;
        Assert.Equal("encoder", encoded.GetProperty("method").GetString());
        var vectors = With("inverted", run =>
        {
            var projection = new RunProjection(run);
            return projection.Project(projection.Take(new([], s_points)), 1, new()).Latents;
        });
        var rows = encoded.GetProperty("projected").EnumerateArray();
        Assert.Equal(vectors, rows.SelectMany(row => row.GetProperty("latent").EnumerateArray().Select(x => x.GetSingle())));
    }

    [Fact]
    public async Task What_was_found_makes_the_sample_that_was_promised()
    {
        var found = Right(await Send(HttpMethod.Post, "/v1/models/pets/project?steps=8", PictureBody(TrainedModels.Picture(9)), Json)).Json;
        var latent = found.GetProperty("projected")[0].GetProperty("latent").GetRawText();
        var made = await Asked("/v1/models/pets/sample", $$"""{"latent": [{{latent}}]}""");
        byte[] reached = [.. ImageFile.Decode(made.Content).Pixels], wanted = [.. ImageFile.Decode(TrainedModels.Picture(9)).Pixels];
        var error = Math.Sqrt(reached.Zip(wanted, (a, b) => (double)(a - b) * (a - b)).Average());
        Assert.Equal(found.GetProperty("projected")[0].GetProperty("rmse").GetDouble(), error, 0.05);
    }

    [Fact]
    public async Task The_critic_is_asked_by_class_where_it_judges_so()
    {
        var picture = TrainedModels.Picture(9);
        float Score(string label) => With("pets", run =>
        {
            var scores = new RunScores(run, label);
            return scores.Score(scores.Take(new([picture], []))).Values[0];
        });
        var dog = Right(await Send(HttpMethod.Post, "/v1/models/pets/score?class=dog", PictureBody(picture), Json)).Json;
        Assert.Equal(Score("dog"), dog.GetProperty("scores")[0].GetSingle());
        Assert.NotEqual(Score("dog"), Score("cat"));
        Assert.Contains("say which", Refused(HttpStatusCode.BadRequest,
            await Send(HttpMethod.Post, "/v1/models/pets/score", PictureBody(picture))), StringComparison.Ordinal);
        Assert.Contains("cat, dog", Refused(HttpStatusCode.BadRequest,
            await Send(HttpMethod.Post, "/v1/models/pets/score?class=cow", PictureBody(picture))), StringComparison.Ordinal);
        // It learns to tell classes, and asks for none.
        var told = Right(await Send(HttpMethod.Post, "/v1/models/told/score", PictureBody(picture), Json)).Json;
        Assert.Equal(1, told.GetProperty("scores").GetArrayLength());
        var points = (await Asked("/v1/models/points/score", """{"points": [[0.5, -1], [1.25, 0]]}""")).Json;
        Assert.Equal(2, points.GetProperty("scores").GetArrayLength());
        Assert.Contains("asks for no class", Refused(HttpStatusCode.BadRequest,
            await Post("/v1/models/points/score", """{"points": [[0, 1]], "class": 1}""")), StringComparison.Ordinal);
    }
}
