using System.IO.Compression;
using System.Text;
using Earthmover.Data;
using Earthmover.Data.Formats;

namespace Earthmover.Tests.Data.Formats;

/// <summary>
/// How tables are read: encodings, separators, quotes, headers, gaps, and the line that is named where something is wrong.
/// </summary>
public sealed class TableTests : TemporaryFolder
{
    private Table Read(string text, string header = "auto") => Table.Open(Put("t.csv", text), header);

    private static double[][] Rows(Table table) =>
        [.. Enumerable.Range(0, table.Count).Select(row => table.Columns.Select(column => column.Numbers[row]).ToArray())];

    [Theory]
    [InlineData("x,y\n1,2\n3,4\n")]
    [InlineData("x;y\r\n1;2\r\n3;4")]
    [InlineData("x\ty\n1\t2\n3\t4\n")]
    [InlineData("x|y\r1|2\r3|4\r")]
    [InlineData("x y\n  1   2\n3 4  \n")]
    [InlineData("x, y\n1, 2\n3, 4\n")]
    [InlineData("# a comment\n\nx,y\n1,2\n# another\n\n3,4\n   \n\n")]
    [InlineData("\"x\",\"y\"\n\"1\", \"2\"\n3,4\n")]
    [InlineData("sep=;\nx;y\n1;2\n3;4\n")]
    [InlineData("# x y\n1 2\n3 4\n")]
    [InlineData("\uFEFFx,y\n1,2\n3,4\n")]
    public void Any_separator_and_quoting_gives_the_same_table(string text)
    {
        var table = Read(text);
        Assert.Equal([[1, 2], [3, 4]], Rows(table));
        Assert.Equal(["x", "y"], table.Columns.Select(column => column.Name));
        Assert.True(table.HasHeader);
    }

    [Fact]
    public void Encodings_and_gzip_are_recognized()
    {
        foreach (var encoding in new[] { Encoding.UTF8, Encoding.Unicode, Encoding.BigEndianUnicode })
        {
            byte[] bytes = [.. encoding.GetPreamble(), .. encoding.GetBytes("größe,y\n1,2\n")];
            Assert.Equal("größe", Table.Open(Put("e.csv", bytes)).Columns[0].Name);
            using var packed = new MemoryStream();
            using (var gzip = new GZipStream(packed, CompressionMode.Compress))
                gzip.Write(bytes);
            Assert.Equal("größe", Table.Open(Put("e.csv.gz", packed.ToArray())).Columns[0].Name);
            Assert.Contains("damaged gzip",
                Refused(() => Table.Open(Put("cut.csv.gz", [.. packed.ToArray()[..12], 7, 7, 7]))), StringComparison.Ordinal);
        }
        Assert.Contains("UTF-8",
            Refused(() => Table.Open(Put("latin.csv", Encoding.Latin1.GetBytes("größe,y\n1,2\n")))), StringComparison.Ordinal);
        Assert.Contains("zero bytes",
            Refused(() => Table.Open(Put("zero.csv", Encoding.Unicode.GetBytes("x,y\n1,2\n")))), StringComparison.Ordinal);
    }

