using Earthmover.Data;
using Earthmover.Sessions;
using Earthmover.Systems;
using Earthmover.Tests.Training;
using Earthmover.Torch.Kernels;
using Earthmover.Training;
using Earthmover.Training.Runs;

namespace Earthmover.Tests.Sessions;

/// <summary>What was asked for becomes a recipe that says everything, or is refused in one line before anything is made.</summary>
public sealed class PlanTests : Playground
{
    private Recipe Plan(string data = "gaussians-8", string? system = "wgan-gp", string[]? settings = null) =>
        new RunPlan(data)
        {
            System = system,
            Settings = settings ?? [],
            Budget = new(Steps: 5),
            Seed = 7,
            Threads = 1,
        }.Resolve(Context).Recipe;

    [Fact]
    public void A_recipe_has_what_was_asked_for_and_the_systems_defaults_for_all_else()
    {
        var (plain, recipe) = (Plan(), Plan(settings: ["critic_steps=3", "batch=32"]));
        Assert.Equal(("wgan-gp", "gaussians-8", 7L, 5L), (recipe.System, recipe.Data, recipe.Seed, recipe.Budget.Steps!.Value));
        var options = new Dictionary<string, string>(plain.Options) { ["critic_steps"] = "3" };
        var training = new Dictionary<string, string>(plain.Training) { ["batch"] = "32" };
        Assert.Equal(options, recipe.Options.ToDictionary());
        Assert.Equal(training, recipe.Training.ToDictionary());
        Assert.NotEqual("3", plain.Options["critic_steps"]);
        Assert.NotEqual("32", plain.Training["batch"]);
    }

    [Fact]
    public void What_a_recipe_says_asked_for_again_is_the_same_recipe()
    {
        var recipe = Plan(settings: ["critic_steps=3", "width=24", "constraint=r1?gamma=2", "decay=linear"]);
        string[] all = [.. recipe.Options.Concat(recipe.Training).Select(option => $"{option.Key}={option.Value}")];
        Assert.Equal(recipe.ToJson(), Plan(settings: all).ToJson());
        Assert.Equal(recipe.ToJson(), Recipe.FromJson(recipe.ToJson(), "recipe.json").ToJson());
    }

    [Fact]
    public void Without_a_system_the_data_choose_one()
    {
        foreach (var address in new[] { "gaussians-8", "rotation-toy", PutPictures() })
        {
            var data = DataCatalog.Open(address, Context);
            Assert.Equal(SystemCatalog.DefaultFor(data).Name, Plan(address, system: null).System);
        }
        Assert.Equal("cyclegan", Plan("rotation-toy", system: null).System);
    }

    [Fact]
    public void Data_that_change_have_another_fingerprint()
    {
        var before = Plan(Put("p.csv", "1,2\n3,4\n"), settings: ["batch=2"]).DataFingerprint;
        Assert.Equal(before, Plan(Put("p.csv", "1,2\n3,4\n"), settings: ["batch=2"]).DataFingerprint);
        Assert.NotEqual(before, Plan(Put("p.csv", "1,2\n3,5\n"), settings: ["batch=2"]).DataFingerprint);
    }

    [Theory]
    [InlineData("gaussians-9", "wgan-gp", "batch=32", "gaussians-9")]
    [InlineData("gaussians-8", "wgan-pg", "batch=32", "wgan-gp")]
    [InlineData("gaussians-8", "wgan-gp", "critic_step=3", "critic_steps")]
    [InlineData("gaussians-8", "wgan-gp", "critic_steps=often", "often")]
    [InlineData("gaussians-8", "wgan-gp", "batch=0", "batch")]
    [InlineData("gaussians-8", "wgan-gp", "constraint=r3", "r1")]
    [InlineData("gaussians-8", "lapgan", "batch=32", "points")]
    [InlineData("gaussians-8", "cyclegan", "batch=32", "gaussians-8")]
    public void What_cannot_be_played_is_refused_in_one_line_that_names_it(string data, string system, string setting, string named)
    {
        var refusal = Assert.Throws<UserException>(() => Plan(data, system, [setting])).Message;
        Assert.Contains(named, refusal, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', refusal);
        Assert.DoesNotContain("Parameter", refusal, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("batch=200000", "batch")]
    [InlineData("width=16000", "width")]
    public void What_does_not_fit_the_data_or_the_machine_is_refused_before_a_folder_is_made(string setting, string named)
    {
        string[] settings = [setting, "architecture=mlp"];
        var plan = new RunPlan("gaussian?mean=0,0&n=100") { System = "wgan-gp", Settings = settings, Budget = new(Steps: 1), Threads = 1 };
        var (recipe, data) = plan.Resolve(Context);
        if (setting.StartsWith("width", StringComparison.Ordinal))
            recipe = recipe with { Options = new(recipe.Options, StringComparer.Ordinal) { ["width"] = "16000000" } };
        var refusal = Assert.ThrowsAny<Exception>(() => Session.Start(recipe, data).Dispose()).Message;
        Assert.Contains(named, refusal, StringComparison.Ordinal);
    }

    // Here LibTorch is loaded already, as this machine likes it best.
    [Fact]
    public void Plain_kernels_are_not_promised_where_LibTorch_was_loaded_otherwise()
    {
        var recipe = Plan();
        Assert.Contains("process of its own", Refused(() => Plan(settings: ["kernels=plain"])), StringComparison.Ordinal);
        var plain = recipe with { Training = new(recipe.Training, StringComparer.Ordinal) { ["kernels"] = "plain" } };
        Assert.Contains("kernels=plain", RunPlan.Prepare(plain), StringComparison.Ordinal);
        Assert.Contains("no longer to the bit", RunPlan.Prepare(plain), StringComparison.Ordinal);
        Assert.True(KernelChoices.Measure);
        Assert.Null(RunPlan.Prepare(recipe));
    }

    [Fact]
    public void A_device_that_does_not_exist_is_refused_by_its_name() =>
        Assert.Contains("tpu", Assert.Throws<UserException>(() => Session.OpenDevice("tpu")).Message, StringComparison.Ordinal);
}
