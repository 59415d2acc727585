using Earthmover.Constraints;
using Earthmover.Testing;
using Earthmover.Torch;

namespace Earthmover.Tests.Constraints;

public class ConstraintTests : LeakTest
{
    private readonly RandomStreams _streams = new(1);

    protected override void TearDown() => _streams.Dispose();

    public static TheoryData<string> Names => [.. Constraint.All.Select(entry => entry.Name)];

    /// <summary>Every penalty, every sampler and every pairing, by specification.</summary>
    public static TheoryData<string> Penalties =>
    [
        .. new[] { "interpolated", "real", "fake", "both", "interpolated-within", "interpolated-mixture" }
            .SelectMany(p => new[] { $"gradient-penalty?points={p}", $"wgan-div?p=4&points={p}" }),
        "gradient-penalty?power=1", "gradient-penalty?center=0", "gradient-penalty?center=2",
        "one-sided-penalty?center=0.1", "one-sided-penalty?center=0.1&power=1",
        "wgan-div", "wgan-div?p=3", "r1", "r2", "r1-r2",
        "finite-difference", "finite-difference?pairs=independent", "finite-difference?pairs=small-step",
        "finite-difference?oriented=false", "finite-difference?one-sided=true&center=0.1", "finite-difference?power=1",
    ];

    private Tensor Normal(params long[] shape) => Tensor.Normal(shape, _streams["data"], DType.Float64);

    // A penalty draws its points anew at each call; a check by finite differences needs the same ones.
    private Tensor Again(Constraint constraint, Func<Tensor, Tensor> critic, Tensor real, Tensor fake)
    {
        using var streams = new RandomStreams(7);
        using var use = streams.Use();
        return constraint.Of(critic, real, fake)!;
    }

    [Theory]
    [MemberData(nameof(Penalties))]
    public void Gradients_of_a_penalty_are_right_to_second_order(string specification)
    {
        using var scope = TensorScope.Open();
        var constraint = Constraint.Named(specification);
        Tensor real = Normal(4, 3), fake = Normal(4, 3), w = Normal(3, 5) * 0.7, v = Normal(5, 1);
        // The penalty is a second derivative itself; its gradient with respect to the critic's parameters is what training uses, and it is
        // differentiable once more.
        AssertTensor.Gradients(p => Again(constraint, x => x.MatMul(p[0]).Tanh().MatMul(p[1]), real, fake), [w, v], 2e-6);
        AssertTensor.SecondOrder(p => Again(constraint, x => x.MatMul(p[0]).Tanh().MatMul(p[1]), real, fake), [w, v], 2e-4);
    }

    // D(x) = s·x₀ has slope s everywhere, so each penalty is a formula of s.
    [Theory]
    [InlineData("gradient-penalty?weight=3", 0.4, 3 * 0.36)]
    [InlineData("gradient-penalty?weight=3", 1.5, 3 * 0.25)]
    [InlineData("gradient-penalty?weight=3&power=1", 0.4, 3 * 0.6)]
    [InlineData("gradient-penalty?weight=3&center=2", 1.5, 3 * 0.25)]
    [InlineData("gradient-penalty?weight=3&center=0", 1.5, 3 * 2.25)]
    [InlineData("one-sided-penalty?weight=3", 0.4, 0)]
    [InlineData("one-sided-penalty?weight=3", 1.5, 3 * 0.25)]
    [InlineData("one-sided-penalty?weight=3&power=1", 1.5, 3 * 0.5)]
    [InlineData("wgan-div", 1.5, 2 * 11.390625)]
    [InlineData("wgan-div?k=0.5&p=2", 1.5, 0.5 * 2.25)]
    [InlineData("wgan-div?k=1&p=3", 1.5, 3.375)]
    [InlineData("r1?gamma=4", 1.5, 2 * 2.25)]
    [InlineData("r2?gamma=4", 1.5, 2 * 2.25)]
    [InlineData("r1-r2?gamma=4", 1.5, 4 * 2.25)]
    public void A_linear_critic_pays_what_the_formula_says(string specification, double s, double expected)
    {
        using var scope = TensorScope.Open();
        foreach (var shape in new long[][] { [6, 2], [6, 3, 4, 5], [6, 7, 4] })
            Assert.Equal(expected,
                Again(Constraint.Named(specification), x => s * x.Flatten(1).Narrow(1, 0, 1), Normal(shape), Normal(shape)).Item(), 1e-9);
    }

