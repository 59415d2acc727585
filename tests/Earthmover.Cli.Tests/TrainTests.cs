using Earthmover.Data.Formats;
using Earthmover.Media;

namespace Earthmover.Cli.Tests;

/// <summary>The main job on the user's own data, through the command line.</summary>
public sealed class TrainTests : CommandLine
{
    private void PutFolder()
    {
        for (var i = 0; i < 6; i++)
        {
            PutPicture($"my-images/rgb{i}.png", 20 + i, 24, 3, i);
            PutPicture($"my-images/gray{i}.png", 24, 20 + i, 1, 10 + i);
            PutPicture($"my-images/alpha{i}.png", 30, 30, 4, 20 + i);
        }
        Put("my-images/broken.png", "not a picture");
        Put("my-images/notes.txt", "remember the milk");
    }

    private static readonly string[] s_tiny = ["--threads", "1", "--set", "width=8", "batch=4", "latent_size=8", "grid_samples=4"];

    [Fact]
    public void A_folder_of_pictures_trains_and_its_bad_files_are_named_once()
    {
        PutFolder();
        var outcome = Done(["train", "./my-images", "--steps", "2", .. s_tiny]);
        Assert.Single(outcome.Error.Split('\n'), l => l.Contains("broken.png", StringComparison.Ordinal));
        Assert.InRange(outcome.Error.Split('\n').Count(l => l.Contains("notes.txt", StringComparison.Ordinal)), 0, 1);
        Assert.True(File.Exists(At("runs", "0001-my-images-projection", "samples", "reals.png")));
        Assert.True(File.Exists(At("runs", "0001-my-images-projection", "samples", "nearest-training-pictures.png")));
        Assert.Equal(0, Done("sample", "runs/0001-my-images-projection", "-n", "5", "--out", "many").Code);
        Assert.Equal(5, Directory.GetFiles(At("many"), "*.png").Length);
        Assert.Equal(3, ImageFile.Load(At("many", "000000.png")).Channels);
    }

    [Fact]
    public void Who_trains_on_large_pictures_without_having_chosen_so_hears_what_is_quicker()
    {
        for (var i = 0; i < 4; i++)
            PutPicture($"large/{i}.png", 80, 72, 1, i);
        Assert.Contains($"pictures of 80x72 take a processor long; for a first look: earthmover train '{At("large")}?size=32'",
            Done(["train", "large", "--steps", "1", .. s_tiny]).Error, StringComparison.Ordinal);
        Assert.DoesNotContain("for a first look",
            Done(["train", "large?size=72", "--steps", "1", .. s_tiny]).Error, StringComparison.Ordinal);
        Assert.DoesNotContain("for a first look",
            Done(["train", "large?size=32", "--steps", "1", .. s_tiny]).Error, StringComparison.Ordinal);
    }

