using System.Globalization;
using Earthmover.Media;

namespace Earthmover.Onnx.Tests;

/// <summary>
/// Files that were exported once, with samples that their runs gave: opened where no LibTorch is, they give the same.
/// </summary>
/// <remarks>
/// Made by <c>train 'fashion-mnist?size=16&amp;limit=400' --steps 30 --set width=4 batch=16 latent_size=4</c> and by <c>train points.csv
/// --steps 20 --set width=4 batch=16</c>, then <c>export</c> and <c>sample --seed 3</c>.
/// </remarks>
public sealed class GeneratorTests
{
    private static string At(string name) => Path.Combine(AppContext.BaseDirectory, "golden", name);

    private static void Same(string file, Image found)
    {
        var expected = ImageFile.Load(At(file));
        Assert.Equal((expected.Width, expected.Height, expected.Channels), (found.Width, found.Height, found.Channels));
        Assert.All(expected.Pixels.ToArray().Zip(found.Pixels.ToArray()), pair => Assert.InRange(pair.First - pair.Second, -1, 1));
    }

    [Fact]
    public void No_LibTorch_is_near()
    {
        Generator.Open(At("points.onnx")).Dispose();
        var loaded = AppDomain.CurrentDomain.GetAssemblies().Select(assembly => assembly.GetName().Name);
        Assert.DoesNotContain(loaded, name => name is "Earthmover.Torch" or "Earthmover");
        Assert.False(File.Exists(Path.Combine(AppContext.BaseDirectory, "Earthmover.Torch.dll")));
    }

    [Fact]
    public void A_seed_gives_the_pictures_of_the_run()
    {
        using var generator = Generator.Open(At("garments.onnx"), threads: 1);
        var pictures = generator.Sample(4, seed: 3).Pictures();
        Same("garment-0.png", pictures[0]);
        Same("garment-3.png", pictures[3]);
        Same("garment-3.png", generator.Sample(1, seed: 3, first: 3).Picture(0));
        Same("garment-1-class-7.png", generator.Sample(1, seed: 3, label: 7, first: 1).Picture(0));
        Assert.NotEqual(pictures[0].Pixels.ToArray(), generator.Sample(1, seed: 4).Picture(0).Pixels.ToArray());
    }

    private sealed class Shares(Action<double>? told = null) : IProgress<double>
    {
        public List<double> All { get; } = [];

        public void Report(double value)
        {
            All.Add(value);
            told?.Invoke(value);
        }
    }

    [Fact]
    public void Many_samples_tell_their_progress_and_can_be_ended()
    {
        using var generator = Generator.Open(At("points.onnx"), threads: 1);
        var shares = new Shares();
        Assert.Equal(160, generator.Sample(160, progress: shares).Count);
        Assert.Equal([0.4, 0.8, 1.0], shares.All);
        using var stop = new CancellationTokenSource();
        var ended = new Shares(_ => stop.Cancel());
        Assert.Throws<OperationCanceledException>(() => generator.Sample(160, progress: ended, cancellation: stop.Token));
        Assert.Equal([0.4], ended.All);
    }

    [Fact]
    public void Points_come_in_the_units_of_their_data()
    {
        using var generator = Generator.Open(At("points.onnx"), threads: 1);
        var samples = generator.Sample(4, seed: 3);
        Assert.Equal(["east", "north"], samples.Card.Columns);
        var rows = File.ReadLines(At("points-seed-3.csv")).Skip(1)
            .Select(line => line.Split(',').Select(word => double.Parse(word, CultureInfo.InvariantCulture)).ToArray()).ToList();
        for (var i = 0; i < 4; i++)
            Assert.All(rows[i].Zip(samples.Point(i)), pair => Assert.Equal(pair.First, pair.Second, 1e-3));
        Assert.Throws<ModelException>(() => samples.Picture(0));
        Assert.Throws<ModelException>(() => samples.Line(0));
    }

    [Fact]
    public void Samples_of_several_wishes_are_made_at_once()
    {
        using var generator = Generator.Open(At("garments.onnx"), threads: 1);
        float[] latent = [.. generator.Draw(1, seed: 3), .. generator.Draw(1, seed: 3, first: 1)];
        var made = generator.Generate(latent, [-1, 7]);
        Same("garment-0.png", made.Picture(0));
        Same("garment-1-class-7.png", made.Picture(1));
    }

    [Fact]
    public void Many_samples_are_the_same_from_many_threads()
    {
        using var generator = Generator.Open(At("garments.onnx"), threads: 1);
        var all = generator.Sample(150, seed: 3).Values.ToArray();
        Assert.Equal(150 * 256, all.Length);
        var found = new float[4][];
        Parallel.For(0, 4, i => found[i] = generator.Sample(150, seed: 3).Values.ToArray());
        Assert.All(found, values => Assert.Equal(all, values));
        Assert.Equal(0, generator.Sample(0, seed: 3).Count);
        Assert.Throws<OperationCanceledException>(() => generator.Sample(150, cancellation: new(canceled: true)));
    }

    [Fact]
    public void What_a_model_cannot_do_is_refused_in_one_line()
    {
        using var generator = Generator.Open(At("garments.onnx"), threads: 1);
        using var points = Generator.Open(At("points.onnx"), threads: 1);
        var picture = new Image(16, 16, 1, new byte[256]);
        Action[] wishes =
        [
            () => generator.Sample(1, label: 10), () => points.Sample(1, label: 0), () => generator.Translate(picture),
            () => generator.Encode(picture), () => generator.Score(picture), () => generator.Generate(new float[7]),
            () => generator.Generate(generator.Draw(2), [1]), () => generator.Card.Classes!.NumberOf("Hat"),
        ];
        Assert.All(wishes, wish => Assert.DoesNotContain('\n', Assert.Throws<ModelException>(wish).Message));
        Assert.Equal(7, generator.Card.Classes!.NumberOf("sneaker"));
        foreach (var number in new[] { " 3", "3 ", "+3", "-0", "10" })
            Assert.Throws<ModelException>(() => generator.Card.Classes!.NumberOf(number));
    }

    public static TheoryData<string> Broken => ["empty", "cut", "noise", "other", "no card", "wrong card", "wrong size"];

    [Theory]
    [MemberData(nameof(Broken))]
    public void A_broken_file_is_refused_in_one_line(string how)
    {
        var whole = File.ReadAllBytes(At("points.onnx"));
        byte[] broken = how switch
        {
            "empty" => [],
            "cut" => whole[..(whole.Length / 2)],
            "noise" => [.. Enumerable.Range(0, 4000).Select(i => (byte)(i * 7919 >> 3))],
            "other" => File.ReadAllBytes(At("garment-0.png")),
            "no card" => Replaced(whole, "earthmover.card", "earthmover.none"),
            "wrong card" => Replaced(whole, "\"axes\":[2]", "\"axes\":[0]"),
            _ => Replaced(whole, "\"axes\":[2]", "\"axes\":[3]"),
        };
        var message = Assert.Throws<ModelException>(() =>
        {
            using var generator = Generator.Load(broken, threads: 1);
            generator.Sample(3);
        }).Message;
        Assert.DoesNotContain('\n', message);
    }

    // Of the same length, so that the rest of the file is whole.
    private static byte[] Replaced(byte[] file, string from, string to)
    {
        var (a, b) = (System.Text.Encoding.UTF8.GetBytes(from), System.Text.Encoding.UTF8.GetBytes(to));
        var at = file.AsSpan().IndexOf(a);
        Assert.True(at >= 0 && a.Length == b.Length);
        return [.. file.AsSpan(0, at), .. b, .. file.AsSpan(at + a.Length)];
    }
}
