using System.Text.Json;
using Earthmover.Claims.Lab;
using Earthmover.Reports.Figures;
using Earthmover.Testing;
using Earthmover.Tests.Data;
using Earthmover.Torch;

namespace Earthmover.Claims.Tests;

/// <summary>How claims are run, judged and written, on claims made for it.</summary>
public sealed class ClaimTests : TemporaryFolder
{
    // Measures the mean of a random tensor, or what it is told to do.
    private sealed class Example(string name, Func<Trial, double> measure, params Func<double[], Check>[] checks) : Claim<double[]>
    {
        public override string Name => name;
        public override string Title => "An | example";
        public override IReadOnlyList<string> Rows => ["R00"];
        public override string Statement => "It is said.";
        public override string Source => "nobody";
        public override string Experiment => "Not at all.";
        protected override double[] Measure(Trial trial) => [measure(trial)];
        protected override Evidence Judge(IReadOnlyList<double[]> runs)
        {
            double[] values = [.. runs.Select(r => r[0])];
            return new([.. checks.Select(c => c(values))],
                Plot.Bars("values", new("value"), [.. values.Select((v, i) => new Bar($"{i}", v))]), "So it is.");
        }
    }

    private static Func<double[], Check> Claimed(Band band) => values => Check.Claimed("value", values, band);

    private static Func<double[], Check> Control(Band band) => values => Check.Control("control", values, band);

    private static Outcome OutcomeOf(double value, params Func<double[], Check>[] checks) =>
        Assert.Single(new ClaimRunner { Workers = 1 }.Run([new Example("one", _ => value, checks)])).Outcome;

    [Fact]
    public void The_verdict_follows_from_the_numbers()
    {
        Band good = Band.Between(0, 1), bad = Band.AtLeast(2);
        Assert.Equal(Outcome.Pass, OutcomeOf(0.5, Claimed(good), Control(good)));
        Assert.Equal(Outcome.Differs, OutcomeOf(0.5, Claimed(bad), Control(good)));
        Assert.Equal(Outcome.Fail, OutcomeOf(0.5, Claimed(good), Control(bad)));
        Assert.Equal(Outcome.Fail, OutcomeOf(double.NaN, Claimed(good)));
        Assert.Equal(Outcome.Fail, OutcomeOf(double.PositiveInfinity, Claimed(bad)));
        Assert.Equal(Outcome.Fail, OutcomeOf(0.5)); // nothing was checked
    }

    [Fact]
    public void The_median_over_the_seeds_decides()
    {
        var claim = new Example("three", t => t.Seed == 2 ? 100 : t.Seed, Claimed(Band.AtMost(5)));
        var result = Assert.Single(new ClaimRunner(3) { Workers = 2 }.Run([claim]));
        var check = Assert.Single(result.Checks);
        Assert.Equal((3, 1, 100, Outcome.Pass), (check.Median, check.Low, check.High, result.Outcome));
        Assert.Equal([1L, 2L, 3L], result.Seeds);
    }

    [Fact]
    public void A_seed_says_everything_however_many_run_at_once()
    {
        static double[] Values(int workers)
        {
            Claim[] claims = [.. "abcd".Select(c =>
                new Example($"{c}", _ => Tensor.Normal([10], RandomStreams.Current["data"]).Mean().Item(), Claimed(Band.AtMost(9))))];
            return [.. new ClaimRunner(2) { Workers = workers }.Run(claims)
                .OrderBy(r => r.Claim.Name, StringComparer.Ordinal).SelectMany(r => r.Checks[0].Values)];
        }
        var alone = Values(1);
        Assert.Equal(alone, Values(3));
        Assert.NotEqual(alone[0], alone[1]);
    }

    [Fact]
    public void What_breaks_off_fails_and_the_others_go_on()
    {
        Claim[] claims =
        [
            new Example("broken", _ => throw new InvalidOperationException("the pen\nbroke")),
            new Example("whole", _ => 1, Claimed(Band.AtMost(1))),
        ];
        var results = new ClaimRunner { Workers = 1 }.Run(claims).ToDictionary(r => r.Claim.Name);
        Assert.Equal((Outcome.Fail, Outcome.Pass), (results["broken"].Outcome, results["whole"].Outcome));
        Assert.Equal("It broke off with seed 1: the pen broke (InvalidOperationException)", results["broken"].Remark);
    }

