using System.CommandLine;
using Earthmover.Cli.Training;
using Earthmover.Data;
using Earthmover.Media;
using Earthmover.Sessions;
using Earthmover.Training;
using Earthmover.Training.Views;
using Spectre.Console;

namespace Earthmover.Cli.Commands;

/// <summary><c>earthmover data</c>: what data there is, what it looks like, what is wrong with it.</summary>
internal static class DataCommand
{
    internal static Command Create() => new("data", "List, show and check data") { List(), Show(), Check() };

    private static Command List()
    {
        var json = new Option<bool>("--json") { Description = "Print one JSON document" };
        var command = new Command("list", "The data that has a name") { json };
        command.SetAction(parsed =>
        {
            var all = DataCatalog.List();
            if (parsed.GetValue(json))
            {
                Output.Json(all);
                return ErrorBoundary.Success;
            }
            var table = new Table().Border(TableBorder.Simple).AddColumns("name", "kind", "pairs", "what", "license", "where");
            foreach (var d in all)
                table.AddRow(Markup.Escape(d.Name), d.Kind, d.Pairing == "none" ? "" : d.Pairing,
                    Markup.Escape(d.Description), d.License ?? "", Markup.Escape(d.Location ?? (d.Available ? "drawn" : "not here")));
            Output.Result.Write(table);
            Console.WriteLine("or a path: image folder, .csv, .npy, .txt, IDX file, CIFAR .bin; "
                + "two domains as A|B or a folder with trainA and trainB; "
                + "pairs as folders A and B, A|B?pairs=aligned, FOLDER?split=ab or FOLDER?captions=yes; "
                + "options after '?', as in fashion-mnist?classes=7,8");
            return ErrorBoundary.Success;
        });
        return command;
    }

    private static Command Show()
    {
        var data = new Argument<string>("data") { Description = "A name or a path" };
        var output = new Option<string>("--out") { Description = "The PNG to write", DefaultValueFactory = _ => "data.png" };
        var files = new Option<string?>("--files")
        {
            Description = "An empty folder for each of the pictures as a file of its own; pairs go into a and b in it",
        };
        var count = NumberOption.Whole("-n", "Samples in the picture", 1, 1_000_000, fallback: 64);
        var command = new Command("show", "Draw a picture of some data; text and rows of a table are printed")
        {
            data, output, count, files,
        };
        command.SetAction(parsed =>
        {
            var n = parsed.GetValue(count);
            var path = OutputPath.OfPng("--out", parsed.GetValue(output))!;
            OutputPath.SpareFolder(DataAddress.Parse(parsed.GetValue(data)!).Name, "--out", path);
            var opened = DataCatalog.Open(parsed.GetValue(data)!, new() { Progress = DataProgressLine.Shown });
            IReadOnlyList<string> written = parsed.GetValue(files) is { } folder ? DataFiles.Write(opened, n, folder) : [];
            if (DataView.Draw(opened, n) is { } picture)
                ImageFile.SavePng(path, picture);
            else
            {
                foreach (var line in DataView.Lines(opened, n))
                    Console.WriteLine(line);
                return ErrorBoundary.Success;
            }
            Output.Line(path);
            if (written.Count > 0)
                Output.Line($"{written.Count} pictures, {written[0]} to {written[^1]}");
            if (DataLicense.Of(parsed.GetValue(data)!) is { } license)
                Output.Note($"license of the data: {license}");
            return ErrorBoundary.Success;
        });
        return command;
    }

    private static Command Check()
    {
        var data = new Argument<string>("data") { Description = "A name or a path" };
        var json = new Option<bool>("--json") { Description = "Print one JSON document" };
        var command = new Command("check",
            "Examine data: broken files, sizes, channels, duplicates, class balance, and what will be done with them")
        {
            data, json,
        };
        command.SetAction(parsed =>
        {
            var report = DataReport.Create(parsed.GetValue(data)!, new() { Progress = DataProgressLine.Shown });
            if (parsed.GetValue(json))
                Output.Json(report);
            else
                foreach (var line in report.ToLines())
                    Output.Line(line);
            return ErrorBoundary.Success;
        });
        return command;
    }
}
