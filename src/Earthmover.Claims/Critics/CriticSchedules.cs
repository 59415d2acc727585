using Earthmover.Claims.Lab;
using Earthmover.Constraints;
using Earthmover.Games;
using Earthmover.Nn.Layers;
using Earthmover.Objectives;
using Earthmover.Reports.Figures;
using Earthmover.Torch;

namespace Earthmover.Claims.Critics;

/// <summary>How many steps a critic needs: hundreds from nothing, a few once it has been near its optimum; hence WGAN's schedule.</summary>
public sealed class CriticSchedules : Claim<CriticSchedules.Run>
{
    private const double Shift = 1;

    /// <summary>What one run measures.</summary>
    /// <param name="Calls">Moves of the critic that WGAN's schedule makes in the generator's steps 0 … 1000.</param>
    /// <param name="Steps">Steps of a fresh critic.</param>
    /// <param name="Estimates">Its estimate of W₁ = 1 after them, on held-out samples.</param>
    /// <param name="Settled">Moves of the trained critic until the adaptive schedule ends, at laws that stay.</param>
    /// <param name="Fresh">The same for a fresh critic.</param>
    /// <param name="Followed">Relative error of five more steps after the generated law has moved by 0.05.</param>
    public sealed record Run(long Calls, double[] Steps, double[] Estimates, double Settled, double Fresh, double Followed);

    /// <inheritdoc/>
    public override string Name => "critic-schedule";

    /// <inheritdoc/>
    public override string Title => "A critic needs hundreds of steps at first and a few later on";

    /// <inheritdoc/>
    public override IReadOnlyList<string> Rows => ["R11"];

    /// <inheritdoc/>
    public override string Statement =>
        "W₁ says something only through a critic near its optimum. "
        + "So WGAN gives it 100 steps for each of the first 25 steps of the generator and at every 500th, and 5 at the others. "
        + "A schedule may also watch the estimate and end when it has settled.";

    /// <inheritdoc/>
    public override string Source => "Arjovsky, Chintala and Bottou, 2017, arXiv:1701.07875, algorithm 1 and the authors' program";

    /// <inheritdoc/>
    public override string Experiment =>
        "Moves of the schedule in steps 0 … 1000, counted. Then two Gaussians of deviation 0.3 in the plane, at distance 1 = W₁: "
        + "a perceptron 2-64-64-64-1 with gradient penalty (λ = 10, Adam 10⁻³, batch 256) from random weights, "
        + "its estimate on 4,000 held-out samples. The adaptive schedule ends when the means of five estimates differ by 1 % at most.";

    /// <inheritdoc/>
    protected override Run Measure(Trial trial)
    {
        var wgan = CriticSchedule.Wgan();
        var calls = Enumerable.Range(0, 1001).Sum(t => (long)wgan.Steps(t));
        var (objective, penalty, total) = (new Wasserstein(), new GradientPenalty(10), trial.Of(1600, 6400));
        var place = Shift;
        Tensor Loss(LoneCritic critic)
        {
            Tensor x = Points.Gaussian(256, 0.3, 0, 0), y = Points.Gaussian(256, 0.3, place, 0);
            return objective.Critic(critic.D(x), critic.D(y)) + penalty.Of(critic.D, x, y);
        }
        double Estimate(LoneCritic critic) => Autograd.NoGrad(() => TensorScope.Run(() =>
            critic.D(Points.Gaussian(4000, 0.3, 0, 0)).Mean() - critic.D(Points.Gaussian(4000, 0.3, place, 0)).Mean()).Item());
        LoneCritic New() => new(2, () => Activation.Relu(), rate: 1e-3);
        int Adaptive(LoneCritic critic)
        {
            var schedule = CriticSchedule.Adaptive();
            var most = schedule.Steps(0);
            var moves = new List<Move>();
            for (var move = 1; move <= most; move++)
            {
                var loss = 0.0;
                critic.Train(1, () =>
                {
                    Tensor x = Points.Gaussian(256, 0.3, 0, 0), y = Points.Gaussian(256, 0.3, place, 0),
                        of = objective.Critic(critic.D(x), critic.D(y));
                    loss = of.Item();
                    return of + penalty.Of(critic.D, x, y);
                });
                var terms = new Dictionary<string, double> { ["wasserstein"] = loss };
                moves.Add(new("critic", terms, 0) { Roles = new Dictionary<string, TermRole> { ["wasserstein"] = TermRole.Distance } });
                if (schedule.Until!(moves))
                    return move;
            }
            return most;
        }

        using LoneCritic critic = New(), fresh = New();
        List<double> steps = [], estimates = [];
        critic.Train(total, () => Loss(critic), every: step =>
        {
            if (step != total && !(step % 5 == 0 && int.IsPow2(step / 5)) && step is not (1 or 2))
                return;
            steps.Add(step);
            estimates.Add(Estimate(critic));
            trial.Report(0.9 * step / total);
        });
        var settled = Adaptive(critic);
        var start = Adaptive(fresh);
        place = Shift + 0.05;
        critic.Train(5, () => Loss(critic));
        var followed = Math.Abs(Estimate(critic) / (place * (1 + place / 20)) - 1);
        return new(calls, [.. steps], [.. estimates], settled, start, followed);
    }

