using System.Globalization;
using System.Text.Json.Nodes;
using Earthmover.Nn.Layers;
using Earthmover.Sessions;
using Earthmover.Torch;
using Earthmover.Torch.Files;
using Earthmover.Training;
using Earthmover.Training.Runs;

namespace Earthmover.Tests.Training;

/// <summary>
/// Runs that nobody's training has left: recipes and checkpoints, right checksums included, with something changed. Each opens or is
/// refused in a line, and nothing is built of the impossible.
/// </summary>
public sealed class CraftedRunTests : Playground
{
    private static readonly string[] s_texts =
        ["", " ", "x", "-1", "0", "1", "1.5", "1e9", "1000000000", "2147483648", "9223372036854775807", "99999999999999999999", "NaN",
            "Infinity", "-Infinity", "1e400", "true", "null", "{}", "[]", "{\"a\":null}", "\0", "a\nb", "💥", "٣"];

    private static readonly string[] s_values =
        ["null", "true", "-1", "0", "1", "-5", "1.5", "1e9", "1000000000", "2147483648", "9223372036854775807", "99999999999999999999",
            "1e400", "\"\"", "\"x\"", "\"1\"", "\"-1\"", "\"1000000000\"", "\"NaN\"", "\"\\u0000\"", "[]", "[1]", "{}", "{\"x\":1}"];

    private string Run => Path.Combine(Folder, "run");

    private string Newest => Directory.GetFiles(Path.Combine(Run, "checkpoints")).Single();

    private byte[] Make(string data, string system, params string[] settings)
    {
        Play(data, system, new(Steps: 4), [.. settings, "keep_checkpoints=1"], "run", stopAt: 3);
        return File.ReadAllBytes(Newest);
    }

    // As `train --resume` does it, up to the first step.
    private void Resume()
    {
        using var folder = RunFolder.Open(Run);
        var run = Resumption.Of(folder, new());
        using var session = Session.Start(run.Recipe, RunData.Open(run.Recipe, Context));
        using var use = session.Streams.Use();
        using var trainer = new Trainer(session.System, session.Source, run.Recipe, session.Options, session.Streams, folder);
        if (run.Checkpoint is { } checkpoint)
            trainer.Resume(checkpoint);
    }

    // Whether it opens. Any exception but a user's fails the test.
    private static bool Opens(Action open, string what)
    {
        var threads = Runtime.Threads;
        try
        {
            open();
            return true;
        }
        catch (UserException e)
        {
            Assert.False(string.IsNullOrWhiteSpace(e.Message), what);
            return false;
        }
        catch (Exception e) when (e is not Xunit.Sdk.XunitException)
        {
            throw new InvalidOperationException(what, e);
        }
        finally
        {
            Runtime.Threads = threads;
        }
    }

    private static string Of(Random random, string[] list) => list[random.Next(list.Length)];

    private (int Opened, int Refused) Mutate(int times, int seed,
        Func<Random, Dictionary<string, StoredTensor>, Dictionary<string, string>, string> change)
    {
        var (random, file) = (new Random(seed), Newest);
        var (tensors, metadata) = Safetensors.Read(file);
        var (opened, refused) = (0, 0);
        for (var i = 0; i < times; i++)
        {
            Dictionary<string, StoredTensor> changed = new(tensors);
            Dictionary<string, string> said = new(metadata);
            var what = change(random, changed, said);
            Safetensors.Write(file, changed, said);
            var before = Files();
            if (Opens(Resume, what))
                opened++;
            else
                refused++;
            if (i % 8 == 0)
                Opens(() => TrainedRun.Open(Run, Context).Dispose(), $"sample: {what}");
            if (i % 40 == 0)
                Opens(() => Checkup.Of(Run, Context), $"diagnose: {what}");
            Assert.Equal(before, Files());
        }
        return (opened, refused);
    }

    private List<string> Files() =>
        Directory.EnumerateFiles(Run, "*", SearchOption.AllDirectories)
            .Select(f => $"{f} {new FileInfo(f).Length}").Order(StringComparer.Ordinal).ToList();

    private static string ChangeTensor(Random random, Dictionary<string, StoredTensor> tensors)
    {
        var name = Of(random, [.. tensors.Keys.Order(StringComparer.Ordinal)]);
        var tensor = tensors[name];
        switch (random.Next(7))
        {
            case 0:
                tensors.Remove(name);
                return $"without {name}";
            case 1:
                tensors.Remove(name);
                tensors[name + "x"] = tensor;
                return $"{name} renamed";
            case 2:
                tensors[name] = tensor with { Type = tensor.Type.Size() switch { 4 => DType.Int32, 8 => DType.Int64, _ => DType.Int8 } };
                return $"{name} of another type";
            case 3:
                tensors[name] = tensor with { Shape = [1, .. tensor.Shape] };
                return $"{name} with another axis";
            case 4:
                tensors[name] = new(tensor.Type, [0], []);
                return $"{name} empty";
            case 5:
                tensors[name] = new(tensor.Type, [tensor.Bytes.Length / tensor.Type.Size() + 1],
                    [.. tensor.Bytes, .. new byte[tensor.Type.Size()]]);
                return $"{name} longer";
            default:
                string[] names = ["stream/none", "state/x/y", "networks/none/weight", "optimizer/none.0/mean", "average/9/x", "noise"];
                tensors[Of(random, names)] = tensor;
                return $"{name} twice";
        }
    }

