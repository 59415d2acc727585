using Earthmover.Data;
using Earthmover.Games;
using Earthmover.Health;
using Earthmover.Sessions;
using Earthmover.Systems;
using Earthmover.Tests.Data;

namespace Earthmover.Tests.Health;

/// <summary>What is printed as a remedy can be typed: for every rule, system and kind of data.</summary>
public sealed class RemedyTests : TemporaryFolder
{
    // One set of data for each kind that systems play with.
    private static readonly string[] s_small = ["width=8", "batch=4", "grid_samples=4"];

    public static TheoryData<string, string> Pairs
    {
        get
        {
            var pairs = new TheoryData<string, string>();
            foreach (var entry in SystemCatalog.All)
                foreach (var play in entry.Defaults.Keys)
                    pairs.Add(entry.Name, $"{play}");
            return pairs;
        }
    }

    private string AddressOf(string kind)
    {
        byte[] Noise(int seed, int count)
        {
            var pixels = new byte[count * 256];
            new Random(seed).NextBytes(pixels);
            return [0, 0, 8, 3, 0, 0, 0, (byte)count, 0, 0, 0, 16, 0, 0, 0, 16, .. pixels];
        }
        return kind switch
        {
            "points" => "gaussians-8",
            "table" => Put("rows.csv", "x,town\n" + string.Join('\n', Enumerable.Range(0, 64).Select(i => $"{i * 7919 % 100},t{i % 3}"))),
            "unpaired points" => "rotation-toy",
            "images" => Labeled(Put("noise-images-idx3-ubyte", Noise(1, 48)), 48),
            "unpaired images" =>
                $"{Labeled(Put("a-images-idx3-ubyte", Noise(2, 16)), 16)}|{Put("b-images-idx3-ubyte", Noise(3, 16))}",
            "aligned images" => AddressOf("unpaired images") + "?pairs=aligned",
            "images and larger ones" => AddressOf("images") is var large ? $"{large}?size=4|{large}?pairs=aligned" : "",
            "captioned images" => AddressOf("images of captions"),
            "images of captions" => Described(),
            "text" => Put("words.txt", string.Join('\n', Enumerable.Range(0, 64).Select(i => $"word {i * 7919 % 1000}"))) + "?length=8",
            _ => throw new NotSupportedException($"the catalog has a new kind of data, '{kind}'"),
        };
    }

    // Two classes, in turns.
    private string Labeled(string images, int count)
    {
        var labels = Enumerable.Range(0, count).Select(i => (byte)(i % 2));
        var name = Path.GetFileName(images).Replace("images-idx3", "labels-idx1", StringComparison.Ordinal);
        Put(name, [0, 0, 8, 1, 0, 0, 0, (byte)count, .. labels]);
        return images;
    }

    private string Described()
    {
        var noise = new Random(4);
        string[] colors = ["red", "green", "blue"];
        for (var i = 0; i < 12; i++)
        {
            var planes = new byte[3 * 16 * 16];
            noise.NextBytes(planes);
            Put($"described/{i}.png", Earthmover.Media.ImageFile.EncodePng(Earthmover.Media.Image.FromPlanes(planes, 3, 16, 16)));
            Put($"described/{i}.txt", $"a {colors[i % 3]} noise");
        }
        return $"{Path.Combine(Folder, "described")}?captions=yes";
    }

    // Looks at a generator that goes so far in a step.
    private static Reading[] Jumps(int looks, double way) =>
        [.. Enumerable.Range(1, looks)
            .Select(step => new Reading(step, new Dictionary<string, double> { [Signals.GeneratorJump.Name] = way }))];

    // The remedy of each rule for a run, whatever the run has measured: with and without steps that are too short.
    private static IEnumerable<(Rule Rule, string Text)> Remedies(Patient patient) =>
        from rule in Rules.All
        from way in new[] { 1e-6, 1.0 }
        select (rule, patient.Take(rule.Remedies, Jumps(3, way)));

