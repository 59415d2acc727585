using Earthmover.Data;
using Earthmover.Games;
using Earthmover.Networks;

namespace Earthmover.Systems;

/// <summary>The named GANs that are the game of two with other parts.</summary>
internal static class Recipes
{
    /// <summary>The recipes in the order they are listed.</summary>
    public static IReadOnlyList<SystemEntry> All { get; } =
    [
        Gan.Recipe("r1-gan", "Non-saturating GAN with lazy R1, on compact networks, without classes",
            "Mescheder et al., 2018, arXiv:1801.04406", ["R06"],
            "earthmover train fashion-mnist --system r1-gan") with
        {
            Acceptance = "CatalogTests; no long run yet",
            Plays = new()
            {
                [Play.Images] = (Small("non-saturating", "r1?gamma=1&every=8", 4e-3), Rhythms.FewCores),
                [Play.Points] = (ToyOptions("non-saturating", "r1?gamma=0.1"), Rhythms.Toy),
            },
        },
        Gan.Recipe("gan", "Original GAN: the minimax game",
            "Goodfellow et al., 2014, arXiv:1406.2661", ["R05"],
            "earthmover train gaussians-8 --system gan") with
        {
            Acceptance = "ObjectiveTests",
            Plays = new()
            {
                [Play.Images] =
                (
                    Small("minimax", "none", 1e-3) with { CriticNormalization = Normalization.Batch },
                    Rhythms.FewCores
                ),
                [Play.Points] = (ToyOptions("minimax", "none"), Rhythms.Toy),
            },
        },
        Gan.Recipe("ns-gan", "Non-saturating GAN",
            "Goodfellow et al., 2014, arXiv:1406.2661", ["R06", "R30", "R31"],
            "earthmover train gaussians-8 --system ns-gan") with
        {
            Acceptance = "ObjectiveTests",
            Plays = new()
            {
                [Play.Images] =
                (
                    Small("non-saturating", "none", 1e-3) with { CriticNormalization = Normalization.Batch },
                    Rhythms.FewCores
                ),
                [Play.Points] = (ToyOptions("non-saturating", "none"), Rhythms.Toy),
            },
        },
        Gan.Recipe("kl-gan", "GAN with the KL update of the generator",
            "Sønderby et al., 2016, arXiv:1610.04490", ["R46"],
            "earthmover train gaussians-8 --system kl-gan") with
        {
            Acceptance = "ObjectiveTests",
            Plays = new()
            {
                [Play.Images] =
                (
                    Small("kl-update", "none", 1e-3) with { CriticNormalization = Normalization.Batch },
                    Rhythms.FewCores
                ),
                [Play.Points] = (ToyOptions("kl-update", "none"), Rhythms.Toy),
            },
        },
        Gan.Recipe("f-gan", "f-GAN: any of seven f-divergences (--set objective=f-pearson …)",
            "Nowozin et al., 2016, arXiv:1606.00709", ["R07"],
            "earthmover train gaussians-8 --system f-gan --set objective=f-kl") with
        {
            Acceptance = "FDivergenceTests",
            Plays = new()
            {
                [Play.Images] = (Small("f-js", "none", 1e-3) with { CriticNormalization = Normalization.Batch }, Rhythms.FewCores),
                [Play.Points] = (ToyOptions("f-js", "none"), Rhythms.Toy),
            },
        },
        Gan.Recipe("dcgan", "DCGAN",
            "Radford et al., 2015, arXiv:1511.06434", ["R41"],
            "earthmover train fashion-mnist --system dcgan") with
        {
            Acceptance = "CatalogTests; five minutes on one thread: Fréchet distance 39 and 53 in two outside classifiers",
            Plays = new()
            {
                [Play.Images] =
                (
                    new()
                    {
                        Architecture = "dcgan",
                        CriticNormalization = Normalization.Batch,
                        Width = 16,
                        LatentSize = 100,
                        LearningRate = 1e-3,
                    },
                    Rhythms.FewCores
                ),
            },
        },
        Gan.Recipe("lsgan", "Least-squares GAN",
            "Mao et al., 2016, arXiv:1611.04076", ["R56"],
            "earthmover train fashion-mnist --system lsgan") with
        {
            Acceptance = "OptimalCriticTests; five minutes on one thread: Fréchet distance 41 and 53 in two outside classifiers",
            Plays = new()
            {
                [Play.Images] =
                (
                    Small("least-squares", "none", 1e-3) with { CriticNormalization = Normalization.Batch },
                    Rhythms.FewCores
                ),
                [Play.Points] = (ToyOptions("least-squares", "none"), Rhythms.Toy),
            },
        },
        Gan.Recipe("hinge", "Hinge GAN with spectral normalization",
            "Lim and Ye, 2017, arXiv:1705.02894", ["R16"],
            "earthmover train fashion-mnist --system hinge") with
        {
            Acceptance = "CatalogTests; five minutes on one thread: Fréchet distance 20 and 30 in two outside classifiers",
            Plays = new()
            {
                [Play.Images] = (Small("hinge", "spectral", 2e-3) with { Beta1 = 0, Beta2 = 0.9 }, Rhythms.FewCores),
                [Play.Points] = (ToyOptions("hinge", "spectral"), Rhythms.Toy),
            },
        },
        Gan.Recipe("sngan", "Spectral-normalization GAN",
            "Miyato et al., 2018, arXiv:1802.05957", ["R16"],
            "earthmover train fashion-mnist --system sngan") with
        {
            Acceptance = "CatalogTests; five minutes on one thread: Fréchet distance 32 and 44 in two outside classifiers",
            Plays = new()
            {
                [Play.Images] =
                (
                    Small("hinge", "spectral", 2e-3) with { CriticSteps = "2", Beta1 = 0, Beta2 = 0.9 },
                    Rhythms.FewCores
                ),
                [Play.Points] = (ToyOptions("hinge", "spectral"), Rhythms.Toy),
            },
        },
        Gan.Recipe("rpgan", "Relativistic pairing GAN with R1 and R2 (R3GAN)",
            "Huang et al., 2024, arXiv:2501.05441", ["R20"],
            "earthmover train fashion-mnist --system rpgan") with
        {
            Acceptance = "CatalogTests; five minutes on one thread: Fréchet distance 19 and 29 in two outside classifiers",
            Plays = new()
            {
                [Play.Images] = (Small("relativistic-pairing", "r1-r2?gamma=1&every=8", 4e-3), Rhythms.FewCores),
                [Play.Points] = (ToyOptions("relativistic-pairing", "r1-r2?gamma=0.1"), Rhythms.Toy),
            },
        },
        Gan.Recipe("wgan", "Wasserstein GAN with weight clipping",
            "Arjovsky et al., 2017, arXiv:1701.07875", ["R10", "R11"],
            "earthmover train fashion-mnist --system wgan") with
        {
            Acceptance =
                "CriticScheduleTests; the claim loss-and-quality: its estimate follows quality less than the paper says; five "
                + "minutes of pictures on one thread: Fréchet distance 64 and 77 in two outside classifiers",
            Plays = new()
            {
                [Play.Images] =
                (
                    Small("wasserstein", "clipping?limit=0.1", 1e-3) with
                    {
                        CriticNormalization = Normalization.Layer,
                        Optimizer = "rmsprop",
                    },
                    Rhythms.FewCores
                ),
                [Play.Points] =
                (
                    ToyOptions("wasserstein", "clipping?limit=0.01")
                        with { Optimizer = "rmsprop", LearningRate = 5e-5, CriticSteps = "5" },
                    Rhythms.Toy
                ),
            },
        },
        Gan.Recipe("wgan-gp", "Wasserstein GAN with gradient penalty",
            "Gulrajani et al., 2017, arXiv:1704.00028", ["R12", "R23", "R28"],
            "earthmover train gaussians-25 --system wgan-gp") with
        {
            Acceptance =
                "ParallelLinesTests; five minutes of the 25 Gaussians on one thread: all modes, 92 % of high quality; five "
                + "minutes of pictures on one thread: Fréchet distance 15 and 22 in two outside classifiers",
            Plays = new()
            {
                [Play.Images] = (SmallWgan("gradient-penalty?weight=10"), Rhythms.FewCores),
                [Play.Points] = ToyWgan("gradient-penalty?weight=0.1"),
                [Play.Text] =
                (
                    PatientWgan("wasserstein", "gradient-penalty?weight=10")
                        with { Architecture = "text-resnet-small", Width = 64 },
                    new() { Batch = 32, Decay = "linear", DecayStart = 0.5, AverageImages = 0 }
                ),
            },
        },
        Gan.Recipe("wgan-lp", "WGAN with the one-sided penalty",
            "Petzka et al., 2017, arXiv:1709.08894", ["R13"],
            "earthmover train gaussians-25 --system wgan-lp") with
        {
            Acceptance = "ParallelLinesTests",
            Plays = new()
            {
                [Play.Images] = (SmallWgan("one-sided-penalty?weight=10"), Rhythms.FewCores),
                [Play.Points] = ToyWgan("one-sided-penalty?weight=0.1"),
            },
        },
        Gan.Recipe("wgan-fd", "WGAN with a penalty of finite differences: no second derivative",
            "after arXiv:1704.00028", ["R14"],
            "earthmover train gaussians-25 --system wgan-fd") with
        {
            Acceptance = "ParallelLinesTests",
            Plays = new()
            {
                [Play.Images] = (SmallWgan("finite-difference?weight=10"), Rhythms.FewCores),
                [Play.Points] = ToyWgan("finite-difference?weight=0.1"),
            },
        },
        Gan.Recipe("wgan-div", "Wasserstein-divergence GAN",
            "Wu et al., 2017, arXiv:1712.01026", ["R15"],
            "earthmover train fashion-mnist --system wgan-div") with
        {
            Acceptance = "ParallelLinesTests; five minutes on one thread: Fréchet distance 17 and 23 in two outside classifiers",
            Plays = new()
            {
                [Play.Images] = (SmallWgan("wgan-div?k=2&p=6"), Rhythms.FewCores),
                [Play.Points] = ToyWgan("wgan-div?k=2&p=6"),
            },
        },
        Gan.Recipe("c-transform", "WGAN through the c-transform: no constraint at all",
            "Mallasto et al., 2019, arXiv:1910.03875", ["R17"],
            "earthmover train gaussians-8 --system c-transform") with
        {
            Acceptance = "TransformTests",
            Plays = new()
            {
                [Play.Images] = (PatientWgan("c-transform", "none"), Rhythms.FewCores),
                [Play.Points] = (ToyOptions("c-transform", "none") with { CriticSteps = "5" }, Rhythms.Toy),
            },
        },
        Gan.Recipe("c-epsilon", "WGAN through the (c,ε)-transform",
            "Mallasto et al., 2019, arXiv:1910.03875", ["R18"],
            "earthmover train gaussians-8 --system c-epsilon") with
        {
            Acceptance = "TransformTests",
            Plays = new()
            {
                [Play.Images] = (PatientWgan("epsilon-transform", "none"), Rhythms.FewCores),
                [Play.Points] = (ToyOptions("epsilon-transform", "none") with { CriticSteps = "5" }, Rhythms.Toy),
            },
        },
    ];

