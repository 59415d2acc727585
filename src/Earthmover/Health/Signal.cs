namespace Earthmover.Health;

/// <summary>Something that is measured of a run.</summary>
/// <param name="Name">Name in the log, in TensorBoard and in rules.</param>
/// <param name="Unit">Unit of its value.</param>
/// <param name="Meaning">What it measures, one sentence.</param>
/// <param name="Healthy">What a healthy run shows; empty where the value depends on the data.</param>
public sealed record Signal(string Name, string Unit, string Meaning, string Healthy = "");

/// <summary>Every signal, by group.</summary>
public static class Signals
{
    private const string Data = "units of the data", Ratio = "ratio", Share = "share";

    // Truth beside the estimate.

    /// <summary>The critic's estimate.</summary>
    public static readonly Signal Estimate = new("w_estimate", Data,
        "mean score of real samples less that of generated ones, where the critic is trained to estimate W₁",
        "near w_exact − w_floor");
    /// <summary>The gap of a critic that estimates no distance.</summary>
    public static readonly Signal Gap = new("critic_gap", "scores",
        "mean score of real samples less that of generated ones, where the critic estimates no distance");
    /// <summary>The truth.</summary>
    public static readonly Signal Exact = new("w_exact", Data, "exact W₁ between a real and a generated batch, with its certificate");
    /// <summary>What no difference reads.</summary>
    public static readonly Signal Floor = new("w_floor", Data,
        "exact W₁ between two real batches of the same size: what no difference reads");
    /// <summary>Truth less its bias.</summary>
    public static readonly Signal Excess = new("w_excess", Data,
        "w_exact − w_floor: the difference without the part that any two batches show",
        "falls towards 0");
    /// <summary>Truth against its floor.</summary>
    public static readonly Signal FloorRatio = new("w_over_floor", Ratio,
        "w_exact / w_floor: 1 where generated samples cannot be told from real ones at this size",
        "below 2 at the end");
    /// <summary>The truth of more samples.</summary>
    public static readonly Signal ExactLarge = new("w_exact_large", Data,
        "exact W₁ between 256 generated and 256 training samples, the same ones throughout the run");
    /// <summary>What no difference reads there.</summary>
    public static readonly Signal FloorLarge = new("w_floor_large", Data,
        "exact W₁ between the same 256 training samples and 256 others");
    /// <summary>The truth in features.</summary>
    public static readonly Signal ExactFeatures = new("w_exact_features", Data,
        "exact W₁ of the same samples in the 32 leading principal components of the training data, "
        + "for samples of more than 32 numbers");
    /// <summary>What no difference reads there.</summary>
    public static readonly Signal FloorFeatures = new("w_floor_features", Data,
        "exact W₁ of the same training samples in these components");
    /// <summary>How far samples are beyond what chance shows.</summary>
    public static readonly Signal Far = new("distance_over_floor", Ratio,
        "the exact distance over its floor where that is larger: in the data's own numbers (w_over_floor), "
        + "or in principal components (w_exact_features / w_floor_features), in which the floor hides less",
        "below 2 at the end");
    /// <summary>How far samples are beyond what chance shows, in the data's own measure.</summary>
    public static readonly Signal Beyond = new("distance_beyond_floor", Ratio,
        "(w_exact_features − w_floor_features) / mean distance between two real samples there: "
        + "how far samples of many numbers are from the data, whose floor is too high for a ratio to show it",
        "below 0.14 at the end");
    /// <summary>Whether neighbors tell samples apart.</summary>
    public static readonly Signal OwnKind = new("nearest_own", Share,
        "share of 256 generated samples whose nearest other one in these components, among them and 256 training samples, "
        + "is generated, or of training samples whose nearest is one, whichever is larger (arXiv:1610.06545 takes the mean): "
        + "½ where neighbors do not tell them apart; equally near ones share one vote",
        "below 0.75 at the end");
    /// <summary>Whether samples lie where the data lies.</summary>
    public static readonly Signal Density = new("density", Ratio,
        "mean number of training samples that have the generated one among their five nearest, over five, in these components, "
        + "or in the data's own numbers where those are at most 32 (arXiv:2002.09797): "
        + "1 on average for samples of the data's own law, whatever it is; where several are as far as the fifth, in part",
        "above 0.5 at the end");
    /// <summary>Divergence of trigrams.</summary>
    public static readonly Signal Trigrams = new("trigram_js", "bits",
        "Jensen–Shannon divergence of the trigrams of 256 generated lines from those of the text");
    /// <summary>What real lines show there.</summary>
    public static readonly Signal TrigramFloor = new("trigram_floor", "bits", "the same of as many other lines of the text");
    /// <summary>How lines are spelled.</summary>
    public static readonly Signal Misspelled = new("misspelled", Ratio,
        "trigram_js between trigram_floor (0) and that of lines whose symbols are drawn place by place, "
        + "so that none knows its neighbors (1)",
        "below 0.5 at the end");
    /// <summary>Whether someone new tells samples apart.</summary>
    public static readonly Signal ToldApart = new("told_apart", "probability",
        "that a small network, after 600 steps of learning to tell generated pictures from training ones (150 where it is sure by then), "
        + "scores another training picture above another generated one (arXiv:1610.06545): ½ where it finds no difference; "
        + "measured after the last step and by diagnose",
        "below 0.8 at the end");
    /// <summary>What the critic proves.</summary>
    public static readonly Signal Proven = new("w_proven", Data,
        "what the critic's scores, divided by its slope and completed by the c-transform, prove about W₁ of the batch: "
        + "never above w_exact");
    /// <summary>Kantorovich's bound.</summary>
    public static readonly Signal Overestimate = new("overestimate", Ratio,
        "|w_estimate| / w_exact: no function of slope 1 reaches more than 1",
        "at most 1.5");
    /// <summary>How much of the distance the critic sees.</summary>
    public static readonly Signal Seen = new("share_seen", Share,
        "(w_estimate / slope_max) / w_exact: how much of the distance the critic has found, whatever its slope");
    /// <summary>Whether the critic tells real from generated.</summary>
    public static readonly Signal Auc = new("critic_auc", "probability",
        "that the critic scores a real sample above a generated one",
        "0.5 to 0.95");
    /// <summary>Whether an estimate of W₁ is meant.</summary>
    public static readonly Signal IsDistance = new("is_distance", "0 or 1", "the critic's loss estimates W₁");
    /// <summary>Whether the critic pays for its slope.</summary>
    public static readonly Signal IsPenalized = new("is_penalized", "0 or 1",
        "the critic's loss has a penalty, which differentiates sample by sample");

