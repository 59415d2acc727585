using System.CommandLine;

namespace Earthmover.Cli.Tests;

public sealed class ErrorBoundaryTests
{
    private static (int Code, string Error) Run(Action action, params string[] args)
    {
        var go = new Command("go") { new Option<int>("--n") };
        go.SetAction(_ => action());
        using var error = new StringWriter();
        return (ErrorBoundary.Run(() => new Command("earthmover") { go }, args, error), error.ToString());
    }

    private static (int Code, string Error) Throwing(Exception e) => Run(() => throw e, "go");

    [Fact]
    public void Success_says_nothing() => Assert.Equal((0, ""), Run(() => { }, "go"));

    [Fact]
    public void Bad_input_is_one_line_and_exit_code_2() =>
        Assert.Equal((2, "earthmover: no data set 'x'\n"), Throwing(new UserException("no data set 'x'")));

    [Fact]
    public void A_failure_is_one_line_and_exit_code_1() =>
        Assert.Equal((1, "earthmover: disk full\n"), Throwing(new IOException("disk full")));

    [Fact]
    public void An_unexpected_failure_is_one_line_too()
    {
        var (code, error) = Throwing(new InvalidOperationException("first\nsecond"));
        Assert.Equal(1, code);
        Assert.Equal("earthmover: first second (InvalidOperationException; EARTHMOVER_TRACE=1 shows where)\n", error);
    }

    [Theory]
    [InlineData("--nam", "there is no option '--nam' (did you mean --name?); see earthmover go --help")]
    [InlineData("--threads", "there is no option '--threads'; see earthmover go --help")]
    public void An_option_that_a_command_has_not_is_not_one_of_its_names(string option, string expected)
    {
        var go = new Command("go") { new Argument<string[]>("names"), new Option<string>("--name") };
        go.SetAction(_ => { });
        using var error = new StringWriter();
        Assert.Equal(2, ErrorBoundary.Run(() => new Command("earthmover") { go }, ["go", "a", option, "2"], error));
        Assert.Equal($"earthmover: {expected}\n", error.ToString());
        Assert.Equal(0, ErrorBoundary.Run(() => new Command("earthmover") { go }, ["go", "--", option], error));
    }

    [Theory]
    [InlineData("gp", "unknown command or option 'gp'; see earthmover --help")]
    [InlineData("goo", "unknown command or option 'goo' (did you mean go?); see earthmover --help")]
    [InlineData("go --nam 3 a", "there is no option '--nam' (did you mean --name?); see earthmover go --help")]
    public void What_may_have_been_meant_is_said_of_commands_and_of_options(string line, string expected)
    {
        var go = new Command("go") { new Argument<string?>("place"), new Option<string>("--name") };
        go.SetAction(_ => { });
        using var error = new StringWriter();
        Assert.Equal(2, ErrorBoundary.Run(() => new Command("earthmover") { go }, line.Split(' '), error));
        Assert.Equal($"earthmover: {expected}\n", error.ToString());
    }

    [Fact]
    public void A_file_that_is_not_whole_yet_is_not_called_by_its_name() => Assert.Equal(
        (1, "earthmover: No space left on device : '/a/b c'\n"),
        Throwing(new IOException("No space left on device : '/a/b c/.earthmover-0123456789abcdef.part'")));

    [Fact]
    public void Wrapped_bad_input_is_still_bad_input() => Assert.Equal(2, Throwing(new AggregateException(new UserException("x"))).Code);

    [Fact]
    public void Ctrl_C_is_no_error() => Assert.Equal((130, ""), Throwing(new OperationCanceledException()));

    [Fact]
    public void A_console_that_is_gone_is_no_reason_to_fail_otherwise()
    {
        using var gone = new Gone();
        Assert.Equal(2, ErrorBoundary.Run(() => throw new UserException("x"), [], gone));
    }

