using Earthmover.Health;
using Earthmover.Sessions;
using Earthmover.Tests.Training;
using Earthmover.Training;
using Earthmover.Training.Runs;

namespace Earthmover.Tests.Health;

/// <summary>The verdict on a run: what its newest looks show, and what it was.</summary>
public sealed class CourseTests : Playground
{
    private static Reading Look(long step, double diversity) =>
        new(step, new Dictionary<string, double> { [Signals.Diversity.Name] = diversity, [Signals.Far.Name] = 1.1 });

    private static Diagnosis After(int sick, int well) =>
        Rules.Judge([.. Enumerable.Range(1, sick + well).Select(i => Look(i, i <= sick ? 0.05 : 1))]);

    // Collapse is seen in most of three looks: with two good ones it is gone. That is not yet a run that is well.
    [Theory]
    [InlineData(24, 0, Verdict.Red)]
    [InlineData(24, 1, Verdict.Red)]
    [InlineData(24, 2, Verdict.Amber)]
    [InlineData(24, 5, Verdict.Amber)]
    [InlineData(24, 6, Verdict.Amber)]
    [InlineData(24, 7, Verdict.Green)]
    [InlineData(3, 2, Verdict.Amber)]
    [InlineData(3, 4, Verdict.Green)]
    public void What_was_red_is_not_green_at_once(int sick, int well, Verdict verdict) => Assert.Equal(verdict, After(sick, well).Verdict);

    [Fact]
    public void It_says_what_it_was_and_until_when()
    {
        var soon = After(24, 3);
        var kept = Assert.Single(soon.Findings);
        Assert.Equal(("mode-collapse", Verdict.Amber), (kept.Rule, kept.Severity));
        Assert.StartsWith("AMBER mode-collapse: until step 25, 2 looks ago, ", soon.Sentence, StringComparison.Ordinal);
        var later = After(24, 12);
        Assert.Equal("GREEN (it was red until step 25)", later.Sentence);
        Assert.Equal("GREEN", After(0, 12).Sentence);
    }

    [Fact]
    public void What_is_found_beside_it_stays()
    {
        Reading[] history = [.. Enumerable.Range(1, 9).Select(i => Look(i, i <= 5 ? 0.05 : 1))
            .Select(r => r.And(Signals.IsPenalized, 1).And(Signals.Coupling, 1))];
        Assert.Equal(["mode-collapse", "batch-coupling"], Rules.Judge(history[..7]).Findings.Select(f => f.Rule));
    }

    // Two of three looks were far in principal components; the newest is not, but its neighbors still are.
    [Fact]
    public void Its_evidence_is_what_the_newest_look_shows()
    {
        Reading[] history = [.. new[] { 0.3, 0.2, 0.07 }.Select((beyond, i) =>
            Look(i, 1).And(Signals.Beyond, beyond).And(Signals.OwnKind, 0.9))];
        var finding = Assert.Single(Rules.Judge(history).Findings);
        Assert.Equal(("far-from-data", "nearest_own", 0.9), (finding.Rule, finding.Evidence.Single().Key, finding.Evidence.Single().Value));
    }

    private static Reading Drifted(long step, double overestimate) =>
        new(step, new Dictionary<string, double>
        {
            [Signals.Far.Name] = 5,
            [Signals.IsDistance.Name] = 1,
            [Signals.IsPenalized.Name] = 0,
            [Signals.AtLimit.Name] = 0,
            [Signals.Overestimate.Name] = overestimate,
        });

    // Two are most of three, whatever the third shows; one may be an accident.
    [Theory]
    [InlineData("estimate-drifted", 79.0, 5817.0)]
    [InlineData("estimate-drifted", 79.0, 5817.0, 1.0)]
    [InlineData("far-from-data", 79.0)]
    [InlineData("far-from-data", 79.0, 1.0)]
    [InlineData("far-from-data", 1.0, 79.0)]
    public void Few_looks_name_what_the_next_could_not_undo(string rule, params double[] overestimates)
    {
        var finding = Assert.Single(Rules.Judge([.. overestimates.Select((v, i) => Drifted(i, v))]).Findings);
        Assert.Equal(rule, finding.Rule);
    }

