using static Earthmover.Health.Signals;

namespace Earthmover.Health;

/// <summary>Every rule. A new failure is an entry of this list.</summary>
public static class Rules
{
    // A thousand steps of 3e-5 of a network's size change three hundredths of it: nothing is learned by them, whatever the data are.
    // The papers' rates make steps of about 1e-3; as many times longer as brings short ones there.
    private const double NoStep = 3e-5;
    private static readonly (double Longer, double Limit)[] s_noStep = [(1000, NoStep / 10), (100, NoStep)];

    // Each list ends in words, since whatever the system is, something can be said. What helps was tried: docs/guide/health.md has the runs
    // with and without.
    private static readonly Remedy[]
        s_slower = [Remedy.Set(Change.Times("learning_rate", 0.1), Change.Times("critic_learning_rate", 0.1)),
            Remedy.Set(Change.Times("learning_rate", 0.1)), Remedy.Say("smaller steps")],
        s_unsaturated = [Remedy.Set(Change.To("objective", "non-saturating")), .. s_slower],
        s_uncoupled = [Remedy.Set(Change.To("critic_normalization", "none")),
            Remedy.Set(Change.To("batch_normalization", "false")), Remedy.Say("a critic without batch normalization")],
        s_bounded = [.. Penalized(), Remedy.Set(Change.To("constraint", "gradient-penalty?weight=10")) with { Kinds = ["table"] },
            Remedy.Say("a critic with a penalty of its slope")],
        s_heavier =
        [
            // A penalty of weight λ bounds the slope by 1 + W/(2λ).
            Remedy.Set(Change.To("constraint", "gradient-penalty?weight=1")) with { When = [Below(Exact, 2)] },
            Remedy.Set(Change.To("constraint", "gradient-penalty?weight=10")),
            Remedy.Say("a heavier penalty"),
        ],
        // A critic this steep is not slow but thrown about.
        s_quickCritic = [.. BothLonger(), Remedy.Set(Change.Times("learning_rate", 0.01)) with { When = [Above(SlopeBetween, 50)] },
            Remedy.Set(Change.Above("critic_learning_rate", 4, "learning_rate")),
            Remedy.Set(Change.AtLeast("critic_steps", 5)), Remedy.Say("a quicker critic")],
        s_apart = [.. Penalized(Change.Times("learning_rate", 0.1), Change.To("beta1", "0")), .. s_slower],
        s_wider = [.. Penalized(Change.To("beta1", "0")), Remedy.Set(Change.To("beta1", "0")), Remedy.Say("more time, or a larger batch")],
        s_augmented = [Remedy.Set(Change.To("augment", "translation+cutout")) with { Kinds = ["images"] }, Remedy.Say("more data")],
        s_smoothed =
        [
            // On few photographs the smoothed networks leave one, those with a layer at full size less of it, and those with noise none.
            Remedy.Set(Change.To("architecture", "compact-style", only: ["compact-smooth", "compact-detail"]))
                with { Kinds = ["images"] },
            Remedy.Set(Change.To("architecture", "compact-detail", only: ["compact-smooth"])) with { Kinds = ["images"] },
            Remedy.Set(Change.To("architecture", "compact-smooth", unless: ["compact-detail", "compact-style"]))
                with { Kinds = ["images"] },
            Remedy.Say("more time, or a generator whose doublings are smoothed"),
        ],
        s_told = [Remedy.Set(Change.AtLeast("class_weight", 0.1)), Remedy.Set(Change.AtLeast("wrong_weight", 0.5)),
            Remedy.Say("a critic that is asked whether samples are what they were told to be")],
        s_taught = [Remedy.Set(Change.To("critic_class_weight", "1")), Remedy.Say("labels that belong to their samples, or more of them")],
        s_moreData = [Remedy.Say("more data")],
        s_seenRare = [Remedy.Say("more time, or --system ctgan, which deals rows so that rare values are seen")],
        s_settle = [.. Longer(), TooShort(100, 1e-4), TooShort(10, 1e-3),
            Remedy.Set(Change.To("decay", "linear")), Remedy.Say("more time")];

    private static IEnumerable<Remedy> Longer() =>
        from step in s_noStep
        select Remedy.Set(Change.Times("learning_rate", step.Longer)) with { When = [Below(GeneratorStep, step.Limit)] };

    // A critic that stands still too may have a rate of its own.
    private static IEnumerable<Remedy> BothLonger() =>
        from step in s_noStep
        from own in new Change[][] { [Change.Times("critic_learning_rate", step.Longer)], [] }
        select Remedy.Set([Change.Times("learning_rate", step.Longer), .. own]) with
        {
            When = [Below(GeneratorStep, step.Limit), Below(CriticStep, NoStep)],
        };