    [Fact]
    public void One_class_can_be_drawn_by_number_or_name()
    {
        for (var i = 0; i < 4; i++)
        {
            PutPicture($"pets/cat/{i}.png", 32, 32, 1, i);
            PutPicture($"pets/dog/{i}.png", 32, 32, 1, 10 + i);
        }
        Done(["train", "pets", "--run", "r", "--steps", "3", .. s_tiny]);
        double[] Drawn(params string[] how)
        {
            Done(["sample", "r", "-n", "6", "--out", "a.npy", .. how]);
            return NpyFile.Read(At("a.npy")).ToDoubles();
        }
        double[] cats = Drawn("--class", "cat"), dogs = Drawn("--class", "dog"), mixed = Drawn();
        Assert.Equal(dogs, Drawn("--class", "1"));
        // A mixture holds each picture as its class alone would draw it.
        foreach (var (row, i) in mixed.Chunk(1024).Select((row, i) => (row, i)))
            Assert.True(row.SequenceEqual(cats.AsSpan(i * 1024, 1024)) ^ row.SequenceEqual(dogs.AsSpan(i * 1024, 1024)),
                $"sample {i} is neither");
        Assert.Contains("cat, dog", Run("sample", "r", "--class", "cow").Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_text_trains_and_its_n_grams_are_measured()
    {
        Put("corpus.txt", string.Join('\n', Enumerable.Range(0, 40).Select(i => $"line {i} of {i * 7 % 13} words")));
        var outcome = Done("train", "corpus.txt?length=16", "--steps", "1", "--run", "r", "--threads", "1",
            "--set", "width=8", "batch=4", "grid_samples=4", "critic_steps=1");
        Assert.Contains("js_4", outcome.Error, StringComparison.Ordinal);
        Assert.Equal(4, File.ReadAllLines(At("r", "samples", "000001.txt")).Length);
        Done("sample", "r", "-n", "3", "--out", "made.txt");
        Assert.All(File.ReadAllLines(At("made.txt")), line => Assert.Equal(16, line.Length));
        var json = Done("sample", "r", "-n", "3", "--json").Json;
        Assert.Equal(3, json.GetProperty("lines").GetArrayLength());
        Assert.Equal(File.ReadAllLines(At("made.txt")), json.GetProperty("lines").EnumerateArray().Select(l => l.GetString()!));
        Done("sample", "r", "-n", "3", "--out", "made.npy");
        Assert.Equal([3, 16], NpyFile.Read(At("made.npy")).Shape.Where((_, axis) => axis != 1));
    }

    [Fact]
    public void Points_of_a_file_come_back_in_its_own_units()
    {
        var random = new Random(1);
        string Row() => FormattableString.Invariant($"{1000 + random.NextDouble():0.000},{-500 + random.NextDouble():0.000}");
        Put("points.csv", "x,y\n" + string.Join('\n', Enumerable.Range(0, 200).Select(_ => Row())));
        Done(["train", "points.csv", "--run", "r", "--steps", "3", .. Small]);
        Done("sample", "r", "-n", "20", "--out", "out/some.csv");
        var lines = File.ReadAllLines(At("out", "some.csv"));
        Assert.Equal("x,y", lines[0]);
        var rows = lines.Skip(1).Select(l => l.Split(',').Select(double.Parse).ToArray()).ToArray();
        Assert.Equal(20, rows.Length);
        Assert.All(rows, r => Assert.InRange(r[0], 900, 1100));
        Assert.All(rows, r => Assert.InRange(r[1], -600, -400));
        Done("sample", "r", "--grid", "g.png");
        Assert.True(ImageFile.Load(At("g.png")).Width > 100);
    }

    [Fact]
    public void Samples_depend_on_the_seed_alone_and_fewer_are_the_first_of_more()
    {
        Done(["train", "gaussians-8", "--run", "r", "--steps", "1", .. Small]);
        double[] Sampled(string n, string seed)
        {
            Done("sample", "r", "-n", n, "--seed", seed, "--out", "a.npy");
            return NpyFile.Read(At("a.npy")).ToDoubles();
        }
        var ten = Sampled("10", "3");
        Assert.Equal(ten, Sampled("10", "3"));
        Assert.Equal(ten, Sampled("300", "3")[..20]);
        Assert.NotEqual(ten, Sampled("10", "4"));
    }

    [Fact]
    public void A_walk_is_a_grid_of_its_frames()
    {
        PutFolder();
        Done(["train", "my-images", "--run", "r", "--steps", "1", .. s_tiny]);
        var json = Done("interpolate", "r", "--rows", "2", "--frames", "5", "--grid", "walk.png", "--out", "walk.npy", "--json").Json;
        Assert.Equal(2, json.GetProperty("written").GetArrayLength());
        Assert.Equal(10, NpyFile.Read(At("walk.npy")).Shape[0]);
        var grid = ImageFile.Load(At("walk.png"));
        Assert.True(grid.Width > 2 * grid.Height);
        var texts = ImageFile.ReadPngText(File.ReadAllBytes(At("walk.png")));
        Assert.Contains("walk", texts.Single(t => t.Key == "earthmover:sample").Value, StringComparison.Ordinal);
    }

    [Fact]
    public void For_programs_there_is_only_JSON_on_standard_output()
    {
        var lines = Done(["train", "gaussians-8", "--run", "r", "--steps", "3", "--json", .. Small]).JsonLines.ToArray();
        Assert.Equal(1, lines.First(l => l.TryGetProperty("step", out _)).GetProperty("step").GetInt64());
        Assert.Equal("finished", lines[^1].GetProperty("ending").GetString());
        Assert.Equal(3, lines[^1].GetProperty("step").GetInt64());
        Assert.Equal(16, lines[^1].GetProperty("state_hash").GetString()!.Length);
        foreach (var args in new[] { "systems --json", "systems wgan-gp --json", "data list --json", "sample r --json" })
            _ = Done(args.Split(' ')).Json;
    }

    [Fact]
    public void A_dry_run_prints_the_recipe_and_writes_nothing()
    {
        var recipe = Done(["train", "gaussians-8", "--dry-run", .. Small]).Json;
        Assert.Equal("16", recipe.GetProperty("options").GetProperty("width").GetString());
        Assert.Equal(300, recipe.GetProperty("budget").GetProperty("seconds").GetDouble());
        Assert.Empty(Everything());
    }

    [Fact]
    public void A_run_goes_on_with_a_larger_budget_from_anywhere()
    {
        Put("points.csv", string.Join('\n', Enumerable.Range(0, 64).Select(i => $"{i},{i * i % 7}")));
        Done(["train", "points.csv", "--quick", .. Small]);
        Directory.CreateDirectory(At("elsewhere"));
        Environment.CurrentDirectory = At("elsewhere");
        var lines = Done("train", "--resume", "--run", "../runs/0001-points-wgan-gp", "--steps", "25", "--json").JsonLines.ToArray();
        Assert.Equal(25, lines[^1].GetProperty("step").GetInt64());
        Environment.CurrentDirectory = Folder;
        Assert.Equal(26, Done("train", "--resume", "--steps", "26", "--json").JsonLines.Last().GetProperty("step").GetInt64());
    }

    [Fact]
    public void In_bfloat16_a_run_goes_on_to_the_bit_and_another_way_than_in_single_precision()
    {
        string Hash(params string[] line) => Done(["train", .. line, "--json"]).JsonLines.Last().GetProperty("state_hash").GetString()!;
        string Begun(string run, string precision, string steps) =>
            Hash(["gaussians-8", "--run", run, "--precision", precision, "--steps", steps, .. Small, "--set", "decay=constant"]);
        var straight = Begun("a", "bf16", "6");
        Begun("b", "bf16", "3");
        Assert.Equal(straight, Hash("--resume", "--run", "b", "--steps", "6"));
        Assert.NotEqual(straight, Begun("c", "fp32", "6"));
    }
}
