using Earthmover.Data.Formats;
using Earthmover.Media;

namespace Earthmover.Cli.Tests;

/// <summary>Where a walk goes, and what is refused.</summary>
public sealed class InterpolateTests : CommandLine
{
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
    public void A_walk_between_seeds_begins_and_ends_at_their_samples()
    {
        TrainPets();
        byte[] Pixels(params string[] at) => ImageFile.Load(At(at)).Pixels.ToArray();
        Done("interpolate", "r", "--from-seed", "3", "--to-seed", "9", "--frames", "4", "--class", "dog", "--out", "walk");
        Assert.Equal(4, Directory.GetFiles(At("walk")).Length);
        foreach (var (seed, step) in new[] { ("3", "000000.png"), ("9", "000003.png") })
        {
            Done("sample", "r", "--seed", seed, "-n", "1", "--class", "dog", "--out", $"{seed}.png");
            Assert.All(Pixels($"{seed}.png").Zip(Pixels("walk", step)), pair => Assert.InRange(pair.First - pair.Second, -1, 1));
        }
        Assert.Equal("from seed 3 to seed 9, walk 0, step 3, class 1",
            ImageFile.ReadPngText(File.ReadAllBytes(At("walk", "000003.png"))).Single(text => text.Key == "earthmover:sample").Value);
    }

    // Frames there and back, and how long each stays, as the chunks of the file say.
    private static (int Frames, int Milliseconds) Motion(string path)
    {
        var bytes = File.ReadAllBytes(path);
        var (frames, time) = (0, 0);
        for (var at = 12; at + 8 <= bytes.Length; at += 8 + (BitConverter.ToInt32(bytes, at + 4) + 1) / 2 * 2)
            if (bytes.AsSpan(at, 4).SequenceEqual("ANMF"u8))
                (frames, time) = (frames + 1, bytes[at + 20] | bytes[at + 21] << 8);
        return (frames, time);
    }

    [Fact]
    public void Walks_move_in_a_webp_there_and_back()
    {
        TrainPets();
        var said = Done("interpolate", "r", "--rows", "2", "--frames", "5", "--fps", "10", "--out", "walk.webp", "--json").Json;
        Assert.Equal((2, 5), (said.GetProperty("rows").GetInt32(), said.GetProperty("frames").GetInt32()));
        Assert.Equal((8, 100), Motion(At("walk.webp")));
        Done(["train", "gaussians-8", "--run", "g", "--steps", "1", .. Small]);
        Done("interpolate", "g", "--from-seed", "1", "--to-seed", "2", "--frames", "3", "--out", "p.webp", "--grid", "p.png");
        Assert.Equal((4, 50), Motion(At("p.webp")));
        Assert.Equal(640, ImageFile.Load(At("p.png")).Width);
        Done("interpolate", "g", "--from-seed", "1", "--to-seed", "2", "--out", "p.csv");
        Assert.Equal(10, File.ReadAllLines(At("p.csv")).Length);
    }

    [Theory]
    [InlineData("both ends", "--from-seed", "1", "--out", "x.png")]
    [InlineData("--seed does not go with them", "--from-seed", "1", "--to-seed", "2", "--seed", "3", "--out", "x.png")]
    [InlineData("use fewer --rows or --frames", "--rows", "2000", "--frames", "1000", "--out", "x.webp")]
    [InlineData("--frames takes a whole number", "--frames", "1", "--out", "x.webp")]
    [InlineData("say where the walk goes", "--frames", "4")]
    public void What_cannot_be_walked_is_refused_in_one_line(string why, params string[] how)
    {
        Done(["train", "gaussians-8", "--run", "g", "--steps", "1", .. Small]);
        var outcome = Run(["interpolate", "g", .. how]);
        Assert.Equal(2, outcome.Code);
        Assert.Contains(why, Assert.Single(outcome.Error.TrimEnd('\n').Split('\n')), StringComparison.Ordinal);
        Assert.False(File.Exists(At("x.png")) || File.Exists(At("x.webp")));
    }

    [Fact]
    public void Text_does_not_move()
    {
        Put("lines.txt", string.Concat(Enumerable.Range(0, 8).Select(i => $"ab{i}\n")));
        Done("train", "lines.txt?length=8", "--run", "t", "--steps", "1", "--set", "width=4", "batch=4", "--threads", "1");
        Assert.Contains("text does not move", Run("interpolate", "t", "--out", "x.webp").Error, StringComparison.Ordinal);
        Done("interpolate", "t", "--out", "x.txt");
        Assert.Equal(60, File.ReadAllLines(At("x.txt")).Length);
    }

    [Fact]
    public void Rows_of_a_table_are_walked_to_a_table()
    {
        var people = Enumerable.Range(0, 60).Select(i => $"{i},{i % 7}.5,{(i % 3 == 0 ? "Bern" : "Ulm")}\n");
        Put("people.csv", "id,price,town\n" + string.Concat(people));
        Done("train", "people.csv", "--run", "r", "--steps", "2", "--set", "width=8", "batch=20", "--threads", "1");
        Done("interpolate", "r", "--rows", "2", "--frames", "3", "--out", "walk.csv");
        var lines = File.ReadAllLines(At("walk.csv"));
        Assert.Equal("id,price,town", lines[0]);
        Assert.Equal(7, lines.Length);
        Assert.All(lines.Skip(1), line => Assert.Matches(@"^6\d,\d\.\d,(Bern|Ulm)$", line));
        Refused("rows of a table do not move; write them to a .csv", "interpolate", "r", "--out", "walk.webp");
        Refused("rows of a table make no picture", "interpolate", "r", "--grid", "walk.png");
        Refused("use .csv or .npy", "interpolate", "r", "--out", "walk");
    }
}