    // A thousand such steps and more lead no farther than the data is wide. The measure of text is another.
    private static Remedy TooShort(double longer, double way) =>
        Remedy.Set(Change.Times("learning_rate", longer)) with { When = [Below(GeneratorJump, way)], Kinds = ["points", "images"] };

    // Points have a scale of one; pictures and text are many numbers wide, and the papers' weight is right for them. A critic that couples
    // its batch cannot have a penalty, and gives that up for it.
    private static IEnumerable<Remedy> Penalized(params Change[] others) =>
        from more in new Change[][] { [], [Change.To("critic_normalization", "layer")] }
        from weight in new[] { (Weight: 1, Kinds: new[] { "points" }), (Weight: 10, Kinds: ["images", "text"]) }
        let changes = (Change[])[Change.To("constraint", $"gradient-penalty?weight={weight.Weight}"), .. more, .. others]
        select Remedy.Set(changes) with { Kinds = weight.Kinds };

    /// <summary>The rules, those that explain others first.</summary>
    public static IReadOnlyList<Rule> All { get; } =
    [
        // 1e-4 of the data's spread is what float32 leaves of a constant function; a generator collapsed onto one mode still shows that
        // mode's width.
        new("dead-generator", Verdict.Red, "the generator makes the same sample from every latent vector: its units are dead or saturated",
            s_slower, [Below(Diversity, 1e-4)])
        {
            Sustained = 2,
            Explains = ["mode-collapse", "mode-collapse-partial", "critic-not-optimal", "vanishing-gradient",
                "memorization", "learning-rate-too-high", "slope-hidden-by-weight", "estimate-drifted", "lattice",
                "condition-ignored", "collapsed-category", "rare-values-lost"],
        },

        // A random walk with steps of a quarter of the data's spread has forgotten where it was after sixteen. Scores that change by half
        // of what they differ are another function in a few steps;
        // near the end of a good run, where they hardly differ, that alone means nothing.
        new("learning-rate-too-high", Verdict.Red,
            "one step moves samples or scores across the data: the players jump past what they could learn from each other",
            s_slower, [Above(GeneratorJump, 0.25)], [Above(GeneratorJump, 0.15), Above(CriticJump, 0.5)], [Below(Finite, 1)])
        {
            // One step's way is a draw from a wide law: of three looks too few show what such a run is like, and the first ones of a
            // healthy run are long.
            Sustained = 5,
            Explains = ["mode-collapse", "mode-collapse-partial", "critic-not-optimal",
                "vanishing-gradient", "slope-hidden-by-weight", "estimate-drifted", "memorization", "lattice"],
        },

        // Of a minimax critic σ(D) reaches the generator: 2 % is a critic that is 98 % sure. The distance must be far above what chance
        // shows.
        new("vanishing-gradient", Verdict.Red,
            "the critic is saturated: it tells generated samples so surely that next to nothing of its slope reaches the generator",
            s_unsaturated, [Below(GradientShare, 0.02), Above(Auc, 0.95), Above(Far, 2)])
        {
            Explains = ["mode-collapse", "mode-collapse-partial"],
        },

        // Per-sample penalties read a sum of scores as if each belonged to one sample. Without coupling the ratio is exactly 0; 1e-3 is far
        // above rounding.
        new("batch-coupling", Verdict.Amber,
            "a score depends on the other samples of its batch, so the penalty of the slope per sample penalizes something else",
            s_uncoupled, [Above(IsPenalized, 0.5), Above(Coupling, 1e-3)]),

        // Clipping drives weights to ±c, and the gradient by about c·√(width/2) per layer (arXiv:1704.00028, figure 1b): a factor of two,
        // 0.3 decades, per layer is a factor of thousand in ten.
        new("exploding-layers", Verdict.Amber, "clipped weights make the critic's gradient grow from layer to layer",
            s_bounded, [Above(AtLimit, 0.05), Above(LayerGain, 0.3)])
        {
            Explains = ["critic-not-optimal", "mode-collapse-partial"],
        },
        new("vanishing-layers", Verdict.Amber, "clipped weights make the critic's gradient vanish from layer to layer",
            s_bounded, [Above(AtLimit, 0.05), Below(LayerGain, -0.3)])
        {
            Explains = ["critic-not-optimal", "mode-collapse-partial"],
        },

        // On the same batch no function of slope 1 exceeds the exact distance (Kantorovich and Rubinstein), and one of slope K by K times.
        // There is no penalty whose finite weight could explain three. Clipping bounds the slope too, at a value that it does not tell.
        new("estimate-drifted", Verdict.Red, "the critic's estimate has left the truth behind: nothing bounds its slope",
            s_bounded,
            [Above(IsDistance, 0.5), Below(IsPenalized, 0.5), Below(AtLimit, 0.05), Above(Overestimate, 3)],
            [Above(IsDistance, 0.5), Below(IsPenalized, 0.5), Below(AtLimit, 0.05), Above(SlopeBetween, 3), Above(SlopeCoupled, 3)])
        {
            Explains = ["critic-not-optimal", "mode-collapse", "mode-collapse-partial"],
        },

        // Under a penalty of weight λ the optimal slope is 1 + W/(2λ), and the estimate is as many times too large: at 1.5 the distance is
        // as large as λ.
        new("slope-hidden-by-weight", Verdict.Amber,
            "the penalty is too light for this distance: the critic's slope is far from 1, and its estimate wrong by that factor",
            s_heavier, [Above(IsDistance, 0.5), Above(IsPenalized, 0.5), Above(SlopeBetween, 1.5), Above(Overestimate, 1.5)]),

        // Equal laws give 0.5. A critic below 0.6, with samples at more than twice the distance of real batches, misses what a plain
        // distance sees.
        new("critic-not-optimal", Verdict.Amber, "the critic lags behind: samples are far from the data, and it does not see it",
            s_quickCritic, [Below(Auc, 0.6), Above(Far, 2)], [Above(IsDistance, 0.5), Below(Seen, 0.2), Above(Far, 2)]),

        // One tenth of the spread: what is left when one of many clusters remains.
        new("mode-collapse", Verdict.Red, "all samples are nearly the same", s_apart, [Below(Diversity, 0.1)])
        {
            Explains = ["mode-collapse-partial", "memorization", "lattice", "condition-ignored", "collapsed-category",
                "rare-values-lost"],
        },

        // Of a column of k values that are alike the signal is (k' − 1)/(k − 1): below 0.15 a yes or no is yes in 98 of 100 rows
        // where it should be in half, ten values have become two. 256 rows of the data's own law stay above 0.7.
        new("collapsed-category", Verdict.Amber, "a category of the table has collapsed: nearly all generated rows have one value of it",
            s_wider, [Below(CategoryVariety, 0.15)])
        {
            Explains = ["mode-collapse-partial", "copied-rows", "rare-values-lost"],
        },

        // Where 20 are due fewer than 5 come by chance once in sixty thousand looks.
        new("rare-values-lost", Verdict.Amber, "rare values of the table hardly come at all", s_seenRare, [Above(RareLost, 0.75)]),

        // A tenth of 256 rows, beyond what people who are alike make.
        new("copied-rows", Verdict.Amber, "rows are training rows again, value by value, more often than rows that are alike explain",
            s_moreData, [Above(Copied, 0.1)])
        {
            Explains = ["memorization"],
        },

        // A latent vector whose sample stays the same whatever is told: a twentieth of the data's spread is less than any class or word
        // of these data moves, and what a weight that has hardly moved from nothing leaves.
        new("condition-ignored", Verdict.Red, "samples hardly depend on the class or the text that they are told", s_told,
            [Below(Heard, 0.05)]),

        // Mann and Whitney's statistic: four standard deviations come by chance once in thirty thousand times; 0.65 is a difference that
        // matters.
        new("overfitted-critic", Verdict.Amber, "the critic knows the training samples by heart: held-out real ones it scores lower",
            s_augmented, [Above(HeldOutZ, 4), Above(HeldOutAuc, 0.65)]),

        // Of 64 samples of ten classes a guess gains 0 give or take 0.04; of few classes more, which five looks do not show together.
        new("classifier-learns-nothing", Verdict.Amber,
            "the classifier names samples no better than who always says the most frequent class",
            s_taught, [Below(ClassGain, 0.1)])
        {
            Sustained = 5,
        },

        // Samples between training samples lie about as far from them as these from each other; a blurred mean still at three quarters.
        new("memorization", Verdict.Amber, "samples are copies of training samples", s_moreData,
            [Below(NeighborRatio, 0.33), Above(Diversity, 0.5), Below(Far, 2)]),

        // A cluster is missing when it gets less than a quarter of its due, which chance does once in ten thousand times; that the clusters
        // of one draw miss something, or that the nearest of a thousand pictures is of another class, is not enough for these words: a
        // second test must miss as much. Lines that come again are parts that do not come. Samples farther off than the data is wide belong
        // to no part of it. Last, since much else shows in it.
        new("mode-collapse-partial", Verdict.Amber, "part of the data is not generated at all", s_wider,
            [Above(MissingMass, 0.2), Above(MissingAgain, 0.2), Below(OffData, 1)],
                [Above(MissingModes, 0.2), Above(MissingAgain, 0.2), Below(OffData, 1)],
            [Above(MissingClasses, 0.2), Above(MissingAgain, 0.2), Below(OffData, 1)], [Above(Repeated, 0.3)]),

        // Between two sets of real pictures the largest of these ratios is 1.0, and 1.4 was the most in 600 draws (photographs at 64 and 32
        // pixels, garments).
        new("lattice", Verdict.Amber,
            "pictures show a lattice: where the generator doubles its picture, neighboring pixels are made by different weights, "
            + "which have not become alike",
            s_smoothed, [Above(Lattice, 2)]),

        // Twice what two real samples of that size show is no accident, and no result; when nothing above says why, that is still to be
        // said. In many dimensions the floor is high and hides what is on top of it: garments at a Fréchet distance of 5 have 0.03 of the
        // data's spread there, at 40 to 60 about 0.07, small networks after 1,200 steps up to 0.125, ragged garments at 150 0.16, a
        // perceptron's at 420 0.17. Nearest neighbors see what is ragged sooner: 0.60 at a Fréchet distance of 4, 0.61 to 0.69 at 15 to 40,
        // 0.72 to 0.78 at 40 to 80, 0.88 at 150; chance moves them by 0.03. In the plane bridges between modes are near all of the data and
        // nowhere in it: the density, which is 1 for the data's own law by exchangeability, is 0.3 where a third of the points are good and
        // 0.5 where half are; of garments it is 0.83 at a Fréchet distance of 4, 0.58 to 0.72 at 20 to 40, 0.46 at 45, 0.4 at 65, 0.2 at
        // 150. Chance moves it by 0.07. All these see where samples lie, not how they are drawn: garments after twenty seconds, clouds, had
        // a density of 0.81. A fresh critic tells 0.99 of those from real ones, 0.71 at a distance of 12, 0.80 at 18, 0.83 at 28, where
        // every sixth is torn, 0.97 at 50. Text lies in so many directions that distances say little; its trigrams say whether it is
        // spelled. Half of the way from symbols that do not know their neighbors is not reading yet. Rows of a table with a quality of 0.91
        // have neighbors of both kinds and the data's density, and a forest tells them from real ones (AUC 0.85); what their quality lacks
        // is 0.05 to 0.075 there.
        new("far-from-data", Verdict.Amber, "samples can still be told from the data: the run is not there yet, its steps are too long to "
            + "settle, or too short to lead anywhere",
            s_settle, [Above(Far, 2)], [Above(Beyond, 0.14)], [Above(OwnKind, 0.75)],
                [Below(Density, 0.5)], [Above(ToldApart, 0.8)], [Above(Misspelled, 0.5)], [Above(QualityGap, 0.04)])
        {
            IsLastResort = true,
            // A generator that stands still comes no nearer whatever its critic is like.
            Besides = [Below(GeneratorStep, NoStep)],
            // A run begins far from the data; that it has left there is what must be shown.
            SpeaksAtOnce = true,
        },
    ];

