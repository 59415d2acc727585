using Earthmover.Media;
using Earthmover.Onnx;

namespace Earthmover.Cli.Tests;

/// <summary>What leaves a run by <c>export</c> gives what the run gives, where the run and its data are gone.</summary>
public sealed class ExportTests : CommandLine
{
    private static readonly string[] s_tiny = ["--set", "width=8", "batch=8", "--threads", "1", "--steps", "3"];

    [Fact]
    public void A_seed_gives_the_same_picture_from_the_run_and_from_its_file()
    {
        for (var i = 0; i < 8; i++)
            PutPicture($"pets/{(i % 2 == 0 ? "cat" : "dog")}/{i}.png", 16, 16, 3, i);
        Done(["train", "pets", "--run", "run", .. s_tiny]);
        Done("sample", "run", "-n", "1", "--seed", "9", "--index", "4", "--class", "dog", "--out", "dog.png");
        Done("sample", "run", "-n", "5", "--seed", "9", "--out", "any");
        Directory.Delete(At("pets"), recursive: true);
        var made = Done("export", "run", "--to", "onnx", "pets.onnx", "--json").Json;
        Assert.Equal("generator", made.GetProperty("part").GetString());
        Assert.InRange(made.GetProperty("relative").GetDouble(), 0, 1e-4);
        Directory.Delete(At("run"), recursive: true);

        using var generator = Generator.Open(At("pets.onnx"), threads: 1);
        Same(ImageFile.Load(At("dog.png")), generator.Sample(1, seed: 9, generator.Card.Classes!.NumberOf("dog"), first: 4).Picture(0));
        var five = generator.Sample(5, seed: 9).Pictures();
        for (var i = 0; i < 5; i++)
            Same(ImageFile.Load(At("any", $"{i:D6}.png")), five[i]);
        Assert.Equal("pets", generator.Card.Data);
    }

    [Fact]
    public void Words_for_people_say_how_far_the_two_are_apart_and_what_else_there_is()
    {
        Done(["train", "gaussians-8", "--run", "run", .. s_tiny]);
        var words = Done("export", "run", "g.onnx").Out;
        Assert.Contains("ONNX Runtime and LibTorch differ by", words, StringComparison.Ordinal);
        Assert.Contains("--part: critic", words, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("points.csv", "sliced")]
    [InlineData("lines.txt", "js")]
    [InlineData("pets", "sliced")]
    public void What_measures_a_run_measures_its_file(string data, string metrics)
    {
        File.WriteAllLines(At("points.csv"), Enumerable.Range(0, 60).Select(i => $"{i},{i * 7 % 60}"));
        File.WriteAllLines(At("lines.txt"), Enumerable.Range(0, 60).Select(i => $"a{"bcd"[i % 3]}e{i % 7}"));
        for (var i = 0; i < 40; i++)
            PutPicture($"pets/{i}.png", 16, 16, 1, i);
        Done(["train", data, "--run", "run", .. s_tiny]);
        Done("export", "run", "model.onnx");
        var (a, b) = (Measured("run", data, metrics), Measured("model.onnx", data, metrics));
        Assert.NotEmpty(a);
        Assert.Equal(a, b, (x, y) => Math.Abs(x - y) <= 1e-3 * Math.Abs(x));
    }

    private static double[] Measured(string samples, string data, string metrics)
    {
        var found = Done("evaluate", samples, "--against", data, "-n", "20", "--metrics", metrics, "--json").Json;
        return [.. found.GetProperty("metrics").EnumerateArray().Select(metric => metric.GetProperty("value").GetDouble())];
    }

    [Fact]
    public void Weights_go_to_PyTorch_with_what_loads_them()
    {
        Done(["train", "gaussians-8", "--run", "run", .. s_tiny]);
        var made = Done("export", "run", "--to", "safetensors", "g.safetensors", "--python", "--json").Json;
        Assert.Equal("g.py", made.GetProperty("python").GetString());
        Assert.Contains("nn.Linear(2, 8)", File.ReadAllText(At("g.py")), StringComparison.Ordinal);
        // A module of its own it writes again.
        Done("export", "run", "g.safetensors", "--part", "critic", "--python");
        Assert.Contains("nn.Linear(8, 1)", File.ReadAllText(At("g.py")), StringComparison.Ordinal);
        Done("export", "run", "--to", "safetensors", "g.safetensors");
        Done(["train", "gaussians-8", "--run", "next", "--init", "g.safetensors", .. s_tiny]);
    }

    [Theory]
    [InlineData("it has generator, critic", "export", "run", "g.onnx", "--part", "crtic")]
    [InlineData("format 'coreml'", "export", "run", "g.onnx", "--to", "coreml")]
    [InlineData("--to safetensors", "export", "run", "g.onnx", "--python")]
    [InlineData("--to says onnx", "export", "run", "g.safetensors", "--to", "onnx")]
    [InlineData("mine.py is there already", "export", "run", "mine.safetensors", "--python")]
    [InlineData("nowhere", "export", "nowhere", "g.onnx")]
    [InlineData("is a folder", "export", "run", "run")]
    public void What_cannot_be_is_refused_in_one_line(string says, params string[] line)
    {
        Done(["train", "gaussians-8", "--run", "run", .. s_tiny]);
        File.WriteAllText(At("mine.py"), "print('hello')\n");
        var outcome = Run(line);
        Assert.Equal(2, outcome.Code);
        Assert.Contains(says, Assert.Single(outcome.Error.TrimEnd('\n').Split('\n')), StringComparison.Ordinal);
        Assert.False(File.Exists(At("g.onnx")));
    }

    private static void Same(Image a, Image b)
    {
        Assert.Equal((a.Width, a.Height, a.Channels), (b.Width, b.Height, b.Channels));
        Assert.All(a.Pixels.ToArray().Zip(b.Pixels.ToArray()), pair => Assert.InRange(pair.First - pair.Second, -1, 1));
    }
}
