using System.Globalization;
using System.Net;
using System.Runtime.InteropServices;
using Earthmover.Data;
using Earthmover.Data.Formats;
using Earthmover.Games;
using Earthmover.Media;
using Earthmover.Sessions;
using Earthmover.Sessions.Judging;
using Earthmover.Sessions.Pictures;
using Earthmover.Sessions.Sampling;
using Earthmover.Sessions.Walks;

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
    public async Task A_picture_is_translated_in_the_style_that_is_asked_for()
    {
        var picture = TrainedModels.Picture(7);
        byte[] In(string style) => With("fonts", run =>
        {
            var way = Translation.Of(run).In(style);
            return ((ImageSet)way.Translate(way.Take(new([picture], [])))).Pixels;
        });
        var serif = Right(await Send(HttpMethod.Post, "/v1/models/fonts/translate?style=DejaVuSerif", PictureBody(picture)));
        Assert.Equal(In("1"), ImageFile.Decode(serif.Content).Pixels.ToArray());
        var half = await Asked("/v1/models/fonts/translate", $$"""{"pictures": [{{Base64(picture)}}], "style": "0:1:0.5"}""", Npy);
        Assert.Equal(In("0:1:0.5"), half.Content.TakeLast(256));
        var card = Right(await Send(HttpMethod.Get, "/v1/models/fonts")).Json;
        Assert.Equal("DejaVuSerif", card.GetProperty("classes")[1].GetString());
        (string Style, string Says)[] bad =
            [("", "is told a style; say which: DejaVuSans-Bold, DejaVuSerif"), ("?style=x", "no style 'x'")];
        foreach (var (style, says) in bad)
            Assert.Contains(says, Refused(HttpStatusCode.BadRequest,
                await Send(HttpMethod.Post, $"/v1/models/fonts/translate{style}", PictureBody(picture))), StringComparison.Ordinal);
        Assert.Contains("told no style", Refused(HttpStatusCode.BadRequest,
            await Send(HttpMethod.Post, "/v1/models/sketches/translate?style=1", PictureBody(picture))), StringComparison.Ordinal);
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

    [Fact]
    public async Task Classes_are_told_as_on_the_command_line()
    {
        byte[] one = TrainedModels.Picture(9), other = TrainedModels.Picture(8, 40, 20);
        var expected = With("told", run =>
        {
            var classification = new RunClassification(run);
            return classification.Classify(classification.Take(new([one, other], [])));
        });
        var both = (await Asked("/v1/models/told/classify", $$"""{"pictures": [{{Base64(one, other)}}]}""")).Json;
        Assert.Equal(["cat", "dog"], both.GetProperty("classes").EnumerateArray().Select(name => name.GetString()));
        foreach (var (i, sample) in both.GetProperty("samples").EnumerateArray().Index())
        {
            Assert.Equal(expected.Classes[expected.Best(i)], sample.GetProperty("class").GetString());
            Assert.Equal(expected.Probabilities[i].Max(), sample.GetProperty("probability").GetSingle());
            Assert.Equal(expected.Probabilities[i], sample.GetProperty("probabilities").EnumerateArray().Select(p => p.GetSingle()));
            Assert.Equal(1, expected.Probabilities[i].Sum(), 1e-5f);
        }
        var alone = Right(await Send(HttpMethod.Post, "/v1/models/told/classify", PictureBody(other), Npy));
        Assert.Equal(expected.Probabilities[1], MemoryMarshal.Cast<byte, float>(alone.Content.AsSpan(^8..)).ToArray());
        // Only what learns to tell classes does, and it says which.
        var card = Right(await Send(HttpMethod.Get, "/v1/models/told")).Json;
        Assert.Equal(["cat", "dog"], card.GetProperty("tells").EnumerateArray().Select(name => name.GetString()));
        Assert.Contains("cannot classify; it can sample, project, score", Refused(HttpStatusCode.Conflict,
            await Send(HttpMethod.Post, "/v1/models/pets/classify", PictureBody(one))), StringComparison.Ordinal);
        Assert.Contains("?class= is not known; leave it out", Refused(HttpStatusCode.BadRequest,
            await Send(HttpMethod.Post, "/v1/models/told/classify?class=dog", PictureBody(one))), StringComparison.Ordinal);
        Refused(HttpStatusCode.NotAcceptable, await Send(HttpMethod.Post, "/v1/models/told/classify", PictureBody(one), Png));
        Refused(HttpStatusCode.BadRequest, await Post("/v1/models/told/classify", """{"points": [[0, 1]]}"""));
        var document = Right(await Send(HttpMethod.Get, "/openapi/v1.json")).Json;
        var described = document.GetProperty("paths").GetProperty("/v1/models/{name}/classify").GetProperty("post");
        Assert.True(described.GetProperty("requestBody").GetProperty("content").TryGetProperty("image/png", out _));
        Assert.True(described.GetProperty("responses").TryGetProperty("406", out _));
    }

    [Fact]
    public async Task Given_vectors_make_what_they_make_on_the_command_line()
    {
        float[] vectors = With("points", run => LatentVectors.Draw(run.Ability<ISampler>().Latent, 9, "given", 0, 70));
        var size = vectors.Length / 70;
        var file = Path.Combine(Trained.Runs, "..", "given.npy");
        LatentFile.Write(file, vectors, size);
        var expected = With("points", run =>
        {
            using var use = run.Streams.Use();
            var given = LatentFile.Read(file, run);
            var drawn = SampleWriter.Draw(run, 70, (first, count) => given.Of(first, count, run.Device));
            return new DrawnSamples(run.Spec, drawn, new(0, 0, 70), _ => []).ToNpy();
        });
        string Text(float x) => x.ToString("R", CultureInfo.InvariantCulture);
        var rows = vectors.Chunk(size).Select(row => $"[{string.Join(", ", row.Select(Text))}]");
        // One beside the other, and beside those of somebody else.
        var others = Asked("/v1/models/points/sample", """{"seed": 3, "n": 20}""");
        var answer = await Asked("/v1/models/points/sample", $$"""{"latent": [{{string.Join(", ", rows)}}]}""", Npy);
        await others;
        Assert.Equal(expected, answer.Content);
    }
}
