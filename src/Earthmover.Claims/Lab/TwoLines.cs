using Earthmover.Constraints;
using Earthmover.Nn.Layers;
using Earthmover.Objectives;
using Earthmover.Torch;

namespace Earthmover.Claims.Lab;

/// <summary>
/// Two parallel lines at distance θ (arXiv:1701.07875, example 1): W₁ = θ, and the best critic under every penalty is known. A critic of
/// slope s across the gap gains θs, so λ(s − 1)² gives s = 1 + θ/(2λ), and k·sᵖ gives s = (θ/(kp))^(1/(p−1)).
/// </summary>
public static class TwoLines
{
    /// <summary>Places on the way from real to fake at which <see cref="Train"/> asks the critic.</summary>
    public static IReadOnlyList<double> Places { get; } = [.. Enumerable.Range(0, 33).Select(i => i / 32.0)];

    /// <summary>Points (θ, U), U uniform on [0, 1]: [count, 2]. Rows of two calls share no randomness.</summary>
    /// <param name="θ">Where the line stands.</param>
    /// <param name="count">How many.</param>
    /// <param name="type">Element type.</param>
    public static Tensor Line(double θ, int count, DType type = DType.Float32) =>
        TensorScope.Run(() => Tensor.Cat(
            [Tensor.Zeros([count, 1], type).Here() + θ, Tensor.Uniform([count, 1], RandomStreams.Current["data"], type: type)], 1));

    /// <summary>
    /// Real points on the line at 0 and fake ones on that at θ, row by row at the same height, so that every segment is the transport
    /// itself.
    /// </summary>
    /// <param name="θ">Distance of the lines.</param>
    /// <param name="count">How many.</param>
    /// <param name="type">Element type.</param>
    public static (Tensor Real, Tensor Fake) Coupled(double θ, int count, DType type = DType.Float32)
    {
        var real = Line(0, count, type);
        return (real, real + Tensor.From<double>([θ, 0], 2).To(type).Here());
    }

    /// <summary>What a trained critic says on the way from real to fake.</summary>
    /// <param name="Scores">Mean scores at <see cref="Places"/> over the score of the fakes.</param>
    /// <param name="Distance">θ.</param>
    public sealed record Way(double[] Scores, double Distance)
    {
        /// <summary>Its estimate of W₁.</summary>
        public double Estimate => Scores[0];

        /// <summary>Its slope over the middle half.</summary>
        public double Middle => (Scores[8] - Scores[24]) / (Distance / 2);
    }

    /// <summary>
    /// Trains a 2-64-64-64-1 perceptron on the W loss and a constraint. Batches of a finite difference are coupled, since a secant needs
    /// the transport's own segments; those of others are not.
    /// </summary>
    /// <param name="constraint">The penalty, as text.</param>
    /// <param name="θ">Distance of the lines.</param>
    /// <param name="steps">Steps of Adam.</param>
    /// <param name="batch">Points of each line in a step.</param>
    public static Way Train(string constraint, double θ, int steps, int batch = 128)
    {
        using var scope = TensorScope.Open();
        using var critic = new LoneCritic(2, () => Activation.Relu());
        var (objective, penalty) = (new Wasserstein(), Constraint.Named(constraint));
        critic.Train(steps, () =>
        {
            var (x, y) = penalty is FiniteDifferencePenalty ? Coupled(θ, batch) : (Line(0, batch), Line(θ, batch));
            return objective.Critic(critic.D(x), critic.D(y)) + penalty.Of(critic.D, x, y)!;
        });
        var (real, fake) = Coupled(θ, 4096);
        double Score(double t) => Autograd.NoGrad(() => TensorScope.Run(() => critic.D(real + (fake - real) * t).Mean())).Item();
        double[] scores = [.. Places.Select(Score)];
        return new([.. scores.Select(s => s - scores[^1])], θ);
    }

    /// <summary>
    /// Plain descent in s for the critic D(x) = −s·x₀, for which no penalty depends on where it looks: it must reach the closed form
    /// exactly.
    /// </summary>
    /// <param name="constraint">The penalty, as text.</param>
    /// <param name="θ">Distance of the lines.</param>
    /// <param name="coupled">Rows of a batch lie on the transport's own segments.</param>
    /// <param name="steps">Steps of length 0.02.</param>
    /// <param name="batch">Points of each line in a step.</param>
    /// <param name="start">s at first.</param>
    public static double Descend(string constraint, double θ, bool coupled = true, int steps = 400, int batch = 8, double start = 0.9)
    {
        using var scope = TensorScope.Open();
        var (objective, penalty) = (new Wasserstein(), Constraint.Named(constraint));
        var s = Tensor.From<double>([start], [1]).Here();
        for (var step = 0; step < steps; step++)
        {
            using var turn = TensorScope.Open();
            var leaf = s.Clone().RequireGrad();
            Tensor D(Tensor x) => -leaf * x.Select(1, 0);
            var (x, y) = coupled ? Coupled(θ, batch, DType.Float64) : (Line(0, batch, DType.Float64), Line(θ, batch, DType.Float64));
            s.CopyFrom(s - 0.02 * Autograd.Gradient(objective.Critic(D(x), D(y)) + penalty.Of(D, x, y)!, leaf));
        }
        return s.Item();
    }
}
