using System.Reflection;
using System.Runtime.CompilerServices;
using Earthmover.Reports.Figures;
using Earthmover.Tests.Data;

namespace Earthmover.Claims.Tests;

/// <summary>What was measured is kept, and judged again without a run.</summary>
public sealed class RawRunsTests : TemporaryFolder
{
    // Its band and its words may change after it was run.
    private sealed class Changing(Func<int> runs) : Claim<Changing.Run>
    {
        public sealed record Run(double Value, double[,] Table, (double X, int N)[] Pairs,
            IReadOnlyDictionary<string, double[]> Named, byte[]? Picture);

        public double Highest { get; set; } = 1;
        public string Words { get; set; } = "Before.";
        public override string Name => "changing";
        public override string Title => "A claim";
        public override IReadOnlyList<string> Rows => ["R00"];
        public override string Statement => "It is said.";
        public override string Source => "nobody";
        public string Way { get; set; } = "Not at all.";
        public override string Experiment => Way;

        protected override Run Measure(Trial trial)
        {
            var n = runs();
            var table = new double[,] { { 1, double.NaN }, { double.PositiveInfinity, 1.0 / 3 } };
            var named = new Dictionary<string, double[]> { ["a"] = [n] };
            byte[] picture = [1, 2];
            return new(n + 0.1, table, [(0.1, 2)], named, picture);
        }

        protected override Evidence Judge(IReadOnlyList<Run> runs)
        {
            var run = runs[0];
            var remark = $"{Words} {run.Table[1, 0]} {run.Table[1, 1]} {run.Pairs[0].N} {run.Named["a"][0]}";
            return new([Check.Claimed("value", runs.Select(r => r.Value), Band.AtMost(Highest))], null, remark) { Picture = run.Picture };
        }
    }

    [Fact]
    public void A_sentence_and_a_band_change_without_a_run()
    {
        var count = 0;
        var claim = new Changing(() => Interlocked.Increment(ref count));
        var book = new ClaimBook(Folder);
        Assert.False(book.HasRuns(claim));
        book.Add(Assert.Single(new ClaimRunner(2) { Workers = 1 }.Run([claim])));
        Assert.True(book.HasRuns(claim));
        var page = Path.Combine(Folder, "changing.md");
        Assert.Contains("**DIFFERS**", File.ReadAllText(page), StringComparison.Ordinal);
        Assert.Equal([1, 2], File.ReadAllBytes(Path.Combine(Folder, "changing.png")));

        (claim.Highest, claim.Words) = (2, "After.");
        var result = book.Rejudge(claim);
        book.Add(result);
        Assert.Equal(2, count);
        Assert.Equal((Outcome.Pass, true), (result.Outcome, result.IsQuick));
        Assert.Equal([1.1, 2.1], result.Checks[0].Values);
        Assert.Contains($"After. {double.PositiveInfinity} {1.0 / 3} 2 1", File.ReadAllText(page), StringComparison.Ordinal);
        Assert.Contains("**PASS**", File.ReadAllText(page), StringComparison.Ordinal);
    }

    [Fact]
    public void Runs_keep_the_day_on_which_they_were_made()
    {
        var book = new ClaimBook(Folder);
        var claim = new Changing(() => 0);
        book.Add(Assert.Single(new ClaimRunner { Workers = 1 }.Run([claim])));
        var raw = Path.Combine(Folder, "raw", "changing.json");
        File.WriteAllText(raw, System.Text.RegularExpressions.Regex.Replace(File.ReadAllText(raw), @"\d{4}-\d\d-\d\d", "2001-02-03"));
        book.Add(book.Rejudge(claim));
        Assert.Contains("2001-02-03", File.ReadAllText(Path.Combine(Folder, "changing.md")), StringComparison.Ordinal);
        Assert.Contains("2001-02-03", File.ReadAllText(raw), StringComparison.Ordinal);
    }

    [Fact]
    public void A_night_that_was_broken_off_goes_on_with_the_seeds_that_it_lacks()
    {
        var count = 0;
        var claim = new Changing(() => ++count == 3 ? throw new UserException("no power") : count);
        var book = new ClaimBook(Folder);
        ClaimRunner Night(ClaimBook book, bool ofAnyCommit) => new(3)
        {
            Workers = 1,
            Kept = (c, runs) => book.Keep(c, true, runs),
            Earlier = c => book.Earlier(c, true, ofAnyCommit),
        };
        Assert.Throws<UserException>(() => Night(book, true).Run([claim]).ToList());
        Assert.False(book.HasRuns(claim));
        var part = Path.Combine(Folder, "raw", "changing.part.json");
        Assert.True(File.Exists(part));
        Assert.Null(book.Earlier(claim, isQuick: false, ofAnyCommit: true));

        // The next night, elsewhere.
        File.WriteAllText(part, File.ReadAllText(part).Replace("LibTorch", "an older LibTorch", StringComparison.Ordinal));
        book = new ClaimBook(Folder);
        Assert.Null(book.Earlier(claim, isQuick: true, ofAnyCommit: false));
        var result = Assert.Single(Night(book, true).Run([claim]));
        book.Add(result);
        Assert.Equal(4, count);
        Assert.Equal([1.1, 2.1, 4.1], result.Checks[0].Values);
        Assert.False(File.Exists(part));
        var page = File.ReadAllText(Path.Combine(Folder, "changing.md"));
        Assert.Contains("an older LibTorch", page, StringComparison.Ordinal);
        Assert.Contains(", then ", page, StringComparison.Ordinal);

        // What is there already is not made again, none of it is dropped, and it stays of its day.
        File.WriteAllText(Path.Combine(Folder, "raw", "changing.json"), System.Text.RegularExpressions.Regex.Replace(
            File.ReadAllText(Path.Combine(Folder, "raw", "changing.json")), @"\d{4}-\d\d-\d\d", "2001-02-03"));
        var again = Assert.Single((Night(book, true) with { Seeds = 1 }).Run([claim]));
        Assert.Equal((3, 4), (again.Runs.Count, count));
        book.Add(again);
        Assert.Contains("2001-02-03", File.ReadAllText(Path.Combine(Folder, "changing.md")), StringComparison.Ordinal);

        // A shorter part that was left does not come before it, and another experiment is refused.
        book.Keep(claim, true, new(result.Runs.Take(1).ToList(), 1));
        Assert.Equal(3, book.Earlier(claim, true, ofAnyCommit: true)!.Runs.Count);
        claim.Way = "Otherwise.";
        Assert.Contains("another one then",
            Assert.Throws<UserException>(() => book.Earlier(claim, true, ofAnyCommit: true)).Message, StringComparison.Ordinal);
        Assert.Null(book.Earlier(claim, isQuick: false, ofAnyCommit: true));
    }

