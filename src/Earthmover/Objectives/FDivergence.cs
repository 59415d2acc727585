using Earthmover.Torch;
using Earthmover.Torch.Operators;

namespace Earthmover.Objectives;

/// <summary>The divergences of f-GAN's table, D_f(p_r‖p_g) = E_{p_g} f(p_r/p_g).</summary>
public enum Divergence
{
    /// <summary>KL(p_r‖p_g): covers every mode.</summary>
    Kl,
    /// <summary>KL(p_g‖p_r): seeks modes.</summary>
    ReverseKl,
    /// <summary>Pearson χ².</summary>
    Pearson,
    /// <summary>∫(√p_r − √p_g)².</summary>
    SquaredHellinger,
    /// <summary>2·JS(p_r‖p_g).</summary>
    JensenShannon,
    /// <summary>2·JS(p_r‖p_g) − log 4, the original game.</summary>
    Gan,
    /// <summary>½∫|p_r − p_g|.</summary>
    TotalVariation,
}

/// <summary>
/// f-GAN (arXiv:1606.00709): D_f(p_r‖p_g) ≥ E T(x) − E f*(T(G(z))) with T = g_f(D), g_f increasing onto the domain of f*.
/// </summary>
/// <param name="Divergence">Which divergence is bounded.</param>
/// <remarks>
/// f*∘g_f is worked out by hand in v = D, so that no logarithm of a difference and no quotient is left:
/// <code>
/// divergence          f(u)                           g(v)             f*(t)             f*(g(v))
/// KL                  u log u                        v                exp(t − 1)        exp(v − 1)
/// reverse KL          −log u                         −exp(−v)         −1 − log(−t)      v − 1
/// Pearson χ²          (u − 1)²                       v                t²/4 + t          v²/4 + v
/// squared Hellinger   (√u − 1)²                      1 − exp(−v)      t/(1 − t)         exp(v) − 1
/// Jensen–Shannon      u log u − (u+1) log((1+u)/2)   log 2 − sp(−v)   −log(2 − exp t)   sp(v) − log 2
/// GAN                 u log u − (u+1) log(u+1)       −sp(−v)          −log(1 − exp t)   sp(v)
/// total variation     ½|u − 1|                       ½ tanh v         t                 ½ tanh v
/// </code>
/// sp is softplus. Exponentials continue as straight lines beyond e³⁰: a wild score costs much, but stays finite in single precision and
/// keeps a gradient that leads back.
/// </remarks>
public sealed record FDivergence(Divergence Divergence) : Objective
{
    private sealed record Row(string Name, string Title, Func<Tensor, Tensor> Activation, Func<Tensor, Tensor> Conjugate);

    private static readonly double s_log2 = Math.Log(2);

    // In the order of the enumeration. Conjugate is f*∘g.
    private static readonly Row[] s_table =
    [
        new("f-kl", "KL(real‖fake)", v => v, v => Exp(v - 1)),
        new("f-reverse-kl", "KL(fake‖real)", v => -Exp(-v), v => v - 1),
        new("f-pearson", "Pearson's χ²", v => v, v => v.Square() / 4 + v),
        new("f-hellinger", "the squared Hellinger distance", v => 1 - Exp(-v), v => Exp(v) - 1),
        new("f-js", "twice the Jensen–Shannon divergence", v => s_log2 - (-v).Softplus(), v => v.Softplus() - s_log2),
        new("f-gan", "the original game's 2·JS − log 4", v => -(-v).Softplus(), v => v.Softplus()),
        new("f-tv", "the total variation", v => 0.5 * v.Tanh(), v => 0.5 * v.Tanh()),
    ];

    private Row Own => s_table[(int)Divergence];

    /// <inheritdoc/>
    public override string Name => Own.Name;

    /// <summary>
    /// The generator maximizes E T(G(z)) instead of E f*(T(G(z))), which keeps its gradient where the critic is sure (arXiv:1606.00709,
    /// section 3.2).
    /// </summary>
    public bool Trick { get; init; } = true;

    /// <summary>−(E T(x) − E f*(T(G(z)))), whose negative is a lower bound of the divergence.</summary>
    public override Tensor Critic(Tensor real, Tensor fake, Samples? samples = null) =>
        Own.Conjugate(fake).Mean() - Own.Activation(real).Mean();

    /// <summary>−E T(G(z)) with <see cref="Trick"/>, else −E f*(T(G(z))).</summary>
    public override Tensor Generator(Tensor fake, Tensor? real = null, Samples? samples = null) =>
        -(Trick ? Own.Activation(fake) : Own.Conjugate(fake)).Mean();

    /// <summary>T = g_f(D), the variational function at a score; the best is f'(p_r/p_g).</summary>
    public Tensor Activation(Tensor score) => Own.Activation(score);

    /// <summary>f*(g_f(D)), its conjugate at a score.</summary>
    public Tensor Conjugate(Tensor score) => Own.Conjugate(score);

    internal static string NameOf(Divergence divergence) => s_table[(int)divergence].Name;

    internal static string TitleOf(Divergence divergence) => s_table[(int)divergence].Title;

    private static Tensor Exp(Tensor x)
    {
        const double bound = 30;
        return Op.ClampMax(x, bound).Exp() * (1 + (x - bound).Relu());
    }
}
