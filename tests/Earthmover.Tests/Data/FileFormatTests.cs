using Earthmover.Data;
using Earthmover.Data.Formats;
using Xunit;

namespace Earthmover.Tests.Data;

public sealed class FileFormatTests : TemporaryFolder
{
    private PointSet Points(string address) => Assert.IsType<PointSet>(DataCatalog.Open(address, Context));

    [Theory]
    [InlineData("5,2\n3,4\n")]
    [InlineData("5;2\r\n3;4")]
    [InlineData("x,y\n5,2\n\n# comment\n3,4\n")]
    [InlineData("5\t2\n3\t4\n")]
    [InlineData("5 2\n  3   4\n")]
    [InlineData("\"a\",\"b\"\n5.0,2e0\n+3,4.\n")]
    public void Tables_open_with_any_separator_with_and_without_header(string text)
    {
        var set = Points(Put("points.csv", text));
        Assert.Equal((2, 2), (set.Count, set.Dimension));
        Assert.Equal([5, 2, 3, 4], set.Values);
        Assert.Null(set.Labels);
    }

    [Fact]
    public void Labels_weights_and_columns_are_taken_by_name()
    {
        var path = Put("named.csv", "x,Label,y,weight\n1,10,2,0.5\n3,9,4,1\n5,10,6,2\n");
        var set = Points($"{path}?masses=weight");
        Assert.Equal([1, 2, 3, 4, 5, 6], set.Values);
        Assert.Equal([1, 0, 1], set.Labels!);
        Assert.Equal([0.5, 1, 2], set.Masses!);
        Assert.Equal([2, 1, 4, 3, 6, 5], Points($"{path}?columns=y,x").Values);
        Assert.Equal([1], Points($"{path}?columns=1&limit=1").Values);
        Assert.Contains("x, Label, y, weight", Refused(() => Points($"{path}?columns=z")), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("5,2\n3,nan\n", "line 2")]
    [InlineData("nan,2\n3,4\n", "line 1")]
    [InlineData("x,y\n1,2\n3,inf\n", "line 3")]
    [InlineData("5,2\n\n3,1e400\n", "line 3")]
    [InlineData("5,2\n3\n", "line 2 has 1 column,")]
    [InlineData("5,2\n3,oops\n", "'oops' in column 2 is not a number")]
    [InlineData("x,y\n", "header but no rows")]
    [InlineData("\n#\n", "no lines")]
    public void Bad_lines_are_named(string text, string part) =>
        Assert.Contains(part, Refused(() => Points(Put("bad.csv", text))), StringComparison.Ordinal);

    [Fact]
    public void Npy_arrays_are_written_and_read_in_all_types()
    {
        var path = Path.Combine(Folder, "a.npy");
        NpyFile.Write<float>(path, [1.5f, -2, 3, 4, 5, 6], 2, 3);
        Assert.Equal([2, 3], NpyFile.Read(path).Shape);
        Assert.Equal([1.5f, -2, 3, 4, 5, 6], Points(path).Values);
        // The data must begin at a multiple of 64, as readers that map the file expect.
        Assert.Equal(64 + 64 + 24, new FileInfo(path).Length);
        NpyFile.Write<double>(path, [1, 2], 2);
        Assert.Equal(new double[] { 1, 2 }, NpyFile.Read(path).Values);
        Assert.Equal(1, Points(path).Dimension);
        NpyFile.Write<long>(path, [long.MaxValue], []);
        Assert.Equal(new[] { long.MaxValue }, NpyFile.Read(path).Values);
        NpyFile.Write<byte>(path, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12], 1, 2, 2, 3);
        var images = Assert.IsType<ImageSet>(DataCatalog.Open(path, Context));
        Assert.Equal(new ImageShape(3, 2, 2), images.Shape);
        Assert.Equal([1, 4, 7, 10, 2, 5, 8, 11, 3, 6, 9, 12], images.Pixels);
        Assert.Throws<ArgumentException>(() => NpyFile.Write<float>(path, [1], 2));
    }

