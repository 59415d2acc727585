using Earthmover.Reports;
using Spectre.Console;

namespace Earthmover.Cli;

/// <summary>Tables for people, on standard output.</summary>
internal static class Tables
{
    /// <summary>Writes a table whose first column names the rows.</summary>
    internal static void Write(PageTable content)
    {
        var table = new Table().Border(TableBorder.Simple).AddColumns([.. content.Columns.Select(Markup.Escape)]);
        foreach (var row in content.Rows)
            table.AddRow([.. row.Select(Markup.Escape)]);
        Output.Result.Write(table);
    }
}
