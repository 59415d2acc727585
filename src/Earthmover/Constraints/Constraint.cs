using Earthmover.Torch;

namespace Earthmover.Constraints;

/// <summary>
/// What keeps a critic's slope in bounds: a penalty of a function, a projection of its weights, or neither (a layer does it).
/// </summary>
public abstract record Constraint : IOptionPart<Constraint>
{
    private const string GradientPenaltyDefaults = "weight=10 center=1 one-sided=false power=2 points=interpolated every=1";

    private static readonly Catalog<Constraint> s_catalog = new("constraint",
    [
        new("none", "no constraint", "", _ => new NoConstraint()),
        new("clipping", "every weight is clipped to ±limit after each step of the critic (WGAN, 1701.07875)",
            "limit=0.01", o => new WeightClipping(o.Number("limit"))),
        new("gradient-penalty", "the slope at points between real and fake is pulled to a center (WGAN-GP, 1704.00028)",
            GradientPenaltyDefaults, GradientPenaltyOf),
        new("one-sided-penalty", "as gradient-penalty, but only slopes above the center cost (WGAN-LP, 1709.08894)",
            GradientPenaltyDefaults.Replace("one-sided=false", "one-sided=true", StringComparison.Ordinal), GradientPenaltyOf),
        new("finite-difference", "the slope between two points is pulled to a center, without a second derivative",
            "weight=10 center=1 one-sided=false power=2 pairs=same-segment step=0.01 oriented=true every=1",
            o => new FiniteDifferencePenalty(o.Number("weight"))
            {
                Center = o.Number("center"),
                OneSided = o.Flag("one-sided"),
                Power = o.Integer("power"),
                Pairs = o.Choice<SecantPairs>("pairs"),
                Step = o.Number("step"),
                Oriented = o.Flag("oriented"),
                Every = o.Integer("every"),
            }),
        new("wgan-div", "k·E‖∇D‖ᵖ, without a center (WGAN-div, 1712.01026)", "k=2 p=6 points=interpolated every=1",
            o => new WganDiv(o.Number("k"), o.Number("p")) { Points = o.Choice<PenaltyPoints>("points"), Every = o.Integer("every") }),
        new("r1", "γ/2·E‖∇D‖² at real samples (1801.04406)",
            "gamma=10 every=1", o => new R1(o.Number("gamma")) { Every = o.Integer("every") }),
        new("r2", "γ/2·E‖∇D‖² at generated samples (1801.04406)",
            "gamma=10 every=1", o => new R2(o.Number("gamma")) { Every = o.Integer("every") }),
        new("r1-r2", "γ/2·E‖∇D‖² at real and at generated samples (R3GAN, 2501.05441)",
            "gamma=10 every=1", o => new R1R2(o.Number("gamma")) { Every = o.Integer("every") }),
        new("spectral", "every layer is divided by its largest singular value (SNGAN, 1802.05957)", "", _ => new SpectralNormalization()),
    ]);

    private readonly int _every = 1;

    /// <summary>Every constraint that can be named, with one line about it.</summary>
    public static IReadOnlyList<CatalogEntry<Constraint>> All => s_catalog.Entries;

    /// <summary>Adds a constraint of another assembly, so that it can be chosen by its name.</summary>
    /// <param name="entry">Its name, a line for people, its options and what makes it.</param>
    /// <returns>Takes it out again.</returns>
    /// <exception cref="ArgumentException">There is one of this name.</exception>
    public static IDisposable Register(CatalogEntry<Constraint> entry) => s_catalog.Register(entry);

    static string IOptionPart<Constraint>.Takes => "a constraint, with options after ?";

    static IReadOnlyList<KnownPart> IOptionPart<Constraint>.Known => s_catalog.Known;

    static Constraint IOptionPart<Constraint>.Parse(string text) => Named(text);

    /// <summary>The constraint of a name.</summary>
    /// <param name="name">E.g. <c>r1</c>, or with options <c>gradient-penalty?weight=1&amp;points=real</c>.</param>
    /// <param name="options">More options, each <c>key=value</c>.</param>
    /// <exception cref="ArgumentException">The name, an option or its value is unknown; the message lists the known ones.</exception>
    public static Constraint Named(string name, params ReadOnlySpan<string> options) => s_catalog.Create(name, options);

    /// <summary>Name on the command line, e.g. <c>gradient-penalty</c>.</summary>
    public abstract string Name { get; }

    /// <summary>The penalty differentiates per sample, so the critic must not couple the samples of a batch.</summary>
    public virtual bool IsPerSample => false;

