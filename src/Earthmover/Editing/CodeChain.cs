using Earthmover.Games;
using Earthmover.Torch;
using Earthmover.Torch.Operators;

namespace Earthmover.Editing;

/// <summary>How a chain climbs.</summary>
public sealed record ChainOptions
{
    /// <summary>Steps, from 1.</summary>
    public int Steps { get; init; } = 200;

    /// <summary>ε₁, the pull to codes of data.</summary>
    public double Prior { get; init; } = 1e-2;

    /// <summary>ε₂, the pull to what the condition network is to see.</summary>
    public double Condition { get; init; } = 1;

    /// <summary>ε₃, standard deviation of the noise.</summary>
    public double Noise { get; init; } = 1e-3;

    /// <summary>ε₄, the pull to the pixels that are known, where some are.</summary>
    public double Context { get; init; } = 1;

    /// <summary>The first step: how far each number of the code moves on average; it falls to 0 in a straight line.</summary>
    public double Rate { get; init; } = 0.02;

    /// <summary>Of a chain that is to meet known pixels, which may lie far from where it begins.</summary>
    public static ChainOptions Completion { get; } = new() { Rate = 0.05 };
}

/// <summary>
/// A chain in the codes of samples, each row on its own way, which climbs to what a condition network is to see and is drawn to where the
/// codes of data are.
/// </summary>
/// <remarks>
/// Nguyen et al., arXiv:1612.00005, equation 11, with the step rule of the authors' program:
/// <code>
/// d = ε₁ (R(h) − h) + ε₂ ∂log p(y | G(h))/∂h + ε₃ N(0, I) − ε₄ ∂½|x − G(h)|²/∂h at the known pixels
/// h ← confine(h + step · d / mean|d|)
/// </code>
/// Where pixels are known, R and p see them in place.
/// </remarks>
public sealed class CodeChain
{
    // A probability that float32 can still tell from 0.
    private const double Least = 1e-30;

    private readonly ICoder _coder;
    private readonly Func<Tensor, Tensor>? _condition;
    private readonly KnownPixels? _known;

    /// <summary>A chain.</summary>
    /// <param name="coder">In evaluation mode.</param>
    /// <param name="condition">Samples [N, …] to the probability of what they are to be [N]; null climbs to nothing.</param>
    /// <param name="known">What of the pictures is known.</param>
    public CodeChain(ICoder coder, Func<Tensor, Tensor>? condition, KnownPixels? known = null) =>
        (_coder, _condition, _known) = (coder, condition, known);

    /// <summary>Climbs.</summary>
    /// <param name="h">Codes to begin with [N, C].</param>
    /// <param name="options">How to climb.</param>
    /// <param name="noise">N(0, 1) of a step, from 0 [N, C].</param>
    /// <param name="seen">Told the steps that are done, from 0, and the codes then.</param>
    /// <param name="cancellation">Ends it between two steps with an <see cref="OperationCanceledException"/>.</param>
    /// <returns>The codes after the last step [N, C].</returns>
    public Tensor Climb(Tensor h, ChainOptions options, Func<int, Tensor> noise, Action<int, Tensor>? seen = null,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(noise);
        using var scope = TensorScope.Open();
        var here = h.Detach();
        seen?.Invoke(0, here);
        for (var step = 0; step < options.Steps; step++)
        {
            cancellation.ThrowIfCancellationRequested();
            using var turn = TensorScope.Open();
            var d = Direction(here, options, noise(step));
            var length = options.Rate * (1 - step / (double)options.Steps);
            here = turn.Keep(_coder.Confine(here + length * d / (d.Abs().Mean([1], keep: true) + Least)));
            seen?.Invoke(step + 1, here);
        }
        return scope.Keep(here.Clone());
    }

    private Tensor Direction(Tensor at, ChainOptions options, Tensor noise)
    {
        using var scope = TensorScope.Open();
        using var record = Autograd.Record();
        var h = at.Clone().RequireGrad();
        var x = _coder.Decode(h);
        var shown = _known?.Over(x) ?? x;
        var goal = Goal(x, shown, options);
        using var pause = Autograd.Pause();
        var d = options.Noise * noise;
        if (goal is not null)
            d += Autograd.Gradient(goal, h);
        if (options.Prior > 0)
            d += options.Prior * (_coder.Restored(at, shown.Detach()) - at);
        return scope.Keep(d);
    }

    // What the gradient climbs, summed over the rows.
    private Tensor? Goal(Tensor x, Tensor shown, ChainOptions options)
    {
        Tensor? goal = null;
        if (_condition is not null && options.Condition > 0)
            goal = options.Condition * Op.ClampMin(_condition(shown), Least).Log().Sum();
        if (_known is { } known && options.Context > 0)
        {
            var miss = 0.5 * options.Context * ((x - known.Picture) * (1 - known.Free)).Square().Sum();
            goal = goal is null ? -miss : goal - miss;
        }
        return goal;
    }
}
