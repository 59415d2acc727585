using Earthmover.Data;
using Earthmover.Data.Formats;
using Earthmover.Networks;
using Earthmover.Nn;
using Earthmover.Sessions;
using Earthmover.Sessions.Exports;
using Earthmover.Testing;
using Earthmover.Tests.Training;
using Earthmover.Torch;
using Earthmover.Torch.Files;
using Earthmover.Training.Runs;

namespace Earthmover.Tests.Sessions;

/// <summary>Networks whose weights leave for PyTorch compute there what they compute here.</summary>
public sealed class WeightExportTests : Playground
{
    private static readonly string[] s_tiny = ["batch=4", "health_share=0", "grid_samples=4", "report_every=2"];

    private readonly List<string> _cases = [];
    private readonly long _before = Tensor.LiveCount;

    protected override void TearDown()
    {
        base.TearDown();
        Assert.Equal(_before, Tensor.LiveCount);
    }

    private TrainedRun Trained(string data, string system, params string[] settings)
    {
        var folder = $"run-{system}-{Guid.NewGuid():n}";
        Play(data, system, new(Steps: 2), [.. s_tiny, .. settings], folder);
        return TrainedRun.Open(Path.Combine(Folder, folder), Context);
    }

    // Writes a network, the loader beside it, numbers to give it and what this LibTorch makes of them.
    private void Put(TrainedRun run, string part, params IEnumerable<int> sample)
    {
        var kind = run.System.Networks[part] switch { ToldUNet => "style", ConditionalModule => "class", _ => "case" };
        var folder = Directory.CreateDirectory(Path.Combine(Folder, $"{kind}-{_cases.Count}")).FullName;
        var made = WeightExport.ToSafetensors(run, part, Path.Combine(folder, "twin.safetensors"), hasPython: true);
        Assert.Equal(Path.Combine(folder, "twin.py"), made.Python);
        using var use = run.Streams.Use();
        using var scope = TensorScope.Open();
        using var pause = Autograd.Pause();
        int[] shape = [3, .. sample];
        var random = new SeededRandom(5);
        var values = new float[shape.Aggregate(1, (a, b) => a * b)];
        for (var i = 0; i < values.Length; i++)
            values[i] = (float)random.NextGaussian();
        var x = Tensor.From<float>(values, [.. shape.Select(axis => (long)axis)]);
        // In Python the classes are 0, 1 and 0 as well.
        var y = run.System.Networks[part] switch
        {
            ToldUNet styled => styled.Forward(x, Tensor.From<float>([1, 0, 0, 1, 1, 0], [3, 2])),
            ConditionalModule told => told.Forward(x, Tensor.From<long>([0, 1, 0], 3)),
            var network => network.Forward(x),
        };
        NpyFile.Write(Path.Combine(folder, "x.npy"), values, shape);
        NpyFile.Write(Path.Combine(folder, "y.npy"), y.Contiguous().ToArray<float>(), [.. y.Shape.Select(axis => (int)axis)]);
        _cases.Add(folder);
    }

