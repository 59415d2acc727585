using System.Text;
using Spectre.Console;

namespace Earthmover.Cli;

/// <summary>
/// A terminal or a file as tables and bars see it: never narrower than they can be drawn, whatever it says of itself now.
/// </summary>
/// <param name="writer">Where text goes.</param>
/// <param name="isRedirected">Whether that is a file or a pipe, where lines are not broken.</param>
internal sealed class TerminalOutput(TextWriter writer, bool isRedirected) : IAnsiConsoleOutput
{
    /// <summary>Columns below which a bar is only in the way.</summary>
    internal const int Narrowest = 60;

    private const int Usual = 80;
    private const int OfFiles = 400;

    /// <inheritdoc/>
    public TextWriter Writer => writer;

    /// <inheritdoc/>
    public bool IsTerminal => !isRedirected;

    /// <inheritdoc/>
    public int Width => isRedirected ? OfFiles : Math.Max(Columns, Narrowest);

    /// <inheritdoc/>
    public int Height => 24;

    /// <summary>Columns of the terminal; the usual number where it does not know.</summary>
    internal static int Columns
    {
        get
        {
            try
            {
                return Console.WindowWidth is > 0 and var columns ? columns : Usual;
            }
            catch (Exception e) when (e is IOException or PlatformNotSupportedException or ArgumentException)
            {
                return Usual;
            }
        }
    }

    /// <inheritdoc/>
    public void SetEncoding(Encoding encoding)
    {
        // Text is UTF-8 here in any case.
    }
}
