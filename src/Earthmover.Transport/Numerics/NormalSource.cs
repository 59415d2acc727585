namespace Earthmover.Transport;

/// <summary>
/// Reproducible random numbers: xoshiro256** seeded by SplitMix64 (Blackman and Vigna 2018). The same seed gives the same
/// numbers on every platform and in every version of the runtime.
/// </summary>
internal sealed class NormalSource
{
    private ulong _s0, _s1, _s2, _s3;
    private double _spare = double.NaN;

    public NormalSource(ulong seed)
    {
        ulong Next()
        {
            seed += 0x9E3779B97F4A7C15;
            var z = seed;
            z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9;
            z = (z ^ z >> 27) * 0x94D049BB133111EB;
            return z ^ z >> 31;
        }
        (_s0, _s1, _s2, _s3) = (Next(), Next(), Next(), Next());
    }

    /// <summary>Uniform in [0, 1).</summary>
    public double Uniform() => (NextBits() >> 11) * (1.0 / (1UL << 53));

    /// <summary>Uniform in 0 … limit − 1.</summary>
    public int Below(int limit) => (int)Math.Min(limit - 1, Uniform() * limit);

    /// <summary>Standard normal, by Marsaglia's polar method.</summary>
    public double Normal()
    {
        if (!double.IsNaN(_spare))
        {
            var kept = _spare;
            _spare = double.NaN;
            return kept;
        }
        while (true)
        {
            var (u, v) = (2 * Uniform() - 1, 2 * Uniform() - 1);
            var s = u * u + v * v;
            if (s is >= 1 or 0)
                continue;
            var scale = Math.Sqrt(-2 * Math.Log(s) / s);
            _spare = v * scale;
            return u * scale;
        }
    }

    /// <summary>A random permutation of 0 … n − 1.</summary>
    public int[] Permutation(int n)
    {
        var order = new int[n];
        for (var k = 0; k < n; k++)
        {
            var at = Below(k + 1);
            order[k] = order[at];
            order[at] = k;
        }
        return order;
    }

    private ulong NextBits()
    {
        var result = ulong.RotateLeft(_s1 * 5, 7) * 9;
        var t = _s1 << 17;
        _s2 ^= _s0;
        _s3 ^= _s1;
        _s1 ^= _s2;
        _s0 ^= _s3;
        _s2 ^= t;
        _s3 = ulong.RotateLeft(_s3, 45);
        return result;
    }
}
