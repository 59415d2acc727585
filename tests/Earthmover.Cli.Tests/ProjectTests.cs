using Earthmover.Data.Formats;
using Earthmover.Media;

namespace Earthmover.Cli.Tests;

/// <summary>Latent vectors of new pictures and points, found where the run's own data are gone, and given back to <c>sample</c>.</summary>
public sealed class ProjectTests : CommandLine
{
    private static readonly string[] s_tiny = ["--set", "width=8", "batch=8", "--threads", "1", "--steps", "20"];

    private static byte[] Pixels(string path) => ImageFile.Load(path).Pixels.ToArray();

    private void TrainPets(string system, params string[] settings)
    {
        for (var i = 0; i < 8; i++)
        {
            PutPicture($"pets/cat/{i}.png", 16, 16, 1, i);
            PutPicture($"pets/dog/{i}.png", 16, 16, 1, 10 + i);
        }
        Done(["train", "pets", "--system", system, "--run", "here/run", .. s_tiny, "--set", "latent_size=5", .. settings]);
        Directory.Delete(At("pets"), recursive: true);
        Directory.Move(At("here"), At("there"));
        PutPicture("new/1.png", 16, 16, 1, 30);
        PutPicture("new/2.png", 50, 40, 3, 31);
        PutPicture("new/3.png", 16, 16, 1, 32);
    }

    // The rows of an .npy file.
    private double[][] Rows(string file)
    {
        var array = NpyFile.Read(At(file));
        return [.. array.ToDoubles().Chunk(array.Shape[1])];
    }

