using Earthmover.Data;
using Earthmover.Data.Tables;
using Earthmover.Games;
using Earthmover.Objectives;
using Earthmover.Systems;
using Earthmover.Testing;
using Earthmover.Torch;
using Earthmover.Torch.Operators;
using Earthmover.Training;
using Earthmover.Training.Runs;

namespace Earthmover.Tests.Systems;

/// <summary>
/// What every entry of the catalog must pass, for every kind of data it claims: it is built, it plays, each player moves its own networks
/// only, and a checkpoint holds all of it.
/// </summary>
public sealed class CatalogTests : LeakTest
{
    private const int BatchSize = 4;

    // A number with a gap, one within bounds, and a category.
    private static readonly TableBlock[] s_blocks =
    [
        new(0, 1, BlockKind.Number), new(1, 2, BlockKind.Choice) { Opens = 1, Shares = [3, 1] }, new(3, 1, BlockKind.Bounded),
        new(4, 2, BlockKind.Choice) { Opens = 2, Shares = [1, 1] }, new(6, 3, BlockKind.Choice) { Shares = [1, 1, 2], IsCategory = true },
    ];

    public static TheoryData<string, string> Entries
    {
        get
        {
            var rows = new TheoryData<string, string>();
            foreach (var entry in SystemCatalog.All)
                foreach (var play in entry.Defaults.Keys)
                    rows.Add(entry.Name, $"{play}{(entry.Enlarges ? Larger : "")}");
            return rows;
        }
    }

    [Theory]
    [MemberData(nameof(Entries))]
    public void Every_player_moves_its_own_networks_and_no_others(string name, string kind)
    {
        using var streams = new RandomStreams(1);
        using var use = streams.Use();
        using var scope = TensorScope.Open();
        using var system = Build(name, kind);
        switch (system)
        {
            case GanSystem<Batch> single: CheckPlayers(single, () => (Batch)Deal(kind)); break;
            case GanSystem<PairedBatch> paired: CheckPlayers(paired, () => (PairedBatch)Deal(kind)); break;
            case GanSystem<UnpairedBatch> unpaired: CheckPlayers(unpaired, () => (UnpairedBatch)Deal(kind)); break;
            default: Assert.Fail($"no batches here for {system}"); break;
        }
    }

    [Theory]
    [MemberData(nameof(Entries))]
    public void A_checkpoint_holds_everything_that_decides_the_next_steps(string name, string kind)
    {
        var path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName() + ".safetensors");
        try
        {
            var (saved, after) = PlayAndSave(name, kind, path);
            Assert.Equal((saved, after), RestoreAndPlay(name, kind, path));
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Theory]
    [MemberData(nameof(Entries))]
    public void Samples_have_the_shape_of_the_data(string name, string kind)
    {
        using var streams = new RandomStreams(1);
        using var use = streams.Use();
        using var scope = TensorScope.Open();
        using var system = Build(name, kind);
        using var stream = new RandomGenerator(1);
        var (a, b) = (Samples(Shape(kind)), Samples(kind.StartsWith("captioned", StringComparison.Ordinal) ? Shape(kind) : Target(kind)));
        var fakes = Fakes.Of(system);
        Assert.Equal(b.Shape, fakes.Make(fakes.Inputs(BatchSize, () => a, stream)).Shape);
    }

    [Theory]
    [MemberData(nameof(Entries))]
    public void In_bfloat16_every_stage_plays_and_its_terms_are_near_those_of_single_precision(string name, string kind)
    {
        using var streams = new RandomStreams(1);
        using var use = streams.Use();
        using var scope = TensorScope.Open();
        for (var stage = 0; stage < StageCount(name, kind); stage++)
        {
            IReadOnlyList<Move> full = FirstMoves(name, kind, stage, Precision.Fp32), rough = FirstMoves(name, kind, stage, Precision.Bf16);
            Assert.Equal(full.Select(m => m.Player), rough.Select(m => m.Player));
            foreach (var (a, b) in full.Zip(rough))
                Assert.All(a.Terms.Keys,
                    term => Assert.InRange(b.Terms[term], a.Terms[term] - Width(a.Terms[term]), a.Terms[term] + Width(a.Terms[term])));
        }
        // Where every partial sum is rounded, a convolution is as much off as these terms may be elsewhere.
        static double Width(double value) => (Runtime.HasFastBf16 ? 0.03 : 0.1) * (1 + Math.Abs(value));
    }

    private static int StageCount(string name, string kind)
    {
        using var system = Build(name, kind);
        return system.StageShares.Count;
    }

    // From the same seed each time.
    private static IReadOnlyList<Move> FirstMoves(string name, string kind, int stage, Precision precision)
    {
        Runtime.Open(Device.Cpu, precision);
        try
        {
            using var streams = new RandomStreams(3);
            using var use = streams.Use();
            using var system = Build(name, kind);
            using var game = system.Begin(stage, () => Deal(kind));
            return game.Play(0);
        }
        finally
        {
            Runtime.Open(Device.Cpu);
        }
    }

