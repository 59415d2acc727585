using Earthmover.Torch;

namespace Earthmover.Objectives;

/// <summary>The two batches behind the scores: real [N, …] and fake [M, …].</summary>
public readonly record struct Samples(Tensor Real, Tensor Fake);

/// <summary>
/// Turns the critic's scores into the losses of the two players. Scores are raw: no sigmoid inside the network; every loss is minimized,
/// and a high score means real.
/// </summary>
public abstract record Objective : IOptionPart<Objective>
{
    private static readonly Catalog<Objective> s_catalog = new("objective",
    [
        new("minimax", "the original game, whose generator saturates: 2·JS − log 4 (1406.2661)",
            "smoothing=0 flips=0", o => new Minimax { Smoothing = o.Number("smoothing"), Flips = o.Number("flips") }),
        new("non-saturating", "the original critic; the generator maximizes log D of its samples (1406.2661)",
            "smoothing=0 flips=0", o => new NonSaturating { Smoothing = o.Number("smoothing"), Flips = o.Number("flips") }),
        new("kl-update", "the original critic; the generator descends KL(p_g‖p_r) (AffGAN, 1610.04490)",
            "smoothing=0 flips=0", o => new KlUpdate { Smoothing = o.Number("smoothing"), Flips = o.Number("flips") }),
        new("wasserstein", "the difference of the mean scores (WGAN, 1701.07875)", "", _ => new Wasserstein()),
        new("least-squares", "squared distance of scores to targets (LSGAN, 1611.04076)",
            "a=0 b=1 c=1", o => new LeastSquares(o.Number("a"), o.Number("b"), o.Number("c"))),
        new("hinge", "scores beyond ±1 no longer move the critic (1705.02894, 1802.05957)", "", _ => new Hinge()),
        new("relativistic-average", "is a sample more real than the average of the other kind? (RaGAN, 1807.00734)",
            "", _ => new RelativisticAverage()),
        new("relativistic-pairing", "is a real sample more real than the fake one beside it? (RpGAN, 1807.00734, 2501.05441)",
            "", _ => new RelativisticPairing()),
        .. Enum.GetValues<Divergence>().Select(d => new CatalogEntry<Objective>(
            FDivergence.NameOf(d), $"f-GAN's lower bound of {FDivergence.TitleOf(d)} (1606.00709)",
            "trick=true", o => new FDivergence(d) { Trick = o.Flag("trick") })),
        new("c-transform", "the exact dual of W₁ between two batches, without any constraint (1910.03875)", "", _ => new CTransform()),
        new("epsilon-transform", "the smooth (c,ε)-transform: the dual of entropic transport between two batches (1910.03875)",
            "epsilon=0.1", o => new EpsilonTransform(o.Number("epsilon"))),
    ]);

    /// <summary>Every objective that can be named, with one line about it.</summary>
    public static IReadOnlyList<CatalogEntry<Objective>> All => s_catalog.Entries;

    /// <summary>Adds an objective of another assembly, so that it can be chosen by its name.</summary>
    /// <param name="entry">Its name, a line for people, its options and what makes it.</param>
    /// <returns>Takes it out again.</returns>
    /// <exception cref="ArgumentException">There is one of this name.</exception>
    public static IDisposable Register(CatalogEntry<Objective> entry) => s_catalog.Register(entry);

    static string IOptionPart<Objective>.Takes => "an objective, with options after ?";

    static IReadOnlyList<KnownPart> IOptionPart<Objective>.Known => s_catalog.Known;

    static Objective IOptionPart<Objective>.Parse(string text) => Named(text);

    /// <summary>The objective of a name.</summary>
    /// <param name="name">E.g. <c>hinge</c>, or with options <c>least-squares?a=-1&amp;b=1&amp;c=0</c>.</param>
    /// <param name="options">More options, each <c>key=value</c>.</param>
    /// <exception cref="ArgumentException">The name or an option is unknown; the message lists the known ones.</exception>
    public static Objective Named(string name, params ReadOnlySpan<string> options) => s_catalog.Create(name, options);

    /// <summary>Name on the command line, e.g. <c>non-saturating</c>.</summary>
    public abstract string Name { get; }

    /// <summary>What its terms are for: the game, and whether its critic estimates W₁ by it.</summary>
    public virtual TermRole Role => TermRole.Adversarial;

    /// <summary>The generator's loss uses the real scores too (relativistic objectives, the c-transform).</summary>
    public virtual bool GeneratorSeesReal => false;

    /// <summary>A sample's part in the loss depends on the others of its batch, so that the mean over halves is another loss.</summary>
    public virtual bool CouplesBatch => false;

    /// <summary>Both losses use the samples behind the scores (the c-transforms).</summary>
    public virtual bool SeesSamples => false;

    /// <summary>
    /// The losses use the scores of generated samples; where they do not (the c-transforms), that pass through the critic may be left out
    /// and any tensor given.
    /// </summary>
    public virtual bool UsesFakeScores => true;

    /// <summary>The critic's loss, a tensor without axes.</summary>
    /// <param name="real">Scores of real samples [N] or [N, 1], any map of scores.</param>
    /// <param name="fake">Scores of generated samples.</param>
    /// <param name="samples">The samples themselves, where <see cref="SeesSamples"/>.</param>
    public abstract Tensor Critic(Tensor real, Tensor fake, Samples? samples = null);

    /// <summary>The generator's loss, a tensor without axes.</summary>
    /// <param name="fake">Scores of generated samples.</param>
    /// <param name="real">Scores of real samples, where <see cref="GeneratorSeesReal"/>.</param>
    /// <param name="samples">The samples themselves, where <see cref="SeesSamples"/>.</param>
    public abstract Tensor Generator(Tensor fake, Tensor? real = null, Samples? samples = null);

    /// <summary>The real scores, for a generator's loss that needs them.</summary>
    /// <exception cref="ArgumentException">They were not given.</exception>
    private protected Tensor Needed(Tensor? real) => real
        ?? throw new ArgumentException($"the generator's loss of '{Name}' needs the scores of real samples");

    /// <summary>The samples, for losses that need them.</summary>
    /// <exception cref="ArgumentException">They were not given.</exception>
    private protected Samples Needed(Samples? samples) => samples
        ?? throw new ArgumentException($"the losses of '{Name}' need the samples behind the scores");
}
