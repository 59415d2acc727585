using Earthmover.Claims.Lab;
using Earthmover.Data;
using Earthmover.Reports.Figures;
using Earthmover.Torch;

namespace Earthmover.Claims.Training;

/// <summary>Whether losses tell how good the rows of a table's game are, beside the exact distance.</summary>
public sealed class TableLosses : Claim<TableLosses.Run>
{
    private const int Looks = 16, Coupled = 512;
    private const double First = 5;
    private const string Ctgan = "ctgan", Table = "table";

    /// <summary>The way of one game.</summary>
    /// <param name="Steps">Where it was looked at.</param>
    /// <param name="Critic">The critic's loss, the median of the steps since the last look.</param>
    /// <param name="Generator">The generator's loss, likewise.</param>
    /// <param name="Exact">Exact W₁ between generated and real rows, encoded.</param>
    /// <param name="Quality">Quality of the generated rows.</param>
    public sealed record Way(double[] Steps, double[] Critic, double[] Generator, double[] Exact, double[] Quality);

    /// <summary>What one run measures.</summary>
    /// <param name="Ctgan">CTGAN, which plays for W₁.</param>
    /// <param name="Table">The default for tables, which plays the non-saturating game.</param>
    public sealed record Run(Way Ctgan, Way Table);

    /// <inheritdoc/>
    public override string Name => "table-losses";

    /// <inheritdoc/>
    public override string Title => "The losses of a table GAN do not tell its quality, the exact distance does";

    /// <inheritdoc/>
    public override IReadOnlyList<string> Rows => [];

    /// <inheritdoc/>
    public override string Statement =>
        "Who trains a GAN on a table sees two losses, and is told that they say little of how good the rows are: "
        + "runs whose losses look good make bad rows, and losses that grow belong to rows that become better. "
        + "The exact distance between generated and real rows, as they are encoded, falls while the rows become better.";

    /// <inheritdoc/>
    public override string Source => "Users' questions on CTGAN (sdv-dev/CTGAN issues 51, 66, 391; sdv-dev/SDV issues 812, 896, 2010)";

    /// <inheritdoc/>
    public override string Experiment =>
        "The toy people, 10,000 rows, ctgan and table with the catalog's settings, 2,000 steps (300 in the short run). "
        + $"At {Looks} looks, each after about half as many steps more than the one before, from step 5 on: the medians of both losses "
        + $"since the last look, exact W₁ between {Coupled} generated and as many real rows as they are encoded, "
        + "and the quality of 4,000 generated rows, the mean of the means of columns and of all pairs. "
        + "Spearman's rank correlations over the looks; the bands were set before the runs.";

    /// <inheritdoc/>
    protected override Run Measure(Trial trial)
    {
        ArgumentNullException.ThrowIfNull(trial);
        return new(Play(trial, Ctgan, 0), Play(trial, Table, 0.5));
    }

    private static Way Play(Trial trial, string system, double from)
    {
        var address = $"people?n=10000&seed={trial.Seed}";
        var (data, steps) = ((TableSet)trial.Open(address), trial.Of(300, 2000));
        using var game = new PlayedGame(trial, address, system, steps, [], isAveraged: true);
        var judge = new TableJudge(data, (TableSet)trial.Open($"people?n=2000&seed={1000 + trial.Seed}"));
        var way = new Way(new double[Looks], new double[Looks], new double[Looks], new double[Looks], new double[Looks]);
        for (var i = 0; i < Looks; i++)
        {
            var (critic, generator) = (new List<double>(), new List<double>());
            game.PlayTo((long)Math.Round(First * Math.Pow(steps / First, i / (Looks - 1.0))), (_, moves) =>
            {
                critic.Add(moves[0].Terms.First().Value);
                generator.Add(moves[1].Terms.First().Value);
            });
            using var scope = TensorScope.Open();
            var made = game.AsUsed(() => game.Generate(Coupled, i));
            way.Steps[i] = game.Step;
            (way.Critic[i], way.Generator[i]) = (Numbers.Median(critic), Numbers.Median(generator));
            way.Exact[i] = Points.Couple(made, game.Real([.. Enumerable.Range(0, Coupled)])).Distance;
            way.Quality[i] = judge.Quality(game.Rows(4000, i));
            trial.Report(from + 0.5 * (i + 1) / Looks);
        }
        return way;
    }

    /// <inheritdoc/>
    protected override Evidence Judge(IReadOnlyList<Run> runs)
    {
        double[] Rank(Func<Run, Way> of, Func<Way, double[]> by) =>
            [.. runs.Select(run => Numbers.Spearman(by(of(run)), of(run).Quality))];
        Check[] Of(string name, Func<Run, Way> of)
        {
            double[] Size(Func<Way, double[]> by) => [.. Rank(of, by).Select(Math.Abs)];
            return
            [
                Check.Claimed($"rank correlation of the exact distance and quality, {name}",
                    Rank(of, way => way.Exact), Band.AtMost(-0.7)),
                Check.Claimed($"the same of the critic's loss, without its sign, {name}", Size(way => way.Critic), Band.AtMost(0.5)),
                Check.Claimed($"the same of the generator's loss, without its sign, {name}", Size(way => way.Generator), Band.AtMost(0.5)),
                Check.Control($"quality at the last look less that at the first, {name}",
                    runs.Select(run => of(run).Quality[^1] - of(run).Quality[0]), Band.AtLeast(0.05)),
            ];
        }
        var quality = new Axis("quality");
        Figure Panel(string title, Way way, double[] x) =>
            Plot.Scatter($"{title}", new(title), quality, [new("looks", x, way.Quality)], width: 240, height: 200);
        Figure[] Row(string name, Way way) =>
        [
            Panel($"{name}: exact W₁", way, way.Exact), Panel($"{name}: critic's loss", way, way.Critic),
            Panel($"{name}: generator's loss", way, way.Generator),
        ];
        string Said(string name, Func<Run, Way> of) => FormattableString.Invariant(
            $"{name}: exact distance {Numbers.Median(Rank(of, way => way.Exact)):0.00}, critic's loss ")
            + FormattableString.Invariant(
            $"{Numbers.Median(Rank(of, way => way.Critic)):0.00}, generator's {Numbers.Median(Rank(of, way => way.Generator)):0.00}");
        return new([.. Of(Ctgan, run => run.Ctgan), .. Of(Table, run => run.Table)],
            Figure.Multiples("Looks at a game: what its numbers are, and how good its rows are", 3,
                [.. Row(Ctgan, runs[0].Ctgan), .. Row(Table, runs[0].Table)], "first seed"),
            $"Rank correlations with quality, medians: {Said(Ctgan, run => run.Ctgan)}; {Said(Table, run => run.Table)}. "
            + "A loss that moves in one direction while a game finds its scale correlates with anything that does so too; "
            + "it has neither a floor nor a unit, so that one value of it says nothing. "
            + "The distance has both: what two sets of real rows show is where it ends.");
    }
}