    [Fact]
    public void The_norm_runs_over_all_axes_of_a_sample()
    {
        using var scope = TensorScope.Open();
        // D(x) = Σ x over 3·4·5 numbers has slope √60, whatever the number of samples.
        foreach (var n in new long[] { 1, 2, 9 })
            Assert.Equal(Math.Pow(Math.Sqrt(60) - 1, 2),
                Again(new GradientPenalty(1), x => x.Sum([1, 2, 3]), Normal(n, 3, 4, 5), Normal(n, 3, 4, 5)).Item(), 1e-9);
    }

    [Fact]
    public void A_secant_along_the_segment_is_the_slope_of_a_linear_critic_there()
    {
        using var scope = TensorScope.Open();
        Tensor real = Tensor.Zeros([8, 2], DType.Float64), fake = Tensor.From<double>([3, 4], [1, 2]).Expand(8, 2);
        // D(x) = −x·(1, 0): along (3, 4)/5, from fake to real, it rises by 0.6.
        foreach (var pairs in Enum.GetValues<SecantPairs>())
        {
            double Penalty(bool oriented, double sign) =>
                Again(new FiniteDifferencePenalty(1) { Pairs = pairs, Oriented = oriented },
                    x => sign * x.Narrow(1, 0, 1), real, fake).Item();
            Assert.Equal(0.16, Penalty(oriented: true, -1), 1e-6);
            Assert.Equal(0.16, Penalty(oriented: false, -1), 1e-6);
            Assert.Equal(0.16, Penalty(oriented: false, 1), 1e-6);
            Assert.Equal(pairs == SecantPairs.Independent ? 0.16 : 2.56, Penalty(oriented: true, 1), 1e-6); // upside down: (−0.6 − 1)²
        }
    }

    [Theory]
    [InlineData("gradient-penalty")]
    [InlineData("finite-difference")]
    public void A_flat_critic_has_a_finite_gradient(string specification)
    {
        using var scope = TensorScope.Open();
        var w = Tensor.Zeros([2, 1]).RequireGrad();
        Tensor x = Tensor.Ones([4, 2]), y = Tensor.Ones([4, 2]) * 2;
        var penalty = Again(Constraint.Named(specification), v => v.MatMul(w), x, y);
        Assert.Equal(10, penalty.Item(), 1e-3);
        Assert.All(Autograd.Gradient(penalty, w).ToArray<float>(), g => Assert.True(float.IsFinite(g)));
        // And where real and fake coincide, so that a secant has no length.
        Assert.True(double.IsFinite(Again(Constraint.Named(specification), v => v.MatMul(w), x, x).Item()));
    }

    [Fact]
    public void A_finite_difference_asks_the_critic_for_values_only()
    {
        using var scope = TensorScope.Open();
        var differentiated = 0;
        Tensor w = Tensor.Ones([2, 1]).RequireGrad();
        // The derivative of this critic with respect to its input counts how often it is asked for.
        Tensor Critic(Tensor x) => Differentiable.Apply(() => x.MatMul(w), [x, w], (g, v, needed) =>
        {
            differentiated += needed[0] ? 1 : 0;
            return [needed[0] ? g.MatMul(v[1].Transpose(0, 1)) : null, needed[1] ? v[0].Transpose(0, 1).MatMul(g) : null];
        });
        Tensor x = Tensor.Zeros([4, 2]), y = Tensor.Ones([4, 2]);
        _ = Autograd.Gradient(Again(new FiniteDifferencePenalty(), Critic, x, y), w);
        Assert.Equal(0, differentiated);
        _ = Autograd.Gradient(Again(new GradientPenalty(), Critic, x, y), w);
        Assert.NotEqual(0, differentiated);
    }

    [Fact]
    public void A_penalty_reaches_the_critic_and_not_the_samples()
    {
        using var scope = TensorScope.Open();
        Tensor w = Normal(2, 1).RequireGrad(), real = Normal(4, 2).RequireGrad(), fake = Normal(4, 2).RequireGrad();
        foreach (var specification in new[] { "gradient-penalty", "gradient-penalty?points=both", "r1-r2", "finite-difference" })
        {
            var gradients = Autograd.Gradients(Again(Constraint.Named(specification), x => x.MatMul(w).Square(), real, fake * 2),
                [w, real, fake], allowUnused: true);
            Assert.NotNull(gradients[0]);
            Assert.Null(gradients[1]);
            Assert.Null(gradients[2]);
        }
    }