    [Fact]
    public void A_stop_stops()
    {
        using var stop = new CancellationTokenSource();
        var claim = new Example("endless", trial =>
        {
            stop.Cancel();
            trial.Report(0.5);
            return 1;
        }, Claimed(Band.AtMost(1)));
        Assert.Throws<OperationCanceledException>(() => new ClaimRunner { Workers = 1 }.Run([claim], stop.Token).ToList());
    }

    // A job of another worker, which has begun and ends only when it is told to.
    private static Example Endless(ManualResetEventSlim begun, Action ended) => new("endless", trial =>
    {
        begun.Set();
        try
        {
            for (var i = 0; i < 5000; i++)
            {
                trial.Report(0.5);
                Thread.Sleep(1);
            }
            return 1;
        }
        finally
        {
            ended();
        }
    }, Claimed(Band.AtMost(1)));

    [Fact]
    public void A_mistake_of_the_users_stops_the_other_workers_before_it_is_told()
    {
        using var begun = new ManualResetEventSlim();
        var ended = false;
        var mistaken = new Example("mistaken", _ =>
        {
            begun.Wait();
            throw new UserException("no such data");
        });
        Assert.Throws<UserException>(() => new ClaimRunner { Workers = 2 }.Run([mistaken, Endless(begun, () => ended = true)]).ToList());
        Assert.True(ended);
    }

    [Fact]
    public void Who_wants_no_more_results_stops_the_workers()
    {
        using var begun = new ManualResetEventSlim();
        var ended = false;
        var quick = new Example("quick", _ =>
        {
            begun.Wait();
            return 1;
        }, Claimed(Band.AtMost(1)));
        Assert.Equal("quick", new ClaimRunner { Workers = 2 }.Run([quick, Endless(begun, () => ended = true)]).First().Claim.Name);
        Assert.True(ended);
    }

    [Fact]
    public void The_book_holds_page_numbers_and_list()
    {
        var book = new ClaimBook(Folder);
        var claim = ClaimCatalog.Named("Dirac-Dynamics");
        var result = Assert.Single(new ClaimRunner(3) { Workers = 1 }.Run([claim]));
        Assert.Equal(Outcome.Pass, result.Outcome);
        Assert.Equal([1L], result.Seeds); // a closed form needs one
        Write(book, result);
        var page = File.ReadAllText(Path.Combine(Folder, "dirac-dynamics.md"));
        Assert.Contains("| growth of the radius, simultaneous W (12.03 in closed form) | 12.0322 | 12.0222 … 12.0422 | inside |",
            page, StringComparison.Ordinal);
        using var json = JsonDocument.Parse(File.ReadAllText(Path.Combine(Folder, "dirac-dynamics.result.json")));
        Assert.Equal("PASS", json.RootElement.GetProperty("verdict").GetString());
        Assert.Contains("| [Zero-centered penalties make the Dirac-GAN converge; one-centered ones do not](dirac-dynamics.md) "
            + "| R20b | PASS | 7 of 7 |",
            File.ReadAllText(Path.Combine(Folder, "README.md")), StringComparison.Ordinal);
        Write(book, new(new Example("dirac-dynamics", _ => 0), [Check.Claimed("a|b", [3], Band.AtMost(2))], null, "Broken.", [1], true, 0));
        Assert.Contains("| a\\|b | 3 | ≤ 2 | **outside** |",
            File.ReadAllText(Path.Combine(Folder, "dirac-dynamics.md")), StringComparison.Ordinal);
    }

    [Fact]
    public void The_book_knows_what_it_holds_already()
    {
        var book = new ClaimBook(Folder);
        var claim = new Example("one", _ => 0);
        Assert.False(book.Holds(claim, isQuick: true, seeds: 1));
        Write(book, new(claim, [], null, "", [1, 2], IsQuick: true, Seconds: 0));
        var path = Path.Combine(Folder, "one.result.json");
        // What the tests run from may be no repository, of whose results nothing is known.
        var isKnown = File.ReadAllText(path).Contains("\"machine\": \"commit ", StringComparison.Ordinal);
        Assert.Equal((isKnown, isKnown, false, false),
            (book.Holds(claim, true, 1), book.Holds(claim, true, 2), book.Holds(claim, true, 3), book.Holds(claim, false, 1)));
        File.WriteAllText(path, File.ReadAllText(path).Replace("commit ", "commit 0", StringComparison.Ordinal));
        Assert.False(book.Holds(claim, isQuick: true, seeds: 1));
    }

