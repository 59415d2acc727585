using System.Text.Json;
using Earthmover.Health;
using Earthmover.Sessions;
using Earthmover.Tests.Health;
using Earthmover.Training;
using Earthmover.Training.Runs;

namespace Earthmover.Tests.Training;

/// <summary>Health within a run: what it leaves in the log, what it changes (nothing), what it costs, when it ends the run.</summary>
public sealed class HealthTests : Playground
{
    private static readonly string[] s_toy = [.. Toy.Where(o => !o.StartsWith("report_every", StringComparison.Ordinal)), "report_every=2"];

    [Theory]
    [InlineData("wgan-gp")]
    [InlineData("hinge")] // spectral normalization: vectors of a power iteration
    public void Looking_changes_nothing(string system)
    {
        string Hash(string share) => Play("gaussians-8", system, new(Steps: 12), [.. s_toy, $"health_share={share}"]).Hash;
        Assert.Equal(Hash("0"), Hash("1"));
    }

    [Fact]
    public void Looking_at_batch_normalization_changes_nothing()
    {
        var noise = PutPictures();
        string Hash(string share) =>
            Play(noise, "dcgan", new(Steps: 3), ["width=8", "batch=8", "report_every=1", "grid_samples=4", $"health_share={share}"]).Hash;
        Assert.Equal(Hash("0"), Hash("1"));
    }

    [Fact]
    public void A_look_is_in_the_log_and_can_be_read_again()
    {
        Play("gaussians-8", "wgan-gp", new(Steps: 6), [.. s_toy, "health_share=1"], "run");
        var lines = File.ReadLines(Path.Combine(Folder, "run", "log.jsonl")).Select(l => JsonDocument.Parse(l).RootElement)
            .Where(l => l.TryGetProperty("health", out _)).ToList();
        Assert.NotEmpty(lines);
        var health = lines[^1].GetProperty("health");
        Assert.Contains(health.GetProperty("verdict").GetString(), new[] { "GREEN", "AMBER", "RED" });
        Assert.Equal(JsonValueKind.Array, health.GetProperty("findings").ValueKind);
        using var folder = RunFolder.Open(Path.Combine(Folder, "run"));
        var (reading, verdict) = folder.ReadHealth()[^1];
        Assert.Equal(6, reading.Step);
        Assert.Equal(health.GetProperty("verdict").GetString(), verdict);
        Assert.True(reading[Signals.Exact] > 0 && reading[Signals.SlopeBetween] > 0 && reading[Signals.GradientShare] > 0
            && reading[Signals.HeldOutAuc] > 0 && reading[Signals.GeneratorJump] > 0);
    }

    [Fact]
    [Trait("Category", "Slow")]
    public void Looking_stays_within_its_share()
    {
        var (recipe, data) = new RunPlan("gaussians-25") { System = "wgan-gp", Budget = new(Seconds: 20), Threads = 1 }.Resolve(Context);
        using var session = Session.Start(recipe, data);
        using var use = session.Streams.Use();
        using var trainer = new Trainer(session.System, session.Source, recipe, session.Options, session.Streams)
        { HeldOut = session.HeldOut };
        trainer.Run();
        Assert.NotNull(trainer.Health);
        // 5 %, and what a look may take longer than the one before it.
        Assert.InRange(trainer.HealthSeconds / trainer.Standing.Seconds, 0.001, 0.06);
    }

    [Fact]
    public void No_share_no_look()
    {
        var watch = new Watch();
        Play("gaussians-8", "wgan-gp", new(Steps: 4), [.. s_toy, "health_share=0"], watch: watch);
        Assert.NotEmpty(watch.Records);
        Assert.All(watch.Records, r => Assert.Null(r.Health));
    }

