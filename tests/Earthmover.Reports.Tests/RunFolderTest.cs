using System.Globalization;
using Earthmover.Reports.Figures;

namespace Earthmover.Reports.Tests;

/// <summary>A run folder of a test's own.</summary>
public abstract class RunFolderTest : IDisposable
{
    // One gray pixel.
    private static readonly byte[] s_png = Convert.FromBase64String(
        "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNoAAAAggCBd81ytgAAAABJRU5ErkJggg==");

    protected RunFolderTest() => Put("recipe.json", """{ "data": "gaussians-8", "system": "wgan-gp", "options": { "width": "512" }, "seed": 1, "versions": { "torch": "1.13.1" } }""");

    protected string Folder { get; } = Directory.CreateTempSubdirectory("report-test-").FullName;

    /// <summary>No scripts: what a machine without Node.js has.</summary>
    internal static Vega Nothing { get; } = new(null);

    protected string At(params string[] parts) => Path.Combine([Folder, .. parts]);

    protected void Put(string file, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(At(file))!);
        File.WriteAllText(At(file), text);
    }

    protected void PutPicture(string file)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(At(file))!);
        File.WriteAllBytes(At(file), s_png);
    }

    /// <summary>A log with every kind of number.</summary>
    protected void PutLog(int reports) => Put("log.jsonl", string.Concat(Enumerable.Range(0, reports).Select(Record)));

    private static string Record(int i) => string.Create(CultureInfo.InvariantCulture, $$$"""
        {"step":{{{1 + 10 * i}}},"images":{{{640 * i}}},"seconds":{{{0.5 * i}}},"images_per_second":1280.5,"terms":{"critic":{"wasserstein":{{{-2.0 / (1 + i)}}},"penalty":0.1},"generator":{"wasserstein":0.5}},"gradient_norms":{"critic":1.5,"generator":0.{{{1 + i % 9}}}},"measures":{"w_estimate":{{{2.0 / (1 + i)}}},"w_exact":{{{2.1 / (1 + i)}}},"w_floor":0.14,"modes":{{{Math.Min(8, i)}}}}}

        """);

    public void Dispose()
    {
        Directory.Delete(Folder, recursive: true);
        GC.SuppressFinalize(this);
    }
}
