using System.Numerics;

namespace Earthmover;

/// <summary>
/// A small random generator whose sequence is fixed for ever by its seed, and whose state can be saved:
/// xoshiro256** (Blackman and Vigna, arXiv:1805.01407), seeded by SplitMix64. Not for several threads at once.
/// </summary>
public sealed class SeededRandom
{
    private ulong _a;
    private ulong _b;
    private ulong _c;
    private ulong _d;

    /// <summary>Starts a sequence.</summary>
    /// <param name="seed">Any number.</param>
    public SeededRandom(long seed)
    {
        var x = (ulong)seed;
        _a = SplitMix(ref x);
        _b = SplitMix(ref x);
        _c = SplitMix(ref x);
        _d = SplitMix(ref x);
    }

    /// <summary>Starts a sequence of its own for a name, so that streams with one seed do not overlap in practice.</summary>
    /// <param name="seed">Any number.</param>
    /// <param name="stream">The stream's name, such as <c>data</c>.</param>
    public SeededRandom(long seed, string stream)
        : this(seed ^ Hash(stream))
    {
    }

    /// <summary>The whole state, four numbers.</summary>
    public ulong[] State
    {
        get => [_a, _b, _c, _d];
        set
        {
            ArgumentNullException.ThrowIfNull(value);
            if (value.Length != 4 || value.All(v => v == 0))
                throw new ArgumentException("A state has four numbers that are not all zero.", nameof(value));
            (_a, _b, _c, _d) = (value[0], value[1], value[2], value[3]);
        }
    }

    /// <summary>64 random bits.</summary>
    public ulong NextBits()
    {
        var result = BitOperations.RotateLeft(_b * 5, 7) * 9;
        var t = _b << 17;
        _c ^= _a;
        _d ^= _b;
        _b ^= _c;
        _a ^= _d;
        _c ^= t;
        _d = BitOperations.RotateLeft(_d, 45);
        return result;
    }

    /// <summary>Uniform on [0, 1), in steps of 2⁻⁵³.</summary>
    public double NextDouble() => (NextBits() >> 11) * (1.0 / (1UL << 53));

    /// <summary>Uniform on 0 … <paramref name="bound"/> − 1, without bias.</summary>
    /// <param name="bound">At least 1.</param>
    public int NextInt(int bound)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(bound, 1);
        // Lemire's multiplication; the rejected part keeps every value equally likely.
        var range = (ulong)bound;
        var threshold = (0UL - range) % range;
        while (true)
        {
            var high = Math.BigMul(NextBits(), range, out var low);
            if (low >= threshold) return (int)high;
        }
    }

    /// <summary>Standard normal (Box–Muller; each call uses two uniform numbers, so that the state says everything).</summary>
    public double NextGaussian() =>
        Math.Sqrt(-2 * Math.Log(1 - NextDouble())) * Math.Cos(2 * Math.PI * NextDouble());

    /// <summary>Brings values into a random order.</summary>
    /// <param name="values">The values to shuffle.</param>
    public void Shuffle<T>(Span<T> values)
    {
        for (var i = values.Length - 1; i > 0; i--)
        {
            var j = NextInt(i + 1);
            (values[i], values[j]) = (values[j], values[i]);
        }
    }

    private static ulong SplitMix(ref ulong x)
    {
        var z = x += 0x9e3779b97f4a7c15;
        z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
        z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
        return z ^ (z >> 31);
    }

    // FNV-1a: string.GetHashCode changes from process to process.
    private static long Hash(string text)
    {
        var hash = 14695981039346656037UL;
        foreach (var b in System.Text.Encoding.UTF8.GetBytes(text)) hash = (hash ^ b) * 1099511628211;
        return (long)hash;
    }
}
