using Earthmover.Data;
using Earthmover.Games;

namespace Earthmover.Systems;

/// <summary>Every system by name. A recipe is a line here: the two-player game with other parts.</summary>
public static class SystemCatalog
{
    private static readonly string[] s_two = ["critic", "generator"];

    /// <summary>The systems in the order they are listed.</summary>
    public static IReadOnlyList<SystemEntry> All { get; } =
    [
        new("projection", "Class-conditional GAN with a projection critic and lazy R1, tuned for quality per minute on two cores; the default for pictures",
            "Miyato and Koyama, 2018, arXiv:1802.05637", ["R29", "R06"], ["generator", "critic"], "earthmover train fashion-mnist --time 5m",
            (context, options) => new ProjectionGan(context, (ProjectionGan.Options)options))
        {
            Defaults = new Dictionary<string, Defaults> { ["images"] = new(new ProjectionGan.Options(), FewCores) },
            NeedsClasses = true,
            Formerly = new Dictionary<string, string> { ["architecture"] = "compact" },
            Acceptance = "ProjectionGanTests",
        },
        Recipe("r1-gan", "Non-saturating GAN with lazy R1, on compact networks, without classes", "Mescheder et al., 2018, arXiv:1801.04406", ["R06"],
            "earthmover train fashion-mnist --system r1-gan", "CatalogTests; no long run yet",
            images: (Small("non-saturating", "r1?gamma=1&every=8", 4e-3), FewCores),
            points: (ToyOptions("non-saturating", "r1?gamma=0.1"), ToyTraining)),
        Recipe("gan", "Original GAN: the minimax game", "Goodfellow et al., 2014, arXiv:1406.2661", ["R05"], "earthmover train gaussians-8 --system gan", "ObjectiveTests",
            images: (Small("minimax", "none", 1e-3) with { CriticNormalization = "batch" }, FewCores), points: (ToyOptions("minimax", "none"), ToyTraining)),
        Recipe("ns-gan", "Non-saturating GAN", "Goodfellow et al., 2014, arXiv:1406.2661", ["R06"], "earthmover train gaussians-8 --system ns-gan", "ObjectiveTests",
            images: (Small("non-saturating", "none", 1e-3) with { CriticNormalization = "batch" }, FewCores), points: (ToyOptions("non-saturating", "none"), ToyTraining)),
        Recipe("kl-gan", "GAN with the KL update of the generator", "Sønderby et al., 2016, arXiv:1610.04490", ["R46"], "earthmover train gaussians-8 --system kl-gan", "ObjectiveTests",
            images: (Small("kl-update", "none", 1e-3) with { CriticNormalization = "batch" }, FewCores), points: (ToyOptions("kl-update", "none"), ToyTraining)),
        Recipe("f-gan", "f-GAN: any of seven f-divergences (--set objective=f-pearson …)", "Nowozin et al., 2016, arXiv:1606.00709", ["R07"], "earthmover train gaussians-8 --system f-gan --set objective=f-kl", "FDivergenceTests",
            images: (Small("f-js", "none", 1e-3) with { CriticNormalization = "batch" }, FewCores), points: (ToyOptions("f-js", "none"), ToyTraining)),
        Recipe("dcgan", "DCGAN", "Radford et al., 2015, arXiv:1511.06434", ["R41"], "earthmover train fashion-mnist --system dcgan", "CatalogTests; five minutes on one thread: Fréchet distance 39 and 53 in two outside classifiers",
            images: (new() { Architecture = "dcgan", CriticNormalization = "batch", Width = 16, LatentSize = 100, LearningRate = 1e-3 }, FewCores)),
        Recipe("lsgan", "Least-squares GAN", "Mao et al., 2016, arXiv:1611.04076", ["R56"], "earthmover train fashion-mnist --system lsgan", "OptimalCriticTests; five minutes on one thread: Fréchet distance 41 and 53 in two outside classifiers",
            images: (Small("least-squares", "none", 1e-3) with { CriticNormalization = "batch" }, FewCores), points: (ToyOptions("least-squares", "none"), ToyTraining)),
        Recipe("hinge", "Hinge GAN with spectral normalization", "Lim and Ye, 2017, arXiv:1705.02894", ["R16"], "earthmover train fashion-mnist --system hinge", "CatalogTests; five minutes on one thread: Fréchet distance 20 and 30 in two outside classifiers",
            images: (Small("hinge", "spectral", 2e-3) with { Beta1 = 0, Beta2 = 0.9 }, FewCores), points: (ToyOptions("hinge", "spectral"), ToyTraining)),
        Recipe("sngan", "Spectral-normalization GAN", "Miyato et al., 2018, arXiv:1802.05957", ["R16"], "earthmover train fashion-mnist --system sngan", "CatalogTests; five minutes on one thread: Fréchet distance 32 and 44 in two outside classifiers",
            images: (Small("hinge", "spectral", 2e-3) with { CriticSteps = "2", Beta1 = 0, Beta2 = 0.9 }, FewCores), points: (ToyOptions("hinge", "spectral"), ToyTraining)),
        Recipe("rpgan", "Relativistic pairing GAN with R1 and R2 (R3GAN)", "Huang et al., 2024, arXiv:2501.05441", ["R20"], "earthmover train fashion-mnist --system rpgan", "CatalogTests; five minutes on one thread: Fréchet distance 19 and 29 in two outside classifiers",
            images: (Small("relativistic-pairing", "r1-r2?gamma=1&every=8", 4e-3), FewCores), points: (ToyOptions("relativistic-pairing", "r1-r2?gamma=0.1"), ToyTraining)),
        Recipe("wgan", "Wasserstein GAN with weight clipping", "Arjovsky et al., 2017, arXiv:1701.07875", ["R10", "R11"], "earthmover train fashion-mnist --system wgan", "CriticScheduleTests; the claim loss-and-quality: its estimate follows quality less than the paper says; five minutes of pictures on one thread: Fréchet distance 64 and 77 in two outside classifiers",
            images: (Small("wasserstein", "clipping?limit=0.1", 1e-3) with { CriticNormalization = "layer", Optimizer = "rmsprop" }, FewCores),
            points: (ToyOptions("wasserstein", "clipping?limit=0.01") with { Optimizer = "rmsprop", LearningRate = 5e-5, CriticSteps = "5" }, ToyTraining)),
        Recipe("wgan-gp", "Wasserstein GAN with gradient penalty", "Gulrajani et al., 2017, arXiv:1704.00028", ["R12", "R23", "R28"], "earthmover train gaussians-25 --system wgan-gp", "ParallelLinesTests; five minutes of the 25 Gaussians on one thread: all modes, 92 % of high quality; five minutes of pictures on one thread: Fréchet distance 15 and 22 in two outside classifiers",
            images: (SmallWgan("gradient-penalty?weight=10"), FewCores), points: ToyWgan("gradient-penalty?weight=0.1"),
            text: (PatientWgan("wasserstein", "gradient-penalty?weight=10") with { Architecture = "text-resnet-small", Width = 64 }, new() { Batch = 32, Decay = "linear", DecayStart = 0.5, AverageImages = 0 })),
        Recipe("wgan-lp", "WGAN with the one-sided penalty", "Petzka et al., 2017, arXiv:1709.08894", ["R13"], "earthmover train gaussians-25 --system wgan-lp", "ParallelLinesTests",
            images: (SmallWgan("one-sided-penalty?weight=10"), FewCores), points: ToyWgan("one-sided-penalty?weight=0.1")),
        Recipe("wgan-fd", "WGAN with a penalty of finite differences: no second derivative", "after arXiv:1704.00028", ["R14"], "earthmover train gaussians-25 --system wgan-fd", "ParallelLinesTests",
            images: (SmallWgan("finite-difference?weight=10"), FewCores), points: ToyWgan("finite-difference?weight=0.1")),
        Recipe("wgan-div", "Wasserstein-divergence GAN", "Wu et al., 2017, arXiv:1712.01026", ["R15"], "earthmover train fashion-mnist --system wgan-div", "ParallelLinesTests; five minutes on one thread: Fréchet distance 17 and 23 in two outside classifiers",
            images: (SmallWgan("wgan-div?k=2&p=6"), FewCores), points: ToyWgan("wgan-div?k=2&p=6")),
        Recipe("c-transform", "WGAN through the c-transform: no constraint at all", "Mallasto et al., 2019, arXiv:1910.03875", ["R17"], "earthmover train gaussians-8 --system c-transform", "TransformTests",
            images: (PatientWgan("c-transform", "none"), FewCores), points: (ToyOptions("c-transform", "none") with { CriticSteps = "5" }, ToyTraining)),
        Recipe("c-epsilon", "WGAN through the (c,ε)-transform", "Mallasto et al., 2019, arXiv:1910.03875", ["R18"], "earthmover train gaussians-8 --system c-epsilon", "TransformTests",
            images: (PatientWgan("epsilon-transform", "none"), FewCores), points: (ToyOptions("epsilon-transform", "none") with { CriticSteps = "5" }, ToyTraining)),
        System("began", "BEGAN: an autoencoder as the critic, in balance with the generator", "Berthelot et al., 2017, arXiv:1703.10717", ["R45"], s_two,
            "earthmover train fashion-mnist?size=32 --system began", "BeganTests", (context, o) => new Began(context, (Began.Options)o),
            ("images", new(new Began.Options(), new() { Batch = 32 }))),
        System("ali", "ALI: a generator and an encoder that invert each other", "Dumoulin et al., 2016, arXiv:1606.00704", ["R51"], ["critic", "generator and encoder"],
            "earthmover train gaussians-25?raw=yes --system ali", "AliTests; with a zero-centered penalty on the critic, which the paper has not", (context, o) => new Ali(context, (Ali.Options)o),
            ("points", new(new Ali.Options(), ToyTraining with { Batch = 100, DecayStart = 0.5 }))),
        System("cyclegan", "CycleGAN: translation between two domains without pairs", "Zhu et al., 2017, arXiv:1703.10593", ["R47"], ["translators", "critic A", "critic B"],
            "earthmover train rotation-toy --system cyclegan", "CycleGanTests", (context, o) => new CycleGan(context, (CycleGan.Options)o),
            ("unpaired", new(new CycleGan.Options(), new() { Batch = 8, AverageImages = 0 })),
            ("unpaired-points", new(new CycleGan.Options { Width = 128, Cycle = 1, Identity = 0, LearningRate = 5e-4 }, ToyTraining with { Batch = 200 }))),
        System("lapgan", "LAPGAN: a pyramid of conditional GANs from coarse to fine", "Denton et al., 2015, arXiv:1506.05751", ["R37"], ["critic and generator of each level"],
            "earthmover train fashion-mnist --system lapgan", "LapganTests; 1,500 steps: Fréchet distance in two outside classifiers 171 and 168, a single-stage perceptron 420 and 339", (context, o) => new Lapgan(context, (Lapgan.Options)o),
            ("images", new(new Lapgan.Options(), FewCores))),
    ];

