using System.CommandLine;

namespace Earthmover.Cli.Tests;

/// <summary>Numbers on the command line mean the same on every machine, and what is none is refused in words.</summary>
public sealed class NumberOptionTests : CommandLine
{
    private static IEnumerable<(string Path, Option Option)> Numbers(Command command, string path = "")
    {
        static bool IsNumber(Type type) => type.IsPrimitive && type != typeof(bool);
        foreach (var option in command.Options.Where(o => IsNumber(Nullable.GetUnderlyingType(o.ValueType) ?? o.ValueType)))
            yield return (path, option);
        foreach (var below in command.Subcommands)
            foreach (var found in Numbers(below, $"{path} {below.Name}".Trim()))
                yield return found;
    }

    public static TheoryData<string, string> All()
    {
        var all = new TheoryData<string, string>();
        foreach (var (path, option) in Numbers(Program.Root()))
            all.Add(path, option.Name);
        return all;
    }

    [Theory]
    [MemberData(nameof(All))]
    public void What_is_no_number_is_refused_in_words(string command, string option)
    {
        foreach (var text in new[] { "0,5", "1,000", "1 000", "x", "1e999", "nan", "inf", "0x10", "1e", "--1", "½" })
        {
            var outcome = Run([.. command.Split(' '), "gaussians-8", option, text]);
            Assert.Equal(2, outcome.Code);
            var line = Assert.Single(outcome.Error.TrimEnd('\n').Split('\n'));
            Assert.Contains($"{option} takes a ", line, StringComparison.Ordinal);
            Assert.Contains($"'{text}'", line, StringComparison.Ordinal);
            Assert.DoesNotContain("System.", line, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("0,5", "write 0.5")]
    [InlineData("1,000", "write 1000")]
    public void A_comma_is_answered_by_what_to_write(string text, string hint) =>
        Assert.Contains(hint, Run("distance", "gaussians-8", "swiss-roll", "--epsilon", text).Error, StringComparison.Ordinal);

    [Theory]
    [InlineData("--steps 1e3", 1000)]
    [InlineData("--steps 1_000", 1000)]
    [InlineData("--steps 2.5e3", 2500)]
    [InlineData("--images 1e6", 1_000_000)]
    public void Large_numbers_may_be_written_short(string options, long meant)
    {
        var budget = Done(["train", "gaussians-8", "--dry-run", .. options.Split(' ')]).Json.GetProperty("budget");
        Assert.Equal(meant, budget.EnumerateObject().Single().Value.GetInt64());
    }

    [Theory]
    [InlineData("learning_rate=0,001", "0.001")]
    [InlineData("batch=1,000", "1000")]
    [InlineData("constraint=gradient-penalty?weight=0,1", "0.1")]
    public void Settings_read_numbers_alike(string setting, string hint)
    {
        var outcome = Run("train", "gaussians-8", "--dry-run", "--set", setting);
        Assert.Equal(2, outcome.Code);
        Assert.Contains(setting.Split('=')[0], outcome.Error, StringComparison.Ordinal);
        Assert.Contains($"write {hint}", outcome.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("gaussian?sd=0,5")]
    [InlineData("gaussians-8?n=1,000")]
    [InlineData("gaussians-8?seed=1.5")]
    [InlineData("mixture?centers=0;1&sd=1e999")]
    public void Options_of_data_read_numbers_alike(string data) => Assert.Equal(2, Run("data", "check", data).Code);

    [Theory]
    [InlineData("90")]
    [InlineData("1,5m")]
    [InlineData("m")]
    [InlineData("1e999h")]
    public void A_time_that_is_none(string time)
    {
        var outcome = Run("train", "gaussians-8", "--dry-run", "--time", time);
        Assert.Equal(2, outcome.Code);
        Assert.Contains($"'{time}'", outcome.Error, StringComparison.Ordinal);
    }
}
