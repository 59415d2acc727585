using Earthmover.Claims.Lab;
using Earthmover.Data;
using Earthmover.Data.Toys;

namespace Earthmover.Claims.Acceptance;

/// <summary>Rows of the default for tables against a law in closed form: columns, pairs, and what is asked for.</summary>
public sealed class TablePeople : SystemClaim
{
    private const string
        Column = "the column that is farthest from its law", Pair = "the pair of columns that is farthest from its law",
        Given = "the column that is farthest from its law, given a value of a category",
        RealColumn = "the first of these of as many fresh draws of the law", RealPair = "the second of them",
        RealGiven = "the third of them",
        Before = "the pair that is farthest from its law before training";

    /// <inheritdoc/>
    public override string System => "table";

    /// <inheritdoc/>
    public override string Title => "Rows of the default for tables keep the law of columns, of pairs, and of what is asked for";

    /// <inheritdoc/>
    public override string Statement => """
        A generator of rows has learned a table when not only its columns but what they have to do with each other is as in the table;
        a law that is written down says by how much it is off, without another sample beside it.
        """.ReplaceLineEndings(" ");

    /// <inheritdoc/>
    public override string Experiment => $"""
        The toy people, seven columns drawn from conditional laws:
        categories, spikes, days, values that are missing more often the larger they are.
        {RowsOf(false):N0} rows to learn from, {Steps(false):N0} steps with the catalog's settings, 100,000 rows made.
        Columns: the largest distance of Kolmogorov and Smirnov, or total variation of categories and of what is missing. Pairs: total
        variation over tables in which numbers are cut at the deciles of the law, or into fifths beside their spikes.
        Given a value: of each value of each category those rows that have it, as --where gives them, against the law of those who have it.
        The controls are 100,000 rows of the law itself, and the generator before it has learned.
        The short form: {RowsOf(true):N0} rows, {Steps(true)} steps, 10,000 rows made.
        """.ReplaceLineEndings(" ");

    /// <inheritdoc/>
    public override string PictureTitle => "Every column of the generated rows beside its law, and how far pairs are off";

    /// <inheritdoc/>
    protected override string Comment =>
        "After 6,000 steps (three seeds) the farthest pair was off by 0.038 and what is asked for by 0.050; "
        + "after 15,000 (one seed) by 0.017 and 0.039. What takes longest is the law of those who are few: islands have 5 % of the people.";

    /// <inheritdoc/>
    protected override IReadOnlyList<Expected> Expectations =>
    [
        new(Column, Band.AtMost(0.02), Band.AtMost(0.2)),
        new(Pair, Band.AtMost(0.04), Band.AtMost(0.3)),
        new(Given, Band.AtMost(0.03), Band.AtMost(0.5)),
        new(RealColumn, Band.AtMost(0.01), Band.AtMost(0.03)) { IsControl = true },
        new(RealPair, Band.AtMost(0.02), Band.AtMost(0.06)) { IsControl = true },
        new(RealGiven, Band.AtMost(0.03), Band.AtMost(0.1)) { IsControl = true },
        new(Before, Band.AtLeast(0.3), Band.AtLeast(0.3)) { IsControl = true },
    ];

    private static int Steps(bool isQuick) => isQuick ? 300 : 30_000;

    private static int RowsOf(bool isQuick) => isQuick ? 10_000 : 100_000;

    /// <inheritdoc/>
    protected override Run Accept(Trial trial)
    {
        ArgumentNullException.ThrowIfNull(trial);
        var (steps, rows) = (Steps(trial.IsQuick), RowsOf(trial.IsQuick));
        using var game = new PlayedGame(trial, $"people?n={rows}&seed={trial.Seed}", "table", steps, [], isAveraged: true);
        var before = new PeopleFit(game.Rows(10_000)).Pairs().Values.Max();
        for (var done = 0; done < steps; done += 50)
        {
            game.PlayTo(Math.Min(steps, done + 50));
            trial.Report(0.8 * done / steps);
        }
        var made = new PeopleFit(game.Rows(trial.Of(10_000, 100_000)));
        trial.Report(0.9);
        var real = new PeopleFit((TableSet)trial.Open($"people?n={trial.Of(10_000, 100_000)}&seed={1000 + trial.Seed}"));
        var given = made.Given().MaxBy(one => one.Value);
        return new(trial.IsQuick, new Dictionary<string, double>
        {
            [Column] = made.Columns().Values.Max(),
            [Pair] = made.Pairs().Values.Max(),
            [Given] = given.Value,
            [RealColumn] = real.Columns().Values.Max(),
            [RealPair] = real.Pairs().Values.Max(),
            [RealGiven] = real.Given().Values.Max(),
            [Before] = before,
        }, PeopleSheet.Draw(made, given));
    }
}