    // Slope.

    /// <summary>Slope at real samples.</summary>
    public static readonly Signal SlopeReal = new("slope_real", "scores per unit",
        "median ‖∇D‖ at real samples",
        "near 1 for a critic that estimates W₁");
    /// <summary>Slope at generated samples.</summary>
    public static readonly Signal SlopeFake = new("slope_fake", "scores per unit",
        "median ‖∇D‖ at generated samples",
        "near 1 for a critic that estimates W₁");
    /// <summary>Slope between.</summary>
    public static readonly Signal SlopeBetween = new("slope_between", "scores per unit",
        "median ‖∇D‖ at points between real and generated samples paired at random, where a gradient penalty looks",
        "1 + W/(2λ) under a gradient penalty");
    /// <summary>Slope along the plan.</summary>
    public static readonly Signal SlopeCoupled = new("slope_coupled", "scores per unit",
        "median ‖∇D‖ at points between samples that the optimal plan couples, where the optimal critic's slope is 1");
    /// <summary>Largest slope.</summary>
    public static readonly Signal SlopeMax = new("slope_max", "scores per unit", "95th percentile of ‖∇D‖ over all these points");
    /// <summary>Evenness of the slope.</summary>
    public static readonly Signal SlopeSpread = new("slope_spread", Ratio,
        "standard deviation / mean of ‖∇D‖ at coupled points",
        "below 0.1 for an optimal critic of distinct laws");
    /// <summary>Direction of the slope along the plan.</summary>
    public static readonly Signal CosineCoupled = new("cosine_coupled", "cosine",
        "mean cosine between ∇D and the direction in which the optimal plan moves mass",
        "above 0.9 while W₁ is far above its floor");
    /// <summary>Direction of the slope on random pairs.</summary>
    public static readonly Signal CosineBetween = new("cosine_between", "cosine", "the same at random pairs, for comparison");
    /// <summary>Growth of gradients through the critic.</summary>
    public static readonly Signal LayerGain = new("layer_gain", "decades per layer",
        "growth of the critic's gradient from layer to layer on its way to the input",
        "−0.3 to 0.3");
    /// <summary>Weights at the clipping limit.</summary>
    public static readonly Signal AtLimit = new("weights_at_limit", Share,
        "share of the critic's weights within 1 % of the largest in magnitude: those that clipping holds",
        "below 0.05");
    /// <summary>The upper bound of the slope.</summary>
    public static readonly Signal LayerNorms = new("layer_norms", "log₁₀",
        "logarithm of the product of the critic's layers' spectral norms: an upper bound of its slope where all activations are "
        + "1-Lipschitz");
    /// <summary>Influence of other samples on a score.</summary>
    public static readonly Signal Coupling = new("batch_coupling", Ratio,
        "‖∂D(xᵢ)/∂xⱼ‖ / ‖∂D(xᵢ)/∂xᵢ‖ for j ≠ i, while training: how much of a score's slope belongs to other samples of the batch",
        "0 under a per-sample penalty");

