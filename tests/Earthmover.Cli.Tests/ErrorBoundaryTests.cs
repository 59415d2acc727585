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

    [Fact]
    public void Wrapped_bad_input_is_still_bad_input() => Assert.Equal(2, Throwing(new AggregateException(new UserException("x"))).Code);

    [Fact]
    public void Ctrl_C_is_no_error() => Assert.Equal((130, ""), Throwing(new OperationCanceledException()));

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