    [Fact]
    public void The_encoder_answers_where_there_is_one_and_a_search_comes_nearer()
    {
        TrainPets("bigan");
        Done("sample", "there/run", "-n", "3", "--out", "made");
        var encoded = Done("project", "there/run", "made", "--out", "z.npy", "--grid", "g.png", "--json").Json;
        Assert.Equal("encoder", encoded.GetProperty("method").GetString());
        Assert.Equal([3, 5], NpyFile.Read(At("z.npy")).Shape);
        Assert.True(ImageFile.Load(At("g.png")).Width > 100);
        var searched = Done("project", "there/run", "made", "--out", "s.npy", "--encoder", "no",
            "--start", "random", "--steps", "200", "--json").Json;
        Assert.Equal("search", searched.GetProperty("method").GetString());
        double[] Errors(System.Text.Json.JsonElement json, string name) =>
            [.. json.GetProperty("projected").EnumerateArray().Select(row => row.GetProperty(name).GetDouble())];
        Assert.Equal(Errors(encoded, "mean_sample_rmse"), Errors(searched, "mean_sample_rmse"));
        foreach (var (near, far) in Errors(searched, "rmse").Zip(Errors(encoded, "rmse")))
            Assert.InRange(near, 0, far / 2);
        Assert.All(Rows("s.npy").Concat(Rows("z.npy")).SelectMany(row => row), coordinate => Assert.InRange(coordinate, -1, 1));
        var words = Done("project", "there/run", "new/2.png", "--out", "w.npy").Out;
        Assert.Contains("new/2.png: off by ", words, StringComparison.Ordinal);
        Assert.Contains("1 picture projected by the encoder to 5 numbers each: w.npy", words, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("yes")]
    [InlineData("no")]
    public void A_vector_is_the_same_alone_and_among_others(string encoder)
    {
        TrainPets("bigan");
        string[] how = ["--encoder", encoder, "--start", "random", "--steps", "20"];
        Done(["project", "there/run", "new", "--out", "all.npy", .. how]);
        Done(["project", "there/run", "new/3.png", "--out", "one.npy", .. how]);
        Assert.Equal(Rows("all.npy")[2], Rows("one.npy")[0]);
        Done(["project", "there/run", "new/3.png", "--out", "other.npy", "--seed", "2", .. how]);
        Assert.Equal(encoder == "yes", Rows("one.npy")[0].SequenceEqual(Rows("other.npy")[0]));
    }

    [Fact]
    public void Sample_makes_of_a_vector_what_it_was_found_for()
    {
        TrainPets("bigan");
        Done("sample", "there/run", "-n", "3", "--seed", "4", "--out", "made");
        var found = Done("project", "there/run", "made", "--encoder", "no",
            "--start", "random", "--steps", "600", "--out", "z.npy", "--json").Json;
        foreach (var row in found.GetProperty("projected").EnumerateArray())
            Assert.InRange(row.GetProperty("rmse").GetDouble(), 0, 2);
        Done("sample", "there/run", "--latent", "z.npy", "--out", "again");
        for (var i = 0; i < 3; i++)
        {
            byte[] before = Pixels(At("made", $"{i:D6}.png")), after = Pixels(At("again", $"{i:D6}.png"));
            Assert.True(before.Zip(after, (x, y) => Math.Abs(x - y)).Average() < 2);
        }
        var texts = ImageFile.ReadPngText(File.ReadAllBytes(At("again", "000001.png")));
        Assert.Equal("z.npy, row 1", texts.Single(text => text.Key == "earthmover:sample").Value);
        Refused("--out z.npy would replace z.npy", "sample", "there/run", "--latent", "z.npy", "--out", "z.npy");
        Refused("--grid new/1.png would replace new/1.png", "project", "there/run", "new", "--out", "y.npy", "--grid", "new/1.png");
        Refused("--latent says which samples", "sample", "there/run", "--latent", "z.npy", "-n", "2");
        NpyFile.Write<float>(At("short.npy"), [1, 2, 3], [1, 3]);
        Refused("N x 5", "sample", "there/run", "--latent", "short.npy", "--out", "o.npy");
        NpyFile.Write<float>(At("nan.npy"), [1, 2, 3, float.NaN, 5], [5]);
        Refused("not finite", "sample", "there/run", "--latent", "nan.npy", "--out", "o.npy");
    }

    [Fact]
    public void The_class_is_found_too()
    {
        TrainPets("cgan");
        Done("sample", "there/run", "-n", "2", "--class", "dog", "--out", "dogs");
        var found = Done("project", "there/run", "dogs", "--start", "random", "--steps", "200", "--out", "z.npy", "--json").Json;
        Assert.Equal("search", found.GetProperty("method").GetString());
        Assert.All(found.GetProperty("projected").EnumerateArray(), row => Assert.Equal("dog", row.GetProperty("class").GetString()));
        Done("sample", "there/run", "--latent", "z.npy", "--out", "free.npy");
        Done("sample", "there/run", "--latent", "z.npy", "--class", "dog", "--out", "told.npy");
        Assert.Equal(NpyFile.Read(At("told.npy")).ToDoubles(), NpyFile.Read(At("free.npy")).ToDoubles());
    }

    [Fact]
    public void Categories_of_a_systems_own_are_not_the_classes_of_its_data()
    {
        TrainPets("infogan"); // ten categories, of cats and dogs
        Done("sample", "there/run", "-n", "2", "--class", "7", "--out", "made");
        Refused("there is no class 'dog'", "sample", "there/run", "--class", "dog", "--out", "o.npy");
        var found = Done("project", "there/run", "made/000000.png", "--start", "random", "--steps", "40", "--out", "z.npy", "--json").Json;
        var category = Assert.Single(found.GetProperty("projected").EnumerateArray()).GetProperty("class").GetString()!;
        Assert.InRange(int.Parse(category, System.Globalization.CultureInfo.InvariantCulture), 0, 9);
        Done("sample", "there/run", "--latent", "z.npy", "--out", "free.npy");
        Done("sample", "there/run", "--latent", "z.npy", "--class", category, "--out", "told.npy");
        Assert.Equal(NpyFile.Read(At("told.npy")).ToDoubles(), NpyFile.Read(At("free.npy")).ToDoubles());
    }

    [Fact]
    public void Points_are_projected_in_their_units()
    {
        File.WriteAllLines(At("a.csv"), ["when,height", .. Enumerable.Range(0, 40).Select(i => $"{1_700_000_000 + 60 * i},{i * 7 % 40}")]);
        Done(["train", "a.csv", "--system", "ali", "--run", "r", .. s_tiny]);
        File.Delete(At("a.csv"));
        File.WriteAllLines(At("b.csv"), ["height,when", "12,1700000600", "20,1700001200"]);
        Assert.Equal("encoder", Done("project", "r", "b.csv", "--out", "z.npy", "--json").Json.GetProperty("method").GetString());
        var found = Done("project", "r", "b.csv", "--out", "z.npy", "--encoder", "no", "--start", "random", "--json").Json;
        Assert.All(found.GetProperty("projected").EnumerateArray(),
            row => Assert.True(row.GetProperty("rmse").GetDouble() < row.GetProperty("mean_sample_rmse").GetDouble()));
        Assert.Equal([2, 2], NpyFile.Read(At("z.npy")).Shape);
        Refused("make no grid", "project", "r", "b.csv", "--out", "z.npy", "--grid", "g.png");
    }

    [Fact]
    public void What_cannot_be_projected_is_refused_in_a_line()
    {
        TrainPets("cgan");
        Put("file", "");
        var before = Everything();
        Refused("is no encoder", "project", "there/run", "new", "--out", "z.npy", "--encoder", "yes");
        Refused("yes or no, not 'maybe'", "project", "there/run", "new", "--out", "z.npy", "--encoder", "maybe");
        Refused("use z.npy", "project", "there/run", "new", "--out", "z.csv");
        Refused("no file gone.png", "project", "there/run", "gone.png", "--out", "z.npy");
        Refused("file cannot be read", "project", "there/run", "file", "--out", "z.npy");
        Refused("file, not a folder", "project", "there/run", "new", "--out", "file/z.npy");
        Assert.Equal(before, Everything());
        PutPicture("a/1.png", 16, 16, 1, 1);
        PutPicture("b/1.png", 16, 16, 1, 2);
        Done(["train", "a|b", "--system", "cyclegan", "--run", "t", .. s_tiny, "--set", "width=4", "blocks=1", "batch=1"]);
        Refused("cyclegan is no sampler", "project", "t", "new", "--out", "z.npy");
    }

    [Fact]
    public void Progress_is_told_after_two_seconds_with_what_is_left()
    {
        var (said, now) = (new List<string>(), TimeSpan.Zero);
        var tell = PatientProgress.Lines("projecting 3 pictures", said.Add, () => now);
        foreach (var tenth in Enumerable.Range(1, 10))
        {
            now += TimeSpan.FromSeconds(0.5);
            tell(tenth / 10.0 - 0.05);
            tell(tenth / 10.0);
        }
        Assert.Equal("projecting 3 pictures: 30 %, ETA 4s", said[0]);
        Assert.Equal(7, said.Count);
        var quick = new List<string>();
        var quiet = PatientProgress.Lines("translating 1 picture", quick.Add, () => TimeSpan.FromSeconds(1));
        quiet(0.5);
        Assert.Empty(quick);
    }

    [Fact]
    public void Columns_are_known_by_their_names_and_others_are_refused()
    {
        var rows = Enumerable.Range(0, 60).Select(i => $"{Math.Sin(i):0.000},{3 * Math.Cos(7 * i):0.000}\n");
        Put("points.csv", "x,y\n" + string.Concat(rows));
        Done(["train", "points.csv", "--run", "r", .. s_tiny]);
        Put("as.csv", "x,y\n0.5,1\n");
        Put("turned.csv", "y,x\n1,0.5\n");
        Put("plain.csv", "0.5,1\n");
        double[] Found(string file)
        {
            Done("project", "r", file, "--out", "z.npy", "--steps", "30");
            return Rows("z.npy")[0];
        }
        Assert.Equal(Found("as.csv"), Found("turned.csv"));
        Assert.Equal(Found("as.csv"), Found("plain.csv"));
        Put("other.csv", "z,x\n0.5,1\n");
        Refused("other.csv has the columns z, x, and the run learned x, y", "project", "r", "other.csv", "--out", "z.npy");
    }
}