    private static string ChangeMetadata(Random random, Dictionary<string, string> metadata)
    {
        var name = Of(random, [.. metadata.Keys.Where(k => k is not ("recipe" or "format")).Order(StringComparer.Ordinal)]);
        if (name == "standing" && random.Next(4) > 0)
        {
            var fields = metadata[name].Split(' ');
            fields[random.Next(fields.Length)] = Of(random, s_texts);
            metadata[name] = string.Join(' ', fields);
        }
        else if (random.Next(5) == 0)
            metadata.Remove(name);
        else
            metadata[name] = Of(random, s_texts);
        return $"{name} {metadata.GetValueOrDefault(name, "gone")}";
    }

    // Replaces or removes something anywhere in a recipe.
    private static string ChangeRecipe(Random random, JsonObject recipe)
    {
        var node = recipe;
        var path = "";
        while (true)
        {
            var name = Of(random, [.. node.Select(field => field.Key)]);
            path += "/" + name;
            if (node[name] is JsonObject { Count: > 0 } inner && random.Next(5) > 0)
            {
                node = inner;
                continue;
            }
            if (random.Next(6) == 0)
                node.Remove(name);
            else
                node[name] = JsonNode.Parse(Of(random, s_values).Replace("1e400", "17", StringComparison.Ordinal));
            return $"{path} {node[name]?.ToJsonString() ?? "gone"}";
        }
    }

    [Fact]
    public void Checkpoints_of_a_toy_run()
    {
        Make("gaussians-8", "wgan-gp", [.. Toy, "average_images=1000"]);
        Assert.Equal((1, 0), Mutate(1, 0, (_, _, _) => "nothing"));
        var tensors = Mutate(160, 1, (random, t, _) => ChangeTensor(random, t));
        Assert.True(tensors.Opened == 0, $"{tensors.Opened} of 160 checkpoints with a wrong tensor were opened");
        var metadata = Mutate(160, 2, (random, _, m) => ChangeMetadata(random, m));
        Assert.True(metadata.Opened <= 3, $"{metadata.Opened} of 160 checkpoints with wrong metadata were opened");
    }

    // Of what a checkpoint says besides its tensors.
    [Theory]
    [InlineData("kernels", null, "its choice of kernels is missing")]
    [InlineData("streams", null, "which random streams it holds is not told")]
    [InlineData("optimizer_steps/critic.0", null, "the steps of the optimizer 'critic.0' are not told")]
    [InlineData("optimizer_steps/critic.0", "-1", "'-1' steps of the optimizer 'critic.0' are no number of steps")]
    [InlineData("optimizer_steps/critic.0", "1e300", "'1e300' steps")]
    [InlineData("optimizer_steps/critic.0", "NaN", "'NaN' steps")]
    [InlineData("optimizer_steps/critic.0", "", "'' steps")]
    [InlineData("optimizer_steps/generator.0", "999999999",
        "999999999 steps of the optimizer 'generator.0' are more than the 6 batches that there were")]
    [InlineData("optimizer_steps/nobody.0", "-7", "'-7' steps of the optimizer 'nobody.0'")]
    public void What_is_missing_or_absurd_is_named(string field, string? value, string says)
    {
        Make("gaussians-8", "wgan-gp", Toy);
        var (tensors, metadata) = Safetensors.Read(Newest);
        var said = new Dictionary<string, string>(metadata);
        Assert.Equal("6", said["standing"].Split(' ')[3]);
        said.Remove(field);
        if (value is not null)
            said[field] = value;
        Safetensors.Write(Newest, tensors, said);
        Assert.Contains(says, Refused(Resume), StringComparison.Ordinal);
    }

    // Version 0.1.0 named neither its random streams nor the processor.
    [Fact]
    public void A_checkpoint_of_before_streams_were_named_goes_on_with_a_note()
    {
        Make("gaussians-8", "wgan-gp", Toy);
        var (tensors, metadata) = Safetensors.Read(Newest);
        var recipe = JsonNode.Parse(metadata["recipe"])!.AsObject();
        recipe["versions"]!.AsObject().Remove("processor");
        var said = new Dictionary<string, string>(metadata) { ["recipe"] = recipe.ToJsonString() };
        said.Remove("streams");
        Safetensors.Write(Newest, tensors, said);
        File.WriteAllText(Path.Combine(Run, "recipe.json"), recipe.ToJsonString());
        Resume();
        using var folder = RunFolder.Open(Run);
        var notes = Resumption.Of(folder, new()).Notes;
        Assert.Contains(notes, note => note.Contains("which random streams there are", StringComparison.Ordinal));
    }

