using System.Globalization;
using System.Text;
using Earthmover.Files;

namespace Earthmover.Cli.Galleries;

/// <summary>The page of the gallery: each picture or text with the commands that made it.</summary>
internal static class GalleryPage
{
    /// <summary>Writes the page of what has been made.</summary>
    /// <param name="path">The page.</param>
    /// <param name="pictures">Folder of the pictures and texts, below the page's.</param>
    public static void Write(string path, string pictures)
    {
        var page = new StringBuilder("""
            # Gallery

            What generative adversarial networks have been used for, each from data that comes with the program or is drawn by it, in
            minutes on two cores. `earthmover gallery --full` makes this page again, and writes the files that commands need. No picture
            was picked: each is what the commands below it give.

            """.ReplaceLineEndings("\n"));
        var below = Path.GetFileName(pictures);
        foreach (var exhibit in Exhibits.All.Where(exhibit => File.Exists(Path.Combine(pictures, exhibit.File))))
        {
            var shown = exhibit.IsText ? $"```\n{File.ReadAllText(Path.Combine(pictures, exhibit.File)).TrimEnd()}\n```"
                : $"![{exhibit.Title}]({below}/{exhibit.File})";
            page.Append(CultureInfo.InvariantCulture, $"\n## {exhibit.Title}\n\n{shown}\n\n");
            page.Append(CultureInfo.InvariantCulture, $"{exhibit.Text} ({exhibit.Paper})\n\n```\n");
            foreach (var command in exhibit.In("runs", exhibit.File, isQuick: false))
                page.Append(CultureInfo.InvariantCulture, $"earthmover {string.Join(' ', command.Select(Quoted))}\n");
            page.Append("```\n");
        }
        AtomicFile.WriteText(path, page.ToString());
    }

    private static string Quoted(string word) => word.AsSpan().IndexOfAny("?&*' ") < 0 ? word : $"'{word}'";
}
