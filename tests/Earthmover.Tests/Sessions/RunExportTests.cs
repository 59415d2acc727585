using Earthmover.Data;
using Earthmover.Games;
using Earthmover.Media;
using Earthmover.Onnx;
using Earthmover.Sessions;
using Earthmover.Sessions.Exports;
using Earthmover.Sessions.Pictures;
using Earthmover.Sessions.Sampling;
using Earthmover.Systems;
using Earthmover.Testing;
using Earthmover.Tests.Training;
using Earthmover.Torch;

namespace Earthmover.Tests.Sessions;

/// <summary>Every part of every system leaves its run as an ONNX file with which ONNX Runtime computes what LibTorch does.</summary>
public sealed class RunExportTests : Playground
{
    private static readonly string[] s_small =
        ["width=4", "batch=4", "latent_size=6", "report_every=2", "grid_samples=4", "health_share=0", "distances=false", "critic_steps=1"];

    private readonly long _before = Tensor.LiveCount;

    protected override void TearDown()
    {
        base.TearDown();
        Assert.Equal(_before, Tensor.LiveCount);
    }

    public static TheoryData<string, string> Entries
    {
        get
        {
            var rows = new TheoryData<string, string>();
            foreach (var entry in SystemCatalog.All)
                foreach (var play in entry.Defaults.Keys.Where(play => play.Kind != DataKind.Table))
                    rows.Add(entry.Name, $"{play}");
            return rows;
        }
    }

    [Theory]
    [MemberData(nameof(Entries))]
    public void Every_part_is_exported_and_verified(string name, string kind)
    {
        var entry = SystemCatalog.Named(name);
        Play(entry.Enlarges ? Larger(DataOf(kind)) : DataOf(kind), name, new(Steps: 2), Known(entry, kind), "run");
        using var run = TrainedRun.Open(Path.Combine(Folder, "run"), Context);
        var parts = RunExport.PartsOf(run);
        Assert.Equal(Expected(run.System), parts);
        foreach (var part in parts)
        {
            var path = Path.Combine(Folder, $"{part}.onnx");
            var made = RunExport.ToOnnx(run, part, path);
            Assert.InRange(made.Relative, 0, RunExport.Tolerance);
            Assert.Equal(made.Bytes, new FileInfo(path).Length);
            using var model = Generator.Open(path, threads: 1);
            Assert.Equal((part, name), (model.Card.Part, model.Card.System));
            if (part == ModelCard.Generator)
                SamplesAgree(run, model);
        }
    }

    [PythonTheory("onnx", "python3-onnx")]
    [InlineData("wgan-gp", "points")]
    [InlineData("wgan-gp", "text")]
    [InlineData("projection", "images")]
    [InlineData("dcgan", "images")]
    [InlineData("lapgan", "images")]
    [InlineData("began", "images")]
    [InlineData("ali", "points")]
    [InlineData("pix2pix", "aligned images")]
    [InlineData("cyclegan", "unpaired images")]
    public void The_checker_of_ONNX_accepts_every_part(string name, string kind)
    {
        Play(DataOf(kind), name, new(Steps: 2), Known(SystemCatalog.Named(name), kind), "run");
        using var run = TrainedRun.Open(Path.Combine(Folder, "run"), Context);
        var files = RunExport.PartsOf(run).Select(part => RunExport.ToOnnx(run, part, Path.Combine(Folder, $"{part}.onnx")).Path).ToArray();
        var found = Python.Done("""
            import onnx, sys
            for path in sys.argv[1:]:
                model = onnx.load(path)
                onnx.checker.check_model(model, full_check=True)
                print([d.dim_param for t in (*model.graph.input, *model.graph.output) for d in t.type.tensor_type.shape.dim[:1]])
            """, files);
        Assert.All(found.TrimEnd().Split('\n'), line => Assert.Matches(@"^\['N'(, 'N')+\]$", line));
    }