    [Fact]
    public void Names_are_unique_and_every_entry_says_where_it_comes_from()
    {
        Assert.Equal(SystemCatalog.All.Count, SystemCatalog.All.Select(e => e.Name).Distinct().Count());
        Assert.All(SystemCatalog.All, e =>
        {
            // The rows of the repository are about pictures, points and text.
            Assert.True(e.Rows.Count > 0 || e.Defaults.Keys.All(play => play.Kind == DataKind.Table), e.Name);
            var tests = e.Acceptance.Split(';')[0];
            Assert.True(typeof(CatalogTests).Assembly.GetTypes().Any(type => type.Name == tests),
                $"{e.Name}: its Acceptance names the class of its tests, and '{tests}' is none");
            // The default needs no name.
            Assert.Contains(e.Name == "projection" ? "train fashion-mnist" : $"--system {e.Name}", e.Example, StringComparison.Ordinal);
        });
    }

    private static void CheckPlayers<TBatch>(GanSystem<TBatch> system, Func<TBatch> next) where TBatch : class, IDisposable
    {
        foreach (var player in system.Players)
        {
            var before = Values(system);
            // Two moves: what stands before a layer that starts at zero moves with the second.
            using var game = new Game<TBatch>(new("alone", [player with { Steps = _ => 2, Until = null, Every = 1 }]), next);
            var move = Assert.Single(game.Play(0));
            Assert.NotEmpty(move.Terms);
            Assert.All(move.Terms, term => Assert.True(double.IsFinite(term.Value), $"{player.Name}: {term.Key} is {term.Value}"));
            Assert.True(move.GradientNorm > 0);
            var after = Values(system);
            foreach (var (key, values) in before)
            {
                var (network, path) = (system.Networks[key.Network], key.Path);
                var moved = !values.AsSpan().SequenceEqual(after[key]);
                if (!player.Networks.Contains(network))
                    Assert.False(moved, $"{player.Name} moved {key}, which is not its own");
                else if (!path.EndsWith("bias", StringComparison.Ordinal)) // a Wasserstein critic's last bias has no gradient
                    Assert.True(moved, $"{player.Name} did not move {key}");
            }
        }
    }

    private static Dictionary<(string Network, string Path), float[]> Values(GanSystem system) =>
        system.Networks.SelectMany(n => n.Value.Parameters().Select(p => (Key: (n.Key, p.Path), p.Parameter.Value)))
            .ToDictionary(p => p.Key, p => { using var scope = TensorScope.Open(); return p.Value.Detach().ToArray<float>(); });

    private static (string Saved, string After) PlayAndSave(string name, string kind, string path)
    {
        using var streams = new RandomStreams(1);
        using var use = streams.Use();
        using var scope = TensorScope.Open();
        using var system = Build(name, kind);
        using var game = system.Begin(0, () => Deal(kind));
        game.Play(1);
        game.Play(2);
        var saved = Checkpoint.Hash(system, game, [], streams);
        var recipe = new Recipe
        {
            Data = kind,
            DataFingerprint = new('0', 32),
            System = name,
            Options = [],
            Training = new(StringComparer.Ordinal) { ["batch"] = "4" },
            Budget = new(1),
            Seed = 1,
        };
        Checkpoint.Save(path, recipe, new(Step: 2, Images: 16, Seconds: 1, Position: 4, StageStep: 2), system, game, [], streams);
        game.Play(3);
        return (saved, Checkpoint.Hash(system, game, [], streams));
    }

    private static (string Saved, string After) RestoreAndPlay(string name, string kind, string path)
    {
        using var streams = new RandomStreams(2);
        using var use = streams.Use();
        using var scope = TensorScope.Open();
        using var system = Build(name, kind);
        using var game = system.Begin(0, () => Deal(kind));
        var checkpoint = Checkpoint.Read(path);
        checkpoint.Restore(system, []);
        checkpoint.Restore(game);
        checkpoint.Restore(streams);
        var restored = Checkpoint.Hash(system, game, [], streams);
        game.Play(3);
        return (restored, Checkpoint.Hash(system, game, [], streams));
    }

    // No critic goes without a constraint that somebody has asked for.
    [Theory]
    [MemberData(nameof(Entries))]
    public void A_constraint_of_layers_is_in_the_layers_or_refused(string name, string kind)
    {
        using var streams = new RandomStreams(1);
        using var use = streams.Use();
        try
        {
            using var system = GanSystem.Build(() => Build(name, kind, "spectral"));
            if (OptionBinder.List(SystemCatalog.Named(name).Defaults.Values.First().Options).Any(option => option.Name == "constraint"))
                Assert.All(system.MovedByCritics, critic => Assert.True(critic.HasSpectralNorm));
        }
        catch (ArgumentException e)
        {
            Assert.Contains("has none such", e.Message, StringComparison.Ordinal);
        }
    }

    // The entry as it is for this kind of data, but with narrow networks.
    public static IEnumerable<object[]> WithObjectives => Entries.Where(row =>
        OptionBinder.ToText(SystemCatalog.Named((string)row[0]).Defaults.First().Value.Options).ContainsKey("objective"));

