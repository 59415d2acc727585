using System.Diagnostics;
using System.Text.Json;
using Earthmover.Media;
using Earthmover.Sessions.Sweeps;

namespace Earthmover.Cli.Tests;

/// <summary>Many runs below one folder, through kills, failures and mistakes.</summary>
public sealed class SweepTests : CommandLine
{
    private static string[] Tiny(string folder, params string[] more) =>
    [
        "sweep", "gaussians-8", "--system", "wgan-gp", "--vary", "width=4,8",
        "--seeds", "2", "--steps", "40", "--threads", "1", "-n", "50", "--out", folder, .. more,
        "--set", "batch=16", "checkpoint_every=4", "health_share=0", "grid_samples=4",
    ];

    private JsonElement Results(string folder) => JsonDocument.Parse(File.ReadAllText(At(folder, "results.json"))).RootElement;

    private static string Line(Outcome outcome, int code = 2)
    {
        Assert.Equal(code, outcome.Code);
        return Assert.Single(outcome.Error.TrimEnd('\n').Split('\n'));
    }

    // Whatever says how far the sweep is: checkpoints and measurements.
    private HashSet<string> Marks(string folder) => !Directory.Exists(At(folder)) ? []
        : [.. new[] { "*.safetensors", "score.json" }
            .SelectMany(name => Directory.EnumerateFiles(At(folder), name, SearchOption.AllDirectories))];

    [Fact]
    public void Killed_five_times_it_ends_as_if_it_had_never_been()
    {
        var killedWithin = 0;
        for (var kill = 0; kill < 5; kill++)
        {
            using var process = Start(kill == 0 ? Tiny("killed") : ["sweep", "--resume", "--out", "killed"]);
            var before = Marks("killed");
            var clock = Stopwatch.StartNew();
            // At another place each time: after the first new checkpoint, the second, …
            while (Marks("killed").Except(before).Count() <= kill)
            {
                Assert.True(!process.HasExited && clock.Elapsed.TotalSeconds < 100, "it ended before it was killed");
                Thread.Sleep(2);
            }
            process.Kill();
            process.WaitForExit();
            killedWithin += Directory.GetFiles(At("killed"), "running.json", SearchOption.AllDirectories).Length;
        }
        Assert.True(killedWithin > 0, "no kill met a run at work");
        Assert.Equal(0, Wait(Start(["sweep", "--resume", "--out", "killed"])).Code);
        Assert.Equal(0, Wait(Start(Tiny("whole"))).Code);
        JsonElement killed = Results("killed"), whole = Results("whole");
        string Text(JsonElement results) =>
            results.ToString().Replace(results.GetProperty("sweep").GetString()!, "s", StringComparison.Ordinal);
        Assert.Equal(Text(whole), Text(killed));
        var hashes = killed.GetProperty("recipes").EnumerateArray().SelectMany(recipe => recipe.GetProperty("runs").EnumerateArray())
            .Select(run => run.GetProperty("state_hash").GetString());
        Assert.Equal(4, hashes.Distinct().Count());
        // Done is done: nothing is trained again.
        var marks = Marks("killed").ToDictionary(file => file, File.GetLastWriteTimeUtc);
        Done("sweep", "--resume", "--out", "killed");
        Assert.Equal(marks, Marks("killed").ToDictionary(file => file, File.GetLastWriteTimeUtc));
    }

    [Fact]
    public void It_says_what_was_found_as_a_table_a_page_and_a_document()
    {
        var outcome = Done(Tiny("s", "--vary", "learning_rate=1e-3,1e-2"));
        Assert.Contains("within the noise of 2 seeds", outcome.Out + Results("s").GetProperty("verdict"), StringComparison.Ordinal);
        Assert.Contains("ETA", outcome.Error, StringComparison.Ordinal);
        Assert.Contains("8/8", outcome.Error, StringComparison.Ordinal);
        var again = outcome.Out.Split('\n').Single(line => line.StartsWith("the best again: ", StringComparison.Ordinal));
        Assert.StartsWith("the best again: earthmover train gaussians-8 --system wgan-gp --set", again, StringComparison.Ordinal);
        Assert.Matches(@" --steps \d+ --seed 1$", again.TrimEnd('\r'));
        Assert.Contains("<h2>Recipes</h2>", File.ReadAllText(At("s", "sweep.html")), StringComparison.Ordinal);
        // The same as a picture, with room for the map and for every recipe.
        var picture = ImageFile.Load(At("s", "sweep.png"));
        Assert.InRange(picture.Height, 400, 600);
        Assert.True(picture.Pixels.ToArray().Distinct().Count() > 20);
        Assert.Contains("sweep.png", outcome.Out, StringComparison.Ordinal);
        var said = Results("s");
        Assert.Equal(JsonValueKind.Null, said.GetProperty("winner").ValueKind);
        Assert.Equal(4, said.GetProperty("recipes").GetArrayLength());
        Assert.Equal(6, said.GetProperty("tests").GetArrayLength());
        // The run is a run like any other.
        var run = said.GetProperty("recipes")[3].GetProperty("runs")[1].GetProperty("path").GetString()!;
        Assert.EndsWith("04-width=8-learning_rate=1e-2-s2", run, StringComparison.Ordinal);
        Done("sample", run, "-n", "4", "--out", "p.csv");
        Assert.Equal(said.ToString(), Done("sweep", "--resume", "--out", "s", "--json").Json.ToString());
    }

    [Fact]
    public void Several_jobs_come_to_what_one_does()
    {
        Done(Tiny("one"));
        Done(Tiny("two", "--jobs", "2"));
        string Text(string folder) => Results(folder).ToString().Replace($"{folder}/", "s/", StringComparison.Ordinal)
            .Replace($"\"{folder}\"", "\"s\"", StringComparison.Ordinal);
        Assert.Equal(Text("one"), Text("two"));
    }

