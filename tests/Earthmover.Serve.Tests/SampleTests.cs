using System.IO.Compression;
using System.Net;
using Earthmover.Data;
using Earthmover.Data.Formats;
using Earthmover.Sessions;
using Earthmover.Sessions.Sampling;
using Earthmover.Sessions.Tables;

namespace Earthmover.Serve.Tests;

/// <summary>Samples that are asked for over HTTP are those of the command line, whoever else asks at the same time.</summary>
public sealed class SampleTests(TrainedModels models) : ServerTest(models)
{
    private const string Png = "image/png", Npy = "application/x-npy";

    // As the command line draws and writes them.
    private byte[] Written(string model, int count, int seed, string file, string? label = null, int first = 0, bool isGrid = false)
    {
        var folder = Directory.CreateTempSubdirectory("earthmover-test-").FullName;
        try
        {
            using var run = TrainedRun.Open(Path.Combine(Trained.Runs, model), new());
            using var use = run.Streams.Use();
            int? k = label is null ? null : run.ClassOf(label);
            var wish = new SampleWish(seed, first, count, k is null ? null : Told.Class(k.Value));
            var samples = SampleWriter.Draw(run, count, SampleWriter.Random(run, seed), wish.Told, first);
            var path = Path.Combine(folder, file);
            SampleWriter.Write(run, samples, isGrid ? new(path, null) : new(null, path), sample => wish.HowMade(sample), first);
            return File.ReadAllBytes(path);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public async Task A_picture_of_a_seed_is_that_of_the_command_line_to_the_byte()
    {
        var one = await Asked("/v1/models/pets/sample", """{"seed": 5, "index": 67}""");
        Assert.Equal(Png, one.Type);
        Assert.Equal(Written("pets", 1, 5, "one.png", first: 67), one.Content);
        var dog = await Asked("/v1/models/pets/sample", """{"seed": 5, "class": "dog"}""", Png);
        Assert.Equal(Written("pets", 1, 5, "one.png", "dog"), dog.Content);
        Assert.Equal(dog.Content, (await Asked("/v1/models/pets/sample", """{"seed": 5, "class": 1}""")).Content);
        Assert.NotEqual(dog.Content, (await Asked("/v1/models/pets/sample", """{"seed": 5, "class": 0}""")).Content);
    }

    [Fact]
    public async Task Styles_are_truncated_as_on_the_command_line()
    {
        byte[] Expected(double truncation)
        {
            using var run = TrainedRun.Open(Path.Combine(Trained.Runs, "styled"), new());
            using var use = run.Streams.Use();
            var samples = SampleWriter.Draw(run, 1, SampleWriter.Random(run, 5), truncation: truncation);
            return [.. SampleBufferOf(run, samples)];
        }
        async Task<byte[]> Drawn(string body) =>
            Earthmover.Media.ImageFile.Decode((await Asked("/v1/models/styled/sample", body, Png)).Content).Pixels.ToArray();
        var half = await Drawn("""{"seed": 5, "truncation": 0.5}""");
        Assert.Equal(Expected(0.5), half);
        Assert.Equal(Expected(1), await Drawn("""{"seed": 5, "truncation": 1}"""));
        Assert.NotEqual(half, await Drawn("""{"seed": 5}"""));
        // At once with others, each keeps its own.
        var both = await Task.WhenAll(Drawn("""{"seed": 5, "truncation": 0.5}"""), Drawn("""{"seed": 5}"""));
        Assert.Equal([.. half, .. await Drawn("""{"seed": 5}""")], both[0].Concat(both[1]));
        Assert.Contains("from 0 to 1", Refused(HttpStatusCode.BadRequest,
            await Post("/v1/models/styled/sample", """{"truncation": 1.5}""")), StringComparison.Ordinal);
        Assert.Contains("stylist", Refused(HttpStatusCode.BadRequest,
            await Post("/v1/models/pets/sample", """{"truncation": 0.5}""")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_text_is_drawn_and_judged_as_on_the_command_line_and_one_that_cannot_be_read_is_named()
    {
        byte[] Expected(string text)
        {
            using var run = TrainedRun.Open(Path.Combine(Trained.Runs, "described"), new());
            using var use = run.Streams.Use();
            var samples = SampleWriter.Draw(run, 1, SampleWriter.Random(run, 5), run.Told(null, text));
            return [.. SampleBufferOf(run, samples)];
        }
        var red = await Asked("/v1/models/described/sample", """{"seed": 5, "text": "a red bag"}""", Png);
        Assert.Equal(Expected("a red bag"), Earthmover.Media.ImageFile.Decode(red.Content).Pixels.ToArray());
        var blue = await Asked("/v1/models/described/sample", """{"seed": 5, "text": "a blue bag"}""", Png);
        Assert.NotEqual(red.Content, blue.Content);
        var card = (await Send(HttpMethod.Get, "/v1/models/described")).Json;
        Assert.Equal(["a blue bag", "a red bag"],
            card.GetProperty("captions").EnumerateArray().Select(caption => caption.GetString()).Order(StringComparer.Ordinal));
        Assert.True(card.GetProperty("scores_by_text").GetBoolean());
        Assert.Contains("'car'", Refused(HttpStatusCode.BadRequest,
            await Post("/v1/models/described/sample", """{"text": "a red car"}""")), StringComparison.Ordinal);
        Assert.Contains("told no text", Refused(HttpStatusCode.BadRequest,
            await Post("/v1/models/pets/sample", """{"text": "a red bag"}""")), StringComparison.Ordinal);
        var picture = PictureBody(TrainedModels.Picture(3));
        Assert.Equal(HttpStatusCode.OK, (await Send(HttpMethod.Post, "/v1/models/described/score?text=a%20red%20bag", picture)).Status);
        Assert.Contains("of a text; say which", Refused(HttpStatusCode.BadRequest,
            await Send(HttpMethod.Post, "/v1/models/described/score", PictureBody(TrainedModels.Picture(3)))), StringComparison.Ordinal);
    }

    // Values in [−1, 1] as bytes, as pictures are written.
    private static IEnumerable<byte> SampleBufferOf(TrainedRun run, float[] samples)
    {
        Assert.Equal(1, run.Spec.Axes[0]);
        return samples.Select(value => (byte)((Math.Clamp(value, -1, 1) + 1) * 127.5f + 0.5f));
    }

    [Fact]
    public async Task Sheets_archives_and_numbers_are_those_of_the_command_line_to_the_byte()
    {
        const string Order = """{"n": 70, "seed": 3}""";
        Assert.Equal(Written("pets", 70, 3, "sheet.png", isGrid: true), (await Asked("/v1/models/pets/sample", Order)).Content);
        Assert.Equal(Written("pets", 70, 3, "samples.npy"), (await Asked("/v1/models/pets/sample", Order, Npy)).Content);
        Assert.Equal(Written("points", 70, 3, "samples.npy"), (await Asked("/v1/models/points/sample", Order, Npy)).Content);
        Assert.Equal(Written("points", 70, 3, "samples.csv"), (await Asked("/v1/models/points/sample", Order, "text/csv")).Content);
        Assert.Equal(Written("lines", 70, 3, "samples.txt"), (await Asked("/v1/models/lines/sample", Order, "text/plain")).Content);
        Assert.Equal(Written("lines", 70, 3, "samples.npy"), (await Asked("/v1/models/lines/sample", Order, Npy)).Content);
        var archive = await Asked("/v1/models/pets/sample", """{"n": 3, "index": 9}""", "application/zip");
        using var zip = new ZipArchive(new MemoryStream(archive.Content));
        Assert.Equal(["000009.png", "000010.png", "000011.png"], zip.Entries.Select(entry => entry.Name));
        using var last = new MemoryStream();
        using (var entry = zip.Entries[2].Open())
            entry.CopyTo(last);
        Assert.Equal(Written("pets", 1, 1, "one.png", first: 11), last.ToArray());
    }

    [Fact]
    public async Task In_json_are_pictures_points_or_lines()
    {
        var pets = (await Asked("/v1/models/pets/sample", """{"n": 2, "seed": 4}""", "application/json")).Json;
        Assert.Equal(("pets", "projection", 4, 2), (pets.GetProperty("model").GetString(), pets.GetProperty("system").GetString(),
            pets.GetProperty("seed").GetInt32(), pets.GetProperty("count").GetInt32()));
        Assert.Equal(Written("pets", 1, 4, "one.png", first: 1), pets.GetProperty("pictures")[1].GetBytesFromBase64());
        var points = (await Asked("/v1/models/points/sample", """{"n": 2, "seed": 4}""")).Json.GetProperty("points");
        using var numbers = new MemoryStream(Written("points", 2, 4, "samples.csv"));
        var rows = new StreamReader(numbers).ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(row => row.Split(',').Select(text => double.Parse(text, System.Globalization.CultureInfo.InvariantCulture)).ToArray());
        Assert.All(rows.Zip(points.EnumerateArray()), pair => Assert.Equal(pair.First[0], pair.Second[0].GetDouble(), 1e-6));
        Assert.Equal(3, (await Asked("/v1/models/lines/sample", """{"n": 3}""")).Json.GetProperty("lines").GetArrayLength());
    }

    [Fact]
    public async Task Rows_of_a_table_are_those_of_the_command_line_and_in_json_have_numbers_and_nothing_where_nothing_is()
    {
        string[] expected;
        using (var run = TrainedRun.Open(Path.Combine(Trained.Runs, "rows"), new()))
        using (run.Streams.Use())
        {
            var samples = new TableSamples(run);
            expected = [.. samples.Lines("rows.csv", samples.Rows(4, 7, 40), 7)];
        }
        var text = await Asked("/v1/models/rows/sample", """{"n": 40, "seed": 4, "index": 7}""", "text/csv");
        Assert.Equal(expected, text.Text.TrimEnd().Split('\n'));
        var json = (await Asked("/v1/models/rows/sample", """{"n": 40, "seed": 4, "index": 7}""")).Json;
        Assert.Equal(["id", "price", "town", "rooms"], json.GetProperty("columns").EnumerateArray().Select(name => name.GetString()));
        var rows = json.GetProperty("rows").EnumerateArray().ToArray();
        Assert.Equal(expected.Skip(1), rows.Select(row => string.Join(',', row.EnumerateArray().Select(cell =>
            cell.ValueKind == System.Text.Json.JsonValueKind.Number ? cell.GetDouble().ToString(
                "R", System.Globalization.CultureInfo.InvariantCulture) : cell.GetString() ?? ""))));
        Assert.Contains(rows, row => row[3].ValueKind == System.Text.Json.JsonValueKind.Null);
    }

    [Fact]
    public async Task Rows_may_be_asked_for_as_on_the_command_line()
    {
        string[] expected;
        long drawn;
        using (var run = TrainedRun.Open(Path.Combine(Trained.Runs, "rows"), new()))
        using (run.Streams.Use())
        {
            var samples = new TableSamples(run);
            expected = [.. samples.Lines("rows.csv", samples.Rows(4, 2, 9, RowFilter.Parse("town=Bern", run.Spec.Code!)), 2)];
            drawn = samples.Drawn;
        }
        const string Order = """{"n": 9, "seed": 4, "index": 2, "where": "town=Bern"}""";
        Assert.Equal(expected, (await Asked("/v1/models/rows/sample", Order, "text/csv")).Text.TrimEnd().Split('\n'));
        var json = (await Asked("/v1/models/rows/sample", Order)).Json;
        Assert.Equal((9, drawn, "town=Bern"), (json.GetProperty("rows").GetArrayLength(), json.GetProperty("drawn").GetInt64(),
            json.GetProperty("where").GetString()));
        (string Body, string Part)[] refused =
        [
            ("""{"where": "twon=Bern"}""", "did you mean town?"), ("""{"where": "town='Bern"}""", "a quote that it does not close"),
            ("""{"where": ""}""", "where is empty; give COLUMN=VALUE"), ("""{"where": "price=1000..2000"}""", "so no row has 1000..2000"),
            ("""{"where": "town=Bern", "latent": [[1]]}""", "leave one of them out"),
        ];
        foreach (var (body, part) in refused)
        {
            var said = Refused(HttpStatusCode.BadRequest, await Post("/v1/models/rows/sample", body));
            Assert.Contains(part, said, StringComparison.Ordinal);
            Assert.DoesNotContain("--", said, StringComparison.Ordinal);
        }
        Assert.Contains("no rows of a table", Refused(HttpStatusCode.BadRequest,
            await Post("/v1/models/points/sample", """{"where": "x=1"}""")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nobody_waits_for_rows_that_do_not_come()
    {
        var rare = Post("/v1/models/rows/sample", """{"n": 2, "where": "price=3.3,rooms=4"}""");
        for (var i = 0; i < 5; i++)
            Assert.Equal(2, (await Asked("/v1/models/points/sample", """{"n": 2}""")).Json.GetProperty("points").GetArrayLength());
        Assert.False(rare.IsCompleted);
        Assert.Contains("none of 200,", Refused(HttpStatusCode.Conflict, await rare), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Latent_vectors_may_be_sent()
    {
        using var run = TrainedRun.Open(Path.Combine(Trained.Runs, "points"), new());
        var size = ((Games.ISampler)run.System).Latent.Size;
        var vectors = LatentVectors.Draw(((Games.ISampler)run.System).Latent, 9, "sample", 0, 3);
        var text = string.Join(", ", vectors.Chunk(size).Select(row => $"[{string.Join(", ", row.Select(number => $"{number:R}"))}]"));
        var given = await Asked("/v1/models/points/sample", $$"""{"latent": [{{text}}]}""", Npy);
        Assert.Equal((await Asked("/v1/models/points/sample", """{"n": 3, "seed": 9}""", Npy)).Content, given.Content);
        Assert.Contains($"this model's have {size}",
            Refused(HttpStatusCode.BadRequest, await Post("/v1/models/points/sample", """{"latent": [[1]]}""")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Those_who_ask_at_once_are_answered_in_few_passes_and_as_if_alone()
    {
        var before = Number("earthmover_pass_samples_count", (await Send(HttpMethod.Get, "/metrics")).Text);
        // Let all of them wait before the first is drawn.
        var busy = Task.WhenAll(Enumerable.Range(0, 3).Select(_ =>
            Asked("/v1/models/points/project", """{"points": [[0, 1]], "steps": 300}""")));
        var asked = await Task.WhenAll(Enumerable.Range(1, 40).Select(seed =>
            Asked("/v1/models/pets/sample", $$"""{"seed": {{seed}}, "index": {{seed % 5}}, "n": {{1 + seed % 3}}}""", Npy)));
        await busy;
        for (var seed = 1; seed <= 40; seed++)
            Assert.Equal(Written("pets", 1 + seed % 3, seed, "samples.npy", first: seed % 5), asked[seed - 1].Content);
        var passes = Number("earthmover_pass_samples_count", (await Send(HttpMethod.Get, "/metrics")).Text) - before;
        Assert.InRange(passes, 1, 20);
    }

    private static double Number(string name, string metrics) => double.Parse(
        metrics.Split('\n').Single(line => line.StartsWith($"{name} ", StringComparison.Ordinal)).Split(' ')[1],
        System.Globalization.CultureInfo.InvariantCulture);
}
