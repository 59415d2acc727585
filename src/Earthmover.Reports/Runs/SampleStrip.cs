using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using Earthmover.Files;

namespace Earthmover.Reports.Runs;

/// <summary>Samples of a run over time, as many as a page can carry.</summary>
public sealed class SampleStrip
{
    /// <summary>Most moments that are shown.</summary>
    internal const int MostMoments = 40;

    private const long MostBytes = 12 << 20;
    private const int MostNamed = 5;
    private static ReadOnlySpan<byte> PngSignature => [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A];

    private SampleStrip(
        IReadOnlyList<SampleFile> moments, int total, SampleFile? reals, IReadOnlyList<SampleFile> others) =>
        (Moments, Total, Reals, Others) = (moments, total, reals, others);

    /// <summary>Samples by step, evenly chosen, the first and the last among them.</summary>
    public IReadOnlyList<SampleFile> Moments { get; }

    /// <summary>How many there are in the folder.</summary>
    public int Total { get; }

    /// <summary>Real samples beside which they are judged.</summary>
    public SampleFile? Reals { get; }

    /// <summary>Pictures that belong to no step.</summary>
    public IReadOnlyList<SampleFile> Others { get; }

    /// <summary>Reads a folder of samples; a missing one has none.</summary>
    public static SampleStrip Read(string folder, ICollection<string> problems)
    {
        if (!Directory.Exists(folder))
            return new([], 0, null, []);
        if (PlainFile.IsLink(folder))
        {
            problems.Add(new LinkException(folder).Message);
            return new([], 0, null, []);
        }
        var files = Plain(folder, problems);
        var steps = files.Where(file => StepOf(file) is not null).OrderBy(StepOf).ToList();
        var chosen = Evenly(steps, MostMoments);
        // Large pictures leave room for fewer.
        while (chosen.Count > 2 && chosen.Sum(file => new FileInfo(file).Length) > MostBytes)
            chosen = Evenly(steps, chosen.Count * 3 / 4);
        SampleFile? Load(string file)
        {
            var bytes = PlainFile.ReadBytes(file);
            if (Path.GetExtension(file) == ".txt" || bytes.AsSpan().StartsWith(PngSignature))
                return new(Path.GetFileNameWithoutExtension(file), StepOf(file) ?? -1, Path.GetExtension(file) == ".txt", bytes);
            problems.Add($"samples/{Path.GetFileName(file)} is not a picture and is left out");
            return null;
        }
        bool IsReals(string file) => Path.GetFileNameWithoutExtension(file) == "reals";
        bool IsOther(string file) => StepOf(file) is null && Path.GetExtension(file) == ".png" && !IsReals(file);
        return new(
            [.. chosen.Select(Load).OfType<SampleFile>()], steps.Count,
            files.Where(IsReals).Select(Load).FirstOrDefault(file => file is not null),
            [.. files.Where(IsOther).Take(12).Select(Load).OfType<SampleFile>()]);
    }

    // Files that may hold samples; links among them are named and left out.
    private static List<string> Plain(string folder, ICollection<string> problems)
    {
        var all = Directory.EnumerateFiles(folder)
            .Where(file => Path.GetExtension(file) is ".png" or ".txt" && !Path.GetFileName(file).StartsWith('.'));
        var files = all.Order(StringComparer.Ordinal).ToLookup(PlainFile.IsLink);
        foreach (var link in files[true].Take(MostNamed))
            problems.Add(new LinkException(link).Message);
        if (files[true].Count() > MostNamed)
            problems.Add($"{files[true].Count() - MostNamed} more files of {folder} are links and are left out");
        return [.. files[false]];
    }

    private static long? StepOf(string file)
    {
        var name = Path.GetFileNameWithoutExtension(file);
        return long.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var step) ? step : null;
    }

    private static List<string> Evenly(List<string> all, int most) =>
        all.Count <= most ? all : [.. Enumerable.Range(0, most).Select(i => all[(int)((long)i * (all.Count - 1) / (most - 1))])];
}

/// <summary>A picture or a text of samples.</summary>
/// <param name="Name">Name of the file without its ending.</param>
/// <param name="Step">The step that made it; −1 for one without.</param>
/// <param name="IsText">Lines of text rather than a PNG.</param>
/// <param name="Bytes">What is in the file.</param>
public sealed record SampleFile(string Name, long Step, bool IsText, byte[] Bytes)
{
    /// <summary>Width of the picture in pixels, which stands at a fixed place in the first chunk; 0 for a text.</summary>
    internal int Width => IsText || Bytes.Length < 24 ? 0 : BinaryPrimitives.ReadInt32BigEndian(Bytes.AsSpan(16));

    /// <summary>The picture as an address that holds it.</summary>
    internal string DataAddress => $"data:image/png;base64,{Convert.ToBase64String(Bytes)}";

    /// <summary>The text.</summary>
    internal string Text => Encoding.UTF8.GetString(Bytes);
}