    // Many cheap steps at a high rate that falls to zero; the average covers about the last tenth of the run.
    private static TrainingOptions FewCores => new() { Batch = 32, Decay = "linear", AverageImages = 1e9, AverageRampUp = 0.07 };

    private static TrainingOptions ToyTraining => new() { Batch = 256, Decay = "linear", DecayStart = 0.3, AverageImages = 0, GridSamples = 1500 };

    private static Gan.Options ToyOptions(string objective, string constraint) =>
        new() { Architecture = "mlp", Objective = objective, Constraint = constraint, Width = 128, LatentSize = 2, LearningRate = 5e-4, Beta1 = 0.5, Beta2 = 0.9 };

    // One critic step, twice the rate and half the batch: 75 seconds on one core put four of five samples on the 25 Gaussians; with the papers' five steps, one of four.
    private static (Gan.Options, TrainingOptions) ToyWgan(string constraint) => (ToyOptions("wasserstein", constraint) with { LearningRate = 1e-3 }, ToyTraining with { Batch = 128 });

    // The networks, rate and averaging of the default for pictures, with other parts of the game; --set architecture=dcgan width=64 … brings a paper's own back.
    private static Gan.Options Small(string objective, string constraint, double rate) =>
        new() { Architecture = "compact-smooth", Objective = objective, Constraint = constraint, Width = 16, LatentSize = 64, LearningRate = rate, Beta1 = 0.5, Beta2 = 0.99 };

