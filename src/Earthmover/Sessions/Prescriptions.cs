using System.Globalization;
using Earthmover.Constraints;
using Earthmover.Data;
using Earthmover.Games;
using Earthmover.Health;
using Earthmover.Objectives;
using Earthmover.Systems;
using Earthmover.Torch;
using Earthmover.Training;

namespace Earthmover.Sessions;

/// <summary>
/// What a run's remedies may be: a setting is offered only where the run's own system, built with it, plays the run's own data.
/// </summary>
internal static class Prescriptions
{
    /// <summary>A run as its remedies see it.</summary>
    /// <param name="recipe">What is played.</param>
    /// <param name="entry">Its system.</param>
    /// <param name="data">What it trains on.</param>
    /// <param name="shape">Shape of a sample.</param>
    public static Patient PatientOf(Recipe recipe, SystemEntry entry, DataSet data, SampleShape shape)
    {
        var options = recipe.Options.Concat(recipe.Training).DistinctBy(o => o.Key).ToDictionary();
        // To find out what a system takes, it is built; once is enough, and looks are many.
        var known = new Dictionary<string, bool>();
        string[] own = [.. options.Where(o => o.Key != "hold_out").Select(o => $"{o.Key}={o.Value}")];
        return new(data.Kind.ToWord(), options)
        {
            Accepts = settings =>
            {
                var key = string.Join(' ', settings);
                if (!known.TryGetValue(key, out var plays))
                    known[key] = plays = Plays(entry, data, shape, [.. own, .. settings], recipe.Seed);
                return plays;
            },
            Same = Same,
        };
    }

    // Two ways to write one constraint or objective, or one number.
    private static bool Same(string option, string a, string b)
    {
        try
        {
            return a == b || option switch
            {
                "constraint" => Constraint.Named(a) == Constraint.Named(b),
                "objective" => Objective.Named(a) == Objective.Named(b),
                "augment" => a.Split('+').ToHashSet().SetEquals(b.Split('+')),
                _ => double.TryParse(a, CultureInfo.InvariantCulture, out var x)
                    && double.TryParse(b, CultureInfo.InvariantCulture, out var y) && x == y,
            };
        }
        catch (ArgumentException)
        {
            return false;
        }
    }

    // As the command line would: options are read, networks built and players seated; with random streams of its own.
    private static bool Plays(SystemEntry entry, DataSet data, SampleShape shape, IReadOnlyList<string> settings, long seed)
    {
        using var streams = new RandomStreams(seed, Device.Cpu);
        using var use = streams.Use();
        using var scope = TensorScope.Open();
        try
        {
            var options = RunPlan.Read(entry, data, settings).Options;
            GanSystem.Build(() => Session.Seated(entry.Build(Session.ContextOf(data, shape), options))).Dispose();
            return true;
        }
        catch (Exception e) when (e is UserException or ArgumentException or TorchException or OverflowException)
        {
            return false;
        }
    }
}