    // Seed k of the run and of the file: the same pictures but for a rounding.
    private static void SamplesAgree(TrainedRun run, Generator model)
    {
        const int count = 5;
        var expected = RunSamples.Draw(run, "run", count, seed: 7);
        var found = model.Sample(count, seed: 7);
        Assert.Equal(count, found.Count);
        for (var i = 0; i < count; i++)
            switch (expected)
            {
                case ImageSet images:
                    var planes = new byte[images.Shape.Size];
                    found.Picture(i).CopyPlanes(planes);
                    Assert.All(images[i].ToArray().Zip(planes), pair => Assert.InRange(pair.First - pair.Second, -1, 1));
                    break;
                case PointSet points:
                    Assert.All(points[i].ToArray().Zip(found.Point(i)), pair => Assert.Equal(pair.First, pair.Second, 1e-4));
                    break;
                case TextSet text:
                    Assert.Equal(text.Line(text[i]), found.Line(i));
                    break;
            }
        var last = model.Sample(2, seed: 7, first: 3).Values.ToArray();
        Assert.Equal(found.Values[(3 * found.Card.Size)..].ToArray(), last, (a, b) => Math.Abs(a - b) < 1e-5);
        if (run.System is ISampler { Condition: Condition.Choice })
            ClassesAgree(run, model);
        if (run.System is ISampler { Condition: Condition.Text })
            TextsAgree(run, model);
    }

    private static void TextsAgree(TrainedRun run, Generator model)
    {
        using var use = run.Streams.Use();
        foreach (var text in new[] { "a red noise", "Blue" })
        {
            var expected = SampleWriter.Draw(run, 3, SampleWriter.Random(run, 7), run.Told(null, text));
            var found = model.Sample(3, seed: 7, text: text).Values.ToArray();
            Assert.All(expected.Zip(found), pair => Assert.Equal(pair.First, pair.Second, 1e-4));
        }
        Assert.Contains("'car'", Assert.Throws<ModelException>(() => model.Sample(1, text: "a red car")).Message, StringComparison.Ordinal);
        Assert.Contains("no classes", Assert.Throws<ModelException>(() => model.Sample(1, label: 1)).Message, StringComparison.Ordinal);
    }

    private static void ClassesAgree(TrainedRun run, Generator model)
    {
        using var use = run.Streams.Use();
        var expected = SampleWriter.Draw(run, 3, SampleWriter.Random(run, 7), Told.Class(1));
        var found = model.Sample(3, seed: 7, label: 1).Values.ToArray();
        Assert.All(expected.Zip(found), pair => Assert.Equal(pair.First, pair.Second, 1e-4));
        Assert.Throws<ModelException>(() => model.Sample(1, label: model.Card.Classes!.Count));
    }

