using Earthmover.Claims.Lab;
using Earthmover.Reports.Figures;

namespace Earthmover.Claims.Training;

/// <summary>Five objectives under seven constraints: what a Lipschitz critic does for each of them.</summary>
public sealed class AnyObjective : Claim<AnyObjective.Run>
{
    private static readonly (string Name, string Setting)[] s_objectives =
    [
        ("non-saturating", "non-saturating"), ("least squares", "least-squares"),
        ("hinge", "hinge"), ("Wasserstein", "wasserstein"), ("f-GAN, KL", "f-kl"),
    ];

    private static readonly (string Name, string Setting)[] s_constraints =
    [
        ("none", "none"), ("clipping", "clipping?limit=0.05"), ("gradient penalty", "gradient-penalty?weight=10"),
        ("one-sided penalty", "one-sided-penalty?weight=10"), ("R1", "r1?gamma=1"),
        ("WGAN-div", "wgan-div?k=2&p=6"), ("spectral", "spectral"),
    ];

    /// <summary>What one run measures.</summary>
    /// <param name="Distance">Fréchet distance of each objective (rows) under each constraint; infinite where the game broke off.</param>
    /// <param name="Estimate">|mean D(x) − mean D(G(z))| of the unconstrained Wasserstein game in each eighth of it.</param>
    /// <param name="Broken">Games that met numbers that are not finite, of the constrained ones.</param>
    public sealed record Run(double[][] Distance, double[] Estimate, int Broken);

    /// <inheritdoc/>
    public override string Name => "any-objective";

    /// <inheritdoc/>
    public override string Title => "A Lipschitz critic helps whatever the objective";

    /// <inheritdoc/>
    public override IReadOnlyList<string> Rows => ["R20"];

    /// <inheritdoc/>
    public override string Statement =>
        "What WGAN gave to GANs is not so much the distance as the Lipschitz constraint: "
        + "put into a game with any other objective, it steadies that game too. Only the Wasserstein objective cannot do without.";

    /// <inheritdoc/>
    public override string Source =>
        "Su, 2021, after Stanczuk et al., arXiv:2103.01678; compare Miyato et al., arXiv:1802.05957, and Qin et al., arXiv:1811.09567";

    /// <inheritdoc/>
    public override string Experiment =>
        "Fashion-MNIST, perceptrons (64-64-128-784 and 784-128-64-1; four times as wide in the full run), "
        + "one critic step per generator step, batches of 32, Adam (0.5, 0.99) at 10⁻³ falling to zero; "
        + "250 steps, 1,500 in the full run. "
        + "Fréchet distance fd-fmnist of 500 pictures (2,000) to as many of the test set. The same settings in every cell: "
        + "nothing was tuned for one of them. The unconstrained W estimate is that of a further game whose step size stays.";

    /// <inheritdoc/>
    protected override Run Measure(Trial trial)
    {
        var (steps, count) = (trial.Of(250, 1500), trial.Of(500, 2000));
        using var judge = new PictureJudge(trial.Open("fashion-mnist?split=test"), count);
        var distance = new double[s_objectives.Length][];
        var estimate = new double[8];
        var broken = 0;
        for (var i = 0; i < distance.Length; i++)
        {
            distance[i] = new double[s_constraints.Length];
            for (var j = 0; j < s_constraints.Length; j++)
            {
                using var game = Game(s_objectives[i].Setting, s_constraints[j].Setting);
                var whole = game.PlayTo(steps);
                distance[i][j] = whole ? judge.Distance(game) : double.PositiveInfinity;
                broken += whole || j == 0 ? 0 : 1;
                trial.Report((i * s_constraints.Length + j + 1.0) / (distance.Length * s_constraints.Length));
            }
        }
        // The control at a step size that stays: one that falls to zero would hold any critic.
        using var free = Game("wasserstein", "none", "decay=constant");
        free.PlayTo(steps, (step, moves) => estimate[8 * step / steps] += Math.Abs(moves[0].Terms["wasserstein"]) * 8 / steps);
        return new(distance, estimate, broken);

        PlayedGame Game(string objective, string constraint, params string[] more) => new(trial, "fashion-mnist", "ns-gan", steps,
            ["architecture=mlp", $"width={trial.Of(128, 512)}", "critic_normalization=none",
                $"objective={objective}", $"constraint={constraint}", .. more]);
    }

