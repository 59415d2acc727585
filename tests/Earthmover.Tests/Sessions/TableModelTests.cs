using System.ComponentModel.DataAnnotations.Schema;
using Earthmover.Data;
using Earthmover.Sessions;
using Earthmover.Sessions.Tables;
using Earthmover.Tests.Training;
using Earthmover.Torch;
using Earthmover.Training;

namespace Earthmover.Tests.Sessions;

/// <summary>Records of a program's own are learned and made, without a file that anybody has written.</summary>
public sealed class TableModelTests : Playground
{
    private const int Rows = 120;
    private static readonly string[] s_tiny = ["width=8", "batch=20", "grid_samples=4", "report_every=1", "health_share=0"];

    private readonly long _before = Tensor.LiveCount;

    protected override void TearDown()
    {
        base.TearDown();
        Assert.Equal(_before, Tensor.LiveCount);
    }

    private enum Mood
    {
        None,
        Good,
        Bad,
    }

    private sealed record Guest(int Id, string Town, string Zip, Mood Mood, bool Member, bool? Asked, int Age, double? Height,
        decimal Price, DateOnly Born, DateTime Seen, DateTimeOffset Paid, TimeOnly Wakes, string? Remark = null)
    {
        [NotMapped]
        public object? Anything { get; init; }
    }

    private static Guest Person(int i) => new(i, i % 3 == 0 ? "Ulm" : "Bern, old", $"{10_000 + i % 5 * 371}", (Mood)(i % 3), i % 2 == 0,
        i % 4 == 0 ? null : i % 4 == 1, 20 + i % 61, i % 7 == 0 ? null : 1.5 + i % 40 / 100.0, 1.00m + i % 90 / 4m,
        new DateOnly(1990, 1, 1).AddDays(i), new DateTime(2026, 1, 1, 8, 0, 0).AddMinutes(17 * i),
        new DateTimeOffset(2026, 1, 1, 8, 0, 0, 250, TimeSpan.FromHours(2)).AddMinutes(i), new TimeOnly(6, i % 60),
        i % 5 == 0 ? "late" : null);

    private static IEnumerable<Guest> Guests() => Enumerable.Range(0, Rows).Select(Person);

    private string At(string name) => Path.Combine(Folder, name);

    private RunPlan Plan(string file = "guests.csv", string options = "") =>
        new(At(file) + options) { Budget = new(Steps: 2), Settings = s_tiny, Threads = 1 };

    private TableModel Trained() => TableModel.Train(Guests(), Plan(), At("run"));

    [Fact]
    public void Records_are_learned_and_made()
    {
        using var model = Trained();
        Assert.Equal((Ending.Finished, 2), (model.Outcome!.Ending, model.Outcome.Standing.Step));
        Assert.Equal(["Id", "Town", "Zip", "Mood", "Member", "Asked", "Age", "Height", "Price", "Born", "Seen", "Paid", "Wakes", "Remark"],
            model.Columns.Select(column => column.Name));
        Assert.Equal([FieldKind.Identifier, FieldKind.Category, FieldKind.Category, FieldKind.Category, FieldKind.Boolean],
            model.Columns.Take(5).Select(column => column.Kind));
        var (real, made) = (Guests().ToList(), model.Sample<Guest>(400));
        Assert.Equal(Enumerable.Range(Rows, 400), made.Select(guest => guest.Id));
        Assert.All(made, guest => Assert.Contains(guest.Town, real.Select(one => one.Town)));
        Assert.All(made, guest => Assert.Contains(guest.Zip, real.Select(one => one.Zip)));
        Assert.Equal([Mood.None, Mood.Good, Mood.Bad], made.Select(guest => guest.Mood).Distinct().Order());
        Assert.Equal([null, false, true], made.Select(guest => guest.Asked).Distinct().Order());
        Assert.All(made, guest => Assert.InRange(guest.Age, 20, 80));
        Assert.Contains(made, guest => guest.Height is null);
        Assert.All(made, guest => Assert.InRange(guest.Height ?? 1.7, 1.49, 1.9));
        Assert.All(made, guest => Assert.InRange(guest.Price, 1, 24));
        Assert.All(made, guest => Assert.InRange(guest.Born, real.Min(one => one.Born), real.Max(one => one.Born)));
        Assert.All(made, guest => Assert.InRange(guest.Seen, real.Min(one => one.Seen), real.Max(one => one.Seen)));
        Assert.All(made, guest => Assert.InRange(guest.Paid, real.Min(one => one.Paid), real.Max(one => one.Paid)));
        Assert.All(made, guest => Assert.InRange(guest.Wakes, new(6, 0), new(6, 59)));
        Assert.Equal([null, "late"], made.Select(guest => guest.Remark).Distinct().Order());
        // The first rows of a seed are the same for any number, and a filter asks.
        Assert.Equal(made.Take(30), model.Sample<Guest>(30));
        Assert.NotEqual(made.Take(30), model.Sample<Guest>(30, seed: 2));
        Assert.All(model.Sample<Guest>(20, where: "Town='Bern, old',Age=30..60"), guest =>
            Assert.True(guest is { Town: "Bern, old", Age: >= 30 and <= 60 }));
        model.Write(At("rows.csv"), 400);
        Assert.Equal(401, File.ReadLines(At("rows.csv")).Count());
        // It goes on as any run does: its rows lie in the file of the plan.
        using var again = TrainingRun.Resume(At("run"), new() { Budget = new(Steps: 3) }, Context);
        Assert.Equal(3, again.Play().Standing.Step);
    }

