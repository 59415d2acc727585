using System.Diagnostics;
using Earthmover.Cli.Training;
using Earthmover.Data;
using Earthmover.Training;
using Earthmover.Training.Runs;

namespace Earthmover.Cli.Tests;

/// <summary>Nobody listens, the disk under the log is full, the terminal is a slit: the run goes on and is saved.</summary>
public sealed class OutputErrorTests : CommandLine
{
    private static string[] Training { get; } = ["train", "gaussians-8", "--run", "r",
        "--steps", "30", .. Small, "--set", "report_every=2", "health_share=0"];

    private void AssertWhole(Outcome outcome)
    {
        Assert.True(outcome.Code == 0, $"exit code {outcome.Code}: {outcome.Error}");
        Assert.Equal(30, Checkpoint.Read(Directory.GetFiles(At("r", "checkpoints")).Single()).Standing.Step);
        Assert.True(File.Exists(At("r", "report.html")));
        Assert.Equal(16, File.ReadLines(At("r", "log.jsonl")).Count());
    }

    [Theory]
    [InlineData("2>/dev/full")]
    [InlineData("2>&-")]
    [InlineData(">&-")]
    [InlineData("2>&- >&- <&-")]
    [InlineData(">/dev/full 2>/dev/full")]
    public void A_run_outlives_whoever_listened(string streams)
    {
        foreach (var how in new[] { Array.Empty<string>(), ["--json"] })
        {
            using var process = Start([.. Training, .. how], $"exec {streams};");
            AssertWhole(Wait(process));
            Directory.Delete(At("r"), recursive: true);
        }
    }

    [Fact]
    public void What_could_not_be_told_is_told_on_the_other_stream()
    {
        using var process = Start([.. Training, "--json"], "exec >/dev/full;");
        var outcome = Wait(process);
        AssertWhole(outcome);
        Assert.Single(outcome.Error.Split('\n'),
            l => l.StartsWith("earthmover: standard output cannot be written: ", StringComparison.Ordinal));
    }

    // Where the output is what was asked for, its loss is a failure.
    [Theory]
    [InlineData("exec >/dev/full;", 1)]
    [InlineData("exec >&-;", 1)]
    [InlineData("exec 2>&-;", 0)]
    [InlineData("exec 2>/dev/full;", 0)]
    public void A_result_that_nobody_got_is_a_failure(string streams, int code)
    {
        using var process = Start(["data", "list"], streams);
        Assert.Equal(code, Wait(process).Code);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(10)]
    [InlineData(30)]
    [InlineData(37)]
    [InlineData(100)]
    public void A_terminal_of_any_width_will_do(int columns) => AssertWhole(OnTerminal($"stty cols {columns};", Training));

    // From wide to nothing, while the bar is drawn.
    [Fact]
    public void A_terminal_may_change_under_the_bar() =>
        AssertWhole(OnTerminal("stty cols 100; (while sleep 0.1; do "
            + "for n in 90 30 7 0 1 100; do stty cols $n </dev/tty; sleep 0.05; done; done) & trap 'kill %1' EXIT;", Training));

    [Theory]
    [InlineData("systems")]
    [InlineData("data list")]
    [InlineData("distance gaussians-8?n=20 swiss-roll?n=20")]
    public void Other_commands_draw_on_a_slit_too(string line)
    {
        foreach (var columns in new[] { 0, 1, 20 })
            Assert.Equal(0, OnTerminal($"stty cols {columns};", line.Split(' ')).Code);
    }

    private Outcome OnTerminal(string before, string[] args)
    {
        var program = string.Join(' ',
            new[] { "dotnet", Path.Combine(AppContext.BaseDirectory, "Earthmover.Cli.dll") }.Concat(args).Select(a => $"'{a}'"));
        File.WriteAllText(At("go.sh"), $"{before}\n{program}\n");
        var start = new ProcessStartInfo("script", ["-qec", "bash go.sh", "/dev/null"])
        {
            WorkingDirectory = Folder,
            RedirectStandardError = true,
            RedirectStandardOutput = true,
            RedirectStandardInput = true,
        };
        start.Environment["TERM"] = "xterm-256color";
        using var process = Process.Start(start)!;
        return Wait(process);
    }

    private sealed class Broken(bool isBrokenFromTheStart = false) : TrainingDisplay
    {
        internal override Ending While(Func<Ending> train)
        {
            if (isBrokenFromTheStart)
                throw new InvalidOperationException("no terminal");
            _ = train();
            throw new ArgumentException("Task name cannot be empty");
        }

        public override void Reported(TrainingRecord record, double progress) => throw new IOException("input/output error");

        public override void Closing() => throw new IOException("input/output error");
    }

    private sealed class Kept : TrainingDisplay
    {
        public int Reports { get; private set; }

        public override void Reported(TrainingRecord record, double progress) => Reports++;
    }

    private static TrainingRecord Report { get; } = new(1, 1, 1, 1, [], new Dictionary<string, double>());

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_broken_display_costs_the_run_nothing_and_plain_lines_take_its_place(bool fromTheStart)
    {
        var (plain, times) = (new Kept(), 0);
        using var display = new SteadyDisplay(new Broken(fromTheStart), plain);
        var ending = display.While(() =>
        {
            times++;
            display.Reported(Report, 0.1);
            display.Reported(Report, 0.2);
            display.Closing();
            return Ending.Finished;
        });
        Assert.Equal((Ending.Finished, 1), (ending, times));
        Assert.InRange(plain.Reports, 1, 2);
    }

    [Fact]
    public void A_failure_of_the_run_is_not_taken_for_one_of_the_display()
    {
        using var display = new SteadyDisplay(new Broken(), new Kept());
        Assert.Equal("the run", Assert.Throws<UserException>(() => display.While(() => throw new UserException("the run"))).Message);
    }

