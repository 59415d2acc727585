using Earthmover.Constraints;
using Earthmover.Data;
using Earthmover.Games;
using Earthmover.Networks;
using Earthmover.Nn;
using Earthmover.Nn.Optimizers;
using Earthmover.Objectives;
using Earthmover.Torch;

namespace Earthmover.Systems;

/// <summary>
/// R3GAN: the relativistic pairing game with penalties at real and generated samples, on residual networks without normalization, with
/// settings that go along a cosine.
/// </summary>
/// <remarks>
/// Huang et al., "The GAN is dead; long live the GAN! A Modern GAN Baseline", 2024, arXiv:2501.05441, sections 2–4 and appendix D.
/// <code>
/// critic     min_D  E sp(D(G(z)) − D(x)) + γ(t)/2 (E |∇D(x)|² + E |∇D(G(z))|²)
/// generator  min_G  E sp(D(x) − D(G(z)))
/// t, the progress: step size, γ and β₂ of Adam along half a cosine; the average of G reaches back further the longer the run
/// </code>
/// <c>rpgan</c> is the same game on this program's small networks, with settings that stay. Penalties are lazy, as they are there.
/// </remarks>
public sealed class R3Gan : GanSystem<Batch>, ISampler, IScorer
{
    /// <summary>Its place in the catalog.</summary>
    public static SystemEntry Entry { get; } = new SystemEntry<Options>("r3gan", typeof(R3Gan), (context, o) => new R3Gan(context, o))
    {
        Title = "R3GAN: relativistic pairing with R1 and R2, on residual networks without normalization",
        Paper = "Huang et al., 2024, arXiv:2501.05441",
        Rows = ["R20"],
        Players = ["critic", "generator"],
        Example = "earthmover train fashion-mnist --system r3gan",
        Acceptance = "R3GanTests; Fréchet distance 1.31 of that of rpgan in as much processor time, not 1, median of 3 seeds",
        Plays = { [Play.Images] = (new(), Rhythms.FewCores with { Decay = "cosine" }) },
    };

    /// <summary>The parts of the game.</summary>
    public sealed record Options
    {
        /// <summary>Networks: those of the paper are resnext.</summary>
        public Part<Architecture> Architecture { get; init; } = "resnext";
        /// <summary>Base width of the networks: of resnext, channels at half size.</summary>
        [Bounds(AtLeast = 1, AtMost = 16_384)] public int Width { get; init; } = 16;
        /// <summary>Length of z.</summary>
        [Bounds(AtLeast = 1, AtMost = 65_536)] public int LatentSize { get; init; } = 64;
        /// <summary>γ of both penalties, over the run.</summary>
        public Part<Ramp> Gamma { get; init; } = "cosine?from=1&to=0.1";
        /// <summary>The penalties are added at every so many steps, times as many; the paper adds them at each.</summary>
        [Bounds(AtLeast = 1, AtMost = 1000)] public int PenaltyEvery { get; init; } = 8;
        /// <summary>Step size, which training's <c>decay</c> lowers.</summary>
        [Bounds(Above = 0, AtMost = 1000)] public double LearningRate { get; init; } = 4e-3;
        /// <summary>β₁ of Adam.</summary>
        [Bounds(AtLeast = 0, Below = 1)] public double Beta1 { get; init; }
        /// <summary>β₂ of Adam, over the run.</summary>
        public Part<Ramp> Beta2 { get; init; } = "cosine?from=0.9&to=0.99";
    }

    private readonly Module _generator, _critic;

    /// <summary>A game for samples of a shape.</summary>
    /// <exception cref="ArgumentException">The networks cannot make them, or a schedule leaves its range.</exception>
    public R3Gan(SystemContext context, Options o)
    {
        Ramp gamma = o.Gamma.Value.Within("gamma", 0, 1e6), beta2 = o.Beta2.Value.Within("beta2", 0, 1 - 1e-9);
        var (objective, slopes) = (new RelativisticPairing(), new R1R2(1) { Every = o.PenaltyEvery });
        var parts = new NetworkOptions(context.Shape, o.LatentSize, o.Width);
        Module generator = _generator = Network("generator", o.Architecture.Value.Generator(parts)),
            critic = _critic = Network("critic", o.Architecture.Value.Critic(parts));
        slopes.Admit(critic.CouplesBatch, critic.HasSpectralNorm);
        Func<Tensor, Tensor> G = generator.Forward, D = critic.Forward;
        var z = Latent = new(o.LatentSize);
        var adam = new AdamOptions(o.LearningRate, o.Beta1, beta2.From) { Beta2Over = beta2.IsConstant ? null : beta2.At };

        Phase = gamma.IsConstant && beta2.IsConstant ? slopes.PhaseOf : null;
        Players =
        [
            new("critic", Role.Critic, [critic], adam, round =>
            {
                Tensor x = round.Batch.X, fake = Autograd.NoGrad(() => G(z.Sample(x.Size(0))));
                // One pass for both: no score depends on what is beside its sample.
                var scores = D(Tensor.Cat([x, fake]));
                var (real, generated) = (scores.Narrow(0, 0, x.Size(0)), scores.Narrow(0, x.Size(0), x.Size(0)));
                return new()
                {
                    [objective.Name, objective.Role] = objective.Critic(real, generated),
                    ["penalty", TermRole.Penalty] = slopes.At(round.Step, D, x, fake) is { } slope
                        ? gamma.At(round.Progress) * slope : null,
                };
            }),

            new("generator", Role.Generator, [generator], adam, round =>
            {
                Tensor x = round.Batch.X, real = Autograd.NoGrad(() => D(x));
                return new() { [objective.Name, objective.Role] = objective.Generator(D(G(z.Sample(x.Size(0)))), real) };
            }),
        ];
    }

    /// <inheritdoc/>
    public override IReadOnlyList<Module> Generators => [_generator];

    /// <inheritdoc/>
    public Latent Latent { get; }

    /// <inheritdoc/>
    public Tensor Generate(Tensor z, Tensor? condition = null) => _generator.Forward(z);

    /// <inheritdoc/>
    public IReadOnlyList<Module> Critics => [_critic];

    /// <inheritdoc/>
    public Tensor Score(Tensor x, Tensor? condition = null) => _critic.Forward(x);
}
