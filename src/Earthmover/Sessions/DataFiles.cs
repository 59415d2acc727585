using System.Globalization;
using Earthmover.Data;
using Earthmover.Data.Formats;
using Earthmover.Media;
using Earthmover.Training.Views;

namespace Earthmover.Sessions;

/// <summary>
/// Pictures of some data as files, one for each: to look at closely, or to try a run on. What is written is data itself: pairs and two
/// domains lie in <c>a</c> and <c>b</c>, captions in <c>captions.csv</c>.
/// </summary>
public static class DataFiles
{
    /// <summary>Writes pictures, spread evenly over the data.</summary>
    /// <param name="data">The data.</param>
    /// <param name="count">Pictures, or pairs; at most all.</param>
    /// <param name="folder">An empty folder, or one that is made.</param>
    /// <param name="cancellation">Ends it between two pictures with an <see cref="OperationCanceledException"/>; what was written by then
    /// is deleted.</param>
    /// <returns>The files of pictures.</returns>
    /// <exception cref="UserException">The data are no pictures, or a file cannot be written.</exception>
    public static IReadOnlyList<string> Write(DataSet data, int count, string folder, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(data);
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        if (data is not ImageSet pictures)
            throw new UserException($"{data.Name} are {data.Kind.ToWord()}, not pictures: show writes files of pictures alone");
        OutputPath.OfFolder("--files", folder, isEmpty: true);
        (string Path, Func<Image> Draw)[] files = data.Counterpart is ImageSet others
            ? [.. Side(pictures, "a"), .. Side(others, "b")]
            : [.. Side(pictures, "")];
        OutputPath.Write("the pictures", () =>
        {
            OutputPath.WriteEach([.. files.Select(file => file.Path)], (i, path) => ImageFile.SavePng(path, files[i].Draw()), cancellation);
            if (data.Counterpart is TextSet captions)
                WriteCaptions(captions);
        });
        return [.. files.Select(file => file.Path)];

        IEnumerable<(string, Func<Image>)> Side(ImageSet side, string below) =>
            DataView.Rows(side, count).Select((row, i) => (Path.Combine(folder, below, Name(i)), (Func<Image>)(() => side.ToImage(row))));

        string Name(int i) => $"{(i + 1).ToString(CultureInfo.InvariantCulture).PadLeft($"{Math.Min(count, data.Count)}".Length, '0')}.png";

        void WriteCaptions(TextSet captions) => Files.AtomicFile.WriteLines(Path.Combine(folder, "captions.csv"),
            ["file,caption", .. DataView.Rows(data, count).Select((row, i) => TableFile.Line([Name(i), captions.Line(captions[row])]))]);
    }
}