    /// <summary>The diagnosis of a run.</summary>
    /// <param name="history">Readings, oldest first; at least one.</param>
    /// <param name="patient">Whose they are, for the remedies; without it those in words are left.</param>
    public static Diagnosis Judge(IReadOnlyList<Reading> history, Patient? patient = null)
    {
        var course = new Course(patient ?? Patient.Unknown);
        foreach (var reading in history)
            course.Add(reading);
        return course.Diagnosis;
    }

    // What the newest readings show: findings, without those that others explain.
    internal static Diagnosis At(IReadOnlyList<Reading> history, Patient patient)
    {
        var found = All.Select(rule => (Rule: rule, Finding: rule.Judge(history, patient))).Where(f => f.Finding is not null).ToList();
        var others = found.Where(f => !f.Rule.IsLastResort).ToList();
        if (others.Count > 0)
            found.RemoveAll(f => f.Rule.IsLastResort
                && (others.Any(o => o.Rule.Severity == Verdict.Red) || !f.Rule.StandsBeside(history)));
        // A look too few to give a reason is no reason to advise as if there were none.
        else if (All.Where(rule => !rule.IsLastResort && rule.IsInSight(history)).ToList() is [_, ..] likely)
            found = [.. found.Select(f => (f.Rule, f.Finding! with { Remedy = MoreLooks(likely) }))];
        var explained = found.SelectMany(f => f.Rule.Explains).ToHashSet();
        var findings = found.Select(f => f.Finding!).Where(f => !explained.Contains(f.Rule)).OrderByDescending(f => f.Severity).ToList();
        return new(findings.Count > 0 ? findings[0].Severity : Verdict.Green, findings, history[^1]);
    }

    private static string MoreLooks(IEnumerable<Rule> likely) =>
        $"more looks, which diagnose --afresh takes: so far they show {string.Join(", ", likely.Select(rule => rule.Name))}";

    internal static bool IsLastResort(string name) => All.Any(rule => rule.Name == name && rule.IsLastResort);

    private static Bound Above(Signal signal, double limit) => new(signal, true, limit);

    private static Bound Below(Signal signal, double limit) => new(signal, false, limit);
}
