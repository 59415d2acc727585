using Earthmover.Objectives;
using Earthmover.Testing;
using Earthmover.Torch;

namespace Earthmover.Tests.Objectives;

public class FDivergenceTests : LeakTest
{
    public static TheoryData<Divergence> All => [.. Enum.GetValues<Divergence>()];

    // f and its conjugate as the paper's table has them; the values for P = N(0, 1), Q = N(1, 1).
    private static (Func<double, double> F, Func<double, double> Conjugate, double Exact) Paper(Divergence divergence) => divergence switch
    {
        Divergence.Kl => (u => u * Math.Log(u), t => Math.Exp(t - 1), 0.5),
        Divergence.ReverseKl => (u => -Math.Log(u), t => -1 - Math.Log(-t), 0.5),
        Divergence.Pearson => (u => (u - 1) * (u - 1), t => t * t / 4 + t, Math.E - 1),
        Divergence.SquaredHellinger => (u => Math.Pow(Math.Sqrt(u) - 1, 2), t => t / (1 - t), 2 * (1 - Math.Exp(-1.0 / 8))),
        Divergence.JensenShannon => (u => u * Math.Log(u) - (u + 1) * Math.Log((1 + u) / 2), t => -Math.Log(2 - Math.Exp(t)), 0.2228),
        Divergence.Gan => (u => u * Math.Log(u) - (u + 1) * Math.Log(u + 1), t => -Math.Log(1 - Math.Exp(t)), -1.1635),
        _ => (u => 0.5 * Math.Abs(u - 1), t => t, 0.38292),
    };

    // The score whose activation is f'(u), from a closed form written down independently of the library.
    private static double BestScore(Divergence divergence, double u) => divergence switch
    {
        Divergence.Kl => 1 + Math.Log(u),
        Divergence.ReverseKl => Math.Log(u),
        Divergence.Pearson => 2 * (u - 1),
        Divergence.SquaredHellinger => Math.Log(u) / 2,
        Divergence.JensenShannon or Divergence.Gan => Math.Log(u),
        _ => 20 * Math.Sign(u - 1),
    };

    [Theory]
    [MemberData(nameof(All))]
    public void The_conjugate_of_the_activation_is_the_papers(Divergence divergence)
    {
        using var scope = TensorScope.Open();
        var objective = new FDivergence(divergence);
        var v = Tensor.From<double>([-3, -1.5, -0.1, 0, 0.4, 2, 3], [7]);
        double[] t = objective.Activation(v).ToArray<double>(), found = objective.Conjugate(v).ToArray<double>();
        for (var i = 0; i < t.Length; i++)
            Assert.Equal(Paper(divergence).Conjugate(t[i]), found[i], 1e-9 * (1 + Math.Abs(found[i])));
        Assert.Equal(t.Order(), t); // increasing: a high score means real
    }

    // With the best score, −L_D is the divergence itself: both expectations by quadrature over [−12, 13].
    [Theory]
    [MemberData(nameof(All))]
    public void The_best_critic_reaches_the_divergence(Divergence divergence)
    {
        using var scope = TensorScope.Open();
        const int points = 200_001;
        double low = -12, width = 25.0 / (points - 1), direct = 0;
        double[] scores = new double[points], p = new double[points], q = new double[points];
        for (var i = 0; i < points; i++)
        {
            var x = low + i * width;
            (p[i], q[i]) = (Math.Exp(-x * x / 2) / Math.Sqrt(2 * Math.PI), Math.Exp(-(x - 1) * (x - 1) / 2) / Math.Sqrt(2 * Math.PI));
            var ratio = Math.Exp(0.5 - x);
            scores[i] = BestScore(divergence, ratio);
            direct += width * q[i] * Paper(divergence).F(ratio);
        }
        Tensor v = Tensor.From<double>(scores, points), wp = Tensor.From<double>(p, points), wq = Tensor.From<double>(q, points);
        var objective = new FDivergence(divergence);
        var dual = width * ((wp * objective.Activation(v)).Sum() - (wq * objective.Conjugate(v)).Sum()).Item();
        Assert.Equal(Paper(divergence).Exact, direct, 1e-4);
        Assert.Equal(direct, dual, 1e-5);
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Losses_are_minus_the_bound_and_its_two_halves(Divergence divergence)
    {
        using var scope = TensorScope.Open();
        FDivergence trick = new(divergence), saturating = new(divergence) { Trick = false };
        Tensor d = Tensor.From<double>([0.3, -1.2], [2]), f = Tensor.From<double>([0.8, -0.4], [2]);
        Assert.Equal(trick.Conjugate(f).Mean().Item() - trick.Activation(d).Mean().Item(), trick.Critic(d, f).Item(), 1e-12);
        Assert.Equal(-trick.Activation(f).Mean().Item(), trick.Generator(f).Item(), 1e-12);
        Assert.Equal(-trick.Conjugate(f).Mean().Item(), saturating.Generator(f).Item(), 1e-12);
    }

    [Fact]
    public void The_gan_member_is_the_original_game()
    {
        using var scope = TensorScope.Open();
        Tensor d = Tensor.From<double>([0.3, -1.2], [2]), f = Tensor.From<double>([0.8, -0.4], [2]);
        var gan = new FDivergence(Divergence.Gan);
        Assert.Equal(new Minimax().Critic(d, f).Item(), gan.Critic(d, f).Item(), 1e-12);
        Assert.Equal(new Minimax().Generator(f).Item(), (gan with { Trick = false }).Generator(f).Item(), 1e-12);
        Assert.Equal(new NonSaturating().Generator(f).Item(), gan.Generator(f).Item(), 1e-12);
    }
}