    // All at once, since starting PyTorch takes longer than all else.
    private void AgreeInPython()
    {
        Assert.NotEmpty(_cases);
        var found = Python.Done("""
            import runpy, sys
            import numpy, torch
            for folder in sys.argv[1:]:
                network = runpy.run_path(folder + "/twin.py")["load"](folder + "/twin.safetensors")
                x, y = (torch.from_numpy(numpy.load(f"{folder}/{name}.npy")) for name in "xy")
                told = (torch.tensor([0, 1, 0]),) if "class" in folder else (torch.eye(2)[[0, 1, 0]],) if "style" in folder else ()
                with torch.no_grad():
                    found = network(x, *told)
                assert found.shape == y.shape, (folder, found.shape, y.shape)
                difference = (found - y).abs().max().item()
                assert difference <= 1e-5 * max(1, y.abs().max().item()), (folder, difference)
                print("equal")
            """, [.. _cases]);
        Assert.Equal(_cases.Count, found.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
    }

    [PythonFact("torch", "python3-torch")]
    public void Networks_of_pictures_compute_the_same_in_PyTorch()
    {
        (string System, string Architecture)[] pairs =
        [
            ("dcgan", "dcgan"), ("wgan-gp", "dcgan-gated"), ("wgan-gp", "resnet"), ("wgan-gp", "mnist"), ("r1-gan", "compact-smooth"),
            ("r1-gan", "compact-detail"),
            ("lsgan", "mlp"), ("wgan", "resnet-101"), ("hinge", "resnet"), // spectral normalization
        ];
        var data = PutPictures();
        foreach (var (system, architecture) in pairs)
        {
            using var run = Trained(data, system, $"architecture={architecture}", "width=8", "latent_size=6");
            Put(run, "generator", 6);
            Put(run, "critic", 1, 28, 28);
        }
        var classes = PutFolders(28, ("boots", 1), ("coats", 1));
        foreach (var architecture in new[] { "compact-smooth", "compact-style" })
        {
            using var projection = Trained(classes, "projection", $"architecture={architecture}", "width=8", "latent_size=6");
            Put(projection, "generator", 6);
            Put(projection, "critic", 1, 28, 28);
        }
        using var began = Trained(data, "began", "width=4", "latent_size=6");
        Put(began, "critic", 1, 28, 28);
        AgreeInPython();
    }

    [PythonFact("torch", "python3-torch")]
    public void Networks_of_points_text_and_two_domains_compute_the_same_in_PyTorch()
    {
        using var points = Trained("gaussians-8", "wgan-gp", "width=16");
        Put(points, "generator", 2);
        Put(points, "critic", 2);
        var lines = Put("lines.txt", string.Concat(Enumerable.Range(0, 40).Select(i => $"{(char)('a' + i % 5)}bc de{i % 7}\n")));
        using var text = Trained(lines, "wgan-gp", "width=8", "latent_size=6");
        Put(text, "generator", 6);
        Put(text, "critic", text.Spec.Axes);
        using var unpaired = Trained(PutFolders("trainA", "trainB"), "cyclegan", "width=4", "blocks=2");
        Put(unpaired, "a_to_b", 1, 16, 16);
        Put(unpaired, "critic_b", 1, 16, 16);
        Directory.Delete(Path.Combine(Folder, "pictures"), recursive: true);
        using var pairs = Trained(PutFolders("A", "B"), "pix2pix", "width=4");
        Put(pairs, "generator", 1, 16, 16);
        Put(pairs, "critic", 2, 16, 16);
        using var fonts = Trained("glyphs?size=16&characters=latin&fonts=DejaVuSans-Bold,DejaVuSerif", "zi2zi", "width=4");
        Put(fonts, "generator", 1, 16, 16);
        Put(fonts, "critic", 2, 16, 16);
        AgreeInPython();
    }

    [Fact]
    public void Names_are_those_of_PyTorch_and_values_those_of_the_average()
    {
        using var run = Trained(PutPictures(), "dcgan", "width=8", "latent_size=6");
        var file = Path.Combine(Folder, "g.safetensors");
        var made = WeightExport.ToSafetensors(run, null, file, hasPython: false);
        Assert.Equal(("generator", null), (made.Part, made.Python));
        Assert.False(File.Exists(Path.Combine(Folder, "g.py")));
        var (tensors, metadata) = Safetensors.Read(file);
        Assert.Equal("pt", metadata["format"]);
        foreach (var name in new[] { "0.weight", "2.weight", "2.bias", "2.running_mean", "2.running_var", "2.num_batches_tracked" })
            Assert.Contains(name, tensors.Keys);
        using var scope = TensorScope.Open();
        var weight = run.System.Networks["generator"].Parameters().Single(parameter => parameter.Path == "0.weight").Parameter.Value;
        Assert.Equal(StoredTensor.Of(weight).Bytes, tensors["0.weight"].Bytes);
    }

    [Fact]
    public void What_PyTorch_has_not_is_refused_by_name()
    {
        using var run = Trained("gaussians-8", "ns-gan", "width=4", "minibatch=deviation");
        var file = Path.Combine(Folder, "g.safetensors");
        string RefusedOf(string part) => Refused(() => WeightExport.ToSafetensors(run, part, file, hasPython: true));
        Assert.Contains("MinibatchDeviation", RefusedOf("critic"), StringComparison.Ordinal);
        Assert.Contains("generator, critic", RefusedOf("encoder"), StringComparison.Ordinal);
        Assert.False(File.Exists(file));
    }

    [Fact]
    public void Training_can_begin_from_what_was_exported()
    {
        using var run = Trained(PutPictures(), "dcgan", "width=8", "latent_size=6");
        var file = Path.Combine(Folder, "g.safetensors");
        WeightExport.ToSafetensors(run, "generator", file, hasPython: false);
        using var use = run.Streams.Use();
        using var scope = TensorScope.Open();
        var generator = run.System.Networks["generator"];
        var before = generator.Buffers().Select(buffer => StoredTensor.Of(buffer.Buffer.Value).Bytes).ToList();
        using (Autograd.Pause())
            foreach (var (_, buffer) in generator.Buffers())
                buffer.Value.CopyFrom(buffer.Value * 0);
        Assert.Equal(["generator"], StoredWeights.OfFile(file).RequireFit(run.System));
        StoredWeights.OfFile(file).Put(run.System, []);
        Assert.Equal(before, generator.Buffers().Select(buffer => StoredTensor.Of(buffer.Buffer.Value).Bytes));
    }
}
