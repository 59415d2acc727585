using Earthmover.Data;
using Earthmover.Games;
using Earthmover.Health;
using Earthmover.Sessions;
using Earthmover.Torch;
using Earthmover.Training;

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

    /// <summary>Samples that the run does not see, by seed.</summary>
    public Func<long, DataSet>? Unseen { get; init; }

    public override string ToString() => Rule is null ? $"healthy {System} on {Data}" : $"{Rule} ({System} on {Data})";
}

/// <summary>Plays cases and judges them.</summary>
internal static class Ward
{
    private static readonly string[] s_small = ["width=48", "batch=64", "grid_samples=16", "health_share=0"];

    /// <summary>Plays a case.</summary>
    public static IReadOnlyList<Diagnosis> Play(Case @case, long seed, DataContext context)
    {
        string[] settings = [.. s_small.Where(s => !@case.Settings.Any(o => o.Split('=')[0] == s.Split('=')[0])), .. @case.Settings];
        var (recipe, data) = Session.Resolve(@case.Data, @case.System, settings, new(Steps: @case.Steps), seed, "cpu", 1, "fp32", context);
        using var session = Session.Start(recipe, data);
        using var use = session.Streams.Use();
        using var own = @case.Build?.Invoke(session.Source.Shape);
        var source = @case.Set is { } set ? new BatchSource(set(seed), session.Source.Size, seed) : session.Source;
        var held = @case.Unseen is { } unseen ? new BatchSource(unseen(seed), 1, seed) : @case.Set is null ? session.HeldOut : null;
        var system = own ?? session.System;
        using (var scope = TensorScope.Open())
        using (var pause = Autograd.Pause())
            @case.Wound?.Invoke(system);
        var position = 0L;
        using var game = system.Begin(0, () => source.Deal(position++));
        using var watch = new HealthWatch(system, source, held, recipe.Options, seed, session.Device, 1);
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
        }
        // Instead of the last look, of which it is the completion.
        diagnoses[^1] = watch.Close(@case.Steps, moves, draw => draw());
        return diagnoses;
    }
}
