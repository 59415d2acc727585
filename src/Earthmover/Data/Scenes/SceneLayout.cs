namespace Earthmover.Data.Scenes;

/// <summary>The line of a mountain range or of a hill, the far ones first.</summary>
/// <param name="IsMountain">Rock, not meadow.</param>
/// <param name="Base">Height of its foot, from the top of the picture.</param>
/// <param name="Rise">How far it rises above.</param>
/// <param name="Scale">Features across the picture.</param>
/// <param name="Depth">0 at the horizon, 1 near.</param>
/// <param name="Seed">Of its form.</param>
internal sealed record Ridge(bool IsMountain, float Base, float Rise, float Scale, float Depth, uint Seed)
{
    /// <summary>Its line: height from the top of the picture at a place across.</summary>
    public float At(float x)
    {
        var noise = new SceneNoise(Seed);
        var form = IsMountain
            ? 1 - MathF.Abs((2 * noise.Fractal(x * Scale, 0.5f, 5)) - 1) * 1.6f
            : noise.Fractal(x * Scale, 0.5f, 2);
        return Base - (Rise * form);
    }
}

/// <summary>A tree.</summary>
/// <param name="X">Place of its foot across.</param>
/// <param name="Y">Place of its foot, from the top.</param>
/// <param name="Height">Its height.</param>
/// <param name="IsConifer">Pointed and green all year; otherwise a round crown that is bare in winter.</param>
/// <param name="Depth">0 at the horizon, 1 near.</param>
/// <param name="Seed">Of its form.</param>
internal sealed record Tree(float X, float Y, float Height, bool IsConifer, float Depth, uint Seed);

/// <summary>A house, seen from its long side.</summary>
/// <param name="X">Its middle across.</param>
/// <param name="Y">Its foot, from the top.</param>
/// <param name="Width">Its width.</param>
/// <param name="Kind">Which colors it has.</param>
/// <param name="Depth">0 at the horizon, 1 near.</param>
internal sealed record House(float X, float Y, float Width, int Kind, float Depth);

/// <summary>What a scene consists of, whatever the season. Lengths are in heights of the picture.</summary>
internal sealed class SceneLayout
{
    /// <summary>Draws a layout.</summary>
    /// <param name="index">Number of the scene; the same number, the same scene.</param>
    public SceneLayout(long index)
    {
        var random = new SeededRandom(index, "scene");
        float Between(double low, double high) => (float)(low + ((high - low) * random.NextDouble()));
        uint Seed() => (uint)random.NextBits();
        Noise = Seed();
        Horizon = Between(0.4, 0.56);
        SunX = Between(0.08, 0.92);
        Dusk = MathF.Pow(Between(0, 1), 1.6f);
        SunY = SceneNoise.Mix(Between(0.06, 0.2), Horizon - Between(0.02, 0.12), Dusk);
        Clouds = Between(0.42, 0.66);
        var ridges = new List<Ridge>();
        var ranges = random.NextInt(3);
        for (var i = 0; i < ranges; i++)
            ridges.Add(new(true, Horizon + 0.02f, Between(0.16, 0.3) - (0.07f * i), Between(1.6, 3.2), 0.1f + (0.16f * i), Seed()));
        HasWater = random.NextDouble() < 0.55;
        var hills = 2 + random.NextInt(2);
        // Hills end at the shore, or go down to the reader's feet.
        var foot = HasWater ? Horizon + Between(0.08, 0.16) : Between(0.86, 0.95);
        for (var i = 0; i < hills; i++)
        {
            var near = (i + 1f) / hills;
            var at = SceneNoise.Mix(Horizon + 0.04f, foot, near * near);
            var rise = Between(0.06, 0.13) * (HasWater ? 0.8f : 0.7f + (0.6f * near));
            ridges.Add(new(false, at, rise, Between(0.9, 2.2), 0.35f + (0.5f * near), Seed()));
        }

        Shore = foot - 0.01f;
        Ridges = ridges;
        HasBank = HasWater && random.NextDouble() < 0.7;
        Bank = new(false, 1.02f, Between(0.1, 0.2), Between(0.8, 1.5), 1, Seed());
        Houses = random.NextDouble() < 0.6 ? [HouseOn(ridges[^1], random)] : [];
        var trees = new List<Tree>();
        foreach (var ridge in ridges.Where(ridge => !ridge.IsMountain))
            Plant(ridge, 2 + random.NextInt(7), trees, random);
        if (HasBank || !HasWater)
            Plant(HasBank ? Bank : ridges[^1], random.NextInt(3), trees, random, isTall: true);
        Trees = [.. trees.OrderBy(tree => tree.Y)];
        Snows = random.NextDouble() < 0.3;
    }

    /// <summary>Seed of what has no form of its own.</summary>
    public uint Noise { get; }

    /// <summary>Where the sky ends.</summary>
    public float Horizon { get; }

    /// <summary>Place of the sun across.</summary>
    public float SunX { get; }

    /// <summary>Place of the sun from the top.</summary>
    public float SunY { get; }

    /// <summary>0 at noon, 1 when the sun sets.</summary>
    public float Dusk { get; }

    /// <summary>Where clouds begin: the higher, the fewer.</summary>
    public float Clouds { get; }

    /// <summary>Mountains and hills, the far ones first.</summary>
    public IReadOnlyList<Ridge> Ridges { get; }

    /// <summary>Whether there is a lake in front of the hills.</summary>
    public bool HasWater { get; }

    /// <summary>Where its far shore is.</summary>
    public float Shore { get; }

    /// <summary>Whether there is land on this side of it.</summary>
    public bool HasBank { get; }

    /// <summary>That land.</summary>
    public Ridge Bank { get; }

    /// <summary>The trees, the far ones first.</summary>
    public IReadOnlyList<Tree> Trees { get; }

    /// <summary>The houses.</summary>
    public IReadOnlyList<House> Houses { get; }

    /// <summary>Whether snow falls, in winter.</summary>
    public bool Snows { get; }

    private static House HouseOn(Ridge ridge, SeededRandom random)
    {
        var x = (float)(0.15 + (0.7 * random.NextDouble()));
        return new(x, ridge.At(x) + 0.025f, (float)(0.12 + (0.06 * random.NextDouble())), random.NextInt(4), ridge.Depth);
    }

    // In groups, as trees stand.
    private static void Plant(Ridge ridge, int count, List<Tree> trees, SeededRandom random, bool isTall = false)
    {
        var (middle, isForest) = (random.NextDouble(), random.NextDouble() < 0.5);
        for (var i = 0; i < count; i++)
        {
            if (random.NextDouble() < 0.3) middle = random.NextDouble();
            var x = (float)Math.Clamp(middle + (0.3 * (random.NextDouble() - 0.5)), 0.01, 0.99);
            var height = (float)((isTall ? 0.34 : 0.09 + (0.14 * ridge.Depth)) * (0.75 + (0.5 * random.NextDouble())));
            var isConifer = isForest ? random.NextDouble() < 0.85 : random.NextDouble() < 0.25;
            trees.Add(new(x, ridge.At(x) + (isTall ? 0.05f : 0.015f), height, isConifer, ridge.Depth, (uint)random.NextBits()));
        }
    }
}
