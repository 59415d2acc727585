using System.CommandLine;
using System.Globalization;
using Earthmover.Cli.Evaluations;
using Earthmover.Data;
using Earthmover.Editing;
using Earthmover.Sessions;
using Earthmover.Sessions.Sampling;
using Earthmover.Sessions.Walks;

namespace Earthmover.Cli.Commands;

/// <summary>The options of <c>sample</c> that let chains climb from the samples to a class.</summary>
internal sealed class ChainFlags
{
    private static readonly ChainOptions s_usual = new();

    private readonly Option<int?> _steps = NumberOption.Whole<int?>("--steps",
        "Let a chain climb from each sample to the class, in so many steps; the paper takes 200", 1, 1_000_000);
    private readonly Option<string?> _classifier = new("--classifier")
    {
        Description = "What says what a chain has come to: a run that tells classes; the run's own classifier where none is named",
    };
    private readonly Option<string?> _picture = new("--chain") { Description = "A PNG of the ways of the first chains" };
    private readonly Option<double?> _prior = Weight("--prior", "Pull of a chain to codes of data", s_usual.Prior);
    private readonly Option<double?> _noise = Weight("--noise", "Noise of a chain", s_usual.Noise);
    private readonly Option<double?> _rate = NumberOption.Number("--rate",
        "First step of a chain, where codes have a spread of 1; it falls to 0", above: 0, s_usual.Rate);

    private static Option<double?> Weight(string name, string description, double fallback) =>
        NumberOption.AtLeast(name, description, 0, fallback);

    /// <summary>All of them.</summary>
    internal IReadOnlyList<Option> All => [_steps, _classifier, _picture, _prior, _noise, _rate];

    /// <summary>Whether chains are asked for.</summary>
    /// <exception cref="UserException">Other options of chains are given without their steps, or no class is.</exception>
    internal bool AreGiven(ParseResult parsed, string? wanted)
    {
        if (parsed.GetValue(_steps) is not null)
            return wanted is not null ? true : throw new UserException("a chain climbs to a class; say which with --class");
        if (All.FirstOrDefault(option => parsed.GetResult(option) is { Implicit: false }) is { } alone)
            throw new UserException($"{alone.Name} is of a chain, and there is none without its steps; add --steps 200, or leave it out");
        return false;
    }

    /// <summary>What came of chains.</summary>
    internal sealed record Climbed(SampleWish Wish, ChainedSamples Samples, int Label, int Steps, string? Picture, string Judge);

    /// <summary>Draws the samples at the ends of chains.</summary>
    internal Climbed Draw(ParseResult parsed, TrainedRun run, SampleWish wish, string wanted)
    {
        var picture = OutputPath.OfPng("--chain", parsed.GetValue(_picture));
        OutputPath.SpareData(run, ("--chain", picture));
        if (picture is not null && run.Spec.Shape is not SampleShape.Image)
            throw new UserException("--chain draws pictures, and this run makes none; leave it out");
        using var other = parsed.GetValue(_classifier) is { } name ? TrainedRun.Open(name, new()) : null;
        using var condition = ConditionNetwork.Of(run, other);
        var chain = new RunChain(run, condition);
        var label = condition.ClassOf(wanted);
        var options = s_usual with
        {
            Steps = parsed.GetValue(_steps)!.Value,
            Prior = parsed.GetValue(_prior)!.Value,
            Noise = parsed.GetValue(_noise)!.Value,
            Rate = parsed.GetValue(_rate)!.Value,
        };
        var (n, what) = (wish.Count, $"{wish.Count:N0} chains to {condition.Classes[label]}");
        var drawn = WholeProgress.While(tell =>
            chain.Draw(label, n, wish.Seed, wish.First, options, tell.Part((double share) => new WorkProgress(what, share))));
        var way = $"{options.Steps} steps to {condition.Classes[label]}";
        if (picture is not null)
            chain.WriteWays(picture, drawn, $"seed {wish.Seed}, {way}");
        return new(wish with { Chain = way }, drawn, label, options.Steps, picture, condition.Name);
    }

    /// <summary>How far the chains have come, in a line.</summary>
    internal static string Words(ChainedSamples chained, string judge) => string.Create(CultureInfo.InvariantCulture,
        $"{chained.Probabilities.Count(p => p >= 0.9f)} of {chained.Probabilities.Count} chains end at a probability of 0.9 or more "
        + $"by {judge}, {chained.Began.Count(p => p >= 0.9f)} began there");
}