    // One critic step for each of the generator: five minutes with the papers' five, at half the rate, leave garments three to four times as far from the data.
    private static Gan.Options SmallWgan(string constraint) => Small("wasserstein", constraint, 2e-3) with { Beta1 = 0, Beta2 = 0.9 };

    private static Gan.Options PatientWgan(string objective, string constraint) => Small(objective, constraint, 1e-3) with { CriticSteps = "5", Beta1 = 0, Beta2 = 0.9 };

    /// <summary>The system of a name.</summary>
    /// <exception cref="UserException">There is none; the message lists the names.</exception>
    public static SystemEntry Named(string name) => All.FirstOrDefault(e => e.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
        ?? throw new UserException($"there is no system '{name}'{NearestName.Hint(name, All.Select(e => e.Name))}; known are {string.Join(", ", All.Select(e => e.Name))}");

    /// <summary>The system that trains when none is named.</summary>
    public static SystemEntry DefaultFor(DataSet data) => Named(data.Counterpart is not null ? "cyclegan" : data is ImageSet ? "projection" : "wgan-gp");

    /// <summary>The defaults of a system for some data.</summary>
    /// <exception cref="UserException">The system does not play with data of that kind.</exception>
    public static Defaults DefaultsOf(SystemEntry entry, DataSet data)
    {
        var kind = KindOf(entry, data);
        return entry.Defaults.TryGetValue(kind, out var defaults) ? Fitted(defaults, data)
            : throw new UserException($"{entry.Name} plays with {string.Join(" or ", entry.Defaults.Keys)}, and {data.Name} is {kind}; systems for {kind}: {string.Join(", ", All.Where(e => e.Defaults.ContainsKey(kind)).Select(e => e.Name))}"
                + (entry.Defaults.ContainsKey(Unpaired(kind)) ? "; two domains are a folder with trainA and trainB, or two addresses as 'A|B'" : ""));
    }

    /// <summary>The defaults of a system for samples of a kind, of one domain or of two.</summary>
    /// <param name="entry">The system.</param>
    /// <param name="kind"><c>images</c>, <c>points</c> or <c>text</c>.</param>
    /// <exception cref="UserException">The system does not play with samples of that kind.</exception>
    public static Defaults DefaultsOf(SystemEntry entry, string kind) =>
        entry.Defaults.TryGetValue(kind, out var defaults) || entry.Defaults.TryGetValue(Unpaired(kind), out defaults) ? defaults
            : throw new UserException($"{entry.Name} plays with {string.Join(" or ", entry.Defaults.Keys)}, not with {kind}");

    private static Defaults Fitted(Defaults defaults, DataSet data) => (data, defaults.Options) switch
    {
        // Fewer latent numbers than coordinates make a sheet in the space of the points, which cannot fill it.
        (PointSet points, Gan.Options options) when options.LatentSize < points.Dimension =>
            defaults with { Options = options with { LatentSize = points.Dimension } },
        _ => defaults,
    };

    /// <summary>Whether a system plays with both domains of the data, which has two.</summary>
    public static bool PlaysUnpaired(SystemEntry entry, DataSet data) => data.Counterpart is not null && entry.Defaults.ContainsKey(Unpaired(KindOf(data)));

    /// <summary>How a system plays with the domains of some data.</summary>
    public static Pairing PairingOf(SystemEntry entry, DataSet data) => PlaysUnpaired(entry, data) ? Pairing.Unpaired : Pairing.None;

    /// <summary>The kind of data as a system plays it: a key of <see cref="SystemEntry.Defaults"/>, where it plays it at all.</summary>
    public static string KindOf(SystemEntry entry, DataSet data) => PlaysUnpaired(entry, data) ? Unpaired(KindOf(data)) : KindOf(data);

    private static string KindOf(DataSet data) => data.Kind.ToWord();

    private static string Unpaired(string kind) => kind == "images" ? "unpaired" : $"unpaired-{kind}";

    private static SystemEntry System(string name, string title, string paper, string[] rows, string[] players, string example, string acceptance,
        Func<SystemContext, object, GanSystem> build, params (string Kind, Defaults Defaults)[] defaults) =>
        new(name, title, paper, rows, players, example, build) { Defaults = new OrderedDictionary<string, Defaults>(defaults.Select(d => KeyValuePair.Create(d.Kind, d.Defaults))), Acceptance = acceptance };

    private static SystemEntry Recipe(string name, string title, string paper, string[] rows, string example, string acceptance,
        (Gan.Options, TrainingOptions)? images = null, (Gan.Options, TrainingOptions)? points = null, (Gan.Options, TrainingOptions)? text = null)
    {
        var defaults = new OrderedDictionary<string, Defaults>();
        foreach (var (kind, pair) in new[] { ("images", images), ("points", points), ("text", text) })
            if (pair is { } given)
                defaults.Add(kind, new(given.Item1, given.Item2));
        return new(name, title, paper, rows, s_two, example, (context, options) => new Gan(context, (Gan.Options)options)) { Defaults = defaults, Acceptance = acceptance };
    }
}