    /// <inheritdoc/>
    protected override Evidence Judge(IReadOnlyList<Run> runs)
    {
        var first = runs[0];
        double[] Each(Func<IEnumerable<double>, double> of) => [.. first.Steps.Select((_, i) => of(runs.Select(r => r.Estimates[i])))];
        var estimates = Each(Numbers.Median);
        double[] t = [.. Enumerable.Range(0, 1001).Select(i => (double)i)];
        var wgan = CriticSchedule.Wgan();
        var five = Array.IndexOf(first.Steps, 5.0);
        var figure = Figure.Multiples("How many steps a critic needs", 2,
        [
            Plot.Lines("The estimate of a critic from random weights",
                new("steps of the critic") { Log = true }, new("estimate") { FromZero = true },
                [new("estimate", first.Steps, estimates) { Low = Each(Enumerable.Min), High = Each(Enumerable.Max) }],
                [new(Shift, "W₁"), new(5, "5 steps", Vertical: true), new(100, "100 steps", Vertical: true)], width: 400),
            Plot.Lines("WGAN's schedule", new("step of the generator"), new("steps of the critic so far") { Format = "~s" },
                [new("WGAN", t, Sums(wgan)), new("always 5", t, Sums(CriticSchedule.Constant(5))) { Dashed = true, Color = Theme.Gray }],
                width: 400),
        ]);
        static double[] Sums(CriticSchedule schedule)
        {
            var sum = 0.0;
            return [.. Enumerable.Range(0, 1001).Select(i => sum += schedule.Steps(i))];
        }
        var half = first.Steps.Length - 2;
        return new(
        [
            Check.Claimed("moves in steps 0 … 1000 (25·100 + {500, 1000}·100 + 974·5 = 7,570)",
                runs.Select(r => (double)r.Calls), Band.Around(7570, 0)),
            Check.Claimed("moves of a trained critic until the adaptive schedule ends (at most 100)",
                runs.Select(r => r.Settled), Band.AtMost(99)),
            Check.Claimed("estimate after 5 steps from random weights, over that at the end",
                runs.Select(r => r.Estimates[five] / r.Estimates[^1]), Band.AtMost(0.5)),
            Check.Claimed("change of the estimate over the last half of the steps, relative",
                runs.Select(r => Math.Abs(r.Estimates[half] / r.Estimates[^1] - 1)), Band.AtMost(0.03)),
            Check.Claimed("error after 5 more steps when the generated law has moved by 0.05",
                runs.Select(r => r.Followed), Band.AtMost(0.1)),
            Check.Control("estimate at the end (1 + W/2λ = 1.05 on parallel lines)",
                runs.Select(r => r.Estimates[^1]), Band.Between(1, 1.1)),
        ], figure,
        $"Five steps after random weights the estimate is {estimates[five] / estimates[^1]:f2} of the final one, "
        + $"eighty steps after {estimates[Array.IndexOf(first.Steps, 80.0)] / estimates[^1]:f2}; "
        + "a critic that was near its optimum follows a small move of the generator within five. "
        + $"The adaptive schedule ends after {Numbers.Median(runs.Select(r => r.Settled)):f0} moves "
        + $"at a trained critic and {Numbers.Median(runs.Select(r => r.Fresh)):f0} at a fresh one: "
        + "it watches noisy batches, so it may end by chance, which a larger window prevents.");
    }
}