    [Fact]
    public void Checkpoints_of_a_translation_with_its_pools()
    {
        Make("rotation-toy", "cyclegan", "width=8", "batch=16", "grid_samples=8", "pool_size=10", "report_every=1");
        Assert.Equal((1, 0), Mutate(1, 0, (_, _, _) => "nothing"));
        Assert.Equal((0, 60), Mutate(60, 3, (random, t, _) =>
        {
            var pools = t.Where(p => p.Key.StartsWith("state/", StringComparison.Ordinal)).ToDictionary();
            Assert.NotEmpty(pools);
            foreach (var name in pools.Keys)
                t.Remove(name);
            string what;
            Dictionary<string, StoredTensor> changed;
            do
                what = ChangeTensor(random, changed = new(pools));
            while (what.StartsWith("without", StringComparison.Ordinal)
            || what.Contains("empty", StringComparison.Ordinal)); // an empty pool is a pool
            foreach (var (name, tensor) in changed)
                t.TryAdd(name, tensor);
            return what;
        }));
    }

    [Fact]
    public void Checkpoints_of_BEGAN_with_its_number()
    {
        Make($"{PutPictures()}?size=32", "began", "width=8", "batch=8", "latent_size=4", "grid_samples=4", "report_every=1");
        Assert.Equal((1, 0), Mutate(1, 0, (_, _, _) => "nothing"));
        Assert.Equal((0, 4), Mutate(4, 4, (random, t, _) =>
        {
            var (name, k) = t.Single(p => p.Key.StartsWith("state/", StringComparison.Ordinal));
            t[name] = random.Next(4) switch
            {
                0 => new(DType.Float64, [], BitConverter.GetBytes(double.NaN)),
                1 => new(DType.Float64, [2], new byte[16]),
                2 => new(DType.Int64, [], new byte[8]),
                _ => new(DType.Float64, [0], []),
            };
            return "k";
        }));
    }

    [Fact]
    public void Recipes_of_a_run_and_of_its_checkpoint()
    {
        Make("gaussians-8", "wgan-gp", [.. Toy, "average_images=1000"]);
        var recipe = Path.Combine(Run, "recipe.json");
        var original = File.ReadAllText(recipe);
        // In both, so that they agree with each other.
        var (opened, refused) = Mutate(300, 5, (random, _, metadata) =>
        {
            var node = JsonNode.Parse(original)!.AsObject();
            var what = ChangeRecipe(random, node);
            File.WriteAllText(recipe, node.ToJsonString());
            metadata["recipe"] = node.ToJsonString();
            return what;
        });
        Assert.True(refused > 150, $"{refused} refused, {opened} opened");
        // In the folder's file alone.
        var file = File.ReadAllBytes(Newest);
        var random = new Random(6);
        for (var i = 0; i < 150; i++)
        {
            var node = JsonNode.Parse(original)!.AsObject();
            var what = ChangeRecipe(random, node);
            File.WriteAllText(recipe, node.ToJsonString());
            Opens(Resume, what);
            if (i % 3 == 0)
            {
                // Without a checkpoint the recipe is all there is.
                File.Delete(Path.Combine(Run, "checkpoints", "000003.safetensors"));
                Opens(Resume, $"from the start: {what}");
                File.WriteAllBytes(Path.Combine(Run, "checkpoints", "000003.safetensors"), file);
            }
        }
    }

