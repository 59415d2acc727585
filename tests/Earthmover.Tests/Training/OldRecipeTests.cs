using Earthmover.Constraints;
using Earthmover.Data;
using Earthmover.Games;
using Earthmover.Health;
using Earthmover.Metrics;
using Earthmover.Sessions;
using Earthmover.Systems;
using Earthmover.Torch;
using Earthmover.Training;
using Earthmover.Training.Runs;

namespace Earthmover.Tests.Training;

/// <summary>Runs of before an option was there are played as they were made.</summary>
public sealed class OldRecipeTests : Playground
{
    private static readonly string[] s_small = ["width=4", "batch=8", "latent_size=4", "health_share=0"];

    private (Recipe Recipe, DataSet Data) Make(params string[] settings) =>
        Resolve(PutPictures(), "projection", new(Steps: 2), [.. s_small, .. settings]);

    [Fact]
    public void A_recipe_that_names_no_architecture_has_the_networks_of_its_time()
    {
        var (recipe, data) = Make("architecture=compact-smooth");
        Assert.Equal("compact-smooth", recipe.Options["architecture"]);
        var old = recipe with { Options = new(recipe.Options.Where(o => o.Key != "architecture").ToDictionary(), StringComparer.Ordinal) };
        using var session = Session.Start(old, data);
        Assert.Equal("compact", session.Recipe.Options["architecture"]);
        Assert.Equal([4L, 1, 4, 4],
            session.System.Networks["generator"].Parameters().Single(p => p.Path == "output.0.weight").Parameter.Value.Shape);
    }

    [Fact]
    public void Pictures_of_every_size_are_smoothed_where_nothing_else_is_said()
    {
        ImageSet[] sets =
        [
            new("gray", new(1, 28, 28), new byte[4 * 784]),
            new("large", new(1, 64, 64), new byte[4 * 4096]),
            new("color", new(3, 32, 32), new byte[4 * 3072]),
        ];
        foreach (var system in new[] { "projection", "wgan-gp" })
        {
            string Of(DataSet data) =>
                OptionBinder.ToText(SystemCatalog.DefaultsOf(SystemCatalog.Named(system), data).Options)["architecture"];
            // Photographs have details of their own.
            Assert.All(sets, data => Assert.Equal(
                system == "projection" && data.Shape.Channels == 3 ? "compact-style" : "compact-smooth", Of(data)));
        }
    }

    [Fact]
    public void A_checkpoint_of_the_one_network_is_refused_by_the_other()
    {
        Play(PutPictures(), "projection", new(Steps: 2), [.. s_small, "architecture=compact"], "old");
        using var folder = RunFolder.Open(Path.Combine(Folder, "old"));
        var (recipe, data) = Make("architecture=compact-smooth");
        using var session = Session.Start(recipe, data);
        Assert.Throws<UserException>(() => Session.NewestCheckpoint(folder).Restore(session.System, []));
        using var loaded = TrainedRun.Open(Path.Combine(Folder, "old"), Context);
        using var use = loaded.Streams.Use();
        using var scope = TensorScope.Open();
        Assert.Equal([3L, 1, 28, 28], loaded.Ability<ISampler>().Generate(Tensor.Zeros([3, 5])).Shape);
    }

    [Fact]
    public void Names_that_were_spelled_otherwise_are_read_and_written_as_today()
    {
        var recipe = Make().Recipe with { Samples = new() { Kind = SampleSpec.Points, Axes = [2], Center = [1, 2], Spread = [3, 4] } };
        var old = recipe.ToJson().Replace("\"center\"", "\"centre\"", StringComparison.Ordinal);
        Assert.NotEqual(recipe.ToJson(), old);
        Assert.Equal([1, 2], Recipe.FromJson(old, "recipe.json").Samples!.Center!);
        Assert.Equal(recipe.ToJson(), Recipe.FromJson(old, "recipe.json").ToJson());

        Assert.Equal(Constraint.Named("gradient-penalty?center=0"), Constraint.Named("gradient-penalty?centre=0"));
        Assert.Equal("memorization", MetricCatalog.Named("memorisation").Name);
        var signals = """{"step":3,"health":{"verdict":"GREEN","signals":{"is_penalised":1,"neighbour_ratio":0.5}}}""";
        var (reading, _) = LogLines.HealthOf(new(3, signals))!.Value;
        Assert.Equal((1, 0.5), (reading[Signals.IsPenalized], reading[Signals.NeighborRatio]));
    }

    [Fact]
    public void An_architecture_that_cannot_be_told_classes_is_refused_in_a_line() =>
        Assert.StartsWith("option architecture must be one of compact-smooth, compact-detail, compact-style, compact, not dcgan",
            Assert.Throws<UserException>(() => Make("architecture=dcgan")).Message, StringComparison.Ordinal);
}
