using System.CommandLine;
using System.Runtime.CompilerServices;
using Earthmover.Testing;

namespace Earthmover.Cli.Tests.Help;

/// <summary>
/// What every command says of itself, beside this file. A new command or another text fails until it has been read and accepted:
/// <c>EARTHMOVER_ACCEPT=1 ./test HelpTests</c>.
/// </summary>
public sealed class HelpTests : CommandLine
{
    private readonly string? _calledAs = Environment.GetEnvironmentVariable(Invocation.Variable);

    // Whoever runs the tests may have come through the script, which says how it was called.
    public HelpTests() => Environment.SetEnvironmentVariable(Invocation.Variable, null);

    protected override void TearDown()
    {
        Environment.SetEnvironmentVariable(Invocation.Variable, _calledAs);
        base.TearDown();
    }

    // Every command by the words that lead to it; the program itself by none.
    private static IEnumerable<(string Words, Command Command)> All(Command command, string words = "") =>
        command.Subcommands.SelectMany(below => All(below, $"{words} {below.Name}".Trim())).Prepend((words, command));

    public static TheoryData<string> Commands => [.. All(Program.Root()).Select(command => command.Words)];

    private static string Name(string words) => words.Length == 0 ? "earthmover" : words.Replace(' ', '-');

    [Theory]
    [MemberData(nameof(Commands))]
    public void The_help_is_as_accepted(string command)
    {
        var outcome = Done([.. command.Split(' ', StringSplitOptions.RemoveEmptyEntries), "--help"]);
        Assert.Empty(outcome.Error);
        // One default is a folder of whoever asks.
        var home = Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".local");
        Snapshot.Match(outcome.Out.Replace(home, "~/.local", StringComparison.Ordinal), Name(command));
    }

    [Fact]
    public void No_help_is_kept_of_a_command_that_is_gone()
    {
        var kept = Directory.GetFiles(Here(), "*.verified.txt").Select(Path.GetFileName).Order(StringComparer.Ordinal);
        const string Stem = $"{nameof(HelpTests)}.{nameof(The_help_is_as_accepted)}";
        var known = All(Program.Root()).Select(command => $"{Stem}.{Name(command.Words)}.verified.txt").Order(StringComparer.Ordinal);
        Assert.Equal(known, kept);
    }

    private static string Here([CallerFilePath] string file = "") => Path.GetDirectoryName(file)!;

    [Theory]
    [MemberData(nameof(Commands))]
    public void Everything_that_can_be_said_to_a_command_is_described(string command)
    {
        var found = All(Program.Root()).Single(pair => pair.Words == command).Command;
        Assert.False(string.IsNullOrWhiteSpace(found.Description), $"{command} says nothing of itself");
        Assert.All(found.Arguments.Cast<Symbol>().Concat(found.Options),
            symbol => Assert.False(string.IsNullOrWhiteSpace(symbol.Description), $"{command} {symbol.Name} is not described"));
    }

    [Fact]
    public void All_ways_of_asking_lead_to_the_same_page()
    {
        var page = Done("train", "--help").Out;
        Assert.Equal(page, Done("train", "-h").Out);
        Assert.Equal(page, Done("train", "-?").Out);
        Assert.Equal(Done("--help").Out, Done().Out);
    }
}