    [Theory]
    [MemberData(nameof(Pairs))]
    public void Every_remedy_is_taken_by_the_command_line_and_changes_the_game(string system, string kind)
    {
        string[] small = system == "ctgan" ? [.. s_small, "pack=2"] : s_small;
        var address = AddressOf(SystemCatalog.Named(system).Enlarges ? "images and larger ones" : kind);
        var (recipe, data) = new RunPlan(address)
        {
            System = system,
            Settings = small,
            Budget = new(Steps: 1),
            Threads = 1,
        }.Resolve(Context);
        using var session = Session.Start(recipe, data);
        Assert.Equal(kind.Split(' ')[^1], session.Patient.Kind);
        var seen = new HashSet<string>();
        foreach (var (rule, text) in Remedies(session.Patient))
        {
            Assert.NotEqual("", text);
            if (!text.StartsWith("--", StringComparison.Ordinal) || !seen.Add(text))
                continue;
            var settings = text.Split(' ')[1..];
            string[] all = [.. small.Where(o => settings.All(s => s.Split('=')[0] != o.Split('=')[0])),
                .. settings.Select(s => s.Trim('\''))];
            var remedied = new RunPlan(address) { System = system, Settings = all, Budget = new(Steps: 1), Threads = 1 }.Resolve(data);
            var isTheSame = remedied.Options.SequenceEqual(recipe.Options) && remedied.Training.SequenceEqual(recipe.Training);
            Assert.False(isTheSame, $"{rule.Name} of {system} on {kind}: {text} changes nothing");
            // It plays, too.
            using var trial = Session.Start(remedied, data);
            using var use = trial.Streams.Use();
            var position = 0L;
            using var game = trial.System.Begin(0, () => trial.Source.Deal(position++));
            Assert.NotEmpty(game.Play(0));
        }
        Assert.NotEmpty(seen);
    }

    private static Patient Of(params (string Option, string Value)[] options) =>
        new("points", options.ToDictionary(o => o.Option, o => o.Value));

    [Fact]
    public void What_the_run_has_is_not_offered()
    {
        (string, string, string) Take(string system, params string[] settings)
        {
            var (recipe, data) = new RunPlan("gaussians-8")
            {
                System = system,
                Settings = [.. s_small, .. settings],
                Budget = new(Steps: 1),
                Threads = 1,
            }.Resolve(Context);
            using var session = Session.Start(recipe, data);
            string Of(string rule) => session.Patient.Take(Rules.All.First(r => r.Name == rule).Remedies, []);
            return (Of("estimate-drifted"), Of("critic-not-optimal"), Of("mode-collapse-partial"));
        }
        var (penalty, quicker, wider) = Take("wgan-gp", "constraint=none", "critic_learning_rate=0.0001", "learning_rate=0.001");
        Assert.Equal("--set constraint=gradient-penalty?weight=1", penalty);
        Assert.Equal("--set critic_learning_rate=0.004", quicker);
        Assert.Equal("--set constraint=gradient-penalty?weight=1 beta1=0", wider);
        (penalty, quicker, wider) = Take("wgan-gp", "constraint=gradient-penalty?weight=1",
            "critic_steps=5", "learning_rate=0.001", "critic_learning_rate=0.005");
        Assert.Equal("a critic with a penalty of its slope", penalty);
        Assert.Equal("a quicker critic", quicker);
        Assert.Equal("--set beta1=0", wider);
        // The same things, written in other ways.
        (penalty, quicker, wider) = Take("wgan-gp", "constraint=gradient-penalty?power=2&weight=1.0",
            "critic_learning_rate=1e-2", "learning_rate=0.001", "beta1=0.0");
        Assert.DoesNotContain("constraint", penalty, StringComparison.Ordinal);
        Assert.DoesNotContain("critic_learning_rate", quicker, StringComparison.Ordinal);
        Assert.DoesNotContain("beta1", wider, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1e-6, 3, "--set learning_rate=0.01")]
    [InlineData(5e-4, 3, "--set learning_rate=0.001")]
    [InlineData(5e-4, 2, "more time")]
    [InlineData(0.1, 3, "more time")]
    public void Steps_are_made_longer_only_where_looks_show_that_they_are_short(double way, int looks, string remedy)
    {
        var history = Jumps(looks, way);
        Assert.Equal(remedy, Of(("learning_rate", "0.0001")).Take(Rules.All.First(r => r.Name == "far-from-data").Remedies, history));
        Assert.Equal("more time", (Of(("learning_rate", "0.0001")) with { Kind = "text" }).Take(Rules.All.First(r =>
            r.Name == "far-from-data").Remedies, history));
    }

