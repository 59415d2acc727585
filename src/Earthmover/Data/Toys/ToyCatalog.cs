using Earthmover.Data.Points;

namespace Earthmover.Data.Toys;

/// <summary>The laws in a few dimensions that have names.</summary>
public static class ToyCatalog
{
    private static readonly Entry[] Entries =
    [
        new("gaussians-8", ["ring8"], "8 Gaussians on a circle (radius 1.414, sd 0.0141)", ["raw"],
            o => GaussianModes.Ring(8, 2 / Shrink(o, 1.414), 0.02 / Shrink(o, 1.414))),
        new("gaussians-25", ["grid25"], "25 Gaussians on a grid (spacing 0.707, sd 0.0177); raw=yes: spacing 2, sd 0.05", ["raw"],
            o => GaussianModes.Grid(5, 2 / Shrink(o, 2.828), 0.05 / Shrink(o, 2.828))),
        new("swiss-roll", ["swissroll"], "swiss roll with noise", [], _ => new SwissRoll()),
        new("affine-swiss-roll", ["affswiss"], "the roll of amortized super-resolution", [], _ => new AffineSwissRoll()),
        new("lines", [], "the vertical unit segment at x = theta", ["theta"], o => new VerticalSegment(o.Number("theta", 0))),
        new("rotation-toy", ["rot-toy"], "three blobs (side=a) and the same turned by angle degrees (side=b)",
            ["side", "angle", "shift"], RotationToy),
        new("disco-toy", [], "5 modes on a circle (side=a), 10 on a wider one (side=b)", ["side"],
            o => o.Choice("side", "a", "b") == "a" ? GaussianModes.Ring(5, 1.5, 0.25) : GaussianModes.Ring(10, 2, 0.1)),
        new("gaussian", ["gauss2"], "one round Gaussian; mean=0,0 sets place and dimension", ["mean", "sd"],
            o => new GaussianModes([new GaussianMode(o.Numbers("mean", 0, 0), o.Number("sd", 1, above: 0))])),
        new("mixture", [], "any mixture: centers=0,0;3,0 sd=0.5,1 weights=1,2", ["centers", "sd", "weights"], Mixture),
    ];

    /// <summary>Names and descriptions, for lists.</summary>
    public static IReadOnlyList<(string Name, string Description)> List { get; } =
        [.. Entries.Select(entry => (entry.Name, entry.Description))];

    /// <summary>Whether a name (or one of the literature's short names) belongs to a law.</summary>
    /// <param name="name">The name.</param>
    public static bool Contains(string name) => Find(name) is not null;

    /// <summary>Whether a law is one of two domains, chosen by the option <c>side</c>.</summary>
    /// <param name="name">The name.</param>
    public static bool HasSides(string name) => Find(name)?.Options.Contains("side") == true;

    /// <summary>
    /// Draws a set from a named law. Options of every law: <c>n</c> points (10,000), <c>seed</c>; others by law.
    /// </summary>
    /// <param name="address">The address.</param>
    /// <param name="seed">The seed where the address gives none.</param>
    /// <exception cref="UserException">An unknown name or option.</exception>
    public static PointSet Open(DataAddress address, long seed = 0)
    {
        ArgumentNullException.ThrowIfNull(address);
        var entry = Find(address.Name) ?? throw new UserException($"there is no law named '{address.Name}'");
        var options = new DataOptions(address, [.. entry.Options, "n", "seed"]);
        var law = entry.Make(options);
        var count = (int)options.Whole("n", 10_000, 1, 50_000_000);
        var random = new SeededRandom(options.Whole("seed", seed, long.MinValue, long.MaxValue), entry.Name);
        var values = new float[checked(count * law.Dimension)];
        int[]? components = null;
        if (law is GaussianModes mixture)
            mixture.Sample(random, values, components = new int[count]);
        else
            law.Sample(random, values);
        return new PointSet(address.ToString(), law.Dimension, values, components) { Density = law as IDensity, Source = law };
    }

    private static double Shrink(DataOptions options, double factor) => options.Choice("raw", "no", "yes") == "yes" ? 1 : factor;

    private static GaussianModes RotationToy(DataOptions options)
    {
        var cloud = new GaussianModes([new([1.5, 0], 0.35, 0.5), new([-1, 1], 0.2, 0.3), new([-0.5, -1.2], 0.15, 0.2)]);
        var angle = options.Number("angle", 40);
        var shift = options.Numbers("shift", 0, 0);
        if (shift.Count != 2) throw options.Bad("shift", string.Join(',', shift), "two numbers");
        return options.Choice("side", "a", "b") == "a" ? cloud : cloud.Turned(angle * Math.PI / 180, shift[0], shift[1]);
    }

    private static GaussianModes Mixture(DataOptions options)
    {
        var text = options.Text("centers", "0,0;3,0");
        double[][] centers = [.. text.Split(';').Select(part => part.Split(',')
            .Select(number => NumberText.TryNumber(number, out var v) ? v : throw Centers())
            .ToArray())];
        if (centers.Any(center => center.Length != centers[0].Length)) throw Centers();
        var deviations = OneOrAll("sd", 1);
        var weights = OneOrAll("weights", 1);
        return new GaussianModes([.. centers.Select((center, k) => new GaussianMode(center, deviations[k], weights[k]))]);

        UserException Centers() => options.Bad("centers", text, "points of one dimension, as in 0,0;3,0");

        IReadOnlyList<double> OneOrAll(string key, double fallback)
        {
            var given = options.Numbers(key, fallback);
            if (given.Any(v => v <= 0) || (given.Count != 1 && given.Count != centers.Length))
                throw options.Bad(key, string.Join(',', given), $"one positive number, or {centers.Length} of them");
            return given.Count == 1 ? [.. Enumerable.Repeat(given[0], centers.Length)] : given;
        }
    }

    private static Entry? Find(string name) => Array.Find(Entries, entry => entry.Name == name || entry.Aliases.Contains(name));

    private sealed record Entry(
        string Name, IReadOnlyList<string> Aliases, string Description, IReadOnlyList<string> Options,
        Func<DataOptions, IPointSource> Make);
}