    [Fact]
    public void A_recipe_that_diverges_is_said_and_the_others_go_on()
    {
        var outcome = Done("sweep", "gaussians-8", "--system", "wgan-gp", "--vary", "learning_rate=1e-3,1000", "--seeds", "2",
            "--steps", "80", "--threads", "1", "-n", "50", "--out", "s", "--set", "width=4", "batch=16", "health_share=0");
        Assert.Contains("diverged", outcome.Out, StringComparison.Ordinal);
        Assert.Contains("not finite", outcome.Error, StringComparison.Ordinal);
        var recipes = Results("s").GetProperty("recipes");
        Assert.Equal(JsonValueKind.Null, recipes[1].GetProperty("value").ValueKind);
        Assert.Contains("not finite", recipes[1].GetProperty("runs")[0].GetProperty("failure").GetString(), StringComparison.Ordinal);
        Assert.Equal("learning_rate=1e-3", Results("s").GetProperty("best").GetString());
        Assert.Equal(JsonValueKind.Null, Results("s").GetProperty("winner").ValueKind);
    }

    [Theory]
    [InlineData("needs something to vary")]
    [InlineData("--vary 'width=' names no values", "--vary", "width=")]
    [InlineData("--vary 'width' names no values", "--vary", "width")]
    [InlineData("--vary width has the value 8 twice", "--vary", "width=8,8")]
    [InlineData("--vary width is given twice", "--vary", "width=8", "--vary", "width=16")]
    [InlineData("there is no option 'widht' (did you mean width?)", "--vary", "widht=8,16")]
    [InlineData("option width takes", "--vary", "width=8,wide")]
    [InlineData("--seeds says how many", "--vary", "seed=1,2")]
    [InlineData("width is both set and varied", "--vary", "width=8,16", "--set", "width=8")]
    [InlineData("there is no metric named 'w9'", "--vary", "width=8,16", "--metric", "w9")]
    [InlineData("js does not fit", "--vary", "width=8,16", "--metric", "js")]
    [InlineData("no-system", "--vary", "system=wgan-gp,no-system")]
    [InlineData("started with --threads 1", "--vary", "width=8,16", "--jobs", "2", "--threads", "2")]
    [InlineData("leave out --precision or --jobs", "--vary", "width=8,16", "--jobs", "2", "--precision", "bf16")]
    [InlineData("leave out penalties or --jobs", "--vary", "penalties=exact,rough", "--jobs", "2")]
    [InlineData("leave out kernels or --jobs", "--vary", "width=8,16", "--jobs", "2", "--set", "kernels=plain")]
    [InlineData("holds something already", "--vary", "width=8,16", "--out", "full")]
    public void What_cannot_be_swept_is_refused_in_one_line_before_anything_is_made(string why, params string[] how)
    {
        Put("full/file.txt", "mine");
        var before = Everything();
        Assert.Contains(why, Line(Run(["sweep", "gaussians-8", "--steps", "2", .. how])), StringComparison.Ordinal);
        Assert.Equal(before, Everything());
    }

    [Fact]
    public void The_newest_sweep_has_the_largest_number()
    {
        foreach (var name in new[] { "9999-a", "10000-a", "old" })
            Put($"sweeps/{name}/sweep.json", "{}");
        Assert.Contains("sweeps/10000-a/sweep.json is no plan", Line(Run("sweep", "--resume")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_sweep_waits_for_its_turn_to_take_a_number()
    {
        Directory.CreateDirectory(At("sweeps"));
        var plan = new SweepPlan("gaussians-8", [new("width", ["4", "8"])]) { System = "wgan-gp", Threads = 1 };
        var turn = Files.FileLock.TryTake(At("sweeps", ".next"));
        var start = Task.Run(() => Sweep.Start(plan, null, new()));
        await Task.WhenAny(start, Task.Delay(2000));
        // Whoever has the turn takes the number.
        Directory.CreateDirectory(At("sweeps", "0001-mine"));
        turn!.Dispose();
        using var sweep = await start;
        Assert.StartsWith(Path.Combine("sweeps", "0002-"), sweep.Path, StringComparison.Ordinal);
    }

    [Fact]
    public void A_sweep_goes_on_by_its_own_plan()
    {
        Assert.Contains("there is no sweep to resume under sweeps/", Line(Run("sweep", "--resume")), StringComparison.Ordinal);
        Directory.CreateDirectory(At("empty"));
        Assert.Contains("empty is not the folder of a sweep", Line(Run("sweep", "--resume", "--out", "empty")), StringComparison.Ordinal);
        Assert.Contains("--seeds cannot be given", Line(Run("sweep", "--resume", "--seeds", "4")), StringComparison.Ordinal);
        Assert.Contains("leave the data out", Line(Run("sweep", "gaussians-8", "--resume")), StringComparison.Ordinal);
        Done(Tiny("s"));
        Assert.Contains("s holds a sweep already; continue it with earthmover sweep --resume --out s", Line(Run(Tiny("s"))),
            StringComparison.Ordinal);
        using (Files.FileLock.TryTake(At("s", ".lock")))
            Assert.Contains("another process is at work on the sweep s",
                Line(Run("sweep", "--resume", "--out", "s")), StringComparison.Ordinal);
        Put("broken/sweep.json", "{}");
        Assert.Contains("is no plan of a sweep", Line(Run("sweep", "--resume", "--out", "broken")), StringComparison.Ordinal);
        Assert.Contains("sweep needs data", Line(Run("sweep", "--vary", "width=8,16")), StringComparison.Ordinal);
    }
}
