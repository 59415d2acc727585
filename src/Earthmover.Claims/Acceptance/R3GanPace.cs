using Earthmover.Claims.Lab;

namespace Earthmover.Claims.Acceptance;

/// <summary>R20: R3GAN with its own networks and schedules, beside the same game on this program's small networks.</summary>
public sealed class R3GanPace : SystemClaim
{
    private const int StepsOfRpgan = 5000;

    private const string
        AtEqualTime = "Fréchet distance over rpgan's in the same time of a processor",
        AtEqualSteps = "Fréchet distance over that of rpgan after as many steps",
        Classes = "classes of garments that it makes, of 10", Fall = "Fréchet distance in parts of that before training",
        Real = "distance of as many real pictures, in parts of the samples'";

    /// <inheritdoc/>
    public override string System => "r3gan";

    /// <inheritdoc/>
    public override string Title => "R3GAN on its own networks, beside the same game on small ones";

    /// <inheritdoc/>
    public override string Statement => """
        A relativistic loss with penalties at real and at generated samples needs no tricks: on plain residual networks without
        normalization it makes better samples than networks that need them.
        """.ReplaceLineEndings(" ");

    /// <inheritdoc/>
    public override string Experiment => $"""
        Fashion-MNIST, the catalog's settings: rpgan, {StepsOfRpgan:N0} steps of 32, and r3gan in the same time of one processor,
        by what a step of each takes; also rpgan for only as many steps as r3gan had. Fréchet distance fd-fmnist of 2,000 pictures of the
        averaged generators to as many test pictures. The paper: CIFAR-10 and ImageNet, 300 times the channels' work, GPUs for days.
        The short form: r3gan at 16 × 16, 200 steps.
        """.ReplaceLineEndings(" ");

    /// <inheritdoc/>
    public override string PictureTitle => "Long form: samples of r3gan, and of rpgan in the same time; short form: r3gan";

    /// <inheritdoc/>
    protected override string Comment =>
        "Minutes of one processor say which networks learn faster there, not where either would end. "
        + "A step of R3GAN takes 1.8 times as long. A clock that counted all of the process, with what compiles the program, "
        + "had given it more steps, and a ratio of 0.90.";

    /// <inheritdoc/>
    protected override IReadOnlyList<Expected> Expectations =>
    [
        new(AtEqualTime, Band.AtMost(1)),
        new(AtEqualSteps, Band.AtMost(1)),
        new(Classes, Band.AtLeast(10)),
        new(Fall, Band.AtMost(0.3), Band.AtMost(0.8)),
        new(Real, Band.AtMost(0.5), Band.AtMost(0.5)) { IsControl = true },
    ];

    /// <inheritdoc/>
    protected override Run Accept(Trial trial)
    {
        var data = trial.Of("fashion-mnist?size=16&limit=4000", "fashion-mnist");
        var test = trial.Open(trial.Of("fashion-mnist?size=16&split=test&limit=1000", "fashion-mnist?split=test"));
        using var judge = new PictureJudge(test, trial.Of(400, 2000));
        PlayedGame Begin(string system, int steps) => new(trial, data, system, steps, [], isAveraged: true);
        var steps = trial.IsQuick ? 200 : (int)(StepsOfRpgan
            * EqualTime.SecondsPerStep(() => Begin("rpgan", StepsOfRpgan)) / EqualTime.SecondsPerStep(() => Begin("r3gan", StepsOfRpgan)));
        using var game = Begin("r3gan", steps);
        var before = judge.Distance(game);
        game.PlayTo(steps);
        var made = game.DrawAsUsed(judge.Count);
        var (distance, classes) = judge.Look(made);
        var numbers = new Dictionary<string, double>
        {
            [Fall] = distance / before,
            [Real] = judge.Floor(trial.Open(data)) / distance,
        };
        if (trial.IsQuick)
            return new(true, numbers, Sheets.Png(Sheets.Of(made)));
        numbers[Classes] = classes;
        trial.Report(0.5);
        using var few = Begin("rpgan", steps);
        few.PlayTo(steps);
        numbers[AtEqualSteps] = distance / judge.Look(few.DrawAsUsed(judge.Count)).Distance;
        trial.Report(0.65);
        using var other = Begin("rpgan", StepsOfRpgan);
        other.PlayTo(StepsOfRpgan);
        var others = other.DrawAsUsed(judge.Count);
        numbers[AtEqualTime] = distance / judge.Look(others).Distance;
        return new(false, numbers, Sheets.Beside(Sheets.Of(made), Sheets.Of(others)));
    }
}
