using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Earthmover.Files;
using Earthmover.Reports.Figures;

namespace Earthmover.Claims;

/// <summary>A folder of results: for each claim <c>NAME.md</c> to read, <c>NAME.svg</c> with its data in <c>NAME.json</c>, <c>NAME.result.json</c> for programs; and <c>README.md</c>, the list of all that are there.</summary>
/// <param name="Folder">The folder; made when it is missing.</param>
public sealed record ClaimBook(string Folder)
{
    private static readonly JsonSerializerOptions s_json = new()
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        NumberHandling = System.Text.Json.Serialization.JsonNumberHandling.AllowNamedFloatingPointLiterals,
    };

    private const string NoCommit = "no commit";

    private readonly string _where = $"{CommitOf(AppContext.BaseDirectory)}; {MachineText()}";

    /// <summary>Writes a result and brings the list up to date.</summary>
    /// <param name="result">The result.</param>
    /// <returns>Path of the figure; null where there is none.</returns>
    /// <exception cref="Reports.ReportException">The figure could not be drawn; everything else is written.</exception>
    public string? Add(ClaimResult result)
    {
        var name = result.Claim.Name;
        var date = DateTime.UtcNow.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        Write($"{name}.result.json", JsonSerializer.Serialize(FieldsOf(result, date), s_json) + "\n");
        Write($"{name}.md", Page(result, date));
        WriteList();
        if (result.Figure is null)
            return null;
        var figure = Path.Combine(Folder, $"{name}.svg");
        result.Figure.SaveSvg(figure);
        return figure;
    }

    /// <summary>Whether the folder holds a claim's result of this very commit on this machine, in this length, over at least so many seeds. Never, where the program does not lie in a repository.</summary>
    public bool Holds(Claim claim, bool isQuick, int seeds)
    {
        var path = Path.Combine(Folder, $"{claim.Name}.result.json");
        if (_where.StartsWith(NoCommit, StringComparison.Ordinal) || !File.Exists(path))
            return false;
        using var result = JsonDocument.Parse(File.ReadAllText(path));
        var root = result.RootElement;
        return root.GetProperty("machine").GetString() == _where && root.GetProperty("quick").GetBoolean() == isQuick && root.GetProperty("seeds").GetArrayLength() >= (claim.IsRandom ? seeds : 1);
    }

    /// <summary>A result as the fields of a JSON object, without its figure.</summary>
    public static IReadOnlyDictionary<string, object?> FieldsOf(ClaimResult result) => new Dictionary<string, object?>
    {
        ["name"] = result.Claim.Name,
        ["title"] = result.Claim.Title,
        ["rows"] = result.Claim.Rows,
        ["verdict"] = TextOf(result.Outcome),
        ["measured"] = result.Checks.ToDictionary(c => c.Name, c => new Dictionary<string, object> { ["value"] = c.Median, ["low"] = c.Low, ["high"] = c.High }),
        ["band"] = result.Checks.ToDictionary(c => c.Name, c => new Dictionary<string, object?> { ["low"] = EndOf(c.Band.Low), ["high"] = EndOf(c.Band.High), ["control"] = c.IsControl, ["holds"] = c.Holds }),
        ["seeds"] = result.Seeds,
        ["quick"] = result.IsQuick,
        ["seconds"] = Math.Round(result.Seconds, 1),
        ["remark"] = result.Remark,
    };

    /// <summary>PASS, DIFFERS or FAIL.</summary>
    public static string TextOf(Outcome outcome) => outcome.ToString().ToUpperInvariant();

    private Dictionary<string, object?> FieldsOf(ClaimResult result, string date) =>
        new Dictionary<string, object?>(FieldsOf(result)) { ["date"] = date, ["machine"] = _where, ["figure"] = result.Figure is null ? null : $"{result.Claim.Name}.svg" };

    private static double? EndOf(double end) => double.IsInfinity(end) ? null : end;

    private string Page(ClaimResult result, string date)
    {
        var (claim, page) = (result.Claim, new StringBuilder());
        page.Append($"# {claim.Title}\n\n**{TextOf(result.Outcome)}** · {string.Join(", ", claim.Rows)} · {claim.Source}\n\n> {claim.Statement}\n\n");
        if (result.Figure is not null)
            page.Append($"![{claim.Title}]({claim.Name}.svg)\n\n");
        if (result.Checks.Count > 0)
        {
            var several = result.Seeds.Count > 1;
            page.Append($"| number | {(several ? "median | lowest … highest" : "measured")} | band | |\n|---|---|{(several ? "---|" : "")}---|---|\n");
            foreach (var c in result.Checks)
                page.Append($"| {Cell(c.Name)}{(c.IsControl ? " (control)" : "")} | {Number(c.Median)} |{(several ? $" {Number(c.Low)} … {Number(c.High)} |" : "")} {c.Band} | {(c.Holds ? "inside" : "**outside**")} |\n");
            page.Append('\n');
        }
        page.Append($"{result.Remark}\n\n**How it is measured.** {claim.Experiment}\n\n");
        page.Append($"<sub>`earthmover claims run {claim.Name} {(result.IsQuick ? "--quick" : "--full")} --seeds {result.Seeds.Count}` · {date} · {_where} · {result.Seconds.ToString("0", CultureInfo.InvariantCulture)} s of one core</sub>\n");
        return page.ToString();
    }

    // From what lies in the folder, so that claims can be run one by one.
    private void WriteList()
    {
        var list = new StringBuilder("# The literature, measured\n\nEach line is a claim of the literature as an experiment of this program: `earthmover claims run NAME`. **PASS**: every number lies in its band. "
            + "**DIFFERS**: the experiment stands, and some number lies outside; the page says by how much and why. **FAIL**: a control is out of its band, so that the experiment says nothing. What pages quote of PyTorch is measured by `bench/peers/claims.py`.\n\n| claim | rows | verdict | numbers inside | run |\n|---|---|---|---|---|\n");
        foreach (var claim in ClaimCatalog.All)
        {
            var path = Path.Combine(Folder, $"{claim.Name}.result.json");
            if (!File.Exists(path))
            {
                list.Append($"| {Cell(claim.Title)} | {string.Join(", ", claim.Rows)} | not run | | |\n");
                continue;
            }
            using var result = JsonDocument.Parse(File.ReadAllText(path));
            var root = result.RootElement;
            var bands = root.GetProperty("band").EnumerateObject().ToList();
            var inside = bands.Count(b => b.Value.GetProperty("holds").GetBoolean());
            list.Append($"| [{Cell(claim.Title)}]({claim.Name}.md) | {string.Join(", ", claim.Rows)} | {root.GetProperty("verdict").GetString()} | {inside} of {bands.Count} | ");
            list.Append($"{(root.GetProperty("quick").GetBoolean() ? "quick" : "full")}, {root.GetProperty("seeds").GetArrayLength()} seed{(root.GetProperty("seeds").GetArrayLength() == 1 ? "" : "s")}, {root.GetProperty("date").GetString()} |\n");
        }
        Write("README.md", list.ToString());
    }

    // Whole or not at all, since a night may be broken off anywhere.
    private void Write(string name, string text) => AtomicFile.WriteText(Path.Combine(Folder, name), text);

    private static string Cell(string text) => text.Replace("|", "\\|", StringComparison.Ordinal);

    private static string Number(double value) => Math.Abs(value) is >= 1e-3 and < 1e5 or 0 ? value.ToString("0.####", CultureInfo.InvariantCulture) : value.ToString("0.##e0", CultureInfo.InvariantCulture);

    private static string MachineText() => $"{Environment.ProcessorCount} {(Environment.ProcessorCount == 1 ? "core" : "cores")}, {RuntimeInformation.OSArchitecture.ToString().ToLowerInvariant()}, LibTorch {Torch.Runtime.Versions["torch"]}";

    // The commit of the sources beside the program; nothing where they are not in a repository.
    private static string CommitOf(string folder)
    {
        try
        {
            using var git = Process.Start(new ProcessStartInfo("git", "rev-parse --short HEAD") { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true })!;
            var text = git.StandardOutput.ReadToEnd().Trim();
            git.WaitForExit();
            return git.ExitCode == 0 ? $"commit {text}" : NoCommit;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return NoCommit;
        }
    }
}
