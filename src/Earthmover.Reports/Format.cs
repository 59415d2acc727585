using System.Globalization;

namespace Earthmover.Reports;

/// <summary>How numbers are written for people.</summary>
public static class Format
{
    /// <summary>Four or five digits: <c>0.01235</c>, <c>12.35</c>, <c>12,346</c>, <c>1.235e-7</c>.</summary>
    public static string Number(double value)
    {
        if (!double.IsFinite(value))
            return double.IsNaN(value) ? "not a number" : value > 0 ? "∞" : "−∞";
        var size = Math.Abs(value);
        var text = size == 0 ? "0"
            : size is < 1e-4 or >= 1e9 ? value.ToString("0.###e0", CultureInfo.InvariantCulture)
            : size >= 1000 || value == Math.Round(value) ? value.ToString("#,##0", CultureInfo.InvariantCulture)
            : double.Parse(value.ToString("G4", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture)
                .ToString("0.#######", CultureInfo.InvariantCulture);
        return text.Replace('-', '−');
    }

    /// <summary>A time: <c>8.3 s</c>, <c>4 min 59 s</c>, <c>2 h 05 min</c>.</summary>
    public static string Seconds(double seconds) =>
        !double.IsFinite(seconds) ? "?"
        : seconds < 60 ? string.Create(CultureInfo.InvariantCulture, $"{seconds:0.#} s")
        : seconds < 3600 ? $"{(int)seconds / 60} min {(int)seconds % 60:00} s"
        : $"{(long)seconds / 3600} h {(long)seconds % 3600 / 60:00} min";

    /// <summary>A name of the log in words: <c>gradient_norm</c> becomes <c>gradient norm</c>.</summary>
    public static string Words(string name) => name switch
    {
        "w_estimate" => "critic's estimate",
        "w_exact" => "exact W₁ of the same samples",
        "w_floor" => "floor: real against real",
        "critic_gap" => "gap between the critic's scores of real and generated",
        "modes" => "modes reached",
        "modes_strict" => "modes reached, counted strictly",
        "high_quality" => "share of high-quality samples",
        "mode_kl" => "KL divergence of the modes' shares",
        "js" => "Jensen–Shannon divergence of n-grams",
        "images_per_second" => "real samples per second",
        _ => name.Replace('_', ' ').Replace('-', ' '),
    };
}
