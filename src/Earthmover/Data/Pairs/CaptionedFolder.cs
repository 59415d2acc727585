using Earthmover.Data.Pictures;
using Earthmover.Data.Text;

namespace Earthmover.Data.Pairs;

/// <summary>A folder of pictures with captions, one side at a time.</summary>
internal static class CaptionedFolder
{
    // Longer descriptions are cut unless a length is given: each symbol takes a place in every batch.
    private const int LongestByItself = 128;

    /// <summary>
    /// Opens the pictures that have captions (<c>side=a</c>), or their captions as text of one length (<c>side=b</c>). Options of the
    /// text: <c>symbols</c> (<c>characters</c> or <c>words</c>), <c>length</c> (that of the longest, up to 128), <c>lower</c>,
    /// <c>vocabulary</c>, <c>pad</c>.
    /// </summary>
    /// <param name="address">The address.</param>
    /// <param name="folder">The folder.</param>
    /// <param name="context">How to read.</param>
    /// <exception cref="UserException">There are no captions, or an option is impossible.</exception>
    public static DataSet Open(DataAddress address, string folder, DataContext context)
    {
        Captions? captions = null;
        var choice = new PictureChoice(listing => (captions = Captions.Of(listing)).Described)
        {
            Options = [PairOptions.Side, .. TextOptions.OfCaptions],
        };
        var options = new DataOptions(address, [.. address.Options.Select(option => option.Key)]);
        options.Choice(PairOptions.Captions, "yes");
        if (options.Choice(PairOptions.Side, "a", "b") == "a") return ImageFolder.Open(address, folder, context, choice);
        string[] files = [.. ImageFolder.List(address, folder, choice).Listing.Files.Select(file => file.Path)];
        string[] lines = [.. files.Select(file =>
            string.Join(' ', captions![file].Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)))];
        var text = TextOptions.Of(options, lines, longest: LongestByItself);
        var notes = new List<string>();
        var coding = new TextCoding(address.ToString(), $"a caption in {folder}", text);
        var set = coding.Fold(lines.Length, () => lines.Select(line => (line, false)), notes);
        (set.Files, set.Notes) = (files, notes);
        return set;
    }
}
