using Earthmover.Games;
using Earthmover.Nn.Optimizers;
using Earthmover.Sessions;
using Earthmover.Testing;
using Earthmover.Tests.Training;
using Earthmover.Torch;
using Earthmover.Training;

namespace Earthmover.Tests.Games;

public sealed class RehearsalTests : LeakTest
{
    private readonly ThreadSplit _before = Runtime.Threads;

    /// <inheritdoc/>
    protected override void TearDown() => Runtime.Threads = _before;

    // Plays at a speed that depends on the division in force.
    private sealed class Stopwatches(Func<ThreadSplit, int> milliseconds, bool fails = false) : IGame
    {
        public double Rate { get; set; }
        public double Progress { get; set; }
        public IEnumerable<(string Name, Optimizer Optimizer)> Optimizers => [];

        public int MovesOf(long step) => 1;

        public IReadOnlyList<Move> Play(long step, bool observe = true, Func<bool>? goesOn = null)
        {
            if (fails)
                throw new NotFiniteException("critic", "term 'wasserstein'", step);
            Thread.Sleep(milliseconds(Runtime.Threads));
            return [];
        }

        public string? Record() => null;

        public string? RecordingProblem => null;

        public void Settle(long steps) { }

        public void Dispose() { }
    }

    private static readonly TimeSpan s_enough = TimeSpan.FromSeconds(10);

    [Theory]
    [InlineData(2, 1)]
    [InlineData(1, 2)]
    [InlineData(1, 1)]
    public void The_fastest_division_wins_and_the_threads_are_left_alone(int openMp, int blas)
    {
        var best = new ThreadSplit(openMp, blas);
        var before = Runtime.Threads;
        Assert.Equal(best, Rehearsal.FastestSplit(2, () => new Stopwatches(split => split == best ? 1 : 25), s_enough));
        Assert.Equal(before, Runtime.Threads);
    }

    [Fact]
    public void One_thread_needs_no_rehearsal() =>
        Assert.Equal(new(1, 1), Rehearsal.FastestSplit(1, () => throw new InvalidOperationException("played"), s_enough));

    [Fact]
    public void A_slow_game_is_not_played_beyond_the_limit()
    {
        var steps = 0;
        int Slowly(ThreadSplit split)
        {
            steps++;
            return 30;
        }
        Assert.Equal(new(2, 1), Rehearsal.FastestSplit(2, () => new Stopwatches(Slowly), TimeSpan.FromMilliseconds(20)));
        Assert.Equal(1, steps);
    }

    [Fact]
    public void A_game_that_breaks_is_left_to_the_run_to_report() =>
        Assert.Equal(new(2, 1), Rehearsal.FastestSplit(2, () => new Stopwatches(_ => 0, fails: true), s_enough));
}

/// <summary>The rehearsal of a whole run.</summary>
public sealed class SessionRehearsalTests : Playground
{
    [Fact]
    public void Nothing_of_a_rehearsal_reaches_the_run()
    {
        string Hash(bool rehearse)
        {
            var (recipe, data) = new RunPlan("gaussians-8")
            {
                System = "wgan-gp",
                Settings = Toy,
                Budget = new(Steps: 4),
                Threads = 2,
            }.Resolve(Context);
            using var session = Session.Start(recipe with { ThreadSplit = rehearse ? null : new(1, 1) }, data);
            var before = Runtime.Threads;
            try
            {
                session.DivideThreads(TimeSpan.FromSeconds(1));
                Assert.NotNull(session.Recipe.ThreadSplit);
                Runtime.Threads = new(1, 1); // so that both runs sum alike
                using var use = session.Streams.Use();
                using var trainer = new Trainer(session.System, session.Source, session.Recipe, session.Options, session.Streams);
                trainer.Run();
                return trainer.StateHash;
            }
            finally
            {
                Runtime.Threads = before;
            }
        }
        Assert.Equal(Hash(rehearse: false), Hash(rehearse: true));
    }
}
