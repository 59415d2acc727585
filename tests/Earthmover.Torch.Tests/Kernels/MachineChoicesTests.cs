using Earthmover.Torch.Kernels;

namespace Earthmover.Torch.Tests.Kernels;

public sealed class MachineChoicesTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("earthmover-choices-").FullName;

    private MachineChoices Open() => MachineChoices.In(_folder);

    [Fact]
    public void The_first_choice_holds_for_all_that_come_later()
    {
        MachineChoices first = Open(), second = Open();
        Assert.Null(first.Find("task"));
        Assert.Equal("a", first.Keep("task", "a"));
        Assert.Equal("a", second.Keep("task", "b"));
        Assert.Equal("a", Open().Find("task"));
        Assert.Equal(1, Open().Count);
    }

    [Fact]
    public void Of_many_that_choose_at_once_all_do_as_the_first()
    {
        var kept = new string[64];
        Parallel.For(0, kept.Length, i => kept[i] = Open().Keep($"task {i % 8}", $"{i}"));
        for (var i = 0; i < kept.Length; i++)
            Assert.Equal(Open().Find($"task {i % 8}"), kept[i]);
        Assert.Equal(8, Open().Count);
    }

    [Fact]
    public void A_line_that_was_cut_off_means_nothing()
    {
        var choices = Open();
        choices.Keep("one", "a");
        File.AppendAllText(choices.File, "two\tb");
        Assert.Null(Open().Find("two"));
        Assert.Equal("c", Open().Keep("three", "c"));
        Assert.Equal("c", Open().Find("three"));
        Assert.Equal("a", Open().Find("one"));
    }

    [Fact]
    public void Where_nothing_can_be_kept_choices_hold_for_the_process_and_a_line_says_so()
    {
        File.WriteAllText(Path.Combine(_folder, "file"), "");
        var choices = MachineChoices.In(Path.Combine(_folder, "file", "below"));
        Assert.Equal("a", choices.Keep("task", "a"));
        Assert.Equal("a", choices.Keep("task", "b"));
        Assert.Contains("may differ", choices.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public void Cleared_it_is_measured_anew()
    {
        var choices = Open();
        choices.Keep("task", "a");
        choices.Clear();
        Assert.Null(choices.Find("task"));
        Assert.Equal("b", Open().Keep("task", "b"));
        Assert.Equal("b", choices.Find("task"));
    }

    [Fact]
    public void A_division_of_threads_is_read_as_it_is_written()
    {
        Assert.True(ThreadSplit.TryParse(new ThreadSplit(2, 1).ToText(), out var split));
        Assert.Equal(new(2, 1), split);
        foreach (var bad in new[] { null, "", "2", "+", "0+1", "-1+1", "1+1+1", "a+b" })
            Assert.False(ThreadSplit.TryParse(bad, out _), bad);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