    [Fact]
    public void A_seed_that_throws_loses_none_of_those_before_it()
    {
        var count = 0;
        var claim = new Changing(() => ++count == 2 ? throw new InvalidOperationException("odd") : count);
        var book = new ClaimBook(Path.Combine(Folder, "new"));
        var failed = Assert.Single(new ClaimRunner(2) { Workers = 1, Kept = (c, runs) => book.Keep(c, true, runs) }.Run([claim]));
        Assert.Equal(Outcome.Fail, failed.Outcome);
        book.Add(failed);
        Assert.Single(book.Earlier(claim, true, ofAnyCommit: true)!.Runs);
        // The first of all.
        var none = new ClaimBook(Path.Combine(Folder, "none"));
        var first = Assert.Single(new ClaimRunner { Workers = 1 }.Run([new Changing(() => throw new InvalidOperationException("odd"))]));
        none.Add(first);
        Assert.True(File.Exists(Path.Combine(Folder, "none", "changing.md")));
        // What cannot be kept is the claim's failure, and not the end of the program.
        var full = new ClaimRunner { Workers = 1, Kept = (_, _) => throw new IOException("no space left") };
        Assert.Contains("no space left", Assert.Single(full.Run([new Changing(() => 1)])).Remark, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_missing_or_of_another_form_is_refused_in_a_line()
    {
        var (book, claim) = (new ClaimBook(Folder), new Changing(() => 0));
        Assert.Contains("there are no runs of changing",
            Assert.Throws<UserException>(() => book.Rejudge(claim)).Message, StringComparison.Ordinal);
        var raw = Path.Combine(Folder, "raw", "changing.json");
        Directory.CreateDirectory(Path.GetDirectoryName(raw)!);
        foreach (var bad in (string[])["", "{}", "[1]", """{"Name":"changing","Quick":true,"Runs":[{"Value":"x"}]}""", """{"Name":"other","Runs":[{}]}"""])
        {
            File.WriteAllText(raw, bad);
            var message = Assert.Throws<UserException>(() => book.Rejudge(claim)).Message;
            Assert.Contains("make them anew", message, StringComparison.Ordinal);
            Assert.DoesNotContain('\n', message);
        }
    }

    // Every claim's record goes to a file and comes back as it was.
    [Theory]
    [MemberData(nameof(Claims))]
    public void The_runs_of_every_claim_can_be_kept(string name)
    {
        var claim = ClaimCatalog.Named(name);
        object run = Made(claim.RunType);
        var result = new ClaimResult(claim, [], null, "", [1, 2], true, 1.5) { Runs = [run, run] };
        var text = RawRuns.Of(result, new("2001-02-03", "here")).ToJson();
        var back = RawRuns.Parse(text);
        Assert.Equal(text, RawRuns.Of(result with { Runs = back.For(claim) }, new(back.Date, back.Machine)).ToJson());
        Assert.Contains("0.333", text, StringComparison.Ordinal);
    }

    public static TheoryData<string> Claims => [.. ClaimCatalog.All.Select(c => c.Name)];

    // Something of a type, with nothing left out.
    private static object Made(Type type)
    {
        if (type == typeof(double))
            return 1.0 / 3;
        if (type == typeof(string))
            return "word";
        if (type == typeof(double[,]))
            return new[,] { { 1.0 / 3, double.NaN } };
        if (type.IsPrimitive)
            return Convert.ChangeType(1, type, System.Globalization.CultureInfo.InvariantCulture);
        if (type.IsArray)
            return Row(type.GetElementType()!);
        if (type.IsInterface && type.GetGenericArguments() is [var item])
            return Row(item);
        if (type.IsInterface && type.GetGenericArguments() is [_, var value])
        {
            var dictionary = Activator.CreateInstance(typeof(Dictionary<,>).MakeGenericType(typeof(string), value))!;
            ((System.Collections.IDictionary)dictionary).Add("key", Made(value));
            return dictionary;
        }
        var constructor = type.GetConstructors().MaxBy(c => c.GetParameters().Length)!;
        return constructor.Invoke([.. constructor.GetParameters().Select(p => Made(p.ParameterType))]);
    }

    private static Array Row(Type item)
    {
        var row = Array.CreateInstance(item, 40); // some tables are asked at fixed places
        for (var i = 0; i < row.Length; i++)
            row.SetValue(Made(item), i);
        return row;
    }
}