    /// <inheritdoc/>
    protected override Evidence Judge(IReadOnlyList<Run> runs)
    {
        // The constraints that the row names: penalty, R1, spectral.
        int[] three = [2, 4, 6];
        double Middle(int objective, int constraint) => Numbers.Median(runs.Select(r => r.Distance[objective][constraint]));
        double[][] middle = [.. s_objectives.Select((_, i) => s_constraints.Select((_, j) => Middle(i, j)).ToArray())];
        var table = new double[s_objectives.Length, s_constraints.Length];
        for (var i = 0; i < middle.Length; i++)
            for (var j = 0; j < middle[i].Length; j++)
                table[i, j] = double.IsFinite(middle[i][j]) ? middle[i][j] : double.NaN;
        double Helped(Run run) => run.Distance.Count(row => three.Average(j => row[j]) <= row[0]);
        // Cells that are no worse than their objective without constraint.
        double Share(Run run) => run.Distance.Average(row => row.Skip(1).Count(d => d <= row[0]) / (row.Length - 1.0));
        double[] growth = [.. Enumerable.Range(0, 8).Select(k => Numbers.Median(runs.Select(r => r.Estimate[k])))];
        var means = middle.Select((row, i) => (Name: s_objectives[i].Name, With: three.Average(j => row[j]), Without: row[0]));
        string[] unhelped = [.. means.Where(o => o.With > o.Without).Select(o => $"{o.Name} ({o.With:0} for {o.Without:0})")];
        var nearer = s_constraints.Select((c, j) => $"{c.Name} {middle.Count(row => row[j] < row[0])}").Skip(1);
        var best = (from i in Enumerable.Range(0, middle.Length)
                    from j in Enumerable.Range(0, middle[i].Length)
                    orderby middle[i][j]
                    select (i, j)).First();
        return new(
        [
            Check.Claimed("objectives whose mean distance under gradient penalty, R1, spectral is not above that without, of 5",
                runs.Select(Helped), Band.AtLeast(4)),
            Check.Claimed("constrained games that met NaN", runs.Select(r => (double)r.Broken), Band.AtMost(0)),
            Check.Claimed("share of constrained cells no worse than without", runs.Select(Share), Band.AtLeast(0.5)),
            Check.Control("growth of the unconstrained Wasserstein estimate, last eighth over first",
                runs.Select(r => r.Estimate[^1] / r.Estimate[0]), Band.AtLeast(10)),
        ],
        Plot.Table("Fréchet distance by objective and constraint", "constraint of the critic", "objective",
            [.. s_constraints.Select(c => c.Name)], [.. s_objectives.Select(o => o.Name)], table, ".0f",
            "Fashion-MNIST, perceptrons; less is better; an empty cell broke off"),
        $"Best: {s_objectives[best.i].Name} with {s_constraints[best.j].Name}, {middle[best.i][best.j]:0}. "
        + $"Without a constraint the distances are {string.Join(", ", s_objectives.Select((o, i) => $"{o.Name} {middle[i][0]:0}"))}. "
        + (unhelped.Length == 0 ? ""
            : $"On average over the three constraints that are judged no nearer than without: {string.Join(", ", unhelped)}. ")
        + $"Nearer with one than without are, of {middle.Length} objectives: {string.Join(", ", nearer)}. "
        + $"The Wasserstein estimate without constraint grows from {growth[0]:g3} to {growth[^1]:g3} and would go on: "
        + "its critic has no optimum.");
    }
}
