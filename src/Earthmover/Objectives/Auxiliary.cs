using Earthmover.Torch;

namespace Earthmover.Objectives;

/// <summary>What a generator minimizes beside the scores of its samples, or instead of them: a function of the critic's features.</summary>
public abstract record Auxiliary : IOptionPart<Auxiliary>
{
    private static readonly Catalog<Auxiliary> s_catalog = new("auxiliary term",
    [
        new("none", "nothing", "", _ => new Nothing()),
        new("feature-matching", "the mean features of generated samples are drawn to those of real ones (1606.03498)",
            "weight=1 alone=false", o => new FeatureMatching(o.Number("weight")) { Alone = o.Flag("alone") }),
    ]);

    static string IOptionPart<Auxiliary>.Takes => "an auxiliary term, with options after ?";

    static IReadOnlyList<KnownPart> IOptionPart<Auxiliary>.Known => s_catalog.Known;

    static Auxiliary IOptionPart<Auxiliary>.Parse(string text) => s_catalog.Create(text);

    /// <summary>Its name in log and report.</summary>
    public abstract string Name { get; }

    /// <summary>It takes the place of the objective in the generator's loss.</summary>
    public bool Alone { get; init; }

    /// <summary>The term, a tensor without axes; null where there is none.</summary>
    /// <param name="features">h, the critic's features: samples [N, …] → [N, F].</param>
    /// <param name="real">Real samples [N, …].</param>
    /// <param name="fake">Generated samples [M, …].</param>
    public abstract Tensor? Of(Func<Tensor, Tensor> features, Tensor real, Tensor fake);

    private sealed record Nothing : Auxiliary
    {
        public override string Name => "none";

        public override Tensor? Of(Func<Tensor, Tensor> features, Tensor real, Tensor fake) => null;
    }
}

/// <summary>λ ‖E h(x) − E h(G(z))‖² (Salimans et al., 2016, arXiv:1606.03498, section 3.1).</summary>
/// <param name="Weight">λ.</param>
public sealed record FeatureMatching(double Weight = 1) : Auxiliary
{
    /// <inheritdoc/>
    public override string Name => "feature-matching";

    /// <inheritdoc/>
    public override Tensor? Of(Func<Tensor, Tensor> features, Tensor real, Tensor fake)
    {
        // The real mean is where the generated one should go, not a way to move the critic.
        var wanted = Autograd.NoGrad(() => features(real).Mean([0]));
        return Weight * (features(fake).Mean([0]) - wanted).Square().Sum();
    }
}
