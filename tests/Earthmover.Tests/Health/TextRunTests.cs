using System.Globalization;
using Earthmover.Claims.Lab;
using Earthmover.Health;
using Earthmover.Testing;
using Xunit.Abstractions;

namespace Earthmover.Tests.Health;

/// <summary>The rules on text: lines of a small grammar, the paper's networks, failures that a wrong option brings about.</summary>
public sealed class TextRunTests(ITestOutputHelper output) : LeakTest
{
    private const int Seeds = 10, Length = 8;

    private static Case Of(string? rule, int steps, int every, params string[] settings) =>
        new(rule, "sentences", "wgan-gp", ["batch=32", .. settings])
        {
            Steps = steps,
            Every = every,
            Set = seed => Sentences.Create(4000, Length, seed),
        };

    private static readonly Case[] s_sick =
    [
        // So long a step that every line is the same for good.
        Of("dead-generator", 60, 6, "width=32", "learning_rate=0.1"),
        // The logistic critic tells one-hot lines from others for ever, and its generator gives up one line after the other,
        // most of them within a hundred steps.
        Of("mode-collapse", 240, 24, "width=32", "objective=non-saturating", "constraint=none", "beta1=0.5", "learning_rate=0.0002"),
        Of("far-from-data", 40, 4, "width=32", "learning_rate=0.0000001"),
    ];

    // Perceptrons spell lines of eight symbols in a fifth of the time that residual networks take, which are not done by then.
    private static readonly Case s_healthy =
        Of(null, 3000, 150, "architecture=mlp", "width=256", "critic_steps=2", "learning_rate=0.004") with { Decay = true };

    public static TheoryData<string> Sick => [.. s_sick.Select(c => c.Rule!)];

    [Theory]
    [Trait("Category", "Slow")]
    [MemberData(nameof(Sick))]
    public void Nine_of_ten_runs_made_to_fail_are_named(string rule)
    {
        var named = 0;
        for (var seed = 1; seed <= Seeds; seed++)
            named += Names(Play(s_sick.First(c => c.Rule == rule), seed), rule) ? 1 : 0;
        output.WriteLine($"| text: {rule} | {named} of {Seeds} |");
        Assert.True(named >= 9, $"{rule} was named in {named} of {Seeds} runs");
    }

    [Fact]
    public void A_run_of_too_long_steps_is_named() =>
        Assert.True(Names(Play(s_sick[0] with { Steps = 20, Every = 2 }, 1), s_sick[0].Rule!));

    /// <summary>Twenty healthy runs: green at the end, red at no look.</summary>
    [Fact]
    [Trait("Category", "Slow")]
    public void Nineteen_of_twenty_healthy_runs_end_green()
    {
        var (green, red) = (0, 0);
        for (var seed = 1; seed <= 2 * Seeds; seed++)
        {
            var diagnoses = Play(s_healthy, seed);
            green += diagnoses[^1].Verdict == Verdict.Green ? 1 : 0;
            red += diagnoses.Count(d => d.Verdict == Verdict.Red);
        }
        output.WriteLine($"| text: healthy | {green} of {2 * Seeds} green, {red} looks red |");
        Assert.True(green >= 19 && red == 0, $"{green} of {2 * Seeds} healthy runs ended green; {red} looks were red");
    }

    // What no line of the data looks like has the trigrams of no line: the verdict must not be green.
    [Theory]
    [InlineData(1.05, Verdict.Amber)]
    [InlineData(0.3, Verdict.Green)]
    public void Misspelled_lines_are_not_green(double misspelled, Verdict verdict)
    {
        Reading reading = new(1, new Dictionary<string, double> { [Signals.Misspelled.Name] = misspelled, [Signals.Far.Name] = 1.05 });
        Assert.Equal(verdict, Rules.Judge([reading, reading, reading]).Verdict);
    }

    // Of lines that fall together one after the other, in part is right too.
    private static bool Names(IReadOnlyList<Diagnosis> diagnoses, string rule)
    {
        var late = diagnoses.Skip(diagnoses.Count / 2).ToList();
        return 2 * late.Count(d => d.Findings.Any(f => f.Rule == rule || f.Rule == $"{rule}-partial")) >= late.Count;
    }

    private IReadOnlyList<Diagnosis> Play(Case @case, long seed)
    {
        var diagnoses = Ward.Play(@case, seed, new());
        Ward.Tell(output, @case, seed, diagnoses);
        return diagnoses;
    }
}
