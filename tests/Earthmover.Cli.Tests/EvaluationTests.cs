using System.Text.Json;
using Earthmover.Data;
using Earthmover.Data.Formats;

namespace Earthmover.Cli.Tests;

/// <summary><c>distance</c> and <c>evaluate</c> through the command line.</summary>
public sealed partial class EvaluationTests : CommandLine
{
    private void PutPoints()
    {
        Put("a.csv", "0,0\n1,0\n2,0\n");
        Put("shifted.csv", "3,4\n4,4\n5,4\n");
        Put("four.csv", "0,0\n0,0\n1,0\n2,0\n");
        Put("weighted.csv", "x,y,weight\n0,0,3\n10,0,1\n");
        Put("origin.csv", "0,0\n");
        Put("line.csv", "1\n2\n3\n");
        Put("nan.csv", "1,2\n3,nan\n");
        Put("header.csv", "x,y\n");
        Put("text.txt", "abcd\nbcda\ncdab\nabcd\n");
        PutPicture("pictures/a.png", 12, 12, 1, 1);
        PutPicture("pictures/b.png", 12, 12, 1, 2);
        PutPicture("color/a.png", 12, 12, 3, 1);
        Put("empty/none", "");
        NpyFile.Write<float>(At("a.npy"), [0, 0, 1, 0, 2, 0], 3, 2);
    }

    private static double Value(JsonElement json, string name = "value") => json.GetProperty(name).GetDouble();

    [Theory]
    [InlineData("w1", 5)]
    [InlineData("w2", 5)]
    [InlineData("fd", 25)]
    public void Distance_of_a_shift_is_its_length_in_every_form_of_file(string metric, double expected)
    {
        PutPoints();
        foreach (var a in new[] { "a.csv", "a.npy" })
        {
            var json = Done("distance", a, "shifted.csv", "--metric", metric, "--json").Json;
            Assert.Equal(expected, Value(json), 6);
            Assert.Equal((3, 3, 2), (json.GetProperty("n").GetInt32(), json.GetProperty("m").GetInt32(), json.GetProperty("d").GetInt32()));
            Assert.Equal(metric, json.GetProperty("metric").GetString());
            Assert.True(Value(json, "solve_seconds") >= 0 && Value(json, "cost_seconds") >= 0);
            if (metric != "fd")
            {
                Assert.True(json.GetProperty("certified").GetBoolean());
                Assert.Equal(expected, Value(json, "dual"), 6);
                Assert.Equal(0, Value(json, "gap"), 6);
            }
        }
    }

