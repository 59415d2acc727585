using System.CommandLine;
using System.Globalization;
using Earthmover.Sessions;
using Earthmover.Sessions.Judging;
using Earthmover.Sessions.Sampling;

namespace Earthmover.Cli.Commands;

/// <summary><c>earthmover classify</c>: says what pictures show.</summary>
internal static class ClassifyCommand
{
    internal static Command Create()
    {
        var run = new Argument<string>("run") { Description = "Folder of the run" };
        var pictures = TranslateCommand.Pictures();
        var output = new Option<string?>("--out") { Description = "A .csv with the probability of every class, a picture in each row" };
        var json = new Option<bool>("--json") { Description = "Print one JSON document" };
        var command = new Command("classify", "Say what pictures show, by a run that has learned to tell classes")
        {
            run, pictures, output, json,
        };
        command.SetAction(parsed =>
        {
            var table = OutputPath.OfFile("--out", parsed.GetValue(output));
            if (table is not null && OutputPath.KindOf(table) != ".csv")
                throw new UserException($"--out writes a table, and {table} is not named so; use {Path.ChangeExtension(table, ".csv")}");
            using var trained = TrainedRun.Open(parsed.GetValue(run)!, new());
            OutputPath.SpareData(trained, ("--out", table));
            var classification = new RunClassification(trained);
            var samples = classification.Read(parsed.GetValue(pictures)!);
            samples.Spare(("--out", table));
            foreach (var note in samples.Notes)
                Output.Note(note);
            var found = PatientProgress.While($"classifying {samples.Words}", progress => classification.Classify(samples, progress));
            if (table is not null)
                found.Write(table, samples.Names);
            if (parsed.GetValue(json))
                Output.Json(new { found.Classes, Written = table, Classified = Rows(samples, found) });
            else
                Say(samples, found, table);
            return ErrorBoundary.Success;
        });
        return command;
    }

    private static IEnumerable<object> Rows(NewSamples samples, ClassifiedSamples found) => samples.Names.Select((name, i) => new
    {
        Sample = name,
        Class = found.Classes[found.Best(i)],
        Probability = found.Probabilities[i][found.Best(i)],
        Probabilities = found.Probabilities[i],
    });

    private static void Say(NewSamples samples, ClassifiedSamples found, string? table)
    {
        for (var i = 0; i < samples.Count; i++)
        {
            var probability = found.Probabilities[i][found.Best(i)].ToString("P0", CultureInfo.InvariantCulture);
            Output.Line($"{samples.Names[i]}: {found.Classes[found.Best(i)]} ({probability})");
        }
        if (table is not null)
            Output.Line($"all probabilities: {table}");
    }
}
