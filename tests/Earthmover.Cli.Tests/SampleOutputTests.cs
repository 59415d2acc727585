using Earthmover.Data.Formats;
using Earthmover.Media;

namespace Earthmover.Cli.Tests;

/// <summary>What sample and interpolate write, where, and how one picture of many is drawn again.</summary>
public sealed class SampleOutputTests : CommandLine
{
    private static readonly string[] s_tiny = ["--set", "width=4", "batch=4", "--threads", "1", "--steps", "1"];

    private void TrainPets()
    {
        for (var i = 0; i < 4; i++)
        {
            PutPicture($"pets/cat/{i}.png", 16, 16, 1, i);
            PutPicture($"pets/dog/{i}.png", 16, 16, 1, 10 + i);
        }
        Done(["train", "pets", "--run", "r", .. s_tiny]);
    }

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
    public void A_walk_goes_where_it_is_told_and_stays_in_a_class()
    {
        TrainPets();
        var before = Everything();
        Assert.Equal(2, Run("interpolate", "r").Code);
        Assert.Equal(before, Everything());
        Done("interpolate", "r", "--rows", "2", "--frames", "3", "--out", "walk.png");
        Assert.True(File.Exists(At("walk.png")));
        double[] Walk(params string[] how)
        {
            Done(["interpolate", "r", "--rows", "8", "--frames", "4", "--out", "w.npy", .. how]);
            return NpyFile.Read(At("w.npy")).ToDoubles();
        }
        double[] cats = Walk("--class", "cat"), dogs = Walk("--class", "1"), free = Walk();
        Assert.NotEqual(cats, dogs);
        // Left free, each step is in the class that the walk has come to.
        foreach (var (step, i) in free.Chunk(256).Select((step, i) => (step, i)))
            Assert.True(step.SequenceEqual(cats.AsSpan(i * 256, 256)) ^ step.SequenceEqual(dogs.AsSpan(i * 256, 256)),
                $"step {i} is of neither class");
        Assert.Contains("cat, dog", Run("interpolate", "r", "--out", "x.png", "--class", "cow").Error, StringComparison.Ordinal);
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
