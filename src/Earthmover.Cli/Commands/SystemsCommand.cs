using System.CommandLine;
using Earthmover.Systems;
using Spectre.Console;

namespace Earthmover.Cli.Commands;

/// <summary><c>earthmover systems</c>: what can be trained.</summary>
internal static class SystemsCommand
{
    internal static Command Create()
    {
        var name = new Argument<string?>("name") { Description = "One system, with all its options", Arity = ArgumentArity.ZeroOrOne };
        var json = new Option<bool>("--json") { Description = "Print one JSON document" };
        var command = new Command("systems", "List the systems: paper, players, options, data, example") { name, json };
        command.SetAction(parsed =>
        {
            IReadOnlyList<SystemEntry> entries = parsed.GetValue(name) is { } one ? [SystemCatalog.Named(one)] : SystemCatalog.All;
            if (parsed.GetValue(json))
                Output.Json(entries.Select(e => new { e.Name, e.Title, e.Paper, e.Rows, Data = e.Defaults.Keys, e.Players, Options = OptionsOf(e.Defaults.Values.First()), e.Example, e.Acceptance }));
            else if (entries.Count == 1 && parsed.GetValue(name) is not null)
                Show(entries[0]);
            else
                List(entries);
            return ErrorBoundary.Success;
        });
        return command;
    }

    private static void List(IReadOnlyList<SystemEntry> entries)
    {
        var table = new Table().Border(TableBorder.Simple).AddColumns("name", "system", "data", "paper");
        foreach (var e in entries)
            table.AddRow(Markup.Escape(e.Name), Markup.Escape(e.Title), Markup.Escape(string.Join(", ", e.Defaults.Keys)), Markup.Escape(e.Paper));
        Output.Result.Write(table);
        Console.WriteLine("earthmover systems NAME shows one with all its options");
    }

    private static void Show(SystemEntry e)
    {
        Console.WriteLine($"{e.Name}: {e.Title}\npaper     {e.Paper}\nrows      {string.Join(", ", e.Rows)}\nplayers   {string.Join(", ", e.Players)}\ndata      {string.Join(", ", e.Defaults.Keys)}\nexample   {e.Example}\naccepted  {e.Acceptance}");
        var table = new Table().Border(TableBorder.Simple).AddColumn("option (--set name=value)");
        foreach (var kind in e.Defaults.Keys)
            table.AddColumn(e.Defaults.Count > 1 ? $"default for {kind}" : "default");
        table.AddColumn("takes");
        var columns = e.Defaults.Values.Select(OptionsOf).ToArray();
        for (var i = 0; i < columns[0].Count; i++)
            table.AddRow([Markup.Escape(columns[0][i].Name), .. columns.Select(c => Markup.Escape(c[i].Default)), Markup.Escape(columns[0][i].Type)]);
        Output.Result.Write(table);
    }

    private static IReadOnlyList<OptionInfo> OptionsOf(Defaults d) => [.. OptionBinder.List(d.Options), .. OptionBinder.List(d.Training)];
}
