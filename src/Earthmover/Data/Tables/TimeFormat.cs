using System.Globalization;
using System.Text.RegularExpressions;

namespace Earthmover.Data.Tables;

/// <summary>Dates and times of day as seconds: since 1970 of a date, since midnight of a time of day.</summary>
internal static partial class TimeFormat
{
    // +02:00, of an instant.
    private const string AnyOffset = "zzz";

    // What a calendar has, in seconds since 1970.
    private const double Most = 253_402_300_799.0;
    private static readonly double s_least = (DateTime.MinValue - DateTime.UnixEpoch).TotalSeconds;

    // Where two fit all cells of a column, the one that stands first.
    private static readonly string[] s_known =
    [
        "yyyy-MM-dd", "yyyy-MM-dd'T'HH:mm:ss", "yyyy-MM-dd HH:mm:ss", "yyyy-MM-dd HH:mm", "yyyy-MM-dd'T'HH:mm",
        "yyyy-MM-dd'T'HH:mm:ss'Z'", "yyyy-MM-dd'T'HH:mm:ss.fff", "yyyy-MM-dd HH:mm:ss.fff", "yyyy-MM-dd'T'HH:mm:ss.fff'Z'",
        "yyyy-MM-dd'T'HH:mm:ss.ffffff", "yyyy-MM-dd HH:mm:ss.ffffff", "yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'",
        "yyyy/MM/dd", "yyyy/MM/dd HH:mm:ss", "yyyy/MM/dd HH:mm", "yyyy-MM", "dd.MM.yyyy", "d.M.yyyy", "dd.MM.yyyy HH:mm",
        "MM/dd/yyyy", "dd/MM/yyyy", "M/d/yyyy", "d/M/yyyy", "MM/dd/yyyy HH:mm", "dd/MM/yyyy HH:mm", "M/d/yyyy H:mm", "d/M/yyyy H:mm",
        "MM/dd/yy", "dd/MM/yy", "M/d/yy", "d/M/yy",
        "dd-MMM-yyyy", "d MMM yyyy", "MMM d yyyy", "HH:mm:ss", "HH:mm", "H:mm", "H:mm:ss", "h:mm tt", "h:mm:ss tt",
    ];

    /// <summary>The formats that all cells have; the first is meant.</summary>
    /// <param name="cells">Cells that are no gaps.</param>
    public static IReadOnlyList<string> Of(IReadOnlyCollection<string> cells)
    {
        var first = cells.First();
        // A word is told from a date by its first cell, which spares the others.
        IReadOnlyList<string> Fitting(IEnumerable<string> formats) =>
            [.. formats.Where(format => Parse(first, format) is not null && cells.All(cell => Parse(cell, format) is not null))];
        var offset = Offset().Match(first).Value;
        if (offset.Length == 0)
            return Fitting(s_known);
        // An offset from universal time is written as it stands, where all cells have the same.
        var formats = s_known.Where(format => format.StartsWith("yyyy-", StringComparison.Ordinal)).ToList();
        return Fitting(formats.Select(format => $"{format}'{offset}'")) is { Count: > 0 } same ? same
            : Fitting(formats.Select(format => format + AnyOffset));
    }

    /// <summary>Whether cells of a format have offsets of their own, as in summer and winter: they are written in universal time.</summary>
    public static bool IsOfOffsets(string format) => format.EndsWith(AnyOffset, StringComparison.Ordinal);

    /// <summary>Seconds of a cell; null where it is not written so.</summary>
    public static double? Parse(string cell, string format)
    {
        if (Moment(cell, format) is not { } time)
            return null;
        var since = IsOfDay(format) ? time.TimeOfDay : time - DateTime.UnixEpoch;
        // All ticks at once are more than float64 tells apart.
        return since.Ticks / TimeSpan.TicksPerSecond + since.Ticks % TimeSpan.TicksPerSecond / (double)TimeSpan.TicksPerSecond;
    }

    /// <summary>The date and time of a cell; null where it is not written so.</summary>
    public static DateTime? Moment(string cell, string format)
    {
        var style = DateTimeStyles.NoCurrentDateDefault | (IsOfOffsets(format) ? DateTimeStyles.AdjustToUniversal : DateTimeStyles.None);
        return DateTime.TryParseExact(cell, format, CultureInfo.InvariantCulture, style, out var time) ? time : null;
    }

    /// <summary>Seconds as a cell, within what a calendar has.</summary>
    public static string Print(double seconds, string format)
    {
        var day = IsOfDay(format);
        var (low, high) = day ? (0, 86_399) : (s_least, Most);
        // Ticks by whole parts of a second: float64 would leave a date a microsecond before midnight.
        var parts = Parts(format);
        var time = DateTime.UnixEpoch.AddTicks(
            (long)Math.Round(parts * Math.Clamp(Round(seconds, format), low, high)) * (TimeSpan.TicksPerSecond / parts));
        return time.ToString(format, CultureInfo.InvariantCulture);
    }

    /// <summary>Seconds to the unit that a format writes.</summary>
    public static double Round(double seconds, string format)
    {
        if (IsOfMonths(format))
        {
            var time = DateTime.UnixEpoch.AddSeconds(Math.Clamp(seconds, s_least, Most));
            return (new DateTime(time.Year, time.Month, 1) - DateTime.UnixEpoch).TotalSeconds;
        }
        var (parts, unit) = (Parts(format), Unit(format));
        return Math.Round(parts * seconds / unit) * unit / parts;
    }

    // Of a second.
    private static long Parts(string format) => format.Contains("ffffff", StringComparison.Ordinal) ? 1_000_000
        : format.Contains("fff", StringComparison.Ordinal) ? 1_000
        : 1;

    // Whole seconds.
    private static double Unit(string format) => format.Contains("ss", StringComparison.Ordinal) ? 1
        : format.Contains("mm", StringComparison.Ordinal) ? 60
        : 86_400;

    private static bool IsOfMonths(string format) => !IsOfDay(format) && !format.Contains('d', StringComparison.Ordinal);

    private static bool IsOfDay(string format) => !format.Contains('y', StringComparison.Ordinal);

    // 15:37+02:00   15:37:04.5-0330   15:37:04-08
    [GeneratedRegex(@"(?<=\d:\d\d(:\d\d(\.\d+)?)?)[-+]\d\d(:?\d\d)?\z")]
    private static partial Regex Offset();
}