    // Diversity and memory.

    /// <summary>Spread of samples.</summary>
    public static readonly Signal Diversity = new("diversity", Ratio,
        "mean distance between two generated samples / mean distance between two real ones; "
        + "of lines that are all the same, of their probabilities", "0.8 to 1.2");
    /// <summary>Real mass that is not generated.</summary>
    public static readonly Signal MissingMass = new("missing_mass", Share,
        "share of the real data in clusters that get less than a quarter of the samples due to them",
        "0");
    /// <summary>Classes that are not generated.</summary>
    public static readonly Signal MissingClasses = new("missing_classes", Share,
        "share of the real data in classes that get less than a quarter of the samples due to them, "
        + "by the class of the nearest training sample",
        "0");
    /// <summary>Whether the categories of a table keep their values.</summary>
    public static readonly Signal CategoryVariety = new("category_variety", Ratio,
        "of the category of a table that has lost most: e to the entropy of the generated values, less 1, over that of the real ones",
        "above 0.15");
    /// <summary>Whether rare values of a table come.</summary>
    public static readonly Signal RareLost = new("rare_lost", Share,
        "by what share values that 2 % of a table's rows have or fewer come too seldom, over all categories together; "
        + "not measured where fewer than 20 are due",
        "below 0.75");
    /// <summary>Whether rows of a table are copied.</summary>
    public static readonly Signal Copied = new("copied", Share,
        "share of generated rows that are equal to a training row in every value, less the share of training rows that are equal to "
        + "another one",
        "0");
    /// <summary>Whether columns and pairs of a table are as in real rows.</summary>
    public static readonly Signal QualityGap = new("quality_gap", Share,
        "how much lower the quality of rows of a table is, over columns and pairs, than that of as many real ones",
        "below 0.04");
    /// <summary>Modes that are not reached.</summary>
    public static readonly Signal MissingModes = new("missing_modes", Share,
        "share of the modes of a known mixture that get less than a quarter of the samples due to them",
        "0");
    /// <summary>Distance from the data.</summary>
    public static readonly Signal OffData = new("off_data", Ratio,
        "how much farther from the training data samples lie than training samples from each other / mean distance between two real "
        + "samples",
        "below 0.1");
    /// <summary>What being told otherwise changes.</summary>
    public static readonly Signal Heard = new("condition_effect", Ratio,
        "mean distance between two samples of one latent vector that are told different things, a class or a text, "
        + "/ mean distance between two real samples",
        "above 0.2");
    /// <summary>Whether a second test misses parts too.</summary>
    public static readonly Signal MissingAgain = new("missing_again", Share,
        "the same by a second test of four times as many samples, made where the first finds a fifth: modes of a known mixture; "
        + "else classes, by the nearest mean of a class; else other clusters, of other landmarks",
        "0");
    /// <summary>Repeated lines.</summary>
    public static readonly Signal Repeated = new("repeated_lines", Share,
        "by what share different lines are fewer among 256 generated lines than among as many of the text: "
        + "0 where the generator repeats itself as often as the text does, below it where less often", "below 0.1");
    /// <summary>Nearness to training samples.</summary>
    public static readonly Signal NeighborRatio = new("neighbor_ratio", Ratio,
        "median distance of a generated sample to its nearest training sample / the same from one training sample to the nearest "
        + "other",
        "0.7 to 1.5");
    /// <summary>Whether the critic knows the training data by heart.</summary>
    public static readonly Signal HeldOutAuc = new("held_out_auc", "probability",
        "that the critic scores a training sample above a held-out one",
        "0.5");
    /// <summary>Significance of that.</summary>
    public static readonly Signal HeldOutZ = new("held_out_z", "standard deviations",
        "how far held_out_auc is above ½, in the standard deviation that it has where there is no difference",
        "below 3");

    // Classes.

    /// <summary>Whether a classifier has learned anything.</summary>
    public static readonly Signal ClassGain = new("class_gain", Share,
        "how much better than naming always the most frequent class the system's classifier names held-out samples, "
        + "or labeled training samples where none are held out: 0 is no better, 1 makes no mistake",
        "above 0.1 soon, and rising");

    // How pictures are drawn.