    [Fact]
    public void A_sick_run_ends_itself_and_is_saved()
    {
        var (recipe, data) = Resolve("gaussians-8", "wgan-gp", new(Steps: 400), [.. s_toy, "health_share=1"]);
        using var session = Session.Start(recipe, data);
        using var use = session.Streams.Use();
        SickRuns.Sick.First(c => c.Rule == "dead-generator").Wound!(session.System);
        using var folder = RunFolder.Create(Path.Combine(Folder, "sick"), recipe);
        using var trainer = new Trainer(session.System, session.Source, recipe, session.Options, session.Streams, folder)
        { StopWhenSick = true };
        Assert.Equal(Ending.Sick, trainer.Run());
        Assert.True(trainer.Standing.Step < 400);
        Assert.Equal("dead-generator", trainer.Health!.Findings[0].Rule);
        Assert.NotEmpty(folder.ListCheckpoints());
    }

    [Fact]
    public void A_checkup_finds_what_the_log_cannot_know_and_leaves_the_run_alone()
    {
        Play("gaussians-8", "wgan-gp", new(Steps: 4), [.. s_toy, "health_share=0"], "run");
        var files = Directory.EnumerateFiles(Path.Combine(Folder, "run"), "*", SearchOption.AllDirectories)
            .ToDictionary(f => f, File.GetLastWriteTimeUtc);
        var checkup = Checkup.Of(Path.Combine(Folder, "run"), Context);
        Assert.Equal(4, checkup.Standing.Step);
        Assert.Empty(checkup.History);
        Assert.True(checkup.Diagnosis.Reading.Values.Count > 30,
            string.Join(", ", Signals.All.Select(s => s.Signal.Name).Except(checkup.Diagnosis.Reading.Values.Keys)));
        Assert.Equal(files, Directory.EnumerateFiles(Path.Combine(Folder, "run"), "*", SearchOption.AllDirectories)
            .ToDictionary(f => f, File.GetLastWriteTimeUtc));
    }

    [Theory]
    [InlineData("rotation-toy", "cyclegan")] // no critic of the plain form
    [InlineData("gaussians-8", "ali")]
    public void Systems_without_a_plain_critic_are_looked_at_as_far_as_they_go(string data, string system)
    {
        var watch = new Watch();
        Play(data, system, new(Steps: 2), ["batch=32", "report_every=1", "grid_samples=16", "health_share=1"], watch: watch);
        Assert.Contains(watch.Records, r => r.Health is { } health && health.Reading[Signals.Diversity] > 0);
    }

    [Fact]
    public void Remedies_are_written_with_the_run_s_own_numbers()
    {
        var rule = Rules.All.First(r => r.Name == "learning-rate-too-high");
        Reading[] history = [.. Enumerable.Range(0, 5)
            .Select(i => new Reading(i, new Dictionary<string, double> { ["generator_jump"] = 1 }))];
        Patient patient = new("points", new Dictionary<string, string> { ["learning_rate"] = "0.005" });
        Assert.Equal("--set learning_rate=0.0005", rule.Judge(history, patient)!.Remedy);
        var both = new Dictionary<string, string> { ["learning_rate"] = "2e-06", ["critic_learning_rate"] = "0.1" };
        Assert.Equal("--set learning_rate=2E-07 critic_learning_rate=0.01", rule.Judge(history, patient with { Options = both })!.Remedy);
        Assert.DoesNotContain("--set",
            rule.Judge(history, patient with { Options = new Dictionary<string, string>() })!.Remedy, StringComparison.Ordinal);
        // Three are most of five, whatever the others show.
        Assert.NotNull(rule.Judge(history[..3], patient));
        Assert.Null(rule.Judge(history[..2], patient));
    }

    [Fact]
    public void Samples_are_far_from_the_data_until_looks_show_otherwise()
    {
        Reading far = new(1, new Dictionary<string, double> { [Signals.Far.Name] = 9 }),
            near = new(2, new Dictionary<string, double> { [Signals.Far.Name] = 1.1 });
        Assert.Equal("far-from-data", Assert.Single(Rules.Judge([far]).Findings).Rule);
        Assert.Equal(Verdict.Amber, Rules.Judge([far, far]).Verdict);
        Assert.Equal(Verdict.Green, Rules.Judge([far, near, near]).Verdict);
    }

