using Earthmover.Data.Formats;
using Earthmover.Media;

namespace Earthmover.Cli.Tests;

/// <summary>What sample writes, where, and how one picture of many is drawn again.</summary>
public sealed class SampleOutputTests : CommandLine
{
    private static string Made(string path) =>
        ImageFile.ReadPngText(File.ReadAllBytes(path)).Single(text => text.Key == "earthmover:sample").Value;

    private static byte[] Pixels(string path) => ImageFile.Load(path).Pixels.ToArray();

    [Fact]
    public void One_picture_of_many_is_drawn_again_by_its_index()
    {
        TrainPets();
        Done("sample", "r", "-n", "70", "--seed", "5", "--out", "many");
        Assert.Equal("seed 5, index 67", Made(At("many", "000067.png")));
        Done("sample", "r", "--seed", "5", "--index", "67", "--out", "one.png");
        Assert.Equal("seed 5, index 67", Made(At("one.png")));
        Assert.Equal(Pixels(At("many", "000067.png")), Pixels(At("one.png")));
        // From an index on, across a block of latent vectors.
        Done("sample", "r", "--seed", "5", "--index", "62", "-n", "4", "--out", "some");
        Assert.Equal(["000062.png", "000063.png", "000064.png", "000065.png"],
            Directory.GetFiles(At("some")).Select(Path.GetFileName).Order());
        foreach (var name in new[] { "000062.png", "000065.png" })
            Assert.Equal(Pixels(At("many", name)), Pixels(At("some", name)));
    }

    [Fact]
    public void A_folder_holds_the_samples_of_one_call()
    {
        TrainPets();
        Done("sample", "r", "-n", "2", "--out", "fid_0.5");
        Assert.Equal(2, Directory.GetFiles(At("fid_0.5")).Length);
        var again = Run("sample", "r", "-n", "1", "--out", "fid_0.5");
        Assert.Equal(2, again.Code);
        Assert.Contains("fid_0.5 holds something already", again.Error, StringComparison.Ordinal);
        Assert.Contains("--grid x.png makes one picture of all",
            Run("sample", "r", "-n", "2", "--out", "x.png").Error, StringComparison.Ordinal);
    }

    [Fact]
    public void The_data_that_a_run_was_trained_on_are_never_replaced()
    {
        Put("mine.csv", string.Join('\n', Enumerable.Range(0, 40).Select(i => $"{i}.5,{i % 7}.25")));
        Done(["train", "mine.csv", "--run", "points", "--steps", "1", .. Small]);
        TrainPets();
        var before = File.ReadAllBytes(At("mine.csv"));
        foreach (var line in new[]
        {
            "sample points -n 3 --out mine.csv", "sample points -n 3 --out ./mine.csv",
            "interpolate points --frames 2 --rows 1 --out mine.csv", "sample r --grid pets/cat/0.png",
            "interpolate r --frames 2 --rows 1 --grid pets/cat/0.png",
        })
        {
            var outcome = Run(line.Split(' '));
            Assert.Equal(2, outcome.Code);
            Assert.Contains("would replace data that the run was trained on", outcome.Error, StringComparison.Ordinal);
        }
        Assert.Equal(before, File.ReadAllBytes(At("mine.csv")));
    }

    [Fact]
    public void Endings_are_read_in_any_case()
    {
        Done(["train", "gaussians-8", "--run", "r", "--steps", "1", .. Small]);
        Done("sample", "r", "-n", "3", "--out", "S.CSV");
        Assert.InRange(File.ReadAllLines(At("S.CSV")).Length, 3, 4);
        Done("sample", "r", "-n", "3", "--out", "S.NPY");
        Assert.Equal(3, NpyFile.Read(At("S.NPY")).Shape[0]);
        Done("sample", "r", "--grid", "G.PNG");
        Assert.True(File.Exists(At("G.PNG")));
    }