    private sealed class Visit
    {
        public int? Age { get; set; }
        public string TOWN { get; set; } = "";
        [Column("Price")]
        public double Cost { get; init; }
        public int Unknown { get; set; } = 7;
    }

    private readonly record struct Small(Mood Mood, long Id);

    [Fact]
    public void Columns_and_properties_are_matched_by_name_in_any_type()
    {
        Trained().Dispose();
        using var model = TableModel.Open(At("run"));
        Assert.Null(model.Outcome);
        var (guests, visits) = (model.Sample<Guest>(20), model.Sample<Visit>(20));
        Assert.Equal(guests.Select(guest => (guest.Age, guest.Town, (double)guest.Price, 7)),
            visits.Select(visit => (visit.Age!.Value, visit.TOWN, visit.Cost, visit.Unknown)));
        Assert.Equal(guests.Select(guest => new Small(guest.Mood, guest.Id)), model.Sample<Small>(20));
    }

    private sealed record Shop([property: Column("R&D")] Mood Research, [property: Column("a,b|c")] string Code,
        [property: Column("x?=:1")] Mood Marks, [property: Column("pay, net")] double Pay);

    [Fact]
    public void Columns_may_be_called_anything()
    {
        static Shop At(int i) => new((Mood)(i % 3), $"{10 + i % 5}", (Mood)(i % 2), i % 7);
        var plan = Plan(options: "?drop=4");
        using (var model = TableModel.Train(Enumerable.Range(0, Rows).Select(At), plan, this.At("run")))
        {
            Assert.Equal(["R&D", "a,b|c", "x?=:1"], model.Columns.Select(column => column.Name));
            Assert.All(model.Columns, column => Assert.Equal(FieldKind.Category, column.Kind));
        }
        using var again = TrainingRun.Resume(this.At("run"), new() { Budget = new(Steps: 3) }, Context);
        Assert.Equal(3, again.Play().Standing.Step);
        // What somebody says of a column by its number stays.
        File.Delete(this.At("guests.csv"));
        using var said = TableModel.Train(Enumerable.Range(0, Rows).Select(At), Plan(options: "?kinds=2:integer"), this.At("said"));
        Assert.Equal(FieldKind.Integer, said.Columns[1].Kind);
    }

    private sealed record Colored(int Age, Mood? Mind = Mood.Bad, Mood Other = Mood.Good, Mood? None = null, int? Number = 3);

    [Fact]
    public void A_property_without_a_column_has_its_default()
    {
        using var model = Trained();
        Assert.All(model.Sample<Colored>(3), one =>
            Assert.Equal((Mood.Bad, Mood.Good, null, 3), (one.Mind, one.Other, one.None, one.Number)));
    }

    private sealed record NeedsHeight(double Height, bool Asked);
    private sealed record OddTown(int Town);
    private sealed record WholePrice(int Price);
    private sealed record Numbered(Mood Age);
    private sealed record NoColumn(int Nowhere);
    private sealed record FewMoods(FewMoods.Kind Mood)
    {
        internal enum Kind
        {
            Good,
        }
    }

    [Fact]
    public void What_a_property_cannot_take_is_said_in_one_line()
    {
        using var model = Trained();
        void Refused<T>(string part)
        {
            var message = Assert.Throws<UserException>(() => model.Sample<T>(2)).Message;
            Assert.Contains(part, message, StringComparison.Ordinal);
            Assert.DoesNotContain('\n', message);
        }
        Refused<NeedsHeight>("column Asked has missing values, which NeedsHeight.Asked cannot take; make it bool?");
        Refused<OddTown>("OddTown.Town is int, and column Town holds 'Bern, old'");
        Refused<WholePrice>("WholePrice.Price is int, and column Price holds numbers with decimals");
        Refused<Numbered>("Numbered.Age is Mood, and column Age holds numbers");
        Refused<NoColumn>("NoColumn.Nowhere has no column 'Nowhere' in the table, which has Id, Town");
        Refused<FewMoods>("FewMoods.Mood is Kind, and column Mood holds 'Bad'");
        Refused<object>("Object has no public property");
    }

