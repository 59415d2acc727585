using System.Diagnostics;
using System.Globalization;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Earthmover.Files;
using Earthmover.Reports.Figures;

namespace Earthmover.Claims;

/// <summary>
/// A folder of results: for each claim <c>NAME.md</c> to read, <c>NAME.svg</c> with its data in <c>NAME.json</c>, or <c>NAME.png</c>,
/// <c>NAME.result.json</c> for programs and <c>raw/NAME.json</c>, what was measured, from which they can be made again;
/// and <c>README.md</c>, the list of all that are there.
/// </summary>
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

    private const string Changes = " and changes";

    private readonly string _where = $"{CommitOf(AppContext.BaseDirectory)}; {MachineText()}";

    // Whether two programs of that name are the same.
    private bool HasCommit => !_where.StartsWith(NoCommit, StringComparison.Ordinal) && !_where.Contains(Changes, StringComparison.Ordinal);

    /// <summary>Writes a result and brings the list up to date.</summary>
    /// <param name="result">The result.</param>
    /// <returns>Path of the figure; null where there is none.</returns>
    /// <exception cref="Reports.ReportException">The figure could not be drawn; everything else is written.</exception>
    public string? Add(ClaimResult result)
    {
        var name = result.Claim.Name;
        var origin = result.Origin ?? Here(result.Begun);
        if (result.Runs.Count > 0)
        {
            Write(RawName(result.Claim), RawRuns.Of(result, origin).ToJson());
            File.Delete(Path.Combine(Folder, PartName(result.Claim)));
        }
        Write($"{name}.result.json", JsonSerializer.Serialize(FieldsOf(result, origin), s_json) + "\n");
        Write($"{name}.md", Page(result, origin));
        WriteList();
        if (result.Picture is not null)
            AtomicFile.Write(Path.Combine(Folder, $"{name}.png"), result.Picture);
        if (FigureOf(result) is not { } figure)
            return null;
        result.Figure?.SaveSvg(Path.Combine(Folder, figure));
        return Path.Combine(Folder, figure);
    }

    /// <summary>Whether the folder keeps a claim's runs.</summary>
    public bool HasRuns(Claim claim) => File.Exists(Path.Combine(Folder, RawName(claim)));

    private static string RawName(Claim claim) => $"raw/{claim.Name}.json";

    private static string PartName(Claim claim) => $"raw/{claim.Name}.part.json";

    /// <summary>Keeps the runs of a claim's first seeds until the rest are there: a night may be broken off anywhere.</summary>
    public void Keep(Claim claim, bool isQuick, EarlierRuns runs)
    {
        ArgumentNullException.ThrowIfNull(claim);
        ArgumentNullException.ThrowIfNull(runs);
        var result = new ClaimResult(claim, [], null, "", [.. Enumerable.Range(1, runs.Runs.Count)], isQuick, runs.Seconds)
        {
            Runs = runs.Runs,
        };
        Write(PartName(claim), RawRuns.Of(result, Here(runs.Origin)).ToJson());
    }

    /// <summary>
    /// The runs of a claim's first seeds that the folder keeps, of a night that was broken off or of an earlier one: of both, the more.
    /// </summary>
    /// <param name="claim">The claim.</param>
    /// <param name="isQuick">Of the short form.</param>
    /// <param name="ofAnyCommit">Those of other commits and machines too.</param>
    /// <returns>Null where it keeps none of this form.</returns>
    /// <exception cref="UserException">They are of another experiment.</exception>
    public EarlierRuns? Earlier(Claim claim, bool isQuick, bool ofAnyCommit)
    {
        ArgumentNullException.ThrowIfNull(claim);
        var kept = ((string[])[PartName(claim), RawName(claim)]).Where(name => File.Exists(Path.Combine(Folder, name)))
            .Select(name => (Name: name, Raw: Parse(claim, name)))
            .Where(k => k.Raw.Quick == isQuick && (ofAnyCommit || HasCommit && k.Raw.Machine == _where))
            .OrderByDescending(k => k.Raw.Runs.Length).FirstOrDefault();
        if (kept.Raw is not { } raw)
            return null;
        // What was measured before experiments were kept beside it is taken at its word.
        if (raw.Experiment is { } said && said != claim.Experiment)
            throw Unlike(claim, kept.Name, "the experiment was another one then");
        return new(Records(claim, kept.Name, raw), raw.Seconds) { Origin = new(raw.Date, raw.Machine) };
    }

    // Today, and where; what goes on with other runs says so.
    private Origin Here(Origin? begun) => new(DateTime.UtcNow.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        begun is null ? _where : begun.Machine.EndsWith(_where, StringComparison.Ordinal) ? begun.Machine
            : $"{begun.Machine}, then {_where}");

    private RawRuns Parse(Claim claim, string name)
    {
        try
        {
            return RawRuns.Parse(File.ReadAllText(Path.Combine(Folder, name)));
        }
        catch (JsonException e)
        {
            throw Unlike(claim, name, e.Message);
        }
    }

    private IReadOnlyList<object> Records(Claim claim, string name, RawRuns raw)
    {
        try
        {
            return raw.For(claim);
        }
        catch (JsonException e)
        {
            throw Unlike(claim, name, e.Message);
        }
    }

    private UserException Unlike(Claim claim, string name, string why) => new(
        $"the runs in {Path.Combine(Folder, name)} are not those of {claim.Name} as it is now ({why.ReplaceLineEndings(" ")}); "
        + $"make them anew with {Invocation.Of($"claims run {claim.Name}")}");

    /// <summary>Judges the runs again that the folder keeps of a claim, by the bands and words of today.</summary>
    /// <exception cref="UserException">It keeps none, or of another form of the experiment.</exception>
    public ClaimResult Rejudge(Claim claim)
    {
        if (!HasRuns(claim))
            throw new UserException($"there are no runs of {claim.Name} in {Path.Combine(Folder, RawName(claim))}; "
                + $"make them with {Invocation.Of($"claims run {claim.Name}")}");
        var raw = Parse(claim, RawName(claim));
        return ClaimRunner.Judge(claim, Records(claim, RawName(claim), raw), raw.Quick, raw.Seconds) with
        {
            Origin = new(raw.Date, raw.Machine),
        };
    }

    /// <summary>
    /// Whether the folder holds a claim's result of this very commit on this machine, in this length, over at least so many seeds. Never,
    /// where the program does not lie in a repository.
    /// </summary>
    public bool Holds(Claim claim, bool isQuick, int seeds) =>
        HasCommit && StoredResult.Read(Folder, claim.Name) is { } held
        && held.Machine == _where && held.IsQuick == isQuick && held.Seeds >= (claim.IsRandom ? seeds : 1);

    /// <summary>A result as the fields of a JSON object, without its figure.</summary>
    public static IReadOnlyDictionary<string, object?> FieldsOf(ClaimResult result) => new Dictionary<string, object?>
    {
        ["name"] = result.Claim.Name,
        ["title"] = result.Claim.Title,
        ["rows"] = result.Claim.Rows,
        ["verdict"] = TextOf(result.Outcome),
        ["measured"] = result.Checks.ToDictionary(c => c.Name, c => new Dictionary<string, object>
        {
            ["value"] = c.Median,
            ["low"] = c.Low,
            ["high"] = c.High,
        }),
        ["band"] = result.Checks.ToDictionary(c => c.Name, c => new Dictionary<string, object?>
        {
            ["low"] = EndOf(c.Band.Low),
            ["high"] = EndOf(c.Band.High),
            ["control"] = c.IsControl,
            ["holds"] = c.Holds,
        }),
        ["seeds"] = result.Seeds,
        ["quick"] = result.IsQuick,
        ["seconds"] = Math.Round(result.Seconds, 1),
        ["remark"] = result.Remark,
    };

    /// <summary>PASS, DIFFERS or FAIL.</summary>
    public static string TextOf(Outcome outcome) => outcome.ToString().ToUpperInvariant();

    private static Dictionary<string, object?> FieldsOf(ClaimResult result, Origin origin) =>
        new(FieldsOf(result)) { ["date"] = origin.Date, ["machine"] = origin.Machine, ["figure"] = FigureOf(result) };

    private static string? FigureOf(ClaimResult result) =>
        result.Figure is not null ? $"{result.Claim.Name}.svg" : result.Picture is not null ? $"{result.Claim.Name}.png" : null;

    // The short form of a system's acceptance leaves out most of what its title says.
    private static string Verdict(Claim claim, string text, bool isQuick) =>
        isQuick && claim is SystemClaim ? $"not run yet; short form {text}" : text;

    private static double? EndOf(double end) => double.IsInfinity(end) ? null : end;

    private static string Page(ClaimResult result, Origin origin)
    {
        var (claim, page) = (result.Claim, new StringBuilder());
        page.Append($"# {claim.Title}\n\n");
        page.Append($"**{Verdict(claim, TextOf(result.Outcome), result.IsQuick)}** · ");
        page.Append($"{(claim.Rows.Count > 0 ? $"{string.Join(", ", claim.Rows)} · " : "")}{claim.Source}\n\n");
        page.Append($"> {claim.Statement}\n\n");
        if (FigureOf(result) is { } figure)
            page.Append($"![{claim.Title}]({figure})\n\n");
        if (claim is SystemClaim system)
            page.Append($"{system.PictureTitle}\n\n");
        if (result.Checks.Count > 0)
            page.Append($"{CheckRow.Table([.. result.Checks.Select(CheckRow.Of)], result.Seeds.Count)}\n");
        page.Append($"{result.Remark}\n\n**How it is measured.** {claim.Experiment}\n\n");
        var form = result.IsQuick ? "--quick" : "--full";
        page.Append($"<sub>`earthmover claims run {claim.Name} {form} --seeds {result.Seeds.Count}` · ");
        page.Append($"{origin.Date} · {origin.Machine} · ");
        page.Append(CultureInfo.InvariantCulture, $"{result.Seconds:0} s of one core</sub>\n");
        return page.ToString();
    }

    // From what lies in the folder, so that claims can be run one by one.
    private void WriteList()
    {
        var list = new StringBuilder("# The literature, measured\n\n"
            + "Each line is a claim of the literature as an experiment of this program: "
            + "`earthmover claims run NAME`. "
            + "**PASS**: every number lies in its band. "
            + "**DIFFERS**: the experiment stands, and some number lies outside; the page says by how much and why. "
            + "**FAIL**: a control is out of its band, so that the experiment says nothing. "
            + "What pages quote of PyTorch is measured by `bench/peers/claims.py`.\n\n"
            + "| claim | rows | verdict | numbers inside | run |\n|---|---|---|---|---|\n");
        foreach (var claim in ClaimCatalog.All)
        {
            if (StoredResult.Read(Folder, claim.Name) is not { } held)
            {
                list.Append($"| {CheckRow.Cell(claim.Title)} | {string.Join(", ", claim.Rows)} | not run | | |\n");
                continue;
            }
            list.Append($"| [{CheckRow.Cell(claim.Title)}]({claim.Name}.md) | {string.Join(", ", claim.Rows)} | ");
            list.Append($"{Verdict(claim, held.Verdict, held.IsQuick)} | ");
            list.Append($"{held.Rows.Count(row => row.Holds)} of {held.Rows.Count} | {(held.IsQuick ? "quick" : "full")}, ");
            list.Append($"{held.Seeds} seed{(held.Seeds == 1 ? "" : "s")}, {held.Date} |\n");
        }
        Write("README.md", list.ToString());
    }

    // Whole or not at all, since a night may be broken off anywhere.
    private void Write(string name, string text) => AtomicFile.WriteText(Path.Combine(Folder, name), text);

    private static string MachineText() =>
        $"{Environment.ProcessorCount} {(Environment.ProcessorCount == 1 ? "core" : "cores")}, "
        + $"{RuntimeInformation.OSArchitecture.ToString().ToLowerInvariant()}, LibTorch {Torch.Runtime.Versions["torch"]}";

    // The commit that the program was built of, by its version; what was changed since is seen where its sources lie beside it.
    private static string CommitOf(string folder)
    {
        var version = typeof(ClaimBook).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "";
        var built = version.Contains('+', StringComparison.Ordinal) ? version[(version.IndexOf('+', StringComparison.Ordinal) + 1)..] : "";
        if (built.Length == 0)
            return NoCommit;
        var isChanged = Git(folder, "rev-parse HEAD") == built && Git(folder, "status --porcelain -uno") is { Length: > 0 };
        return $"commit {built[..Math.Min(7, built.Length)]}{(isChanged ? Changes : "")}";
    }

    private static string? Git(string folder, string command)
    {
        try
        {
            using var git = Process.Start(new ProcessStartInfo("git", command)
            {
                WorkingDirectory = folder,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            })!;
            var text = git.StandardOutput.ReadToEnd().Trim();
            git.WaitForExit();
            return git.ExitCode == 0 ? text : null;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null;
        }
    }
}
