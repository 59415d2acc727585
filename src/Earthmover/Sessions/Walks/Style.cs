using Earthmover.Games;
using Earthmover.Systems;
using Earthmover.Torch;

namespace Earthmover.Sessions.Walks;

/// <summary>A style that a translator is told: one of those that it has learned, or what lies between two of them.</summary>
/// <param name="Words">What it is, for people: <c>DejaVuSerif</c>, <c>0.5 DejaVuSerif + 0.5 DejaVuSansMono</c>.</param>
/// <param name="Weights">The share of each style [K], summing to 1.</param>
public sealed record Style(string Words, IReadOnlyList<float> Weights)
{
    private const int StepsOfWalk = 9;

    /// <summary>All styles of a run, one after another; none where it is told none.</summary>
    public static IReadOnlyList<Style> AllOf(TrainedRun run)
    {
        ArgumentNullException.ThrowIfNull(run);
        return run.Condition is Condition.Choice { Count: var count }
            ? [.. Enumerable.Range(0, count).Select(k => Pure(run, k, count))] : [];
    }

    /// <summary>Reads a style.</summary>
    /// <param name="run">A run of a translator.</param>
    /// <param name="wanted">
    /// A style by its name or number; or <c>FIRST:SECOND:SHARE</c>, of the second as much as the share from 0 to 1 says.
    /// </param>
    /// <exception cref="UserException">The run is told no style, or there is no such style.</exception>
    public static Style Of(TrainedRun run, string wanted)
    {
        ArgumentNullException.ThrowIfNull(wanted);
        var choice = ChoiceOf(run);
        if (run.FindClass(wanted) is { } k)
            return Pure(run, k, choice.Count);
        return wanted.Split(':') is [var from, var to, var text] ? Between(run, from, to, Share(wanted, text))
            : throw run.NoSuch("style", wanted, choice.Count);
    }

    /// <summary>Steps from one style to another, both among them.</summary>
    /// <param name="run">A run of a translator.</param>
    /// <param name="from">Name or number of the first.</param>
    /// <param name="to">Name or number of the last.</param>
    /// <param name="steps">How many, at least 2.</param>
    /// <exception cref="UserException">The run is told no style, or there is no such style.</exception>
    public static IReadOnlyList<Style> Walk(TrainedRun run, string from, string to, int steps)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(steps, 2);
        return [.. Enumerable.Range(0, steps).Select(i => Between(run, from, to, i / (steps - 1.0)))];
    }

    /// <summary>The styles of the rows of a sheet: all of a run's, the one that is meant, or steps from one to another.</summary>
    /// <param name="run">A run of a translator.</param>
    /// <param name="wanted">Null for all; <c>FIRST:SECOND</c> for steps; else as <see cref="Of"/> reads it.</param>
    /// <exception cref="UserException">There is no such style.</exception>
    public static IReadOnlyList<Style> ForSheet(TrainedRun run, string? wanted)
    {
        if (wanted is null)
            return AllOf(run);
        return run.FindClass(wanted) is null && wanted.Split(':') is [var from, var to]
            ? Walk(run, from, to, StepsOfWalk) : [Of(run, wanted)];
    }

    /// <summary>It as a translator is told it: a number [1] where it is pure, else weights [1, K].</summary>
    internal Tensor ToCondition(Device device)
    {
        var only = Weights.ToList().IndexOf(1);
        return only >= 0 ? Tensor.From<long>([only], [1], device) : Tensor.From<float>([.. Weights], [1, Weights.Count], device);
    }

    private static Style Between(TrainedRun run, string from, string to, double share)
    {
        var choice = ChoiceOf(run);
        if (!choice.Mixes)
            throw new UserException($"{run.Entry.Name} is told one style and no mixture; leave ':' out");
        int Number(string name) => run.FindClass(name) ?? throw run.NoSuch("style", name, choice.Count);
        int a = Number(from), b = Number(to);
        var weights = new float[choice.Count];
        weights[a] += (float)(1 - share);
        weights[b] += (float)share;
        return share is 0 or 1 || a == b ? Pure(run, share == 0 ? a : b, choice.Count)
            : new(FormattableString.Invariant($"{1 - share:0.###} {run.NameOf(a)} + {share:0.###} {run.NameOf(b)}"), weights);
    }

    private static Style Pure(TrainedRun run, int k, int count) =>
        new(run.NameOf(k), [.. Enumerable.Range(0, count).Select(i => i == k ? 1f : 0)]);

    private static double Share(string wanted, string text) =>
        NumberText.TryNumber(text, out var share) && share is >= 0 and <= 1 ? share
            : throw new UserException($"'{text}' in the style '{wanted}' is no share; give a number from 0, the first, to 1, the second");

    private static Condition.Choice ChoiceOf(TrainedRun run)
    {
        ArgumentNullException.ThrowIfNull(run);
        return run.Ability<ITranslator>().Condition as Condition.Choice ?? throw new UserException(
            $"{run.Entry.Name} is told no style, so leave it out; {SystemCatalog.ToldBeside<ITranslator>()} is");
    }
}