    // A hundred times its size, and more than any table is packed to in so few bytes.
    [Theory]
    [InlineData("bomb.csv.gz")]
    [InlineData("bomb.txt.gz")]
    [InlineData("bomb-idx3-ubyte.gz")]
    public void A_file_that_unpacks_to_far_more_than_its_size_is_refused_in_a_line(string name)
    {
        var line = "0 0." + new string('0', 995) + "\n";
        byte[] head = name.Contains("idx3", StringComparison.Ordinal) ? [0, 0, 8, 3, 0, 2, 0, 0, 0, 0, 0, 28, 0, 0, 0, 28] : [];
        byte[] member = Zip(string.Concat(Enumerable.Repeat(line, 1000)));
        byte[] start = head.Length > 0 ? Zip(Encoding.Latin1.GetString(head)) : [];
        var path = Put(name, [.. start, .. Enumerable.Repeat(member, 70).SelectMany(bytes => bytes)]);
        var message = Refused(() => DataCatalog.Open(path));
        Assert.Contains("unpacks to more than 64.0 MB from", message, StringComparison.Ordinal);
        Assert.Contains("gunzip", message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_gzip_file_that_is_cut_off_anywhere_is_refused()
    {
        byte[] Packed(int from) => Zip(string.Concat(Enumerable.Range(from, 3000).Select(i => $"{i * 7919 % 1000}.{i * 31 % 977}\n")));
        var whole = Packed(0);
        foreach (var length in new[] { 3, 12, whole.Length / 2, whole.Length - 9, whole.Length - 8, whole.Length - 4, whole.Length - 1 })
            Assert.Contains("ends before its end", Refused(() => Table.Open(Put("c.csv.gz", whole[..length]))), StringComparison.Ordinal);
        Assert.Equal(3000, Table.Open(Put("w.csv.gz", whole)).Count);
        // Members one after the other are one file, and what stands behind the last is no part of it.
        byte[] two = [.. whole, .. Packed(3000)];
        Assert.Equal(6000, Table.Open(Put("two.csv.gz", two)).Count);
        Assert.Contains("ends before its end", Refused(() => Table.Open(Put("c2.csv.gz", two[..^8]))), StringComparison.Ordinal);
        Assert.Contains("ends before its end",
            Refused(() => Table.Open(Put("c3.csv.gz", two[..(whole.Length + 5)]))), StringComparison.Ordinal);
        Assert.Equal(3000, Table.Open(Put("padded.csv.gz", [.. whole, 0, 0, 0])).Count);
    }

    private static byte[] Zip(string text)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionMode.Compress))
            gzip.Write(Encoding.UTF8.GetBytes(text));
        return packed.ToArray();
    }

    [Fact]
    public void Quoted_cells_hold_separators_and_line_breaks()
    {
        var table = Read("name,y\n\"a,b\nc\",1\n\"say \"\"no\"\"\",2\n");
        Assert.Equal(["a,b\nc", "say \"no\""], table.TextsOf(table.Columns[0]));
        Assert.Equal([2L, 4L], [table.LineOf(0), table.LineOf(1)]);
        Assert.Equal(ColumnKind.Text, table.Columns[0].Kind);
        Assert.Equal(ColumnKind.Integer, table.Columns[1].Kind);
    }

    [Theory]
    [InlineData("x,y\n1,2\n3\n", "line 3 has 1 column, the first line has 2")]
    [InlineData("x,y\n1,2\n3,4,5\n", "decimal points")]
    [InlineData("x,y\n1,\"2\n3,4\n", "line 2")]
    [InlineData("x,y\n\n1,2\"3\n", "line 3")]
    [InlineData("x\n1,5\n2,5\n", "line 2 has 2 columns, the first line has 1")]
    [InlineData("\n# only a comment\n\n", "no lines")]
    [InlineData("", "no lines")]
    [InlineData("x,y\n", "header but no rows")]
    [InlineData("x,5.5\n1,2\n3,4\n", "line 1: 'x' in column 1")]
    [InlineData("1x,7\n1,2\n3,4\n", "header=yes")]
    public void What_is_no_table_is_refused_with_its_line(string text, string part) =>
        Assert.Contains(part, Refused(() => Read(text)), StringComparison.Ordinal);

    [Theory]
    [InlineData("x,y\n1,2\n3,4\n", true, 2)] // names
    [InlineData("0,1\n1,2\n3,4\n", true, 2)] // numbers of columns
    [InlineData("1,2,3\n5,5,5\n", true, 1)]
    [InlineData("0.0,1.0\n1,2\n", false, 2)] // a savetxt row is no count
    [InlineData("1,0\n1,2\n", false, 2)]
    [InlineData("0,2\n1,2\n", false, 2)]
    [InlineData("0\n5\n7\n", false, 3)] // of one column 0 is a value
    [InlineData(",2\n1,3\n2,4\n", false, 3)] // a gap
    [InlineData("nan,2\n3,4\n", false, 2)]
    [InlineData(",0,1\n0,5,6\n1,7,8\n", true, 2)] // an index before numbered columns
    [InlineData(",0\n0,5\n1,7\n", true, 2)]
    [InlineData(",x\n5,5\n9,7\n", true, 2)]
    [InlineData("country,2019,2020\n1,7,8\n", true, 1)] // years
    [InlineData("cat,\ndog,1\n", false, 2)] // text above text, and a gap
    [InlineData("cat,7\ndog,1\n", false, 2)]
    [InlineData("x\n", true, 0)]
    public void A_header_is_told_from_a_row(string text, bool header, int rows)
    {
        if (rows == 0)
        {
            Assert.Contains("no rows", Refused(() => Read(text)), StringComparison.Ordinal);
            return;
        }
        var table = Read(text);
        Assert.Equal((header, rows), (table.HasHeader, table.Count));
    }

    [Theory]
    [InlineData("1e400")]
    [InlineData("inf,1")]
    [InlineData("12%,13%")]
    [InlineData("0x10,0x11")]
    [InlineData("1.5D0,2.5D0")]
    [InlineData("\u22125,\u22126")]
    [InlineData("1,5;2,5")]
    [InlineData("1 000;2 000")]
    [InlineData("€5,€6")]
    [InlineData("$5")]
    [InlineData("-$5")]
    [InlineData("5 €,6 €")]
    [InlineData("1.#INF,1.#QNAN")]
    [InlineData("-Infinity,+inf")]
    [InlineData("50%,1")]
    [InlineData("error,1")]
    [InlineData("missing,0")]
    public void A_damaged_first_point_is_no_header(string first)
    {
        var separator = first.Contains(';', StringComparison.Ordinal) ? ";" : ",";
        var row = first.Contains(separator, StringComparison.Ordinal) ? $"2.5{separator}3" : "2.5";
        var message = Refused(() => Read($"{first}\n{row}\n{row}\n"));
        Assert.Contains("line 1: '", message, StringComparison.Ordinal);
        Assert.Contains("?header=yes", message, StringComparison.Ordinal);
        Assert.Equal(2, Read($"{first}\n{row}\n{row}\n", "yes").Count);
    }

    [Theory]
    [InlineData("1st,2nd\n5,6\n", true)]
    [InlineData("index,0\n0,5\n1,6\n", true)]
    [InlineData("feature_1,feature_2\n5,6\n", false)]
    [InlineData("height (cm),weight\n5,6\n", false)]
    [InlineData("infant,nanometers\n5,6\n", false)]
    public void A_header_that_could_be_a_point_is_said(string text, bool said)
    {
        var table = Read(text);
        Assert.True(table.HasHeader);
        Assert.Equal(said, table.Notes.Any(note => note.Contains("is taken as the header", StringComparison.Ordinal)));
    }

    [Fact]
    public void What_could_be_otherwise_is_said_and_can_be_said_otherwise()
    {
        Assert.Contains("line 1 (0, 1) is taken as the header", Assert.Single(Read("0,1\n5,6\n").Notes), StringComparison.Ordinal);
        Assert.Equal(2, Read("0,1\n5,6\n", "no").Count);
        Assert.Equal(1, Read("7,8\n5,6\n", "yes").Count);
        Assert.Contains("header=yes", Assert.Single(Read("0\n1.5\n").Notes), StringComparison.Ordinal);
        Assert.Contains("2 lines of separators", Assert.Single(Read("x,y\n1,2\n,\n,\n").Notes), StringComparison.Ordinal);
    }

    [Fact]
    public void Numbers_keep_their_digits_and_gaps_are_told_from_text()
    {
        var table = Read("a,b,c,d\n5572094.2,-1e-50,NA,9007199254740993\n+.5,1e39,,1\n-0,4.,null,2\n");
        Assert.Equal([5572094.2, .5, -0.0], table.Columns[0].Numbers);
        Assert.Equal([-1e-50, 1e39, 4], table.Columns[1].Numbers);
        Assert.Equal(ColumnKind.Empty, table.Columns[2].Kind);
        Assert.Equal([0, 1, 2], table.Columns[2].Gaps);
        Assert.Equal((0, "9007199254740993"), table.Columns[3].FirstRounded);
        Assert.Null(Read("a\n9007199254740992\n1e300\n").Columns[0].FirstRounded);
        Assert.Equal((1, "inf"), Read("a\n1\ninf\n").Columns[0].FirstText);
    }

    [Theory]
    [InlineData("9007199254740993.0")]
    [InlineData("9007199254740993.")]
    [InlineData("-9007199254740993.00")]
    [InlineData("+9.007199254740993e15")]
    [InlineData("9.0071992547409930E+15")]
    [InlineData("90071992547409930e-1")]
    public void Whole_numbers_that_float64_does_not_hold_are_seen_in_every_form(string text) =>
        Assert.Equal((1, text), Read($"a\n1\n{text}\n").Columns[0].FirstRounded);

    // Held as they are; or not written down to their units; or not whole, where the last digit is never exact.
    [Theory]
    [InlineData("9007199254740992.0")]
    [InlineData("9.007199254740994e15")]
    [InlineData("1.152921504606846976000e18")]
    [InlineData("1.152921504606847e18")]
    [InlineData("1.7976931348623157e308")]
    [InlineData("9007199254740993e1")]
    [InlineData("9007199254740993.5")]
    public void Other_numbers_are_as_good_as_float64_is(string text) => Assert.Null(Read($"a\n1\n{text}\n").Columns[0].FirstRounded);

    [Fact]
    public void Indices_are_recognized()
    {
        TableColumn First(string text) => Read(text).Columns[0];
        Assert.True(First("i,x\n0,5\n1,5\n2,5\n").IsCounting);
        Assert.True(First("i,x\n1,5\n2,5\n").IsCounting);
        Assert.False(First("i,x\n2,5\n3,5\n").IsCounting);
        Assert.True(First("i,x\n9,5\n3,5\n").IsIdentifying);
        Assert.False(First("i,x\n3,5\n3,5\n").IsIdentifying);
        Assert.False(First("i,x\n3.5,5\n3,5\n").IsIdentifying);
        Assert.False(First("i,x\n0,5\n,5\n").IsCounting);
    }

    [Fact]
    public void A_row_name_that_the_header_does_not_name_is_a_column()
    {
        var table = Read("\"x\" \"y\"\n\"1\" 5 6\n\"2\" 7 8\n");
        Assert.Equal(["1", "x", "y"], table.Columns.Select(column => column.Name));
        Assert.Equal([false, true, true], table.Columns.Select(column => column.IsNamed));
        Assert.Equal([6, 8], table.Columns[2].Numbers);
    }

    [Fact]
    public void Long_lines_of_spaces_are_read_across_blocks()
    {
        var text = new StringBuilder("x y\n");
        for (var i = 0; i < 5000; i++)
            text.Append(new string(' ', i % 300)).Append(i).Append(new string(' ', 1 + i % 77)).Append(-i).Append("   \n");
        var table = Read(text.ToString());
        Assert.Equal(5000, table.Count);
        Assert.All(Enumerable.Range(0, 5000), i => Assert.Equal((i, -i), (table.Columns[0].Numbers[i], table.Columns[1].Numbers[i])));
        Assert.Equal(5001, table.LineOf(4999));
    }
}
