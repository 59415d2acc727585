using System.CommandLine;
using Earthmover.Claims;
using Earthmover.Claims.Pages;
using Earthmover.Sessions;
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
        // For those who change a system: its page in docs/systems is made of its code.
        var write = new Option<string?>("--write")
        {
            Description = "Write the pages of docs/systems into this folder of the repository",
            Hidden = true,
        };
        var command = new Command("systems", "List the systems: paper, players, options with what they take, data, example")
        {
            name, json, write,
        };
        command.SetAction(parsed =>
        {
            if (parsed.GetValue(write) is { } folder)
                return Write(new(OutputPath.OfFolder("--write", folder)!));
            IReadOnlyList<SystemEntry> entries = parsed.GetValue(name) is { } one ? [SystemCatalog.Named(one)] : SystemCatalog.All;
            if (parsed.GetValue(json))
                Output.Json(entries.Select(e => new
                {
                    e.Name,
                    e.Title,
                    e.Paper,
                    e.Rows,
                    Data = e.Defaults.Keys.Select(play => play.ToString()),
                    e.Abilities,
                    e.Players,
                    Options = OptionsOf(e.Defaults.Values.First()),
                    e.Example,
                    e.Acceptance,
                    Claims = ClaimCatalog.Of(e).Select(claim => claim.Name),
                }));
            else if (entries.Count == 1 && parsed.GetValue(name) is not null)
                Show(entries[0]);
            else
                List(entries);
            return ErrorBoundary.Success;
        });
        return command;
    }

    private static int Write(SystemBook book)
    {
        var written = book.Write();
        Output.Line(written.Count == 0 ? $"{book.Folder} is as it should be" : $"{book.Folder}: {string.Join(", ", written)}");
        return ErrorBoundary.Success;
    }

    private static void List(IReadOnlyList<SystemEntry> entries)
    {
        var table = new Table().Border(TableBorder.Simple).AddColumns("name", "system", "data", "paper");
        foreach (var e in entries)
            table.AddRow(Markup.Escape(e.Name), Markup.Escape(e.Title),
                Markup.Escape(string.Join(", ", e.Defaults.Keys)), Markup.Escape(e.Paper));
        Output.Result.Write(table);
        Console.WriteLine($"{Invocation.Of("systems NAME")} shows one with all its options, and what each of them takes");
    }

    private static void Show(SystemEntry e)
    {
        Console.WriteLine($"{e.Name}: {e.Title}");
        Console.WriteLine($"paper     {e.Paper}");
        Console.WriteLine($"players   {string.Join(", ", e.Players)}");
        Console.WriteLine($"data      {string.Join(", ", e.Defaults.Keys)}");
        Console.WriteLine($"abilities {string.Join(", ", e.Abilities)}");
        if (ClaimCatalog.Of(e) is [_, ..] claims)
        {
            var names = string.Join(", ", claims.Select(claim => claim.Name));
            Console.WriteLine($"claims    {names} ({Invocation.Of("claims run NAME --full")})");
        }
        Console.WriteLine($"example   {e.Example.Replace("earthmover", Invocation.Name, StringComparison.Ordinal)}");
        // Before the semicolon stands what holds the system to its numbers, for programs; after it, what came out.
        if (e.Acceptance.Split("; ", 2) is [_, var measured])
            Console.WriteLine($"measured  {measured}");
        var table = new Table().Border(TableBorder.Simple).AddColumn("option (--set name=value)");
        foreach (var kind in e.Defaults.Keys)
            table.AddColumn(e.Defaults.Count > 1 ? $"default for {kind}" : "default");
        table.AddColumn("takes");
        var columns = e.Defaults.Values.Select(OptionsOf).ToArray();
        for (var i = 0; i < columns[0].Count; i++)
            table.AddRow([Markup.Escape(columns[0][i].Name),
                .. columns.Select(c => Markup.Escape(c[i].Default)), Markup.Escape(Takes(columns[0][i]))]);
        Output.Result.Write(table);
        foreach (var option in columns[0].Where(HasNames))
            ShowNames(option);
    }

    private static bool HasNames(OptionInfo option) => option.Known.Any(part => part.Description.Length > 0);

    private static string Takes(OptionInfo option) => HasNames(option) ? $"{option.Type} (below)"
        : option.Known.Count > 0 && !option.Type.StartsWith("one of", StringComparison.Ordinal)
            ? $"{option.Type}: {string.Join(", ", option.Known.Select(part => part.Name))}"
            : option.Type;

    private static void ShowNames(OptionInfo option)
    {
        var own = option.Known.Any(part => part.Defaults.Length > 0);
        var table = new Table().Border(TableBorder.Simple).AddColumns(option.Name, "what it is");
        if (own)
            table.AddColumn("its options and their defaults (?name=value&…)");
        foreach (var part in option.Known)
            table.AddRow([Markup.Escape(part.Name), Markup.Escape(part.Description), .. own ? new[] { Markup.Escape(part.Defaults) } : []]);
        Output.Result.Write(table);
    }

    private static IReadOnlyList<OptionInfo> OptionsOf(Defaults d) => [.. OptionBinder.List(d.Options), .. OptionBinder.List(d.Training)];
}