    [Fact]
    public void Numbers_whose_digits_are_lost_are_shown_with_their_error_or_refused()
    {
        // Both differ in the second column alone, by 4.01; squares of the first have no digits left for it.
        string Rows(int second) => string.Join('\n', Enumerable.Range(0, 400).Select(i =>
            $"{(i % 4 < 2 ? 1 : -1)}00000000.0,{(i % 2 == 0 ? second : -second)}.0"));
        Put("x.csv", Rows(1));
        Put("y.csv", Rows(3));
        Assert.Matches(@"fd +\S+ \(not proven\), rounding ± \d+", Run("distance", "x.csv", "y.csv", "--metric", "fd").Out);
        Assert.DoesNotContain("rounding", Done("distance", "x.csv", "y.csv", "--metric", "w2").Out, StringComparison.Ordinal);
        Put("small.csv", string.Join('\n', Enumerable.Range(0, 40).Select(i => $"{i + 1}e-160,{i * i % 7}e-160")));
        var refused = Run("evaluate", "small.csv", "--against", "small.csv", "--metrics", "fd");
        Assert.Equal(2, refused.Code);
        Assert.Contains("squares of such numbers leave float64; use smaller units", refused.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Distance_prints_what_is_known_of_an_iteration_that_does_not_end()
    {
        PutPoints();
        // No exponent has digits at so small an ε.
        var outcome = Run("distance", "a.csv", "four.csv", "--metric", "sinkhorn", "--epsilon", "1e-17", "--json");
        Assert.Equal(1, outcome.Code);
        var said = Assert.Single(outcome.Error.TrimEnd('\n').Split('\n'));
        Assert.Contains("--epsilon", said, StringComparison.Ordinal);
        Assert.DoesNotContain("Exception", said, StringComparison.Ordinal);
        var json = JsonDocument.Parse(outcome.Out).RootElement;
        Assert.False(json.GetProperty("converged").GetBoolean());
        Assert.True(Value(json, "dual") <= 0.25 + 1e-12 && Value(json) >= 0.25 - 1e-12);
        Assert.Contains("not converged",
            Run("distance", "a.csv", "four.csv", "--metric", "sinkhorn", "--epsilon", "1e-17").Out, StringComparison.Ordinal);
        Assert.True(Done("distance", "a.csv", "four.csv", "--metric", "sinkhorn", "--json").Json.GetProperty("converged").GetBoolean());
    }

    [Fact]
    public void Distance_beside_an_outlier_is_that_of_the_rest()
    {
        var far = new float[200];
        for (var k = 0; k < far.Length; k++)
            far[k] = k % 37;
        far[15] = -2147483648;
        NpyFile.Write<float>(At("far.npy"), far, 100, 2);
        NpyFile.Write<float>(At("moved.npy"), Array.ConvertAll(far, v => v < 0 ? v : v + 3), 100, 2);
        var json = Done("distance", "far.npy", "moved.npy", "--metric", "w2", "--json").Json;
        Assert.True(json.GetProperty("certified").GetBoolean());
        Assert.InRange(Value(json), 4.1, Math.Sqrt(18));
        Assert.InRange(Value(json) - Value(json, "dual"), -Value(json, "value_error"), Value(json, "value_error"));
    }

    [Fact]
    public void Distance_takes_masses_and_different_sizes()
    {
        PutPoints();
        Assert.Equal(2.5, Value(Done("distance", "weighted.csv?masses=weight", "origin.csv", "--json").Json), 6);
        Assert.Equal(0.25, Value(Done("distance", "a.csv", "four.csv", "--json").Json), 6);
        var sinkhorn = Done("distance", "a.csv", "shifted.csv", "--metric", "sinkhorn", "--epsilon", "0.5", "--json").Json;
        Assert.InRange(5, Value(sinkhorn, "dual") - 1e-6, Value(sinkhorn) + 1e-6);
        Assert.False(sinkhorn.GetProperty("certified").GetBoolean());
        var sliced = Done("distance", "a.csv", "shifted.csv", "--metric", "sliced", "--json").Json;
        Assert.InRange(Value(sliced), 2.8, 3.5); // 5·E|cos| = 10/π
        Assert.Equal(JsonValueKind.Null, sliced.GetProperty("certified").ValueKind);
        var text = Done("distance", "a.csv", "shifted.csv").Out;
        Assert.Contains("certified", text, StringComparison.Ordinal);
        Assert.Contains("w1", text, StringComparison.Ordinal);
        Assert.Equal(0, Value(Done("distance", "pictures", "pictures", "--json").Json), 6);
    }

    [Fact]
    public void Masses_count_alike_in_distance_and_evaluation()
    {
        var random = new SeededRandom(5);
        string Table(double shift, Func<int, double> mass) => "x,y,m\n"
            + string.Join('\n', Enumerable.Range(0, 60).Select(i =>
                FormattableString.Invariant($"{shift + random.NextDouble()},{random.NextDouble()},{mass(i)}")));
        // Half of the points have all the mass.
        Put("a.csv", Table(0, i => i % 2 * 1e-50));
        Put("b.csv", Table(3, i => 1 + i % 3));
        var distance = Value(Done("distance", "a.csv?masses=m", "b.csv?masses=m", "--json").Json);
        var evaluated = Done("evaluate", "a.csv?masses=m", "--against", "b.csv?masses=m", "-n", "30", "--json").Json;
        Assert.Equal(["w1", "w2"], evaluated.GetProperty("metrics").EnumerateArray().Select(m => m.GetProperty("name").GetString()));
        Assert.InRange(Value(evaluated.GetProperty("metrics")[0]), 0.9 * distance, 1.1 * distance);
        Assert.Contains(evaluated.GetProperty("notes").EnumerateArray(), note =>
            note.GetString()!.Contains("30 points are drawn of its 60 by them, as in training", StringComparison.Ordinal));
        var refused = Run("evaluate", "a.csv?masses=m", "--against", "b.csv?masses=m", "--metrics", "mmd", "-n", "30");
        Assert.Equal(2, refused.Code);
        Assert.Contains("w1 and w2 do", refused.Error, StringComparison.Ordinal);
    }

    // Fewer than nine samples are no help, and are not offered.
    [Theory]
    [InlineData("w2")]
    [InlineData("sinkhorn --epsilon 1e-17")]
    public void Fewer_samples_are_offered_only_of_many(string metric)
    {
        var random = new SeededRandom(7);
        string Row(double x, double y) => FormattableString.Invariant($"{x},{y}");
        string Table(double far) => string.Join('\n',
            Enumerable.Range(0, 9).Select(i => i == 3 ? Row(far, 0) : Row(random.NextDouble(), random.NextDouble())));
        Put("a.csv", Table(1e30));
        Put("b.csv", Table(1e30));
        var outcome = Run(["distance", "a.csv", "b.csv", "--metric", .. metric.Split(' ')]);
        Assert.Equal(1, outcome.Code);
        var advice = Assert.Single(outcome.Error.Split('\n'), line => line.StartsWith("earthmover: ", StringComparison.Ordinal));
        Assert.DoesNotContain("-n", advice, StringComparison.Ordinal);
    }

    // As training draws them: those that have no mass never, whatever their number.
    [Fact]
    public void Evaluation_draws_points_by_their_masses()
    {
        static string Row(int i) => i % 1000 == 0 ? $"{i / 1000 % 2},1" : $"{100 + i},0";
        Put("many.csv", "x,w\n" + string.Join('\n', Enumerable.Range(0, 4000).Select(Row)));
        Put("half.csv", "x\n" + string.Join('\n', Enumerable.Range(0, 400).Select(i => i % 2)));
        var metrics = Done("evaluate", "half.csv", "--against", "many.csv?masses=w", "-n", "400", "--json").Json.GetProperty("metrics");
        Assert.Equal("w1", metrics[0].GetProperty("name").GetString());
        // A share of 400 throws of a coin differs from one half by 0.025 in one standard deviation.
        Assert.InRange(Value(metrics[0]), 0, 0.11);
        Assert.InRange(Value(metrics[0], "floor"), 0, 0.15);
        var judged = Done("evaluate", "many.csv?masses=w", "--against", "half.csv", "-n", "200", "--json").Json.GetProperty("metrics");
        Assert.InRange(Value(judged[0]), 0, 0.16);
    }

    [Fact]
    public void Points_with_masses_are_all_used_or_refused()
    {
        PutPoints();
        var heavy = 5000;
        Put("many.csv",
            "x,w\n" + string.Join('\n', Enumerable.Range(0, 5100).Select(i => $"{(i == heavy ? 7 : i % 5)},{(i == heavy ? "1" : "0")}")));
        Put("one.csv", "x\n3\n3\n");
        Assert.Equal(4, Value(Done("distance", "many.csv?masses=w", "one.csv", "--json").Json), 9);
        string[] lines = ["many.csv?masses=w one.csv -n 2", "one.csv many.csv?masses=w -n 2", "many.csv?masses=w many.csv?masses=w"];
        foreach (var line in lines)
        {
            var refused = Run(["distance", .. line.Split(' ')]);
            Assert.Equal(2, refused.Code);
            Assert.Contains("has masses, so all of its 5,100 points count",
                Assert.Single(refused.Error.TrimEnd('\n').Split('\n')), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void What_was_decided_about_columns_is_said()
    {
        Put("o1.csv", ",height,mass\n0,170,60\n1,180,80\n");
        Put("o2.csv", "mass,height\n60,170\n80,180\n");
        var outcome = Done("distance", "o1.csv", "o2.csv", "--json");
        Assert.Equal(0, Value(outcome.Json), 12);
        var notes = outcome.Json.GetProperty("notes").EnumerateArray().Select(note => note.GetString()!).ToArray();
        Assert.Contains(notes, note => note.StartsWith("o1.csv: column 1", StringComparison.Ordinal));
        Assert.Contains(notes, note => note.Contains("in the order of", StringComparison.Ordinal));
        Assert.Contains("note: o1.csv: column 1", Done("distance", "o1.csv", "o2.csv").Error, StringComparison.Ordinal);
        Put("o3.csv", "mass,depth\n60,170\n80,180\n");
        Assert.Contains("mass, depth", Run("distance", "o1.csv", "o3.csv").Error, StringComparison.Ordinal);
        Assert.Contains("mass, depth", Run("evaluate", "o3.csv", "--against", "o1.csv", "-n", "2").Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Sets_of_different_sizes_are_used_whole()
    {
        Put("long.csv", string.Join('\n', Enumerable.Range(0, 5100).Select(i => $"{i / 100.0 + 0.5}")));
        Put("short.csv", string.Join('\n', Enumerable.Range(0, 20).Select(i => $"{i + 0.5}")));
        var json = Done("distance", "long.csv", "short.csv", "--json").Json;
        Assert.Equal((5000, 20), (json.GetProperty("n").GetInt32(), json.GetProperty("m").GetInt32()));
        Assert.Contains("5,000 of the 5,100", json.GetProperty("notes")[0].GetString()!, StringComparison.Ordinal);
    }

    [Fact]
    public void Large_offsets_keep_their_digits()
    {
        Put("u0.csv", "388096,5572094.0\n388097,5572095.0\n");
        Put("u1.csv", "388096,5572094.2\n388097,5572095.2\n");
        Put("t0.csv", string.Join('\n', Enumerable.Range(0, 100).Select(i => 1700000000 + 60 * i)));
        Put("t7.csv", string.Join('\n', Enumerable.Range(0, 100).Select(i => 1700000007 + 60 * i)));
        Put("s0.csv", "1e60,0\n3e60,0\n");
        Put("s1.csv", "1e60,1e60\n3e60,1e60\n");
        foreach (var (metric, expected) in new[] { ("w1", 1.0), ("w2", 1), ("fd", 1) })
        {
            var value = Value(Done("distance", "s0.csv", "s1.csv", "--metric", metric, "--json").Json);
            Assert.Equal(expected, value / (metric == "fd" ? 1e120 : 1e60), 9);
        }
        Assert.InRange(Value(Done("distance", "s0.csv", "s1.csv", "--metric", "sliced", "--json").Json), 0.55e60, 0.7e60); // E|cos| = 2/π
        NpyFile.Write<double>(At("t7.npy"), [.. Enumerable.Range(0, 100).Select(i => 1700000007.0 + 60 * i)], 100);
        Assert.Equal(0.2, Value(Done("distance", "u0.csv", "u1.csv", "--json").Json), 9);
        foreach (var other in new[] { "t7.csv", "t7.npy" })
            foreach (var (metric, expected) in new[] { ("w1", 7.0), ("w2", 7), ("sliced", 7), ("fd", 49) })
                Assert.Equal(expected, Value(Done("distance", "t0.csv", other, "--metric", metric, "--json").Json), 3);
    }

    [Fact]
    public void A_run_is_compared_by_its_samples()
    {
        Done(["train", "gaussians-8", "--run", "r", "--steps", "2", .. Small]);
        var json = Done("distance", "r", "gaussians-8", "-n", "100", "--json").Json;
        Assert.True(Value(json) > 0);
        Assert.Equal(100, json.GetProperty("n").GetInt32());
        Assert.Equal(Value(json), Value(Done("distance", "r", "gaussians-8", "-n", "100", "--json").Json));

        var measured = Done("evaluate", "r", "--against", "gaussians-8", "-n", "200", "--json").Json;
        var metrics = measured.GetProperty("metrics").EnumerateArray().ToArray();
        var names = metrics.Select(m => m.GetProperty("name").GetString()!).ToList();
        foreach (var name in new[] { "modes", "high-quality", "w1", "sliced", "mmd", "1nn", "precision", "recall" })
            Assert.Contains(name, names);
        foreach (var m in metrics)
        {
            Assert.Equal(200, m.GetProperty("n").GetInt32());
            Assert.InRange(Value(m), Value(m, "low95") - 1e-12, Value(m, "high95") + 1e-12);
            Assert.Contains("against ", m.GetProperty("protocol").GetString()!, StringComparison.Ordinal);
            Assert.Equal(JsonValueKind.Number, m.GetProperty("floor").ValueKind);
        }
        var w1 = metrics[names.IndexOf("w1")];
        Assert.True(Value(w1) > Value(w1, "floor"), "two steps of training are no match for real samples");
        Assert.Equal(8, Value(metrics[names.IndexOf("modes")], "floor"));
        Assert.InRange(Value(metrics[names.IndexOf("high-quality")], "floor"), 0.95, 1);

        // The run keeps them, and its report shows them.
        using var kept = JsonDocument.Parse(File.ReadAllText(At("r", "metrics.json")));
        Assert.Equal(Value(w1), Value(kept.RootElement.GetProperty("metrics")[names.IndexOf("w1")]));
        Assert.Contains("high-quality", File.ReadAllText(At("r", "report.html")), StringComparison.Ordinal);
    }

    [Fact]
    public void A_run_is_evaluated_against_what_it_was_trained_on_unless_told_otherwise()
    {
        Done(["train", "gaussians-8", "--run", "r", "--steps", "2", .. Small]);
        Done(["train", "rotation-toy", "--run", "pair", "--steps", "1", "--threads", "1"]);
        string[] rest = ["-n", "50", "--metrics", "w1", "--json"];

        var json = Done(["evaluate", "r", .. rest]).Json;

        Assert.Equal("gaussians-8", json.GetProperty("against").GetString());
        Assert.Equal(Value(json.GetProperty("metrics")[0]),
            Value(Done(["evaluate", "r", "--against", "gaussians-8", .. rest]).Json.GetProperty("metrics")[0]));
        // Of two domains the one that it translates to; a system that plays with the first makes samples of that.
        Assert.Equal("rotation-toy?side=b", Done(["evaluate", "pair", .. rest]).Json.GetProperty("against").GetString());
        Done(["train", "rotation-toy", "--system", "wgan-gp", "--run", "first", "--steps", "1", .. Small]);
        Assert.Equal("rotation-toy?side=a", Done(["evaluate", "first", .. rest]).Json.GetProperty("against").GetString());
    }

    [Fact]
    public void Measurements_that_cannot_be_kept_cost_one_line()
    {
        Done(["train", "gaussians-8", "--run", "r", "--steps", "2", .. Small]);
        Directory.CreateDirectory(At("r", "metrics.json"));
        var outcome = Done("evaluate", "r", "--against", "gaussians-8", "-n", "50", "--metrics", "w1", "--json");
        Assert.Equal("w1", outcome.Json.GetProperty("metrics")[0].GetProperty("name").GetString());
        Assert.Single(outcome.Error.Split('\n'), line => line.StartsWith("warning: the measurements", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("distance a.csv|line.csv line.csv", "a.csv and line.csv")]
    [InlineData("distance a.csv a.csv|line.csv", "a.csv and line.csv")]
    [InlineData("distance swiss-roll gaussians-8|swiss-roll?n=500", "gaussians-8 and swiss-roll?n=500")]
    [InlineData("distance rotation-toy swiss-roll", "rotation-toy?side=a and rotation-toy?side=b")]
    [InlineData("distance pair pictures", "pair/trainA and pair/trainB")]
    [InlineData("evaluate a.csv|line.csv --against four.csv", "a.csv and line.csv")]
    [InlineData("evaluate a.csv --against four.csv|line.csv", "four.csv and line.csv")]
    [InlineData("evaluate a.csv --against four.csv --held-out four.csv|line.csv -n 2", "four.csv and line.csv")]
    public void One_of_two_domains_is_not_chosen_in_silence(string line, string sides)
    {
        PutPoints();
        PutPicture("pair/trainA/a.png", 12, 12, 1, 1);
        PutPicture("pair/trainB/b.png", 12, 12, 1, 2);
        var outcome = Run(line.Split(' '));
        Assert.Equal((2, ""), (outcome.Code, outcome.Out));
        Assert.Contains($"names two domains, {sides}; give one of them",
            Assert.Single(outcome.Error.TrimEnd('\n').Split('\n')), StringComparison.Ordinal);
        Done("distance", "pair/trainA", "pair/trainB");
        Done("distance", "rotation-toy?side=a", "rotation-toy?side=b", "-n", "20");
    }

    [Fact]
    public void Text_is_measured_by_its_n_grams()
    {
        Put("corpus.txt", string.Join('\n', Enumerable.Range(0, 60).Select(i => $"the {i * 7 % 13} words of line {i % 10}")));
        Put("other.txt", string.Join('\n', Enumerable.Range(0, 60).Select(i => $"ZZZ{i * 5 % 11}###QQQ+++{i % 10}******XX")));
        Assert.Equal(32, ((TextSet)DataCatalog.Open("corpus.txt")).Length);
        var json = Done("evaluate", "other.txt", "--against", "corpus.txt", "--json").Json;
        var metrics = json.GetProperty("metrics").EnumerateArray().ToDictionary(m => m.GetProperty("name").GetString()!);
        Assert.Equal(["js-1", "js-2", "js-3", "js-4"], metrics.Keys);
        Assert.All(metrics.Values, m => Assert.True(Value(m) > Value(m, "floor") && Value(m) <= 1 + 1e-12));
    }

    [Theory]
    [InlineData("distance a.csv line.csv", "shape")]
    [InlineData("distance a.csv pictures", "kinds")]
    [InlineData("distance pictures color", "shape")]
    [InlineData("distance a.csv nan.csv", "line 2")]
    [InlineData("distance a.csv header.csv", "header.csv")]
    [InlineData("distance a.csv empty", "empty")]
    [InlineData("distance a.csv nowhere", "nowhere")]
    [InlineData("distance text.txt text.txt", "text")]
    [InlineData("distance a.csv shifted.csv --metric w3", "w3")]
    [InlineData("distance a.csv shifted.csv -n 4", "-n 4")]
    [InlineData("distance a.csv shifted.csv -n 0", "-n")]
    [InlineData("distance a.csv shifted.csv --features resnet", "resnet")]
    [InlineData("distance a.csv shifted.csv --features fmnist", "pictures")]
    [InlineData("distance pictures pictures --features inception", "--inception")]
    [InlineData("distance pictures pictures --inception nowhere", "nowhere")]
    [InlineData("distance pictures pictures --inception a.npy", "a.npy")]
    [InlineData("distance a.csv shifted.csv --metric sinkhorn --epsilon 0", "--epsilon")]
    [InlineData("distance a.csv shifted.csv --metric sinkhorn --epsilon nan", "--epsilon")]
    [InlineData("distance weighted.csv?masses=weight origin.csv --metric sliced", "masses")]
    [InlineData("distance origin.csv origin.csv --metric fd", "at least 2")]
    [InlineData("distance a.csv", "needs <b>")]
    [InlineData("evaluate a.csv", "--against")]
    [InlineData("evaluate a.csv --against four.csv --metrics fid2000", "fid2000")]
    [InlineData("evaluate a.csv --against four.csv --metrics js", "js")]
    [InlineData("evaluate a.csv --against four.csv --metrics modes", "modes")]
    [InlineData("evaluate a.csv --against four.csv --metrics ms-ssim", "ms-ssim")]
    [InlineData("evaluate a.csv --against four.csv --metrics is", "is")]
    [InlineData("evaluate a.csv --against four.csv --metrics memorization", "--held-out")]
    [InlineData("evaluate a.csv --against four.csv -n 3", "real samples")]
    [InlineData("evaluate origin.csv --against four.csv -n 2", "-n 2")]
    [InlineData("evaluate a.csv --against four.csv -n 1", "-n")]
    [InlineData("evaluate a.csv --against line.csv", "shape")]
    [InlineData("evaluate nan.csv --against four.csv", "line 2")]
    [InlineData("evaluate text.txt --against four.csv", "kinds")]
    [InlineData("evaluate nowhere --against four.csv", "nowhere")]
    [InlineData("evaluate a.csv --against empty", "empty")]
    [InlineData("evaluate four.csv --against four.csv --metrics prdc -n 1", "-n")]
    public void What_cannot_be_compared_is_refused_in_one_line(string line, string names)
    {
        PutPoints();
        var before = Everything();
        var outcome = Run(line.Split(' '));
        var said = Assert.Single(outcome.Error.TrimEnd('\n').Split('\n'));
        Assert.StartsWith("earthmover: ", said, StringComparison.Ordinal);
        Assert.Contains(names, said, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("Exception", said, StringComparison.Ordinal);
        Assert.DoesNotContain("Parameter", said, StringComparison.Ordinal);
        Assert.Equal(2, outcome.Code);
        Assert.Empty(outcome.Out);
        Assert.Equal(before, Everything());
    }
}