    // Of both players, where both stand still; 0 is a critic's step that is the generator's.
    [Theory]
    [InlineData("text", 1e-6, 4e-6, "0", "--set learning_rate=0.0001", "--set learning_rate=0.0001")]
    [InlineData("images", 1e-6, 4e-6, "1e-07", "--set learning_rate=0.0001 critic_learning_rate=0.0001", "--set learning_rate=0.0001")]
    [InlineData("points", 1e-5, 1e-5, "1e-07", "--set learning_rate=1E-05 critic_learning_rate=1E-05", "--set learning_rate=1E-05")]
    [InlineData("text", 1e-6, 1e-3, "0.0001", "--set critic_steps=5", "--set learning_rate=0.0001")]
    [InlineData("text", 1e-3, 1e-6, "1e-08", "--set critic_learning_rate=4E-07", "more time")]
    public void Players_that_stand_still_are_told_to_move(string kind,
        double generatorStep, double criticStep, string criticRate, string forCritic, string forDistance)
    {
        Reading[] history = [.. Enumerable.Range(1, 3).Select(step => new Reading(step, new Dictionary<string, double>
        {
            [Signals.GeneratorStep.Name] = generatorStep,
            [Signals.CriticStep.Name] = criticStep,
        }))];
        var patient = Of(("learning_rate", "1e-07"), ("critic_learning_rate", criticRate), ("critic_steps", "1")) with { Kind = kind };
        string Take(string rule) => patient.Take(Rules.All.First(r => r.Name == rule).Remedies, history);
        Assert.Equal((forCritic, forDistance), (Take("critic-not-optimal"), Take("far-from-data")));
    }

    // Networks that are smoothed already are not told to be, nor are better ones told to be worse.
    [Theory]
    [InlineData("compact", true, "--set architecture=compact-smooth")]
    [InlineData("compact-smooth", true, "--set architecture=compact-style")]
    [InlineData("compact-smooth", false, "--set architecture=compact-detail")]
    [InlineData("compact-detail", true, "--set architecture=compact-style")]
    [InlineData("compact-detail", false, "more time, or a generator whose doublings are smoothed")]
    [InlineData("compact-style", true, "more time, or a generator whose doublings are smoothed")]
    public void A_lattice_is_answered_by_networks_that_leave_less_of_one(string architecture, bool hasStyles, string expected)
    {
        var patient = Of(("architecture", architecture)) with
        {
            Kind = "images",
            Accepts = settings => hasStyles || !settings.Contains("architecture=compact-style"),
        };
        Assert.Equal(expected, patient.Take(Rules.All.First(r => r.Name == "lattice").Remedies, []));
    }

    [Fact]
    public void A_change_that_does_not_fit_gives_way_to_the_next()
    {
        Remedy[] remedies = [Remedy.Set(Change.Times("width", 0.5), Change.To("augment", "cutout")),
            Remedy.Set(Change.AtLeast("critic_steps", 5)), Remedy.Say("more data")];
        Assert.Equal("--set width=24 augment=cutout", Of(("width", "48"), ("augment", "none"), ("critic_steps", "1")).Take(remedies, []));
        Assert.Equal("--set critic_steps=5", Of(("width", "48"), ("critic_steps", "1")).Take(remedies, []));
        Assert.Equal("more data", Of(("width", "48"), ("critic_steps", "8")).Take(remedies, []));
        Assert.Equal("more data", Of(("critic_steps", "wgan")).Take(remedies, []));
        Assert.Equal("more data",
            (Of(("width", "48"), ("augment", "none"), ("critic_steps", "1")) with { Accepts = _ => false }).Take(remedies, []));
        // Of a compound that the run has in part, the rest is said.
        Assert.Equal("--set width=24", Of(("width", "48"), ("augment", "cutout")).Take(remedies, []));
        Assert.Equal("--set 'constraint=r1?gamma=1&every=8'",
            Of(("constraint", "none")).Take([Remedy.Set(Change.To("constraint", "r1?gamma=1&every=8"))], []));
    }
}
