using Earthmover.Games;
using Earthmover.Nn.Optimizers;
using Earthmover.Training;

namespace Earthmover.Tests.Training;

public sealed class RatePlanTests
{
    private static RatePlan Plan(string decay, double start, long steps, long? since) =>
        new(new TrainingOptions { Decay = decay, DecayStart = start }, new(Steps: steps), since is { } at ? new(at, 0, 0) : null);

    [Theory]
    [InlineData("linear", 0.3)]
    [InlineData("linear", 0)]
    [InlineData("cosine", 0.3)]
    [InlineData("halving", 0.1)]
    [InlineData("constant", 0)]
    public void A_run_with_the_budget_that_it_began_with_follows_its_schedule_to_the_bit(string decay, double start)
    {
        var schedule = RatePlan.ScheduleOf(new() { Decay = decay, DecayStart = start });
        for (var step = 0; step <= 1000; step++)
            Assert.Equal(schedule(step / 1000.0), Plan(decay, start, 1000, null).At(step / 1000.0));
    }

    [Fact]
    public void Halving_halves_after_each_sixth()
    {
        var schedule = RatePlan.ScheduleOf(new() { Decay = "halving" });
        Assert.Equal([1, 1, 0.5, 0.25, 0.125, 1 / 16.0, 1 / 32.0, 1 / 32.0],
            new[] { 0, 0.16, 0.17, 0.34, 0.51, 0.67, 0.84, 1 }.Select(schedule));
        Assert.Equal("step sizes stay at full until 0 % of it, then halve after each sixth of the rest",
            Plan("halving", 0, 600, null).Describe());
    }

    [Fact]
    public void Before_the_new_decay_begins_step_sizes_stay_at_full_and_fall_as_planned()
    {
        var plan = Plan("linear", 0.3, 10_000, 1000);
        Assert.Equal(1, plan.At(0.1));
        Assert.Equal(1, plan.At(0.3));
        for (var progress = 0.3; progress <= 1; progress += 0.1)
            Assert.Equal(Schedule.LinearToZero(0.3)(progress), plan.At(progress));
        Assert.Equal("step sizes stay at full until 30 % of it, then fall in a straight line to 0 at its end", plan.Describe());
    }

    [Theory]
    [InlineData("linear", 0, 2000, 1, 0.5)]
    [InlineData("linear", 0, 1500, 1, 0.5)] // where the schedule itself would go on at a third
    [InlineData("linear", 0.3, 1250, 1, 0.5)]
    [InlineData("linear", 0, 1100, 5 / 11.0, 0.5)] // a short way down begins lower
    [InlineData("linear", 0, 1010, 5 / 101.0, 0.5)]
    [InlineData("linear", 0.95, 1010, 20 / 101.0, 0.5)] // a schedule that falls in the last twentieth asks for no less
    [InlineData("cosine", 0, 1500, 1, 0.5)]
    public void A_run_that_had_come_down_starts_again_and_comes_down_again(
        string decay, double start, long steps, double first, double half)
    {
        var plan = Plan(decay, start, steps, 1000);
        double begin = 1000.0 / steps, middle = (1 + begin) / 2;
        Assert.Equal(first, plan.At(begin), 12);
        Assert.Equal(first * half, plan.At(middle), 12);
        Assert.Equal(0, plan.At(1), 12);
        for (var i = 1; i <= 100; i++)
            Assert.True(plan.At(begin + (1 - begin) * i / 100) <= plan.At(begin + (1 - begin) * (i - 1) / 100) + 1e-12);
        Assert.StartsWith($"step sizes start again at {Math.Round(first, 2)} of full and fall", plan.Describe(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_constant_rate_stays_and_there_is_nothing_to_say()
    {
        Assert.Equal(1, Plan("constant", 0, 2000, 1000).At(0.9));
        Assert.Null(Plan("constant", 0, 2000, 1000).Describe());
    }

    [Fact]
    public void In_stages_only_the_one_in_play_starts_again()
    {
        // Stages of a third and two thirds; the budget changed within the second.
        var plan = Plan("linear", 0, 3000, 1500);
        Assert.Equal(0.5, plan.At(1 / 6.0, 0, 1 / 3.0), 12);
        Assert.Equal(1, plan.At(0.5, 1 / 3.0, 1), 12);
        Assert.Equal(0.5, plan.At(0.75, 1 / 3.0, 1), 12);
        // It changed in what is now the first stage's time, but the run is in the second: as in any run.
        Assert.Equal(1, Plan("linear", 0, 9000, 1500).At(1500 / 9000.0, 1 / 3.0, 1));
        Assert.Equal(0.5, Plan("linear", 0, 9000, 1500).At(2 / 3.0, 1 / 3.0, 1), 12);
    }
}