    [Fact]
    public void An_npy_file_of_numpy_itself_is_read()
    {
        // numpy.save of arange(3, dtype='<i8'), version 1.0.
        var header = "{'descr': '<i8', 'fortran_order': False, 'shape': (3,), }".PadRight(117) + "\n";
        byte[] bytes = [0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y',
            1, 0, 118, 0, .. System.Text.Encoding.ASCII.GetBytes(header),
            0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0];
        Assert.Equal([0, 1, 2], Points(Put("numpy.npy", bytes)).Values);
        string Changed(string from, string to) =>
            Refused(() => Points(Put("changed.npy", System.Text.Encoding.Latin1.GetBytes(System.Text.Encoding.Latin1.GetString(bytes)
                .Replace(from, to, StringComparison.Ordinal)))));
        Assert.Contains("type '>i8'", Changed("<i8", ">i8"), StringComparison.Ordinal);
        Assert.Contains("type '|O'", Changed("'<i8'", "'|O' "), StringComparison.Ordinal);
        Assert.Contains("should have 72 bytes", Changed("(3,)", "(9,)"), StringComparison.Ordinal);
        Assert.Contains("wrong magic", Changed("NUMPY", "NUMPI"), StringComparison.Ordinal);
        Assert.Contains("Fortran", Changed("False, 'shape': (3,), }", "True, 'shape': (1,3), }"), StringComparison.Ordinal);
        Assert.Contains("cut off inside", Refused(() => Points(Put("cut.npy", bytes[..50]))), StringComparison.Ordinal);
        Assert.Contains("cut off", Refused(() => Points(Put("cut.npy", bytes[..^1]))), StringComparison.Ordinal);
        NpyFile.Write<float>(Path.Combine(Folder, "nan.npy"), [1, 2, 3, float.NaN], 2, 2);
        Assert.Contains("row 1", Refused(() => Points(Path.Combine(Folder, "nan.npy"))), StringComparison.Ordinal);
    }