    private sealed record Odd(int Age, Uri? Link);
    private sealed record Nameless(double Value, string? Country = null);
    private sealed record Confused([property: Column("a&b")] Mood Mood, [property: Column("1")] int Number);

    [Fact]
    public void What_cannot_be_learned_from_is_said_in_one_line_and_leaves_nothing()
    {
        void Refused<T>(IEnumerable<T> rows, string part, RunPlan? plan = null)
        {
            var message = Assert.Throws<UserException>(() => TableModel.Train(rows, plan ?? Plan(), At("run"))).Message;
            Assert.Contains(part, message, StringComparison.Ordinal);
            Assert.DoesNotContain('\n', message);
            Assert.False(File.Exists(At("guests.csv")) || Directory.Exists(At("run")));
        }
        Refused([new Odd(1, null)], "Odd.Link is of type Uri, which no table holds");
        Refused(Array.Empty<Small>(), "there are no rows of Small");
        Refused([Person(1), null!], "row 2 is null");
        Refused([new Nameless(1), new Nameless(double.PositiveInfinity)], "row 2 has Nameless.Value = Infinity");
        Refused([new Nameless(1, "Chad"), new Nameless(2, "NA")], "row 2 has Nameless.Country = 'NA', which reads as a missing value");
        Refused(Guests(), "name a .csv", Plan("guests.npy"));
        Refused(Enumerable.Range(0, 50).Select(i => new Nameless(1)), "no column to learn");
        Refused(Guests(), "did you mean width?", Plan() with { Settings = ["widht=3"] });
        Refused(Guests(), "'Towm' is not a value for the option 'kinds'", Plan(options: "?kinds=Towm:category"));
        Refused(Guests(), "'Towm' is not a value for the option 'drop' of", Plan(options: "?drop=Towm"));
        Refused(Enumerable.Range(0, 50).Select(i => new Confused((Mood)(i % 3), i % 7)), "call one of them otherwise");
    }

    [Fact]
    public void A_file_of_other_rows_is_not_written_over_and_a_property_may_be_dropped()
    {
        using (TableModel.Train([new Odd(1, null), .. Enumerable.Range(0, 80).Select(i => new Odd(i % 9, new("http://localhost")))],
            Plan(options: "?drop=Link"), At("odd")))
            Assert.Equal("Age", File.ReadLines(At("guests.csv")).First());
        Assert.Contains("holds other rows", Assert.Throws<UserException>(() => Trained()).Message, StringComparison.Ordinal);
        File.Delete(At("guests.csv"));
        Trained().Dispose();
        TableModel.Train(Guests(), Plan(), At("second")).Dispose();
        Assert.Contains("already holds a run", Assert.Throws<UserException>(() => Trained()).Message, StringComparison.Ordinal);
        Assert.Contains("points, no table", Assert.Throws<UserException>(() =>
            TableModel.Train(new RunPlan("gaussians-8") { Budget = new(Steps: 1) }, At("points"))).Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(At("points")));
    }

    [Fact]
    public void A_token_ends_it()
    {
        using var stop = new CancellationTokenSource();
        var shares = new List<double>();
        using (var model = TableModel.Train(Guests(), Plan() with { Budget = new(Steps: 50) }, At("run"),
            new Telling<TrainingProgress>(now => { shares.Add(now.Share); stop.Cancel(); }), stop.Token))
        {
            Assert.Equal((Ending.Stopped, 1), (model.Outcome!.Ending, model.Outcome.Standing.Step));
            Assert.Single(shares);
            using var other = new CancellationTokenSource();
            Assert.ThrowsAny<OperationCanceledException>(() =>
                model.Sample<Guest>(1000, progress: new Telling<double>(_ => other.Cancel()), cancellation: other.Token));
            Assert.ThrowsAny<OperationCanceledException>(() => model.Write(At("no.csv"), 1000, cancellation: other.Token));
            Assert.False(File.Exists(At("no.csv")));
        }
        Assert.ThrowsAny<OperationCanceledException>(() => TableModel.Train(Guests(), Plan("other.csv"), At("other"), null, stop.Token));
        Assert.False(File.Exists(At("other.csv")) || Directory.Exists(At("other")));
    }
}