    [Fact]
    public void One_look_at_a_drifted_estimate_advises_more_looks_and_no_more_time()
    {
        string Remedy(params double[] overestimates) => Rules.Judge([.. overestimates.Select((v, i) => Drifted(i, v))]).Findings[0].Remedy;
        Assert.Equal("more looks, which diagnose --afresh takes: so far they show estimate-drifted", Remedy(79));
        Assert.Equal("more time", Remedy(1));
        Assert.Equal("more time", Remedy(79, 1, 1));
        // Of five looks two alike are one short of most, one is two short: the first step of a healthy run is long.
        var far = Look(1, 1).And(Signals.GeneratorJump, 0.3).And(Signals.Far, 5);
        Assert.Equal("more time", Rules.Judge([far]).Findings[0].Remedy);
        Assert.EndsWith("so far they show learning-rate-too-high", Rules.Judge([far, far]).Findings[0].Remedy, StringComparison.Ordinal);
        Assert.Equal("learning-rate-too-high", Rules.Judge([far, far, far]).Findings[0].Rule);
    }

    // Its end is not known before, so that its last step is not observed.
    [Fact]
    public void The_last_look_of_a_run_without_a_number_of_steps_knows_what_the_players_are_for()
    {
        var watch = new Watch();
        string[] toy = [.. Toy.Where(o => !o.StartsWith("report", StringComparison.Ordinal)), "report_every=10", "health_share=1"];
        Play("gaussians-8", "wgan-gp", new(Images: 25 * 2 * 32), [.. toy, "constraint=none"], watch: watch);
        var last = watch.Records[^1];
        Assert.NotEqual(0, last.Step % 10);
        Assert.Empty(last.Moves);
        Assert.Equal((1, 0), (last.Health!.Reading[Signals.IsDistance], last.Health.Reading[Signals.IsPenalized]));
        Assert.True(double.IsFinite(last.Health.Reading[Signals.Overestimate]));
        Assert.Equal(double.NaN, last.Health.Reading[Signals.GradientShare]);
    }

    [Theory]
    [InlineData("1")]
    [InlineData("0.05")]
    public void A_checkup_says_what_the_log_and_the_lamp_said(string share)
    {
        var watch = new Watch();
        var toy = Toy.Where(o => !o.StartsWith("report", StringComparison.Ordinal));
        Play("gaussians-8", "ns-gan", new(Steps: 60),
            [.. toy, "report_every=5", $"health_share={share}", "learning_rate=0.03"], "run", watch: watch);
        var said = watch.Records[^1].Health!;
        var checkup = Checkup.Of(Path.Combine(Folder, "run"), Context);
        Assert.False(checkup.IsAfresh);
        Assert.Equal(said.Verdict, checkup.Diagnosis.Verdict);
        Assert.Equal(said.Findings.Select(f => f.Rule), checkup.Diagnosis.Findings.Select(f => f.Rule));
        Assert.Equal(said.Verdict.ToString().ToUpperInvariant(), checkup.History[^1].Verdict);
        Assert.Equal(said.Reading.Values, checkup.Diagnosis.Reading.Values);
        Assert.True(Checkup.Of(Path.Combine(Folder, "run"), Context, afresh: true).IsAfresh);
    }

    // Halved, continued: the verdict remembers the first half.
    [Fact]
    public void A_run_that_goes_on_is_judged_by_what_it_was()
    {
        string[] settings = [.. Toy.Where(o => !o.StartsWith("report", StringComparison.Ordinal)), "report_every=5", "health_share=1"];
        Play("gaussians-8", "wgan-gp", new(Steps: 60), settings, "run", stopAt: 30);
        Play("gaussians-8", "wgan-gp", new(Steps: 60), settings, "run");
        using var folder = RunFolder.Open(Path.Combine(Folder, "run"));
        var readings = folder.ReadHealth();
        Assert.Equal(Rules.Judge([.. readings.Select(r => r.Reading)]).Verdict.ToString().ToUpperInvariant(), readings[^1].Verdict);
    }
}
