using System.ComponentModel;
using System.Diagnostics;
using System.Text.Json;
using Earthmover.Files;

namespace Earthmover.Reports.Figures;

/// <summary>The scripts of Vega that draw figures: carried along in pages, run by Node.js elsewhere.</summary>
public sealed class Vega
{
    private const int MostSeconds = 120;
    private static readonly string[] s_scripts = ["vega.min.js", "vega-lite.min.js"];
    private static readonly Lazy<Vega> s_installed =
        new(() => new(FetchedPart.Locate("vega", Environment.GetEnvironmentVariable("EARTHMOVER_VEGA"), AppContext.BaseDirectory)));

    private readonly string? _folder;

    /// <summary>Scripts in a folder.</summary>
    /// <param name="folder">The folder; null where there is none.</param>
    internal Vega(string? folder) =>
        _folder = folder is not null && s_scripts.All(script => File.Exists(Path.Combine(folder, script))) ? folder : null;

    /// <summary>
    /// What the set-up has fetched: the folder in EARTHMOVER_VEGA, else <c>artifacts/vega</c> beside or above the program.
    /// </summary>
    public static Vega Installed => s_installed.Value;

    /// <summary>One line that says what is missing for charts and what to do; null where nothing is.</summary>
    public string? Lacking => _folder is not null
        ? null
        : "charts are missing, because Vega-Lite is not installed; "
            + "install Node.js and npm (Debian: nodejs npm), then write the page again: ./earthmover report, compare or sweep";

    /// <summary>The scripts for a page, or null.</summary>
    internal string? ReadScripts() => _folder is null ? null
        : string.Join('\n', s_scripts.SelectMany(script => File.ReadLines(Path.Combine(_folder, script)))
            .Where(line => !line.StartsWith("//# sourceMappingURL", StringComparison.Ordinal)));

    /// <summary>Draws specifications as SVG.</summary>
    /// <param name="specifications">Vega-Lite specifications with their data.</param>
    /// <param name="warnings">What Vega remarks; empty for a specification without fault.</param>
    /// <exception cref="ReportException">Node.js or Vega is missing, or a specification cannot be drawn.</exception>
    internal IReadOnlyList<string> Draw(IReadOnlyList<string> specifications, out string warnings)
    {
        if (_folder is null)
            throw new ReportException("figures cannot be drawn, because Vega-Lite is not installed; "
                + "install Node.js and npm (Debian: nodejs npm), then run ./earthmover again");
        var start = new ProcessStartInfo("node")
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.ArgumentList.Add(Path.Combine(_folder, "render.mjs"));
        try
        {
            using var node = Process.Start(start)!;
            var output = node.StandardOutput.ReadToEndAsync();
            var error = node.StandardError.ReadToEndAsync();
            try
            {
                node.StandardInput.Write($"[{string.Join(',', specifications)}]");
                node.StandardInput.Close();
            }
            catch (IOException)
            {
                // It ended before it had read everything; its error says why.
            }
            if (!node.WaitForExit(TimeSpan.FromSeconds(MostSeconds)))
            {
                node.Kill(entireProcessTree: true);
                throw new ReportException($"figures cannot be drawn: Node.js has not finished {specifications.Count} of them "
                    + $"in {MostSeconds} seconds");
            }
            node.WaitForExit();
            warnings = error.Result.Trim();
            if (node.ExitCode != 0)
                throw new ReportException($"figures cannot be drawn: {Reason(warnings)}");
            return JsonSerializer.Deserialize<string[]>(output.Result)!;
        }
        catch (Win32Exception e)
        {
            throw new ReportException("figures cannot be drawn, because Node.js is not installed; install it (Debian: nodejs)", e);
        }
    }

    // Node.js prints the place, the source and a stack around the one line that matters.
    private static string Reason(string error) =>
        error.Split('\n').FirstOrDefault(line => line.Contains("Error:", StringComparison.Ordinal))?.Trim()
            ?? error.Split('\n').LastOrDefault(line => line.Trim().Length > 0)?.Trim()
            ?? "Node.js failed";
}