    private static Gan.Options ToyOptions(string objective, string constraint) => new()
    {
        Architecture = "mlp",
        Objective = objective,
        Constraint = constraint,
        Width = 128,
        LatentSize = 2,
        LearningRate = 5e-4,
        Beta1 = 0.5,
        Beta2 = 0.9,
    };

    // One critic step, twice the rate and half the batch: 75 seconds on one core put four of five samples on the 25 Gaussians;
    // with the papers' five steps, one of four.
    private static (Gan.Options, TrainingOptions) ToyWgan(string constraint) =>
        (ToyOptions("wasserstein", constraint) with { LearningRate = 1e-3 }, Rhythms.Toy with { Batch = 128 });

    // The networks, rate and averaging of the default for pictures, with other parts of the game;
    // --set architecture=dcgan width=64 … brings a paper's own back.
    private static Gan.Options Small(string objective, string constraint, double rate) => new()
    {
        Architecture = "compact-smooth",
        Objective = objective,
        Constraint = constraint,
        Width = 16,
        LatentSize = 64,
        LearningRate = rate,
        Beta1 = 0.5,
        Beta2 = 0.99,
    };

    // One critic step for each of the generator: five minutes with the papers' five, at half the rate,
    // leave garments three to four times as far from the data.
    private static Gan.Options SmallWgan(string constraint) => Small("wasserstein", constraint, 2e-3) with { Beta1 = 0, Beta2 = 0.9 };

    private static Gan.Options PatientWgan(string objective, string constraint) =>
        Small(objective, constraint, 1e-3) with { CriticSteps = "5", Beta1 = 0, Beta2 = 0.9 };
}
