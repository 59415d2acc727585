using System.Globalization;
using Earthmover.Games;
using Earthmover.Nn.Optimizers;

namespace Earthmover.Training;

/// <summary>
/// The step sizes of a run over its budget, as factors of its learning rate. A run that was given another budget on its way begins its way
/// down anew.
/// </summary>
/// <remarks>
/// From where the budget changed, step sizes stay at full until the new budget's decay begins. Where that lies behind, they start again and
/// come down along the same curve to the same end: at full, unless less than a fifth of the new budget is left; then in proportion to it,
/// since a way down that is too short leaves the run worse than it was.
/// </remarks>
public sealed class RatePlan
{
    /// <summary>Share of the budget that a way down from full should have.</summary>
    internal const double FullShare = 0.2;

    private readonly TrainingOptions _options;
    private readonly Func<double, double> _planned;
    private readonly Budget _budget;
    private readonly double? _from;

    /// <summary>The plan of a recipe.</summary>
    public RatePlan(TrainingOptions options, Budget budget, Milestone? from)
    {
        (_options, _budget, _planned) = (options, budget, ScheduleOf(options));
        _from = from is null || options.Decay == "constant" ? null : budget.Progress(from.Step, from.Images, from.Seconds);
    }

    /// <summary>The step sizes of a run that keeps its budget, over its progress from 0 to 1.</summary>
    public static Func<double, double> ScheduleOf(TrainingOptions options) => options.Decay switch
    {
        "constant" => Schedule.Constant,
        "linear" => Schedule.LinearToZero(options.DecayStart),
        "cosine" => Late(Schedule.Cosine(), options.DecayStart),
        "halving" => Late(Schedule.Halving(), options.DecayStart),
        _ => throw new UserException($"unknown decay '{options.Decay}'; use constant, linear, cosine or halving"),
    };

    private static Func<double, double> Late(Func<double, double> schedule, double start) =>
        progress => schedule(Math.Max(0, (progress - start) / (1 - start)));

    /// <summary>The factor at a progress of the run.</summary>
    /// <param name="progress">Share of the budget that is used.</param>
    /// <param name="begin">Where the stage in play begins, as a share of the budget.</param>
    /// <param name="end">Where it ends.</param>
    public double At(double progress, double begin = 0, double end = 1)
    {
        double Within(double share) => RatePlan.Within(share, begin, end);
        var at = Within(progress);
        // Stages in which the budget did not change are planned as in any run.
        if (_from is not { } from || from <= begin || from >= end || Within(from) <= _options.DecayStart)
            return _planned(at);
        var start = Within(from);
        return Start(start) * Curve(Math.Clamp((at - start) / (1 - start), 0, 1));
    }

    /// <summary>How much of a stage is played, 0 … 1.</summary>
    /// <param name="progress">Share of the budget that is used.</param>
    /// <param name="begin">Where the stage begins, as a share of the budget.</param>
    /// <param name="end">Where it ends.</param>
    public static double Within(double progress, double begin, double end) => Math.Min(1, (progress - begin) / (end - begin));

    /// <summary>What becomes of the step sizes of a run in its last stage, for people; null where they stay the same throughout.</summary>
    public string? Describe()
    {
        if (_options.Decay == "constant")
            return null;
        var how = _options.Decay switch
        {
            "linear" => "fall in a straight line to 0 at its end",
            "cosine" => "fall along a cosine to 0 at its end",
            _ => "halve after each sixth of the rest",
        };
        return _from is not { } from || from <= _options.DecayStart
            ? $"step sizes stay at full until {Share(_options.DecayStart)} of it, then {how}"
            : string.Create(CultureInfo.InvariantCulture,
                $"step sizes start again at {At(from):0.##} of full and {how}");
    }

    private double Start(double at) => Math.Max(_planned(at), Math.Min(1, (1 - at) / FullShare));

    private double Curve(double way) => _options.Decay switch
    {
        "linear" => 1 - way,
        "cosine" => (1 + Math.Cos(Math.PI * way)) / 2,
        _ => Schedule.Halving()(way),
    };

    private static string Share(double share) => string.Create(CultureInfo.InvariantCulture, $"{100 * share:0.#} %");
}
