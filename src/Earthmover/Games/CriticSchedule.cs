using Earthmover.Torch;

namespace Earthmover.Games;

/// <summary>
/// How many moves the critic gets per step of training: <c>new("critic", …) { Steps = schedule.Steps, Until = schedule.Until }</c>.
/// </summary>
public sealed class CriticSchedule : IOptionPart<CriticSchedule>
{
    private const int MostMoves = 100_000;

    private CriticSchedule(Func<long, int> steps, Func<IReadOnlyList<Move>, bool>? until = null) => (Steps, Until) = (steps, until);

    /// <summary>Moves at a step, counted from 0; the most, where <see cref="Until"/> ends them early.</summary>
    public Func<long, int> Steps { get; }

    /// <summary>Ends the moves of a step when it is shown those made so far; null where <see cref="Steps"/> decides alone.</summary>
    public Func<IReadOnlyList<Move>, bool>? Until { get; }

    /// <summary>Always as many.</summary>
    public static CriticSchedule Constant(int moves) => new(_ => AtLeastOne(moves));

    /// <summary>WGAN's (arXiv:1701.07875, the authors' code): a critic near its optimum at the start and every now and then.</summary>
    /// <param name="moves">Moves at an ordinary step.</param>
    /// <param name="many">Moves at the others.</param>
    /// <param name="first">The first so many steps get many moves.</param>
    /// <param name="every">And so does every step whose number is a multiple of this.</param>
    public static CriticSchedule Wgan(int moves = 5, int many = 100, long first = 25, long every = 500)
    {
        _ = (AtLeastOne(moves), AtLeastOne(many), AtLeastOne((int)every));
        return new(step => step < first || step % every == 0 ? many : moves);
    }

    /// <summary>
    /// Moves until the critic's loss of its scores has settled: until the mean of the last few values is within a tolerance of the mean of
    /// as many before.
    /// </summary>
    /// <param name="tolerance">Relative change that counts as settled.</param>
    /// <param name="window">How many moves make a mean; mini-batches are noisy.</param>
    /// <param name="most">Moves after which a step ends in any case.</param>
    /// <remarks>Every move's terms are read, which on an accelerator waits for each.</remarks>
    public static CriticSchedule Adaptive(double tolerance = 0.01, int window = 5, int most = 100)
    {
        _ = (AtLeastOne(window), AtLeastOne(most));
        return new(_ => most, moves =>
        {
            if (moves.Count < 2 * window)
                return false;
            // Of the whole batch: whoever plays it together stops together.
            var now = WholeBatch.Average(moves.TakeLast(window).Average(LossOfScores));
            var before = WholeBatch.Average(moves.SkipLast(window).TakeLast(window).Average(LossOfScores));
            return Math.Abs(now - before) <= tolerance * Math.Abs(now);
        });
    }

    // Without penalties and whatever else the critic minimizes: for a Wasserstein critic, its negative estimate.
    private static double LossOfScores(Move move) =>
        move.Roles.Where(term => term.Value is TermRole.Adversarial or TermRole.Distance or TermRole.Dual)
            .Sum(term => move.Terms[term.Key]);

    static string IOptionPart<CriticSchedule>.Takes => "a whole number of at least 1, wgan or adaptive";

    static IReadOnlyList<KnownPart> IOptionPart<CriticSchedule>.Known =>
    [
        new("wgan", "100 moves at the first 25 steps and at every 500th, else 5 (1701.07875)"),
        new("adaptive", "10 to 100 moves, until the mean loss of five is within 1 % of that of the five before"),
    ];

    static CriticSchedule IOptionPart<CriticSchedule>.Parse(string text) => Named(text);

    /// <summary>A number of moves, <c>wgan</c> or <c>adaptive</c>.</summary>
    /// <exception cref="ArgumentException">The text is none of these.</exception>
    public static CriticSchedule Named(string text) => text switch
    {
        "wgan" => Wgan(),
        "adaptive" => Adaptive(),
        _ when NumberText.TryWhole(text, out var moves) && moves is >= 1 and <= MostMoves => Constant((int)moves),
        _ => throw new ArgumentException(
            $"critic_steps takes a whole number from 1 to {MostMoves:N0}, wgan or adaptive, not '{text}'"
            + NumberText.Hint(text, isWhole: true)),
    };

    private static int AtLeastOne(int count) => count >= 1 ? count
        : throw new ArgumentOutOfRangeException(nameof(count), count, "a critic moves at least once per step");
}
