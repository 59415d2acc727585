using System.Text;
using Earthmover.Data.Formats;

namespace Earthmover.Data.Pictures;

/// <summary>
/// The binary version of CIFAR-10 (records of a label and 3 × 1024 bytes) and CIFAR-100 (a coarse label, a fine label
/// and 3 × 1024 bytes).
/// </summary>
public static class CifarBinary
{
    private const int Values = 3 * 32 * 32;

    private static readonly string[] TenClasses =
        ["airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"];

    /// <summary>Whether a folder holds such files (also those of the Python version, which are refused when opened).</summary>
    /// <param name="folder">The folder.</param>
    public static bool IsFolder(string folder) =>
        new[] { "data_batch_1.bin", "test_batch.bin", "train.bin", "test.bin", "data_batch_1" }
            .Any(name => File.Exists(Path.Combine(folder, name)));

    /// <summary>
    /// Opens a folder or a single file. Options: <c>split=train|test</c> (folders), <c>labels=fine|coarse</c> (CIFAR-100), and how many of
    /// them are kept, as in <c>labels=100</c> or <c>labels=coarse,100</c>, by <c>label_seed</c>.
    /// </summary>
    /// <param name="address">The address.</param>
    /// <param name="path">The folder or file.</param>
    /// <param name="context">How to read.</param>
    /// <exception cref="UserException">A file is missing, cut off, or its labels are impossible.</exception>
    public static ImageSet Open(DataAddress address, string path, DataContext context)
    {
        var options = new DataOptions(address, [.. ImageOptions.Names, "split", .. LabelChoice.Names]);
        var train = options.Choice("split", "train", "test") == "train";
        var choice = LabelChoice.Of(options, "fine", "coarse");
        var fine = choice.Word == "fine";
        var folder = Directory.Exists(path) ? path : Path.GetDirectoryName(Path.GetFullPath(path))!;
        var files = Directory.Exists(path) ? FilesOf(path, train) : [path];
        var contents = files.Select(file => (File: file, DataFile.Check(file).Length)).ToList();

        var hundred = contents[0].Length % (Values + 1) != 0 && contents[0].Length % (Values + 2) == 0;
        var record = Values + (hundred ? 2 : 1);
        foreach (var (file, length) in contents)
            if (length == 0 || length % record != 0)
                throw new UserException($"{file} has {length} bytes, which are not whole CIFAR records of {Values + 1} or {Values + 2}; "
                    + "it is cut off or of another kind");

        var count = contents.Sum(content => content.Length / record);
        var shape = new ImageShape(3, 32, 32);
        DataMemory.Check(address.ToString(), count, shape);
        var pixels = new byte[count * Values];
        var labels = new int[count];
        var classes = !hundred ? 10 : fine ? 100 : 20;
        var buffer = new byte[record];
        var n = 0;
        foreach (var (file, length) in contents)
        {
            using var stream = DataFile.Open(file);
            for (var at = 0L; at < length; at += record, n++)
            {
                DataFile.Fill(file, stream, buffer);
                labels[n] = buffer[hundred && fine ? 1 : 0];
                if (labels[n] >= classes)
                    throw new UserException($"{file}: record {at / record} has the label {labels[n]}, "
                        + $"but there are {classes} classes; the file is damaged or of another kind");
                buffer.AsSpan(record - Values).CopyTo(pixels.AsSpan(n * Values));
            }
        }

        var list = Path.Combine(folder, !hundred ? "batches.meta.txt" : fine ? "fine_label_names.txt" : "coarse_label_names.txt");
        string[] names = File.Exists(list) ? [.. Encoding.UTF8.GetString(DataFile.ReadAll(list)).Split('\n',
            StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)] : [];
        if (names.Length != classes) names = hundred ? [.. Enumerable.Range(0, classes).Select(k => $"{k}")] : TenClasses;
        return choice.Apply(new ImageOptions(options).Apply(address.ToString(), shape, pixels, labels, names, context));
    }

    private static List<string> FilesOf(string folder, bool train)
    {
        string[] names = train
            ? ["data_batch_1.bin", "data_batch_2.bin", "data_batch_3.bin", "data_batch_4.bin", "data_batch_5.bin", "train.bin"]
            : ["test_batch.bin", "test.bin"];
        var files = names.Select(name => Path.Combine(folder, name)).Where(File.Exists).ToList();
        if (files.Count > 0) return files;
        throw new UserException(File.Exists(Path.Combine(folder, "data_batch_1"))
            ? $"{folder} holds the Python version of CIFAR, which is a pickle and never loaded "
                + "because loading one can run code; get the binary version"
            : $"{folder} has no {(train ? "training" : "test")} files of CIFAR (such as {names[0]})");
    }
}