    [Fact]
    public void A_number_without_axes_is_called_so()
    {
        var path = Path.Combine(Folder, "zero.npy");
        NpyFile.Write<double>(path, [3.5]);
        Assert.Contains("zero.npy holds a single number without axes", Refused(() => Points(path)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1700000000000000007)]
    [InlineData((1L << 53) + 1)]
    [InlineData(-(1L << 53) - 1)]
    [InlineData(long.MaxValue)]
    public void Whole_numbers_that_would_be_rounded_are_refused(long number)
    {
        var path = Path.Combine(Folder, "long.npy");
        NpyFile.Write<long>(path, [1, 2, 3, number], 2, 2);
        Assert.Contains($"row 1, column 2: {number} needs more than the 53 bits", Refused(() => Points(path)), StringComparison.Ordinal);
        var table = Put("long.csv", $"x,y\n1,2\n3,{number}\n");
        Assert.Contains($"line 3, column y: {number} needs more than the 53 bits", Refused(() => Points(table)), StringComparison.Ordinal);
    }

    [Fact]
    public void Whole_numbers_of_53_bits_are_read()
    {
        long[] numbers = [1L << 53, -(1L << 53), (1L << 53) + 2, 1L << 62, long.MinValue];
        var path = Path.Combine(Folder, "long.npy");
        NpyFile.Write<long>(path, numbers, numbers.Length);
        Assert.Equal(numbers.Select(v => (double)v), Points(path).Values);
        Assert.Equal(numbers.Select(v => (double)v), Points(Put("long.csv", "x\n" + string.Join('\n', numbers))).Values);
    }

    [Fact]
    public void Text_lines_become_padded_codes_of_the_observed_characters()
    {
        var path = Put("text.txt", "\uFEFFabca\n\n  héb \nabcdefgh\n");
        var set = Assert.IsType<TextSet>(DataCatalog.Open($"{path}?length=6", Context));
        Assert.Equal((3, 6), (set.Count, set.Length));
        Assert.Equal("`", set.Vocabulary[0]);
        Assert.Equal("a", set.Vocabulary[1]);
        Assert.Equal(["abca``", "héb```", "abcdef"], Enumerable.Range(0, 3).Select(i => set.Decode(set[i])));
        Assert.DoesNotContain("g", set.Vocabulary);
        Assert.Contains(set.Notes, note => note.StartsWith("1 of 3", StringComparison.Ordinal));
        var small = Assert.IsType<TextSet>(DataCatalog.Open($"{path}?length=6&vocabulary=4&pad=~", Context));
        Assert.Equal(["~", "a", "b", "\uFFFD"], small.Vocabulary);
        Assert.Equal("ab\uFFFDa~~", small.Decode(small[0]));
    }

    [Fact]
    public void Bad_texts_are_refused()
    {
        Assert.Contains("pad=", Refused(() => DataCatalog.Open(Put("a.txt", "a`b"), Context)), StringComparison.Ordinal);
        Assert.Contains("UTF-8", Refused(() => DataCatalog.Open(Put("b.txt", [0x61, 0xff, 0x62]), Context)), StringComparison.Ordinal);
        Assert.Contains("zero bytes", Refused(() => DataCatalog.Open(Put("c.txt", [0x61, 0]), Context)), StringComparison.Ordinal);
        Assert.Contains("no lines", Refused(() => DataCatalog.Open(Put("d.txt", " \n\n"), Context)), StringComparison.Ordinal);
        Assert.Contains("single character",
            Refused(() => DataCatalog.Open($"{Put("e.txt", "x")}?pad=ab", Context)), StringComparison.Ordinal);
    }

    private static byte[] Records(int count, int labelBytes, Func<int, byte> label) =>
        [.. Enumerable.Range(0, count).SelectMany(n =>
            Enumerable.Repeat(label(n), labelBytes).Concat(Enumerable.Range(0, 3072).Select(i => (byte)(i / 1024 * 50 + n))))];

    [Fact]
    public void Cifar_files_open_with_their_planes_labels_and_splits()
    {
        Put("cifar/data_batch_1.bin", Records(3, 1, n => (byte)n));
        Put("cifar/data_batch_2.bin", Records(2, 1, n => 9));
        Put("cifar/test_batch.bin", Records(1, 1, n => 5));
        var folder = Path.Combine(Folder, "cifar");
        var set = Assert.IsType<ImageSet>(DataCatalog.Open(folder, Context));
        Assert.Equal((5, new ImageShape(3, 32, 32)), (set.Count, set.Shape));
        Assert.Equal([0, 1, 2, 9, 9], set.Labels!);
        Assert.Equal([51, 101], new[] { set[1][1024], set[1][2048] });
        Assert.Equal("truck", set.ClassNames![9]);
        Assert.Equal([5], Assert.IsType<ImageSet>(DataCatalog.Open($"{folder}?split=test", Context)).Labels!);
        Put("hundred/train.bin", Records(2, 2, n => (byte)(n + 1)));
        var hundred = Assert.IsType<ImageSet>(DataCatalog.Open(Path.Combine(Folder, "hundred"), Context));
        Assert.Equal((100, 2), (hundred.ClassNames!.Count, hundred.Count));
        Assert.Equal(20,
            Assert.IsType<ImageSet>(DataCatalog.Open($"{Path.Combine(Folder, "hundred")}?labels=coarse", Context)).ClassNames!.Count);
    }

    [Fact]
    public void Broken_or_foreign_files_are_refused()
    {
        Assert.Contains("record 1 has the label 200",
            Refused(() => DataCatalog.Open(Put("a.bin", Records(2, 1, n => (byte)(200 * n))), Context)), StringComparison.Ordinal);
        Assert.Contains("not whole CIFAR records",
            Refused(() => DataCatalog.Open(Put("b.bin", Records(2, 1, n => 0)[..^1]), Context)), StringComparison.Ordinal);
        Put("python/data_batch_1", "pickle");
        Assert.Contains("pickle", Refused(() => DataCatalog.Open(Path.Combine(Folder, "python"), Context)), StringComparison.Ordinal);
        Assert.Contains("archive", Refused(() => DataCatalog.Open(Put("a.zip", "x"), Context)), StringComparison.Ordinal);
        Assert.Contains("no known kind", Refused(() => DataCatalog.Open(Put("a.xyz", "what"), Context)), StringComparison.Ordinal);
        Assert.Contains("no known kind", Refused(() => DataCatalog.Open(Put("a.none", []), Context)), StringComparison.Ordinal);
        Assert.Contains("folder that it is in", Refused(() => DataCatalog.Open(Put("a.png", "x"), Context)), StringComparison.Ordinal);
    }

    [Fact]
    public void Reports_cover_points_and_text()
    {
        var points = DataReport.Create(Put("p.csv", "x,y\n1,2\n3,4\n1,2\n"), Context);
        Assert.Equal(("points", 3, "2 coordinates"), (points.Kind, points.Count, points.Shape));
        Assert.Equal(["0", "2"], Assert.Single(points.ExactDuplicates));
        Assert.Equal((1.0, 3.0), (points.Columns[0].Low, points.Columns[0].High));
        Assert.Equal(8 / 3.0, points.Columns[1].Mean, 12);
        var text = DataReport.Create($"{Put("t.txt", "aa\nbb\naa\n")}?length=2", Context);
        Assert.Equal(["0", "2"], Assert.Single(text.ExactDuplicates));
        Assert.Contains("nothing is skipped", text.ToLines());
        var toy = DataReport.Create("gaussians-8?n=800", Context);
        Assert.Equal(8, toy.Classes.Count);
        Assert.InRange(toy.Imbalance, 1, 2);
    }
}