    /// <summary>
    /// The penalty pulls the gradient to zero and to nothing else, so that a critic of packs of samples may be held by it: the gradient of
    /// a pack's scores is zero where those of its samples are.
    /// </summary>
    public virtual bool TakesPacks => false;

    /// <summary>The critic's layers must be built with spectral normalization.</summary>
    public virtual bool NeedsSpectralNorm => false;

    /// <summary>
    /// The penalty is added only at every so many training steps, times as many ("lazy regularization", arXiv:1912.04958): its mean
    /// strength stays, its cost goes. At least 1.
    /// </summary>
    /// <remarks><see cref="Of"/> knows nothing of it; a system that goes by the step number calls <see cref="At"/>.</remarks>
    /// <exception cref="ArgumentOutOfRangeException">Less than 1.</exception>
    public int Every
    {
        get => _every;
        init => _every = value >= 1
            ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, "a penalty is added at every first, second, … step");
    }

    /// <summary>The penalty to add to the critic's loss, a tensor without axes; null where there is none.</summary>
    /// <param name="critic">The critic as a function of one argument: D, or x ↦ D(x, y). It is given as many samples as the smaller batch
    /// has, row by row beside it; a map of scores is summed.</param>
    /// <param name="real">Real samples [N, …].</param>
    /// <param name="fake">Generated samples [N, …]; whatever graph they have is left out.</param>
    public virtual Tensor? Of(Func<Tensor, Tensor> critic, Tensor real, Tensor fake) => null;

    /// <summary>
    /// The penalty of a training step: at every <see cref="Every"/>-th <see cref="Of"/> times <see cref="Every"/>, else null.
    /// </summary>
    /// <param name="step">Number of the training step, from 0.</param>
    /// <param name="critic">As in <see cref="Of"/>.</param>
    /// <param name="real">Real samples [N, …].</param>
    /// <param name="fake">Generated samples [N, …].</param>
    /// <remarks>
    /// In full precision, whatever the precision of the loss: rounding the critic would change its slope by more than the penalty weighs.
    /// </remarks>
    public Tensor? At(long step, Func<Tensor, Tensor> critic, Tensor real, Tensor fake) => step % Every != 0 ? null
        : Runtime.Exactly(() => Of(critic, real, fake) is not { } penalty ? null : Every == 1 ? penalty : penalty * Every);

    /// <summary>What <see cref="At"/> goes by: 0 at a step with the penalty, 1 at the others.</summary>
    /// <param name="step">Number of the training step, from 0.</param>
    public long PhaseOf(long step) => step % Every == 0 ? 0 : 1;

    /// <summary>Changes the critic's weights in place after its step.</summary>
    /// <param name="weights">All parameters of the critic [P].</param>
    public virtual void Project(Tensor weights)
    {
    }

    /// <summary>Refuses a critic that the constraint cannot hold.</summary>
    /// <param name="couplesBatch">Samples of its batch influence each other.</param>
    /// <param name="hasSpectralNorm">Its layers are divided by their largest singular value.</param>
    /// <param name="couplesInGroups">They do so within groups of a few alone.</param>
    /// <exception cref="ArgumentException">It is per sample and the critic couples the batch, or it is a matter of layers and the critic
    /// has none such.</exception>
    public void Admit(bool couplesBatch, bool hasSpectralNorm, bool couplesInGroups = false)
    {
        if (NeedsSpectralNorm && !hasSpectralNorm)
            throw new ArgumentException($"the constraint '{Name}' is built into the layers of a critic, and this system's has none such: "
                + "use another constraint, or a system of the game of two, as sngan");
        if (IsPerSample && couplesBatch && !(TakesPacks && couplesInGroups))
            throw new ArgumentException($"the constraint '{Name}' differentiates the critic sample by sample, "
                + "but this critic couples the samples of a batch (batch normalization or minibatch features): "
                + "use layer, instance, weight or no normalization"
                + (TakesPacks ? ", or minibatch features of groups, as deviation?group=4" : ""));
    }

    private static GradientPenalty GradientPenaltyOf(Settings o) => new(o.Number("weight"))
    {
        Center = o.Number("center"),
        OneSided = o.Flag("one-sided"),
        Power = o.Integer("power"),
        Points = o.Choice<PenaltyPoints>("points"),
        Every = o.Integer("every"),
    };
}

/// <summary>No constraint.</summary>
public sealed record NoConstraint : Constraint
{
    /// <inheritdoc/>
    public override string Name => "none";
}