    // What an objective needs (real scores, samples) a system gives it, or says when it is built that it cannot: not in the first step.
    [Theory]
    [MemberData(nameof(WithObjectives))]
    public void Every_objective_is_played_or_refused_at_once(string name, string kind)
    {
        using var streams = new RandomStreams(1);
        using var use = streams.Use();
        foreach (var objective in Objective.All)
        {
            using var scope = TensorScope.Open();
            GanSystem system;
            try
            {
                system = Build(name, kind, objective: objective.Name);
            }
            catch (ArgumentException refused)
            {
                Assert.Contains("objective", refused.Message, StringComparison.Ordinal);
                continue;
            }
            using (system)
            using (var game = system.Begin(0, () => Deal(kind)))
                Assert.All(game.Play(0), move => Assert.All(move.Terms, term => Assert.True(double.IsFinite(term.Value), term.Key)));
        }
    }

    private static GanSystem Build(string name, string kind, string? constraint = null, string? objective = null)
    {
        var entry = SystemCatalog.Named(name);
        var small = new Dictionary<string, string> { ["width"] = "4", ["latent_size"] = "6", ["critic_steps"] = "2", ["pack"] = "2" };
        if (constraint is not null)
            small["constraint"] = constraint;
        if (objective is not null)
            small["objective"] = objective;
        double[] shares = entry.NeedsClasses || entry.NeedsLabels ? [1, 1, 2] : [];
        var play = kind.Replace(Larger, "", StringComparison.Ordinal);
        return entry.Build(new(Shape(kind)) { Target = Target(kind), ClassShares = shares, Captions = s_captions },
            OptionBinder.With(entry.Defaults.Single(known => $"{known.Key}" == play).Value.Options, small));
    }

    // Two texts of five symbols and eight places.
    private static readonly CaptionLaw s_captions = new(5, 8, [[1, 2, 3, 0, 0, 0, 0, 0], [1, 4, 4, 4, 2, 0, 0, 0]], [1, 2]);

    private const string Larger = ", the second larger";

    // Pairs of different shapes, from gray to color, or from small to large.
    private static SampleShape Shape(string kind) => kind.Split(' ')[^1] switch
    {
        "larger" => new ImageShape(3, 4, 4),
        "images" => new ImageShape(1, 16, 16),
        "points" => new SampleShape.Points(2),
        "text" => new SampleShape.Text(5, 8),
        "table" => new SampleShape.Table(s_blocks),
        _ => throw new NotSupportedException($"the catalog has a new kind of data, '{kind}'"),
    };

    private static SampleShape Target(string kind) => kind switch
    {
        "aligned images" or "aligned images" + Larger => new ImageShape(3, 16, 16),
        "captioned images" => new SampleShape.Text(5, 8),
        _ => Shape(kind),
    };

    private static Tensor Samples(SampleShape shape) => Tensor.Uniform([BatchSize, .. shape.Axes], RandomStreams.Current["data"], -1, 1);

    // Symbols at each place, one-hot.
    private static Tensor Texts()
    {
        long[] codes = [.. Enumerable.Range(0, BatchSize).SelectMany(i => s_captions.Captions[i % 2]).Select(code => (long)code)];
        return Op.OneHot(Tensor.From<long>(codes, [BatchSize, 8]), 5).To(DType.Float32).Transpose(1, 2).Contiguous();
    }

    private static TensorOwner Deal(string kind)
    {
        using var scope = TensorScope.Open();
        return kind.Split(' ')[0] switch
        {
            "unpaired" => Unpaired(Samples(Shape(kind)), Samples(Target(kind))),
            "aligned" => new PairedBatch(Samples(Shape(kind)), Samples(Target(kind)), Labels()),
            "captioned" => new PairedBatch(Samples(Shape(kind)), Texts()),
            _ => new Batch(Samples(Shape(kind)), Labels()),
        };
        static UnpairedBatch Unpaired(Tensor a, Tensor b) => new(a, b, new(a, Labels()));
        static Tensor Labels() => Tensor.From<long>([0, 1, 2, 0], BatchSize);
    }

    // What a run of before was, it stays: its networks are those that its checkpoint holds.
    [Theory]
    [InlineData("bigan", "latent_at_every_layer", "False")]
    [InlineData("bigan", "bounded_codes", "False")]
    [InlineData("pix2pix", "smooth_every_size", "True")]
    [InlineData("projection", "architecture", "compact")]
    [InlineData("began", "networks", "paper")]
    [InlineData("ebgan", "networks", "paper")]
    public void A_recipe_that_is_silent_means_what_was_played_then(string system, string option, string then)
    {
        var entry = SystemCatalog.Named(system);
        Assert.Equal(then, entry.Complete(new Dictionary<string, string>())[option], ignoreCase: true);
        Assert.NotEqual(then, OptionBinder.ToText(entry.Defaults.Values.First().Options)[option], StringComparer.OrdinalIgnoreCase);
    }
}