    private sealed class Gone : StringWriter
    {
        public override void Write(string? value) => throw new IOException("Broken pipe");
    }

    [Fact]
    public void Without_memory_it_says_what_takes_less()
    {
        var (code, error) = Throwing(new TypeInitializationException("T", new InsufficientMemoryException()));
        Assert.Equal(1, code);
        Assert.StartsWith("earthmover: out of memory; use ", error, StringComparison.Ordinal);
        Assert.Single(error.TrimEnd('\n').Split('\n'));
    }

    [Fact]
    public void Without_file_handles_it_says_how_to_allow_more()
    {
        Assert.Contains("ulimit -n", Throwing(new IOException("Too many open files")).Error, StringComparison.Ordinal);
        Assert.Contains("ulimit -n",
            Throwing(new FileNotFoundException("Could not load file or assembly 'Earthmover.Transport'.")).Error, StringComparison.Ordinal);
    }

    // However it is put into words, it is no mistake of who asked.
    [Theory]
    [InlineData("cannot write into r: Too many open files : 'r/.lock'")]
    [InlineData("cannot write r: No space left on device : 'r/a'")]
    [InlineData("cannot read a.csv: Could not load file or assembly 'Csv'")]
    [InlineData("cannot train: CUDA out of memory")]
    public void What_the_machine_ran_out_of_is_a_failure(string said)
    {
        Assert.Equal(1, Throwing(new UserException(said)).Code);
        Assert.Equal(2, Throwing(new UserException("there is no r/.lock")).Code);
    }

    [Fact]
    public void Names_of_files_cannot_color_the_terminal()
    {
        var (_, error) = Throwing(new UserException("no data \u001b]0;title\u0007\u001b[31mred"));
        Assert.Equal("earthmover: no data \\x1b]0;title\\x07\\x1b[31mred\n", error);
        using var output = new StringWriter();
        var before = Console.Out;
        Console.SetOut(output);
        try
        {
            Run(() => Console.WriteLine("skipped \u001b[2J.png"), "go");
            Run(() => Spectre.Console.AnsiConsoleExtensions.WriteLine(Output.Result, "row \u001b[2J.png"), "go");
        }
        finally
        {
            Console.SetOut(before);
        }
        Assert.DoesNotContain('\u001b', output.ToString());
        Assert.Equal("two\\nlines\n", Printed(() => Output.Line("two\nlines")));
        Assert.Contains("\\x1b[2J.png", output.ToString(), StringComparison.Ordinal);
    }

    // What draws on purpose keeps its colors, wherever it stands.
    [Fact]
    public void Tables_and_bars_are_drawn_past_the_guard()
    {
        var text = Printed(() =>
        {
            var console = Spectre.Console.AnsiConsole.Create(new()
            {
                Ansi = Spectre.Console.AnsiSupport.Yes,
                ColorSystem = Spectre.Console.ColorSystemSupport.TrueColor,
                Out = Output.Result.Profile.Out,
            });
            Spectre.Console.AnsiConsoleExtensions.Markup(console, "[red]x[/]");
        });
        Assert.Contains('\u001b', text);
    }

    private static string Printed(Action action)
    {
        using var output = new StringWriter();
        var before = Console.Out;
        Console.SetOut(output);
        try
        {
            Assert.Equal(0, Run(action, "go").Code);
        }
        finally
        {
            Console.SetOut(before);
        }
        return output.ToString();
    }

    [Theory]
    [InlineData("go --m 1", "'--m'")]
    [InlineData("go --n x", "'x'")]
    [InlineData("come", "'come'")]
    public void What_was_not_understood_is_named(string line, string named)
    {
        var (code, error) = Run(() => { }, line.Split(' '));
        Assert.Equal(2, code);
        Assert.Contains(named, error, StringComparison.Ordinal);
        Assert.Contains("--help", error, StringComparison.Ordinal);
        Assert.Single(error.TrimEnd('\n').Split('\n'));
    }
}