    // What a run folder brings along points out of it; training says so and leaves it.
    [Fact]
    public void A_run_with_links_goes_on_and_names_them()
    {
        Done(Training);
        Put("downloads/film.iso.part", "mine");
        Directory.CreateSymbolicLink(At("r", "data"), At("downloads"));
        Assert.Contains("not written to: data", Done("train", "--resume", "--run", "r", "--steps", "32").Error, StringComparison.Ordinal);
        Assert.True(File.Exists(At("downloads", "film.iso.part")));
        Directory.Move(At("r", "checkpoints"), At("foreign"));
        Directory.CreateSymbolicLink(At("r", "checkpoints"), At("foreign"));
        var refused = Run("train", "--resume", "--run", "r", "--steps", "34");
        Assert.Equal(2, refused.Code);
        Assert.Single(refused.Error.TrimEnd('\n').Split('\n'));
        Assert.Equal(0, Run("sample", "r", "-n", "2", "--out", "s.csv").Code);
        // The same code whoever meets it.
        File.Move(At("r", "recipe.json"), At("recipe.json"));
        File.CreateSymbolicLink(At("r", "recipe.json"), At("recipe.json"));
        foreach (var command in new[] { "train --resume --run r --steps 36", "report r", "evaluate r -n 20" })
        {
            var outcome = Run(command.Split(' '));
            Assert.Equal(2, outcome.Code);
            Assert.Contains("recipe.json is a link", Assert.Single(outcome.Error.TrimEnd('\n').Split('\n')), StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("/dev/null", "is a device, whose name does not say what to write")]
    [InlineData("/proc/x.csv", "no file can be made at /proc/x.csv")]
    [InlineData("taken", "is a file whose name does not say what to write")]
    public void Where_samples_cannot_go_is_said_for_what_it_is(string path, string says)
    {
        Done(Training);
        Put("taken", "mine");
        var refused = Run("sample", "r", "-n", "2", "--out", path);
        Assert.Equal(2, refused.Code);
        Assert.Contains(says, Assert.Single(refused.Error.TrimEnd('\n').Split('\n')), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("export r r/checkpoints/000030.safetensors", "is a part of a run")]
    [InlineData("export r r/recipe.json --to onnx", "is a part of a run")]
    [InlineData("report r --out r/recipe.json", "is a part of a run")]
    [InlineData("sample r -n 2 --out r/log.jsonl", "is a part of a run")]
    [InlineData("compare r --html r/recipe.json", "is a part of a run")]
    [InlineData("export r model.csv", "is not named so; use model.onnx")]
    [InlineData("report r --out page.csv", "is not named so; use page.html")]
    [InlineData("compare r --html page.png", "is not named so; use page.html")]
    [InlineData("sweep gaussians-8 --vary width=4,8 --out taken", "is a file; name a folder")]
    public void Nothing_is_written_over_a_run_or_under_a_name_of_another_kind(string command, string says)
    {
        Done(Training);
        Put("taken", "mine");
        string[] parts = [At("r", "checkpoints", "000030.safetensors"), At("r", "recipe.json"), At("r", "log.jsonl"), At("taken")];
        var before = parts.Select(File.ReadAllBytes).ToArray();
        var refused = Run(command.Split(' '));
        Assert.Equal(2, refused.Code);
        Assert.Contains(says, Assert.Single(refused.Error.TrimEnd('\n').Split('\n')), StringComparison.Ordinal);
        Assert.Equal(before, parts.Select(File.ReadAllBytes));
        Assert.Empty(Directory.GetFiles(Folder, "*.onnx").Concat(Directory.GetFiles(Folder, "page*")));
    }

    [Fact]
    public void Who_has_one_damaged_checkpoint_alone_is_sent_to_none_before_it()
    {
        Done(Training);
        string[] all = Directory.GetFiles(At("r", "checkpoints"));
        foreach (var file in all[..^1])
            File.Delete(file);
        File.WriteAllBytes(all[^1], File.ReadAllBytes(all[^1])[..^9]);
        Refused("it is the only one: delete it, and train --resume begins the run again", "sample", "r", "-n", "2");
        Put("r/checkpoints/000001.safetensors", "");
        Refused("delete it, then the checkpoint before it is used", "sample", "r", "-n", "2");
    }

    [Fact]
    public void A_full_disk_is_a_failure_and_no_mistake_of_who_asked()
    {
        Done(Training);
        var full = Run("export", "r", "/dev/full");
        Assert.Equal(1, full.Code);
        Assert.Contains("cannot write the model: No space left on device", full.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_line_break_in_a_name_begins_no_line()
    {
        var trained = Done(["train", "gaussians-8", "--run", "r\nx", "--steps", "2", .. Small]);
        var sampled = Done("sample", "r\nx", "-n", "2", "--out", "s\nx.npy");
        Assert.Contains("saved in r\\nx", trained.Error, StringComparison.Ordinal);
        Assert.Contains("s\\nx.npy", sampled.Out, StringComparison.Ordinal);
        Assert.DoesNotContain((trained.Error + sampled.Out).Split('\n'), line => line.StartsWith('x'));
        Assert.True(File.Exists(At("s\nx.npy")));
    }

    [Theory]
    [InlineData("--out", "/dev/full.csv", "cannot write")] // There is no such device.
    [InlineData("--grid", "/dev/full", "is not named so")] // No PNG is called so.
    public void A_device_that_is_none_is_a_mistake_of_who_asked(string option, string path, string says)
    {
        Done(Training);
        Refused(says, "sample", "r", "-n", "2000", option, path);
    }
}