    [Fact]
    public void An_index_gives_that_sample_of_a_sheet_in_every_form()
    {
        TrainPets();
        double[] Numbers(params string[] how)
        {
            Done(["sample", "r", "--seed", "5", "--out", "n.npy", .. how]);
            return NpyFile.Read(At("n.npy")).ToDoubles();
        }
        var sheet = Numbers("-n", "130", "--class", "dog");
        foreach (var k in new[] { 0, 1, 63, 64, 129 })
            Assert.Equal(sheet[(256 * k)..(256 * k + 256)], Numbers("--index", $"{k}", "--class", "dog"));
        // In a grid a picture of 16 pixels is four times as large, with two pixels between neighbors.
        Done("sample", "r", "--seed", "5", "-n", "9", "--grid", "grid.png");
        Done("sample", "r", "--seed", "5", "--index", "7", "--out", "one.png");
        Image grid = ImageFile.Load(At("grid.png")), one = ImageFile.Load(At("one.png"));
        for (var y = 0; y < 16; y++)
            for (var x = 0; x < 16; x++)
                Assert.Equal(one[x, y][0], grid[2 + 66 + 4 * x, 2 + 2 * 66 + 4 * y][0]);
        // One picture of a seed is the first of its sheet.
        Done("sample", "r", "--seed", "5", "-n", "1", "--out", "first.png");
        Assert.Equal(ImageFile.Load(At("first.png"))[3, 3][0], grid[2 + 4 * 3, 2 + 4 * 3][0]);
        Done(["train", "gaussians-8", "--run", "g", "--steps", "1", .. Small]);
        Done("sample", "g", "-n", "80", "--out", "all.csv");
        Done("sample", "g", "--index", "77", "--out", "one.csv");
        Assert.Equal(File.ReadAllLines(At("all.csv"))[77], Assert.Single(File.ReadAllLines(At("one.csv"))));
    }

    [Fact]
    public void Samples_are_made_of_given_vectors()
    {
        Done(["train", "gaussians-8", "--run", "g", "--steps", "1", "--set", "latent_size=3", .. Small]);
        NpyFile.Write<float>(At("z.npy"), [0, 0, 0, 1, 2, 3, 0, 0, 0], [3, 3]);
        Done("sample", "g", "--latent", "z.npy", "--out", "p.csv");
        var lines = File.ReadAllLines(At("p.csv"));
        Assert.Equal(3, lines.Length);
        Assert.Equal(lines[0], lines[2]);
        Assert.NotEqual(lines[0], lines[1]);
        NpyFile.Write<float>(At("wide.npy"), new float[8], [2, 4]);
        Assert.Contains("wide.npy has the shape 2 x 4; the latent vectors of this run are N x 3",
            Run("sample", "g", "--latent", "wide.npy").Error, StringComparison.Ordinal);
        Assert.Contains("--seed does not go with it",
            Run("sample", "g", "--latent", "z.npy", "--seed", "2").Error, StringComparison.Ordinal);
        Assert.Equal(2, Run("sample", "g", "--latent", "none.npy").Code);
    }

    [Fact]
    public void Lines_of_text_have_no_padding_at_their_end()
    {
        Put("lines.txt", string.Concat(Enumerable.Range(0, 8).Select(i => $"ab{i}\n")));
        Done(["train", "lines.txt?length=12", "--run", "r", "--steps", "1", "--set", "width=4", "batch=4", "--threads", "1"]);
        Assert.Equal("ab0\n", Done("data", "show", "lines.txt?length=12", "-n", "1").Out);
        Assert.All(File.ReadAllLines(At("r", "samples", "reals.txt")), line => Assert.Equal(3, line.Length));
        Assert.DoesNotContain("`\n", Done("sample", "r", "-n", "8").Out, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_offered_next_fits_the_data_and_the_shell()
    {
        Put("lines.txt", string.Concat(Enumerable.Range(0, 8).Select(i => $"ab{i}\n")));
        var text = Done("train", "lines.txt?length=8", "--run", "my run", "--steps", "1",
            "--set", "width=4", "batch=4", "--threads", "1").Error;
        Assert.Contains("sample 'my run' -n 64\n", text, StringComparison.Ordinal);
        Done("sample", "my run", "-n", "64");
    }

    [Fact]
    public void The_program_is_installed_by_a_link()
    {
        const string Script = "EARTHMOVER_SCRIPT";
        Put("project/earthmover", "#!/bin/sh");
        Assert.Contains("./earthmover install", Run("install", "bin").Error, StringComparison.Ordinal);
        Environment.SetEnvironmentVariable(Script, At("project", "earthmover"));
        try
        {
            Assert.Contains("not in your PATH", Done("install", "bin").Out, StringComparison.Ordinal);
            Assert.Equal(At("project", "earthmover"), new FileInfo(At("bin", "earthmover")).LinkTarget);
            Done("install", "bin");
            Put("other/earthmover", "somebody else's");
            Assert.Contains("is not a link", Run("install", "other").Error, StringComparison.Ordinal);
            Assert.Equal("somebody else's", File.ReadAllText(At("other", "earthmover")));
        }
        finally
        {
            Environment.SetEnvironmentVariable(Script, null);
        }
    }
}
