using System.Net;
using System.Runtime.CompilerServices;
using System.Text;

namespace Earthmover.Reports.Pages;

/// <summary>
/// HTML that is known to be HTML. Any text put into an interpolated <see cref="Markup"/> is escaped; only other markup goes in as it is.
/// </summary>
/// <param name="Text">The HTML.</param>
internal readonly record struct Markup(string Text)
{
    /// <summary>Markup with holes for texts.</summary>
    public static Markup Of(ref Handler handler) => new(handler.ToString());

    /// <summary>Pieces after one another.</summary>
    public static Markup Join(IEnumerable<Markup> pieces) => new(string.Concat(pieces.Select(piece => piece.Text)));

    /// <inheritdoc/>
    public override string ToString() => Text;

    /// <summary>Collects the pieces of an interpolated string.</summary>
    [InterpolatedStringHandler]
    internal readonly struct Handler
    {
        private readonly StringBuilder _text;

        public Handler(int literalLength, int formattedCount) => _text = new(literalLength + 32 * formattedCount);

        public void AppendLiteral(string text) => _text.Append(text);

        public void AppendFormatted(string? text) => _text.Append(WebUtility.HtmlEncode(text));

        public void AppendFormatted(Markup markup) => _text.Append(markup.Text);

        public void AppendFormatted(long number) => _text.Append(number);

        public override string ToString() => _text.ToString();
    }
}