    [Theory]
    [InlineData("budget", "{}", "no end")]
    [InlineData("budget", "{\"steps\":-5}", "-5 steps")]
    [InlineData("budget", "{\"steps\":0}", "0 steps")]
    [InlineData("budget", "{\"images\":-1}", "-1 images")]
    [InlineData("budget", "{\"seconds\":-1}", "-1 seconds")]
    [InlineData("budget", "{\"seconds\":0}", "0 seconds")]
    [InlineData("budget", "{\"seconds\":1e400}", "seconds")]
    [InlineData("budget", "{\"steps\":\"many\"}", "budget.steps")]
    [InlineData("budget", "null", "budget")]
    [InlineData("threads", "-1", "threads")]
    [InlineData("threads", "1000000", "threads")]
    [InlineData("thread_split", "{\"open_mp\":1000000,\"blas\":1}", "1000000")]
    [InlineData("thread_split", "{\"open_mp\":1,\"blas\":0}", "threads")]
    [InlineData("device", "\"tpu\"", "tpu")]
    [InlineData("device", "\"cuda:99\"", "cuda")]
    [InlineData("precision", "\"bf17\"", "bf17")]
    [InlineData("precision", "\"tf32\"", "tf32")]
    [InlineData("system", "\"nope\"", "nope")]
    [InlineData("system", "7", "system")]
    [InlineData("data", "\"nowhere\"", "nowhere")]
    [InlineData("data", "\"\"", "data")]
    [InlineData("data_fingerprint", "\"\"", "fingerprint")]
    [InlineData("data_fingerprint", "\"xyz\"", "fingerprint")]
    [InlineData("seed", "1e30", "seed")]
    [InlineData("options", "{\"width\":\"1000000000\"}", "width")]
    [InlineData("options", "{\"width\":\"60000\"}", "width")]
    [InlineData("options", "{\"width\":\"-3\"}", "width")]
    [InlineData("options", "{\"width\":null}", "width")]
    [InlineData("options", "{\"depth\":\"3\"}", "depth")]
    [InlineData("options", "[]", "options")]
    [InlineData("training", "{\"batch\":\"0\"}", "batch")]
    [InlineData("training", "{\"batch\":\"1000000000\"}", "batch")]
    [InlineData("training", "{\"decay\":\"never\"}", "decay")]
    [InlineData("budget_since", "{\"step\":-1,\"images\":0,\"seconds\":0}", "budget")]
    public void A_recipe_is_held_to_what_the_command_line_takes(string field, string value, string names)
    {
        Make("gaussians-8", "wgan-gp", Toy);
        File.Delete(Newest);
        var recipe = Path.Combine(Run, "recipe.json");
        var node = JsonNode.Parse(File.ReadAllText(recipe))!.AsObject();
        var text = node.ToJsonString();
        node[field] = JsonNode.Parse("\"HERE\"");
        File.WriteAllText(recipe, node.ToJsonString().Replace("\"HERE\"", value, StringComparison.Ordinal));
        Assert.Contains(names, Refused(Resume), StringComparison.OrdinalIgnoreCase);
        File.WriteAllText(recipe, text);
        Resume();
    }

    [Fact]
    public void Weights_that_no_machine_holds_are_refused_before_they_are_made()
    {
        using var streams = new RandomStreams(1);
        using var use = streams.Use();
        Assert.Contains("1000000000 x 2 weights",
            Assert.Throws<ArgumentException>(() => new Linear(2, 1_000_000_000)).Message, StringComparison.Ordinal);
        Assert.Contains("GB to train, and this machine has",
            Assert.Throws<ArgumentException>(() => new Linear(30_000_000, 30_000_000)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("-1 96 0.1 3 0 3")]
    [InlineData("3 -96 0.1 3 0 3")]
    [InlineData("3 96 NaN 3 0 3")]
    [InlineData("3 96 -1 3 0 3")]
    [InlineData("3 96 Infinity 3 0 3")]
    [InlineData("3 96 0.1 -3 0 3")]
    [InlineData("3 96 0.1 3 1 3")]
    [InlineData("3 96 0.1 3 -1 3")]
    [InlineData("3 96 0.1 3 2147483648 3")]
    [InlineData("3 96 0.1 3 0 2")]
    [InlineData("3 96 0.1 3 0 -3")]
    [InlineData("3 96 0.1 3 0")]
    [InlineData("3 96 0.1 3 0 3 7")]
    [InlineData("3 96 0.1 4 0 3")]
    [InlineData("3 9223372036854775807 0.1 288230376151711744 0 3")]
    [InlineData("")]
    [InlineData("a b c d e f")]
    public void An_absurd_standing_is_refused(string standing)
    {
        Make("gaussians-8", "wgan-gp", Toy);
        var (tensors, metadata) = Safetensors.Read(Newest);
        var right = metadata["standing"].Split(' ');
        Safetensors.Write(Newest, tensors, new Dictionary<string, string>(metadata) { ["standing"] = $"3 {right[1]} 0.1 {right[3]} 0 3" });
        Resume();
        // The batches of a step are the run's own business.
        var position = long.Parse(right[3], CultureInfo.InvariantCulture);
        standing = standing.Replace("96", right[1], StringComparison.Ordinal)
            .Replace(" 3 0 3", $" {position} 0 3", StringComparison.Ordinal)
            .Replace(" 4 0 3", $" {position + 1} 0 3", StringComparison.Ordinal);
        Safetensors.Write(Newest, tensors, new Dictionary<string, string>(metadata) { ["standing"] = standing });
        Assert.Contains("000003.safetensors", Refused(Resume), StringComparison.Ordinal);
        Assert.Contains("000003.safetensors", Refused(() => TrainedRun.Open(Run, Context)), StringComparison.Ordinal);
    }
}
