using System.Text.Encodings.Web;
using System.Text.Json;
using Spectre.Console;

namespace Earthmover.Cli;

/// <summary>
/// What commands share in speaking: text for people on standard output, progress on the error stream, one JSON document for programs.
/// </summary>
internal static class Output
{
    private static readonly JsonSerializerOptions s_json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        NumberHandling = System.Text.Json.Serialization.JsonNumberHandling.AllowNamedFloatingPointLiterals,
        Converters = { new System.Text.Json.Serialization.JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower) },
    };

    private static Guarded? s_console;

    private static readonly JsonSerializerOptions s_line = new(s_json) { WriteIndented = false };

    /// <summary>A command's result, for people. Into a file or pipe it goes without colors and without breaking lines.</summary>
    internal static IAnsiConsole Result => To(s_console?.Out ?? Console.Out, Console.IsOutputRedirected);

    /// <summary>Progress and remarks, on the error stream; never part of a result.</summary>
    internal static IAnsiConsole Progress => To(s_console?.Error ?? Console.Error, Console.IsErrorRedirected);

    /// <summary>
    /// Lets nothing through to the console that could color or move anything, until it is disposed; tables and bars, which do so on
    /// purpose, are drawn past it.
    /// </summary>
    internal static IDisposable Guard() => new Guarded(Console.Out, Console.Error);

    /// <summary>One line for people on the error stream, whatever names of files it holds.</summary>
    internal static void Note(string line) => Console.Error.WriteLine(Printable.Of(line));

    /// <summary>One line of a result, whatever names of files it holds.</summary>
    internal static void Line(string line) => Console.Out.WriteLine(Printable.Of(line));

    /// <summary>Whether the error stream is a terminal that bars and spinners can move on.</summary>
    internal static bool HasBars =>
        !Console.IsErrorRedirected && Progress.Profile.Capabilities.Interactive && TerminalOutput.Columns >= TerminalOutput.Narrowest;

    /// <summary>Writes one JSON document with snake_case names to standard output.</summary>
    internal static void Json<T>(T value) => Console.Out.WriteLine(Document(value));

    /// <summary>A JSON document with snake_case names.</summary>
    internal static string Document<T>(T value) => JsonSerializer.Serialize(value, s_json);

    /// <summary>Writes one JSON document on one line, for streams of them.</summary>
    internal static void JsonLine<T>(T value)
    {
        Console.Out.WriteLine(JsonSerializer.Serialize(value, s_line));
        Console.Out.Flush();
    }

    /// <summary>Runs something that takes seconds while saying what it is: a spinner on a terminal, nothing elsewhere.</summary>
    internal static T While<T>(string what, Func<T> body) =>
        !HasBars ? body() : Progress.Status().Start(Markup.Escape(what), _ => body());

    /// <summary>Bars on the error stream that vanish when the work is done: what it is, how far, and times.</summary>
    /// <param name="times">Columns behind the percentage.</param>
    internal static Progress Bars(params ProgressColumn[] times) => Progress.Progress().AutoClear(true)
        .Columns([new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn(), new PercentageColumn(), .. times]);

    private static IAnsiConsole To(TextWriter writer, bool redirected)
    {
        var console = AnsiConsole.Create(new()
        {
            Out = new TerminalOutput(writer, redirected),
            Ansi = redirected ? AnsiSupport.No : AnsiSupport.Detect,
            ColorSystem = redirected ? ColorSystemSupport.NoColors : ColorSystemSupport.Detect,
            Interactive = redirected ? InteractionSupport.No : InteractionSupport.Detect,
        });
        console.Pipeline.Attach(new SafeText());
        return console;
    }

    // What the console was before.
    private sealed class Guarded : IDisposable
    {
        private readonly Guarded? _before = s_console;

        internal Guarded(TextWriter output, TextWriter error)
        {
            (Out, Error, s_console) = (output, error, this);
            Console.SetOut(new SafeWriter(output));
            Console.SetError(new SafeWriter(error));
        }

        internal TextWriter Out { get; }

        internal TextWriter Error { get; }

        public void Dispose()
        {
            s_console = _before;
            Console.SetOut(Out);
            Console.SetError(Error);
        }
    }
}
