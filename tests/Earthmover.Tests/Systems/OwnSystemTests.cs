using Earthmover.Data;
using Earthmover.Data.Dealing;
using Earthmover.Games;
using Earthmover.Networks;
using Earthmover.Nn;
using Earthmover.Objectives;
using Earthmover.Sessions;
using Earthmover.Sessions.Sampling;
using Earthmover.Systems;
using Earthmover.Tests.Training;
using Earthmover.Torch;

namespace Earthmover.Tests.Systems;

/// <summary>
/// A system of another assembly is one class and one call: it trains, is asked about and draws like those of the catalog.
/// </summary>
public sealed class OwnSystemTests : Playground
{
    /// <summary>Small perceptrons, and nothing that the library knows of.</summary>
    private sealed class OwnGan : GanSystem<Batch>, ISampler
    {
        public static SystemEntry Entry { get; } =
            new SystemEntry<Options>("own-gan", typeof(OwnGan), (context, o) => new OwnGan(context, o))
            {
                Title = "A system of somebody else",
                Paper = "none",
                Rows = ["R06"],
                Players = ["critic", "generator"],
                Example = "earthmover train gaussians-8 --system own-gan",
                Plays = { [new(DataKind.Points)] = (new(), new() { Batch = 32 }) },
            };

        public sealed record Options : SystemOptions
        {
            [Bounds(AtLeast = 1, AtMost = 64)]
            public int Units { get; init; } = 8;
            public Part<Objective> Objective { get; init; } = "hinge";
        }

        private readonly Module _generator;

        public OwnGan(SystemContext context, Options o)
        {
            Module generator = _generator = Network("generator", Mlp.Generator(context.Shape, 2, [o.Units])),
                critic = Network("critic", Mlp.Critic(context.Shape, [o.Units]));
            Func<Tensor, Tensor> G = generator.Forward, D = critic.Forward;
            var (objective, z) = (o.Objective.Value, Latent);
            Players =
            [
                new("critic", Role.Critic, [critic], o.Adam, round => new()
                {
                    [objective.Name, objective.Role] =
                        objective.Critic(D(round.Batch.X), D(Autograd.NoGrad(() => G(z.Sample(round.Batch.Count))))),
                }),
                new("generator", Role.Generator, [generator], o.Adam, round => new()
                {
                    [objective.Name, objective.Role] = objective.Generator(D(G(z.Sample(round.Batch.Count)))),
                }),
            ];
        }

        public override IReadOnlyList<Module> Generators => [_generator];

        public Latent Latent { get; } = new(2);

        public Tensor Generate(Tensor z, Tensor? condition = null) => _generator.Forward(z);
    }

    [Fact]
    public void It_is_known_by_its_name_while_it_is_registered()
    {
        using (SystemCatalog.Register(OwnGan.Entry))
        {
            Assert.Equal(["sampler"], SystemCatalog.Named("own-gan").Abilities);
            Assert.Throws<ArgumentException>(() => SystemCatalog.Register(OwnGan.Entry));
        }
        Assert.Throws<UserException>(() => SystemCatalog.Named("own-gan"));
    }

    [Fact]
    public void It_trains_and_draws_and_its_options_are_read_at_the_door()
    {
        using var registered = SystemCatalog.Register(OwnGan.Entry);
        var folder = Path.Combine(Folder, "own");
        var plan = new RunPlan("gaussians-8")
        {
            System = "own-gan",
            Settings = ["units=4", "objective=least-squares"],
            Budget = new(Steps: 3),
            Threads = 1,
        };
        using (var run = TrainingRun.Start(plan, folder, Context))
            Assert.Equal(3, run.Play(new Watch(), CancellationToken.None).Standing.Step);
        using (var trained = TrainedRun.Open(folder, Context))
        {
            Assert.Equal(5, RunSamples.Draw(trained, "own", 5, seed: 1).Count);
            var refusal = Assert.Throws<UserException>(trained.Ability<ITranslator>).Message;
            var translators = SystemCatalog.All.Where(entry => entry.Abilities.Contains("translator")).Select(entry => entry.Name);
            Assert.Contains($"own-gan is no translator; {string.Join(", ", translators)} are", refusal, StringComparison.Ordinal);
        }
        foreach (var (setting, named) in new[] { ("units=65", "option units"), ("objective=hindge", "did you mean hinge") })
        {
            var other = plan with { Settings = [setting] };
            Assert.Contains(named, Assert.Throws<UserException>(() => other.Resolve(Context)).Message, StringComparison.Ordinal);
        }
    }
}