    [Fact]
    public void A_translator_gives_the_same_picture_from_its_file()
    {
        var data = DataOf("unpaired images");
        Play(data, "cyclegan", new(Steps: 2), ["width=4", "blocks=1", "batch=2", "health_share=0", "grid_samples=4"], "run");
        using var run = TrainedRun.Open(Path.Combine(Folder, "run"), Context);
        var path = Path.Combine(Folder, "b_to_a.onnx");
        RunExport.ToOnnx(run, "b_to_a", path);
        using var model = Generator.Open(path, threads: 1);
        // Of another size and colored, so that it is fitted.
        var pixels = Enumerable.Range(0, 20 * 24 * 3).Select(i => (byte)(i * 7919 % 251)).ToArray();
        var picture = new Image(20, 24, 3, pixels);
        ImageFile.SavePng(Path.Combine(Folder, "picture.png"), picture);
        var way = Translation.Of(run, "a");
        var expected = ((ImageSet)way.Translate(way.Read([Path.Combine(Folder, "picture.png")]))).ToImage(0);
        Assert.All(expected.Pixels.ToArray().Zip(model.Translate(picture).Pixels.ToArray()),
            pair => Assert.InRange(pair.First - pair.Second, -1, 1));
        Assert.Contains("draws no samples", Assert.Throws<ModelException>(() => model.Sample(1)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_couples_the_samples_of_a_batch_is_exported_with_it_or_refused()
    {
        TrainedRun Played(string setting)
        {
            Play(PutPictures(), "lsgan", new(Steps: 2), ["width=4", "batch=4", "grid_samples=4", "health_share=0", setting], setting);
            return TrainedRun.Open(Path.Combine(Folder, setting), Context);
        }
        var path = Path.Combine(Folder, "critic.onnx");
        // Blocks of as many samples as a batch had are more than a graph can say.
        using (var run = Played("minibatch=discrimination"))
            Assert.Contains("changes with the number of samples",
                Assert.Throws<UserException>(() => RunExport.ToOnnx(run, "critic", path)).Message, StringComparison.Ordinal);
        Assert.False(File.Exists(path));
        using (var run = Played("minibatch=deviation"))
            Assert.InRange(RunExport.ToOnnx(run, "critic", path).Relative, 0, RunExport.Tolerance);
    }

    [Fact]
    public void A_critic_that_asks_for_no_class_is_told_none_and_a_classifier_names_them()
    {
        Play(DataOf("images"), "acgan", new(Steps: 2), Known(SystemCatalog.Named("acgan"), "images"), "run");
        using var run = TrainedRun.Open(Path.Combine(Folder, "run"), Context);
        var path = Path.Combine(Folder, "model.onnx");
        Assert.Equal(["x"], RunExport.ToOnnx(run, "critic", path).Inputs.Keys);
        var picture = new Image(28, 28, 1, [.. Enumerable.Range(0, 784).Select(i => (byte)(i % 251))]);
        using (var critic = Generator.Open(path, threads: 1))
            Assert.True(double.IsFinite(critic.Score(picture)));
        RunExport.ToOnnx(run, "classifier", path);
        using var classifier = Generator.Open(path, threads: 1);
        Assert.Equal(["boots", "coats"], classifier.Card.Classes!.Names);
        var found = classifier.Classify(picture);
        Assert.Equal((2, 1.0), (found.Length, Math.Round(found.Sum(), 5)));
        ImageFile.SavePng(Path.Combine(Folder, "picture.png"), picture);
        using var use = run.Streams.Use();
        using var scope = TensorScope.Open();
        var x = NewSamples.Read(run.Recipe, run.Spec, isSecond: false, [Path.Combine(Folder, "picture.png")]).Of(0, run.Device);
        var expected = ((IClassifier)run.System).Classify(x).ToArray<float>();
        Assert.Equal(expected, found, (a, b) => Math.Abs(a - b) < 1e-5);
    }

    [Fact]
    public void A_part_that_there_is_not_is_refused_with_those_that_there_are()
    {
        Play("gaussians-8", "wgan-gp", new(Steps: 1), Toy, "run");
        using var run = TrainedRun.Open(Path.Combine(Folder, "run"), Context);
        var path = Path.Combine(Folder, "g.onnx");
        var message = Assert.Throws<UserException>(() => RunExport.ToOnnx(run, "encoder", path)).Message;
        Assert.Contains("generator, critic", message, StringComparison.Ordinal);
        Assert.False(File.Exists(path));
    }

    private static IEnumerable<string> Expected(GanSystem system) =>
    [
        .. system is ISampler ? ["generator"] : Array.Empty<string>(),
        .. system is ITranslator translator ? translator.Directions.Select(way => $"{way.From}_to_{way.To}") : [],
        .. system is IEncoder ? ["encoder"] : Array.Empty<string>(),
        .. system is IScorer ? ["critic"] : Array.Empty<string>(),
        .. system is IClassifier ? ["classifier"] : Array.Empty<string>(),
    ];

    // Those of the small sizes that the system and its training have.
    private static string[] Known(SystemEntry entry, string kind)
    {
        var defaults = entry.Defaults.Single(play => $"{play.Key}" == kind).Value;
        var known = OptionBinder.ToText(defaults.Options).Keys.Concat(OptionBinder.ToText(defaults.Training).Keys).ToHashSet();
        return [.. s_small.Where(setting => known.Contains(setting.Split('=')[0]))];
    }

    // The second domain, and the same made small as the first.
    private static string Larger(string pairs) => $"{pairs}/B?size=8|{pairs}/B?pairs=aligned";

    private string DataOf(string kind) => kind switch
    {
        "points" => "gaussians-8",
        "unpaired points" => "rotation-toy",
        "text" => Put("lines.txt", string.Concat(Enumerable.Range(0, 40).Select(i => $"{(char)('a' + i % 5)}bc de{i % 7}\n"))),
        "images" => PutFolders(28, ("boots", 1), ("coats", 1)),
        "unpaired images" => PutFolders(16, ("trainA/boots", 1), ("trainA/coats", 1), ("trainB", 1)),
        "aligned images" => PutFolders(16, ("A/boots", 1), ("A/coats", 1), ("B/boots", 3), ("B/coats", 3)),
        "captioned images" => PutCaptions(),
        _ => throw new NotSupportedException($"the catalog has a new kind of data, '{kind}'"),
    };
}
