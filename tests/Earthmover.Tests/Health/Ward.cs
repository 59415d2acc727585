using System.Globalization;
using Earthmover.Data;
using Earthmover.Data.Dealing;
using Earthmover.Games;
using Earthmover.Health;
using Earthmover.Sessions;
using Earthmover.Torch;
using Earthmover.Training;
using Xunit.Abstractions;

namespace Earthmover.Tests.Health;

/// <summary>A way to play a toy run: what it is given, what is done to it, and how it should be judged.</summary>
/// <param name="Rule">The rule that should name its failure; null for a healthy run.</param>
/// <param name="Data">Address of the data.</param>
/// <param name="System">Name of the system.</param>
/// <param name="Settings">Options.</param>
public sealed record Case(string? Rule, string Data, string System, params string[] Settings)
{
    /// <summary>Steps that it is played.</summary>
    public int Steps { get; init; } = 300;

    /// <summary>Steps between looks.</summary>
    public int Every { get; init; } = 20;

    /// <summary>Step sizes fall linearly to zero.</summary>
    public bool Decay { get; init; }

    /// <summary>What is done to the networks before the first step.</summary>
    public Action<GanSystem>? Wound { get; init; }

    /// <summary>Builds the system itself, where no recipe fails that way.</summary>
    public Func<SampleShape, GanSystem>? Build { get; init; }

    /// <summary>The data themselves, where no address names them; by seed.</summary>
    public Func<long, DataSet>? Set { get; init; }

    /// <summary>Options as the recipe would have them, where the system that is built is another's.</summary>
    public IReadOnlyDictionary<string, string> Recorded { get; init; } = new Dictionary<string, string>();

    /// <summary>More of the same data, by seed.</summary>
    public Func<long, DataSet>? More { get; init; }

    /// <summary>Samples that the run does not see, by seed.</summary>
    public Func<long, DataSet>? Unseen { get; init; }

    /// <summary>As it would be typed, as far as options say it.</summary>
    public string Command => $"`{Data} --system {System}"
        + $"{(Settings.Length > 0 ? $" --set {string.Join(' ', Settings)}" : "")} --steps {Steps}`"
        + $"{(Build is null ? "" : ", networks of its own")}{(Set is null ? "" : $", {Set(1).Count} samples")}";

    public override string ToString() => Rule is null ? $"healthy {System} on {Data}" : $"{Rule} ({System} on {Data})";
}

/// <summary>Plays cases and judges them.</summary>
internal static class Ward
{
    private static readonly string[] s_small = ["width=48", "batch=64", "grid_samples=16", "health_share=0"];

    // Samples of each kind between which the distance is solved.
    private const int Measured = 256;

    /// <summary>A letter for each verdict.</summary>
    public static string Letters(IEnumerable<Diagnosis> diagnoses) => string.Concat(diagnoses.Select(d => d.Verdict.ToString()[0]));

    /// <summary>Writes what was found, and the last look's numbers.</summary>
    public static void Tell(ITestOutputHelper output, Case @case, long seed, IReadOnlyList<Diagnosis> diagnoses)
    {
        var last = diagnoses[^1];
        output.WriteLine($"{@case}, seed {seed}: {Letters(diagnoses)} {string.Join(", ", last.Findings.Select(f => f.Rule))}");
        var numbers = last.Reading.Values.Select(v => string.Create(CultureInfo.InvariantCulture, $"{v.Key}={v.Value:G3}"));
        output.WriteLine($"  {string.Join(" ", numbers)}");
    }

    /// <summary>Plays a case.</summary>
    /// <param name="case">The case.</param>
    /// <param name="seed">Seed of the run.</param>
    /// <param name="context">How data are found.</param>
    /// <param name="distances">Gets the exact W₁ between 256 generated and 256 fresh real samples at each look.</param>
    public static IReadOnlyList<Diagnosis> Play(Case @case, long seed, DataContext context, IList<double>? distances = null)
    {
        string[] settings = [.. s_small.Where(s => !@case.Settings.Any(o => o.Split('=')[0] == s.Split('=')[0])), .. @case.Settings];
        var data = @case.Set?.Invoke(seed) ?? DataCatalog.Open(@case.Data, context with { Seed = seed });
        var recipe = new RunPlan(@case.Data)
        {
            System = @case.System,
            Settings = settings,
            Budget = new(Steps: @case.Steps),
            Seed = seed,
            Threads = 1,
        }.Resolve(data);
        using var session = Session.Start(recipe, data);
        using var use = session.Streams.Use();
        using var own = @case.Build?.Invoke(session.Source.Shape);
        var source = session.Source;
        var held = @case.Unseen is { } unseen ? new BatchSource(unseen(seed), 1, seed) : @case.Set is null ? session.HeldOut : null;
        var system = own ?? session.System;
        using (var scope = TensorScope.Open())
        using (var pause = Autograd.Pause())
            @case.Wound?.Invoke(system);
        var position = 0L;
        using var game = system.Begin(0, () => source.Deal(position++));
        using var watch = new HealthWatch(system, source, held, PatientOf(session, @case), seed, session.Device, 1);
        var diagnoses = new List<Diagnosis>();
        IReadOnlyList<Move> moves = [];
        for (var step = 0; step < @case.Steps; step++)
        {
            if (@case.Decay)
                game.Rate = 1 - (double)step / @case.Steps;
            var look = (step + 1) % @case.Every == 0;
            if (look)
                watch.Before(step);
            try
            {
                moves = game.Play(step, look);
            }
            catch (NotFiniteException)
            {
                moves = [];
            }
            if (look)
                diagnoses.Add(watch.After(step + 1, moves));
            if (look)
                distances?.Add(Distance(system, source, held ?? source, seed));
        }
        // Instead of the last look, of which it is the completion.
        diagnoses[^1] = watch.Close(@case.Steps, moves, draw => draw());
        return diagnoses;
    }

    private static Patient PatientOf(Session session, Case @case) =>
        session.Patient with
        {
            Options = session.Patient.Options.Concat(@case.Recorded).GroupBy(o => o.Key).ToDictionary(o => o.Key, o => o.Last().Value),
        };

    private static double Distance(GanSystem system, BatchSource source, BatchSource fresh, long seed)
    {
        using var streams = new RandomStreams(seed);
        using var use = streams.Use();
        using var scope = TensorScope.Open();
        using var pause = Autograd.Pause();
        using var still = new Still(system);
        using var random = RandomGenerator.Named("distance", seed);
        var count = Math.Min(Measured, fresh.Target.Data.Count);
        using Batch real = fresh.Target.Of([.. Enumerable.Range(0, count)]),
            from = source.Of([.. Enumerable.Range(0, count).Select(i => i % source.Data.Count)]);
        var fakes = Fakes.Of(system);
        var samples = fakes.Make(fakes.Inputs(count, () => from.X, random)).Flatten(1);
        return double.IsFinite(samples.Abs().Sum().Item()) ? Truth.Distance(samples, real.X.Flatten(1)) : double.PositiveInfinity;
    }
}