    [Fact]
    public void A_penalty_can_be_measured_without_recording()
    {
        using var scope = TensorScope.Open();
        Tensor w = Normal(2, 1).RequireGrad(), x = Normal(4, 2), y = Normal(4, 2);
        var recorded = Again(new GradientPenalty(), v => v.MatMul(w), x, y);
        var measured = Autograd.NoGrad(() => Again(new GradientPenalty(), v => v.MatMul(w), x, y));
        Assert.True(recorded.RequiresGrad);
        Assert.False(measured.RequiresGrad);
        Assert.Equal(recorded.Item(), measured.Item(), 1e-12);
    }

    [Fact]
    public void Clipping_moves_weights_into_the_box_and_is_done_in_place()
    {
        using var scope = TensorScope.Open();
        var w = Tensor.From<float>([-1, -0.01f, 0, 0.005f, 7], 5);
        new WeightClipping(0.01).Project(w);
        Assert.Equal([-0.01f, -0.01f, 0, 0.005f, 0.01f], w.ToArray<float>());
        Assert.Null(new WeightClipping().Of(x => x, w, w));
    }

    [Fact]
    public void A_lazy_penalty_comes_every_kth_step_and_weighs_as_much()
    {
        using var scope = TensorScope.Open();
        using var use = _streams.Use();
        var r1 = new R1(2) { Every = 4 };
        Tensor x = Normal(3, 2);
        double[] penalties = [.. Enumerable.Range(0, 8).Select(step => r1.At(step, v => 3 * v.Narrow(1, 0, 1), x, x)?.Item() ?? 0)];
        Assert.Equal([36, 0, 0, 0, 36, 0, 0, 0], penalties.Select(p => Math.Round(p, 9)));
        Assert.Equal(9, r1.Of(v => 3 * v.Narrow(1, 0, 1), x, x).Item(), 1e-9);
        Assert.Null(new NoConstraint().At(0, v => v, x, x));
        Assert.Throws<ArgumentOutOfRangeException>(() => new R1 { Every = 0 });
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_name_gives_the_constraint_of_that_name(string name) => Assert.Equal(name, Constraint.Named(name).Name);

    [Fact]
    public void Defaults_of_the_catalog_are_those_of_the_records()
    {
        Assert.Equal(new GradientPenalty(), Constraint.Named("gradient-penalty"));
        Assert.Equal(new GradientPenalty { OneSided = true }, Constraint.Named("one-sided-penalty"));
        Assert.Equal(new FiniteDifferencePenalty(), Constraint.Named("finite-difference"));
        Assert.Equal(new WganDiv(), Constraint.Named("wgan-div"));
        Assert.Equal(new WeightClipping(), Constraint.Named("clipping"));
        Assert.Equal(new R1(), Constraint.Named("r1"));
        Assert.Equal(new R2(), Constraint.Named("r2"));
        Assert.Equal(new R1R2(), Constraint.Named("r1-r2"));
        Assert.Equal(new GradientPenalty(1) { Points = PenaltyPoints.InterpolatedMixture, Power = 1, Every = 8 },
            Constraint.Named("gradient-penalty?weight=1&points=interpolated-mixture", "power=1", "every=8"));
        Assert.True(Constraint.Named("spectral").NeedsSpectralNorm);
    }

    [Theory]
    [InlineData("gradient", "gradient-penalty")]
    [InlineData("gradient-penalty?points=everywhere", "interpolated-mixture")]
    [InlineData("gradient-penalty?power=3", "1 or 2")]
    [InlineData("gradient-penalty?power=1.5", "whole number")]
    [InlineData("gradient-penalty?weight=-1", "negative")]
    [InlineData("gradient-penalty?lambda=1", "weight=10")]
    [InlineData("gradient-penalty?one-sided=perhaps", "true or false")]
    [InlineData("clipping?limit=0", "positive")]
    [InlineData("wgan-div?p=0.5", "at least 1")]
    [InlineData("finite-difference?step=0", "above 0")]
    [InlineData("r1?every=0", "step")]
    [InlineData("none?weight=1", "no options")]
    public void What_is_unknown_is_refused_with_what_is_known(string name, string hint) =>
        Assert.Contains(hint, Assert.ThrowsAny<ArgumentException>(() => Constraint.Named(name)).Message);
}
