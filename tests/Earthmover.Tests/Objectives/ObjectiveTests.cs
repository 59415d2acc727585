using Earthmover.Objectives;
using Earthmover.Testing;
using Earthmover.Torch;

namespace Earthmover.Tests.Objectives;

public class ObjectiveTests : LeakTest
{
    public static TheoryData<string> Names => [.. Objective.All.Select(entry => entry.Name)];

    private static Tensor Scores(params double[] values) => Tensor.From<double>(values, [values.Length]);

    private static double Softplus(double a) => Math.Log(1 + Math.Exp(a));

    // Real scores d = (0.3, −1.2), fake f = (0.8, −0.4); the table of losses written with plain numbers.
    [Theory]
    [InlineData("minimax")]
    [InlineData("non-saturating")]
    [InlineData("kl-update")]
    [InlineData("wasserstein")]
    [InlineData("least-squares")]
    [InlineData("least-squares?a=-1&b=1&c=0")]
    [InlineData("hinge")]
    [InlineData("relativistic-average")]
    [InlineData("relativistic-pairing")]
    public void Losses_are_those_of_the_papers(string name)
    {
        using var scope = TensorScope.Open();
        double[] d = [0.3, -1.2], f = [0.8, -0.4];
        static double E(double[] v, Func<double, double> g) => v.Average(g);
        var logistic = E(d, v => Softplus(-v)) + E(f, Softplus);
        var (meanD, meanF) = (d.Average(), f.Average());
        var (critic, generator) = name switch
        {
            "minimax" => (logistic, -E(f, Softplus)),
            "non-saturating" => (logistic, E(f, v => Softplus(-v))),
            "kl-update" => (logistic, -meanF),
            "wasserstein" => (meanF - meanD, -meanF),
            "least-squares" => (0.5 * E(d, v => (v - 1) * (v - 1)) + 0.5 * E(f, v => v * v), 0.5 * E(f, v => (v - 1) * (v - 1))),
            "least-squares?a=-1&b=1&c=0" => (0.5 * E(d, v => (v - 1) * (v - 1)) + 0.5 * E(f, v => (v + 1) * (v + 1)),
                0.5 * E(f, v => v * v)),
            "hinge" => (E(d, v => Math.Max(0, 1 - v)) + E(f, v => Math.Max(0, 1 + v)), -meanF),
            "relativistic-average" => (E(d, v => Softplus(meanF - v)) + E(f, v => Softplus(v - meanD)),
                E(f, v => Softplus(meanD - v)) + E(d, v => Softplus(v - meanF))),
            "relativistic-pairing" => ((Softplus(f[0] - d[0]) + Softplus(f[1] - d[1])) / 2,
                (Softplus(d[0] - f[0]) + Softplus(d[1] - f[1])) / 2),
            _ => throw new ArgumentException($"the losses of '{name}' are not written down here"),
        };
        var objective = Objective.Named(name);
        Assert.Equal(critic, objective.Critic(Scores(d), Scores(f)).Item(), 1e-12);
        Assert.Equal(generator, objective.Generator(Scores(f), Scores(d)).Item(), 1e-12);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Gradients_of_both_losses_to_second_order(string name)
    {
        using var scope = TensorScope.Open();
        var objective = Objective.Named(name);
        Tensor d = Scores(0.31, -1.2, 0.07), f = Scores(0.8, -0.43, 1.4);
        Tensor x = Tensor.From<double>([0, 0.1, 1.1, 0.2, 0.3, 1.3], [3, 2]),
            y = Tensor.From<double>([0.5, 0.4, 2.1, 1.9, -0.7, 0.6], [3, 2]);
        Samples? Batch(Tensor fake) => objective.SeesSamples ? new(x, fake) : null;
        AssertTensor.Gradients(v => objective.Critic(v[0], v[1], Batch(v[2])), [d, f, y]);
        AssertTensor.Gradients(v => objective.Generator(v[0], v[1], Batch(v[2])), [f, d, y]);
        // Every loss is differentiated twice with respect to what it depends on; scores that enter linearly have no second derivative.
        if (objective.SeesSamples)
            AssertTensor.SecondOrder(v => objective.Generator(f, v[1], Batch(v[0])), [y, d]);
        else
            AssertTensor.SecondOrder(v => objective.Critic(v[0] * v[0], v[1] * v[0]), [d, f]);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Wild_scores_give_finite_losses_and_gradients_in_single_precision(string name)
    {
        using var scope = TensorScope.Open();
        var objective = Objective.Named(name);
        float[] scores = [1e4f, -1e4f, 300f, -300f, 0f];
        Tensor d = Tensor.From<float>(scores, 5).RequireGrad(), f = Tensor.From<float>(scores, 5).RequireGrad();
        Tensor x = Tensor.Zeros([5, 3]), y = Tensor.Zeros([5, 3]).RequireGrad();
        foreach (var loss in new[] { objective.Critic(d, f, new(x, y)), objective.Generator(f, d, new(x, y)) })
        {
            Assert.True(double.IsFinite(loss.Item()));
            var gradients = Autograd.Gradients(loss, [d, f, y], allowUnused: true).OfType<Tensor>().ToList();
            Assert.NotEmpty(gradients);
            Assert.All(gradients.SelectMany(gradient => gradient.ToArray<float>()), g => Assert.True(float.IsFinite(g)));
        }
    }

    // The generator of an objective that sees samples moves those, and not scores.
    public static TheoryData<string> NamesOfScores =>
        [.. Objective.All.Select(entry => entry.Name).Where(name => !Objective.Named(name).SeesSamples)];

    [Theory]
    [MemberData(nameof(NamesOfScores))]
    public void A_generator_that_raises_its_scores_lowers_its_loss(string name)
    {
        using var scope = TensorScope.Open();
        var objective = Objective.Named(name);
        var f = Scores(-0.5, -1, 0.2).RequireGrad();
        Assert.All(Autograd.Gradient(objective.Generator(f, Scores(0.1, 0.4, 1)), f).ToArray<double>(), g => Assert.True(g < 0));
    }

    [Fact]
    public void A_sure_critic_silences_the_minimax_generator_and_not_the_others()
    {
        using var scope = TensorScope.Open();
        double Slope(string name)
        {
            var f = Scores(-12).RequireGrad();
            return Math.Abs(Autograd.Gradient(Objective.Named(name).Generator(f), f).Item());
        }
        Assert.True(Slope("minimax") < 1e-5);
        Assert.True(Slope("non-saturating") > 0.99);
        Assert.Equal(1, Slope("kl-update"), 1e-12);
    }

    [Fact]
    public void Scores_with_a_trailing_axis_are_paired_row_by_row()
    {
        using var scope = TensorScope.Open();
        var pairing = new RelativisticPairing();
        Tensor d = Scores(1, 2, 3), f = Scores(0.5, -1, 2);
        Assert.Equal(pairing.Critic(d, f).Item(), pairing.Critic(d, f.Unsqueeze(1)).Item(), 1e-12);
        Assert.Throws<ArgumentException>(() => pairing.Critic(d, Scores(1, 2)));
    }

    [Fact]
    public void Losses_that_need_more_say_so()
    {
        using var scope = TensorScope.Open();
        Assert.Contains("real samples", Assert.Throws<ArgumentException>(() => new RelativisticAverage().Generator(Scores(1))).Message);
        Assert.Contains("samples", Assert.Throws<ArgumentException>(() => new CTransform().Critic(Scores(1), Scores(1))).Message);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_name_gives_the_objective_of_that_name(string name) => Assert.Equal(name, Objective.Named(name).Name);

    [Fact]
    public void Options_follow_the_name()
    {
        Assert.Equal(new LeastSquares(-1, 1, 0), Objective.Named("least-squares?a=-1&c=0"));
        Assert.Equal(new LeastSquares(-1, 1, 0), Objective.Named("least-squares", "a=-1", "c=0"));
        Assert.Equal(new LeastSquares(), Objective.Named("least-squares"));
        Assert.Equal(new EpsilonTransform(0.5), Objective.Named("epsilon-transform?epsilon=0.5"));
        Assert.Equal(new FDivergence(Divergence.Pearson) { Trick = false }, Objective.Named("f-pearson?trick=false"));
    }

    private sealed record Own(double Scale) : Objective
    {
        public override string Name => "own";

        public override Tensor Critic(Tensor real, Tensor fake, Samples? samples = null) => (fake.Mean() - real.Mean()) * Scale;

        public override Tensor Generator(Tensor fake, Tensor? real = null, Samples? samples = null) => -fake.Mean() * Scale;
    }

    [Fact]
    public void One_of_another_assembly_is_known_while_it_is_registered()
    {
        CatalogEntry<Objective> entry = new("own", "one of its own", "scale=1", options => new Own(options.Number("scale")));
        using (Objective.Register(entry))
        {
            Assert.Equal(new Own(3), Objective.Named("own?scale=3"));
            Assert.Contains(Objective.All, known => known.Name == "own");
            Assert.Contains("already", Assert.Throws<ArgumentException>(() => Objective.Register(entry)).Message);
        }
        Assert.Contains("unknown objective 'own'", Assert.Throws<ArgumentException>(() => Objective.Named("own")).Message);
        Assert.Contains("already", Assert.Throws<ArgumentException>(() => Objective.Register(entry with { Name = "hinge" })).Message);
    }

    [Theory]
    [InlineData("wassertein", "non-saturating")]
    [InlineData("least-squares?d=1", "a=0, b=1, c=1")]
    [InlineData("least-squares?a=one", "number")]
    [InlineData("hinge?margin=1", "no options")]
    [InlineData("epsilon-transform?epsilon=0", "positive")]
    public void What_is_unknown_is_refused_with_what_is_known(string name, string hint) =>
        Assert.Contains(hint, Assert.ThrowsAny<ArgumentException>(() => Objective.Named(name)).Message);
}