    /// <summary>Peaks of the spectrum.</summary>
    public static readonly Signal Lattice = new("lattice", Ratio,
        "how far the power of 256 generated pictures at periods of 2, 4 or 8 pixels, across, down or both, "
        + "stands out from that of frequencies near it, over the same of real pictures where theirs does too: "
        + "the most of lattice_2, lattice_4 and lattice_8",
        "below 1.5");
    /// <summary>The peak of the last doubling.</summary>
    public static readonly Signal Lattice2 = new("lattice_2", Ratio,
        "the same at a period of 2 pixels, that of the generator's last doubling",
        "below 1.5");
    /// <summary>The peak of the doubling before.</summary>
    public static readonly Signal Lattice4 = new("lattice_4", Ratio,
        "the same at a period of 4 pixels, for pictures of more than 24 a side",
        "below 1.5");
    /// <summary>The peak of the one before that.</summary>
    public static readonly Signal Lattice8 = new("lattice_8", Ratio,
        "the same at a period of 8 pixels, for pictures of more than 56 a side",
        "below 1.5");
    /// <summary>Distance of the radial spectra.</summary>
    public static readonly Signal SpectrumGap = new("spectrum_gap", "decades",
        "mean difference, without its sign, between the logarithms of the radial power spectra of generated and of real pictures",
        "near 0");

    // Dynamics.

    /// <summary>How far samples move in a step.</summary>
    public static readonly Signal GeneratorJump = new("generator_jump", Ratio,
        "root mean square way of a generated sample in one training step / mean distance between two real, or two generated samples, "
        + "whichever is larger; of text the square of that, the share of symbols that one step exchanges",
        "below 0.1");
    /// <summary>How far scores move in a step.</summary>
    public static readonly Signal CriticJump = new("critic_jump", Ratio,
        "standard deviation of the change of scores in one training step / standard deviation of the scores; "
        + "not of tables, whose critic is kept so quiet that scores hardly differ",
        "below 0.5");
    /// <summary>Relative step of the generator.</summary>
    public static readonly Signal GeneratorStep = new("generator_step", Ratio,
        "‖Δθ‖/‖θ‖ of the generator in one training step",
        "around 1e-3");
    /// <summary>Relative step of the critic.</summary>
    public static readonly Signal CriticStep = new("critic_step", Ratio,
        "‖Δθ‖/‖θ‖ of the critic in one training step",
        "around 1e-3");
    /// <summary>What reaches the generator.</summary>
    public static readonly Signal GradientShare = new("gradient_share", Ratio,
        "norm of the generator's gradient / norm of the gradient of its mean score: "
        + "how much of the critic's slope its loss lets through",
        "0.1 to 2");
    /// <summary>Noise of the generator's gradient.</summary>
    public static readonly Signal GradientNoise = new("gradient_noise", Ratio,
        "‖g₁ − g₂‖ / ‖g₁ + g₂‖ of the gradients of its mean score from two halves of a batch: above 1 noise prevails");
    /// <summary>Swing of the critic's loss.</summary>
    public static readonly Signal LossSwing = new("loss_swing", Ratio,
        "root mean square change of the critic's loss from look to look / its root mean square, over the last ten");
    /// <summary>Finite numbers.</summary>
    public static readonly Signal Finite = new("finite", Share, "share of generated numbers and scores that are finite", "1");
    /// <summary>Size of scores.</summary>
    public static readonly Signal Largest = new("largest_score", "scores", "largest magnitude of a score: grows before numbers overflow");

    /// <summary>All signals with the name of their group, in the order of pages and logs.</summary>
    public static IReadOnlyList<(string Group, Signal Signal)> All { get; } =
    [
        .. In("truth beside the estimate",
            Estimate, Gap, Exact, Floor, Excess, FloorRatio, ExactLarge, FloorLarge, ExactFeatures, FloorFeatures, Far, Beyond,
            OwnKind, Density, Trigrams, TrigramFloor, Misspelled, ToldApart,
            Proven, Overestimate, Seen, Auc, IsDistance, IsPenalized),
        .. In("slope", SlopeReal, SlopeFake, SlopeBetween, SlopeCoupled, SlopeMax, SlopeSpread,
            CosineCoupled, CosineBetween, LayerGain, AtLimit, LayerNorms, Coupling),
        .. In("diversity and memory", Diversity, MissingMass, MissingClasses, MissingModes,
            MissingAgain, Heard, Repeated, CategoryVariety, RareLost, Copied, QualityGap, OffData, NeighborRatio, HeldOutAuc, HeldOutZ),
        .. In("classes", ClassGain),
        .. In("how pictures are drawn", Lattice, Lattice2, Lattice4, Lattice8, SpectrumGap),
        .. In("dynamics", GeneratorJump, CriticJump, GeneratorStep, CriticStep, GradientShare, GradientNoise, LossSwing, Finite, Largest),
    ];

    private static IEnumerable<(string, Signal)> In(string group, params Signal[] signals) => signals.Select(s => (group, s));
}