    // A critic that lags behind is no reason for a generator that stands still.
    [Theory]
    [InlineData(1e-6, 1, "critic-not-optimal", "far-from-data")]
    [InlineData(1e-3, 1, "critic-not-optimal")]
    [InlineData(1e-6, 1e-6, "dead-generator")] // as every dead one does
    public void A_generator_that_stands_still_is_far_from_the_data_whatever_its_critic_is_like(double step,
        double diversity, params string[] rules)
    {
        Reading reading = new(1, new Dictionary<string, double>
        {
            [Signals.Far.Name] = 3,
            [Signals.Auc.Name] = 0.5,
            [Signals.Diversity.Name] = diversity,
            [Signals.GeneratorStep.Name] = step,
        });
        Assert.Equal(rules, Rules.Judge([reading, reading, reading]).Findings.Select(f => f.Rule));
    }

    [Fact]
    public void A_look_that_did_not_measure_a_signal_has_no_vote_on_it()
    {
        Reading plain = new(1, new Dictionary<string, double> { [Signals.Far.Name] = 1.1 });
        Assert.Equal("far-from-data", Assert.Single(Rules.Judge([plain, plain, plain.And(Signals.ToldApart, 0.85)]).Findings).Rule);
        Assert.Equal(Verdict.Green, Rules.Judge([plain, plain, plain.And(Signals.ToldApart, 0.7)]).Verdict);
        Assert.Equal(plain, plain.And(Signals.ToldApart, double.NaN));
    }

    [Fact]
    public void Pictures_are_shown_to_a_fresh_critic_after_the_last_step_and_by_a_checkup()
    {
        var pictures = PutPictures(240);
        var watch = new Watch();
        Play(pictures, "dcgan", new(Steps: 3),
            ["width=8", "batch=16", "report_every=1", "grid_samples=4", "health_share=1"], "run", watch: watch);
        Assert.True(watch.Records[^1].Health!.Reading[Signals.ToldApart] > 0.9);
        Assert.All(watch.Records.SkipLast(1), r => Assert.False(r.Health?.Reading.Values.ContainsKey(Signals.ToldApart.Name) ?? false));
        Assert.True(Checkup.Of(Path.Combine(Folder, "run"), Context).Diagnosis.Reading[Signals.ToldApart] > 0.9);
    }

    [Fact]
    public void A_run_that_ends_by_the_clock_is_looked_at_where_it_ends()
    {
        var watch = new Watch();
        Play("gaussians-8", "wgan-gp", new(Seconds: 1.5), [.. s_toy, "report_every=1000000"], "run", watch: watch);
        Assert.Equal(watch.Records[^1].Step, watch.Records[^1].Health!.Reading.Step);
        var last = watch.Records[^1].Health!.Reading;
        Assert.True(last[Signals.Exact] > 0);
        // What its players moved for is known, though nobody could know that their last move would be the last.
        Assert.Equal((1, 1), (last[Signals.IsDistance], last[Signals.IsPenalized]));
        Assert.True(last[Signals.Overestimate] > 0 && double.IsFinite(last[Signals.Estimate]));
        Assert.False(double.IsFinite(last[Signals.Gap]));
    }

    // Weights at their limit bound the slope, at whatever value: the estimate is that many times too large by design, and has not drifted.
    [Theory]
    [InlineData(0.1, false)]
    [InlineData(0.001, true)]
    public void An_estimate_drifts_only_where_nothing_bounds_the_slope(double atLimit, bool drifts)
    {
        Reading reading = new(1, new Dictionary<string, double>
        {
            ["is_distance"] = 1,
            ["is_penalized"] = 0,
            ["overestimate"] = 4,
            ["slope_between"] = 5,
            ["slope_coupled"] = 5,
            ["weights_at_limit"] = atLimit,
            ["layer_gain"] = 0.1,
        });
        Assert.Equal(drifts, Rules.Judge([reading, reading, reading]).Findings.Any(f => f.Rule == "estimate-drifted"));
    }
}
