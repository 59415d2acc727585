namespace Earthmover.Media;

/// <summary>
/// A perceptually uniform color map from dark violet over teal to light yellow: equal steps of the value are equal
/// distances in Oklab (Björn Ottosson, 2020), and lightness rises throughout, so that it also reads in gray print.
/// </summary>
public static class ColorMap
{
    private const int Size = 256;

    private static readonly Rgb[] Table = Build();

    /// <summary>The color of a value.</summary>
    /// <param name="value">0 (dark) to 1 (light); limited to that range. NaN gives a neutral gray, which the map does not contain.</param>
    public static Rgb At(double value) =>
        double.IsNaN(value) ? new Rgb(128, 128, 128) : Table[(int)Math.Round(Math.Clamp(value, 0, 1) * (Size - 1))];

    private static Rgb[] Build()
    {
        // A fine path first, then equal arc lengths along it.
        const int Fine = 4096;
        var path = new (double L, double C, double H)[Fine];
        var length = new double[Fine];
        for (var i = 0; i < Fine; i++)
        {
            var t = (double)i / (Fine - 1);
            var lightness = 0.20 + (0.75 * t);
            var hue = (305 - (200 * t)) * Math.PI / 180;
            path[i] = (lightness, 0.92 * InsideGamut(lightness, hue, 0.15), hue);
            if (i == 0) continue;
            var (a, b) = (path[i - 1], path[i]);
            var da = (b.C * Math.Cos(b.H)) - (a.C * Math.Cos(a.H));
            var db = (b.C * Math.Sin(b.H)) - (a.C * Math.Sin(a.H));
            length[i] = length[i - 1] + Math.Sqrt(((b.L - a.L) * (b.L - a.L)) + (da * da) + (db * db));
        }

        var table = new Rgb[Size];
        for (int k = 0, i = 0; k < Size; k++)
        {
            var wanted = length[^1] * k / (Size - 1);
            while (i < Fine - 1 && length[i] < wanted) i++;
            table[k] = ToRgb(path[i].L, path[i].C, path[i].H);
        }

        return table;
    }

    /// <summary>The largest chroma, up to a limit, that sRGB can show at a lightness and hue.</summary>
    private static double InsideGamut(double lightness, double hue, double limit)
    {
        var (low, high) = (0.0, limit);
        if (Fits(lightness, high, hue)) return high;
        for (var i = 0; i < 30; i++)
        {
            var middle = (low + high) / 2;
            if (Fits(lightness, middle, hue)) low = middle;
            else high = middle;
        }

        return low;
    }

    private static bool Fits(double lightness, double chroma, double hue)
    {
        var (r, g, b) = Linear(lightness, chroma, hue);
        return Math.Min(r, Math.Min(g, b)) >= 0 && Math.Max(r, Math.Max(g, b)) <= 1;
    }

    private static (double R, double G, double B) Linear(double lightness, double chroma, double hue)
    {
        var (a, b) = (chroma * Math.Cos(hue), chroma * Math.Sin(hue));
        var l = Math.Pow(lightness + (0.3963377774 * a) + (0.2158037573 * b), 3);
        var m = Math.Pow(lightness - (0.1055613458 * a) - (0.0638541728 * b), 3);
        var s = Math.Pow(lightness - (0.0894841775 * a) - (1.2914855480 * b), 3);
        return (
            (4.0767416621 * l) - (3.3077115913 * m) + (0.2309699292 * s),
            (-1.2684380046 * l) + (2.6097574011 * m) - (0.3413193965 * s),
            (-0.0041960863 * l) - (0.7034186147 * m) + (1.7076147010 * s));
    }

    private static Rgb ToRgb(double lightness, double chroma, double hue)
    {
        static byte Encode(double v)
        {
            v = Math.Clamp(v, 0, 1);
            return (byte)Math.Round(255 * (v <= 0.0031308 ? 12.92 * v : (1.055 * Math.Pow(v, 1 / 2.4)) - 0.055));
        }

        var (r, g, b) = Linear(lightness, chroma, hue);
        return new Rgb(Encode(r), Encode(g), Encode(b));
    }
}