    [Fact]
    public void A_page_of_the_short_form_does_not_say_that_the_system_is_accepted()
    {
        var (book, claim, check) = (new ClaimBook(Folder), ClaimCatalog.Named("ali"), Check.Claimed("modes", [25], Band.AtLeast(20)));
        string Added(bool isQuick)
        {
            Write(book, new(claim, [check], null, "", [1], isQuick, 1));
            return File.ReadAllText(Path.Combine(Folder, "ali.md")) + File.ReadAllText(Path.Combine(Folder, "README.md"));
        }
        Assert.DoesNotContain("**PASS** ·", Added(isQuick: true), StringComparison.Ordinal);
        Assert.Contains("| not run yet; short form PASS |", Added(isQuick: true), StringComparison.Ordinal);
        Assert.Contains("**PASS** ·", Added(isQuick: false), StringComparison.Ordinal);
    }

    // Figures need Node.js, which a machine may lack; everything else is written before.
    private static void Write(ClaimBook book, ClaimResult result)
    {
        try
        {
            book.Add(result);
        }
        catch (Reports.ReportException)
        {
        }
    }

    [Fact]
    public void Names_and_rows_are_in_order()
    {
        Assert.Equal(ClaimCatalog.All.Count, ClaimCatalog.All.Select(c => c.Name).Distinct().Count());
        Assert.All(ClaimCatalog.All, c => Assert.Matches("^[a-z][a-z0-9]*(-[a-z0-9]+)*$", c.Name));
        // All rows of the theory and of the Wasserstein family; beyond them, what plays a system is its own claim mostly.
        var answered = ClaimCatalog.All.Where(c => c is not SystemClaim).SelectMany(c => c.Rows);
        Assert.Empty(Enumerable.Range(1, 28).Select(r => $"R{r:00}").Append("R20b").Except(answered));
        Assert.Contains("known are parallel-lines",
            Assert.Throws<UserException>(() => ClaimCatalog.Named("none")).Message, StringComparison.Ordinal);
    }

    // The quickest of them, each whole: its controls hold, and so do its numbers.
    [Theory]
    [InlineData("dirac-dynamics")]
    [InlineData("topology")]
    [InlineData("unit-gradient")]
    [InlineData("batch-coupling")]
    [InlineData("euclid-and-eye")]
    public void What_passed_once_passes_again(string name)
    {
        var result = Assert.Single(new ClaimRunner { Workers = 1 }.Run([ClaimCatalog.Named(name)]));
        Assert.True(result.Outcome == Outcome.Pass,
            string.Join("; ", result.Checks.Where(c => !c.Holds).Select(c => $"{c.Name}: {c.Median}, {c.Band}").Append(result.Remark)));
    }

    [Fact]
    public void Bands_contain_their_ends_and_never_what_is_not_a_number()
    {
        Assert.True(Band.Around(1, 0.5).Contains(1.5));
        Assert.False(Band.AtMost(1).Contains(double.NaN));
        Assert.Equal(["≤ 1", "≥ 0.5", "0.9 … 1.1", "2"],
            new[] { Band.AtMost(1), Band.AtLeast(0.5), Band.Around(1, 0.1), Band.Between(2, 2) }.Select(b => $"{b}"));
    }

    [Fact]
    public void Small_statistics_are_right()
    {
        Assert.Equal(2.5, Numbers.Median([4, 1, 3, 2]));
        Assert.Equal(1, Numbers.Spearman([1, 2, 3, 4], [1, 10, 11, 1000]), 12);
        Assert.Equal(-0.8, Numbers.Spearman([1, 2, 3, 4], [4, 3, 1, 2]), 12);
        var (slope, intercept, r2) = Numbers.Line([0, 1, 2], [1, 3, 5]);
        Assert.Equal((2, 1, 1), (slope, intercept, r2));
        Assert.Equal(1, Numbers.Deviation([1, 2, 3]), 12);
        Assert.Equal(1, Numbers.Kurtosis([5, 7, 5, 7]), 12);
        Assert.Equal(1.8, Numbers.Kurtosis(Enumerable.Range(0, 100_001).Select(i => i / 1e5)), 6); // a uniform law
    }
}
