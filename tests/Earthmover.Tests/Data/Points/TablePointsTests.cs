using Earthmover.Data;
using Earthmover.Data.Points;

namespace Earthmover.Tests.Data.Points;

/// <summary>Which columns of a table are coordinates, and what is said of the others.</summary>
public sealed class TablePointsTests : TemporaryFolder
{
    private PointSet Open(string text, string options = "", string name = "p.csv") =>
        Assert.IsType<PointSet>(DataCatalog.Open(Put(name, text) + options, Context));

    private static void Says(DataSet data, string part) =>
        Assert.Contains(data.Notes, note => note.Contains(part, StringComparison.Ordinal));

    [Theory]
    [InlineData(",x,y\n0,5,6\n1,7,8\n")]
    [InlineData(",x,y\n1,5,6\n2,7,8\n")]
    [InlineData(",x,y\n12,5,6\n3,7,8\n")]
    [InlineData("Unnamed: 0,x,y\n0,5,6\n1,7,8\n")]
    [InlineData("index,x,y\n0,5,6\n1,7,8\n")]
    [InlineData("ID,x,y\n0.0,5,6\n1.0,7,8\n")]
    [InlineData("x,y,\n5,6,0\n7,8,1\n")]
    [InlineData("x,y,id\n5,6,0\n7,8,1\n")]
    public void An_index_is_no_coordinate(string text)
    {
        var points = Open(text);
        Assert.Equal([5, 6, 7, 8], points.Values);
        Assert.Equal(["x", "y"], points.ColumnNames!);
        Says(points, "index=keep");
        Assert.Equal(3, Open(text, "?index=keep").Dimension);
        Assert.Contains(points.Columns, column => column.Use == "left out: an index");
    }

    [Theory]
    [InlineData("t,x\n0,5\n1,7\n2,7\n", 2, "counts the rows; if it is an index")]
    [InlineData(",x\n0,5\n1,7\n0,8\n", 2,
        "has no name, and some of its whole numbers are equal; if it is an index, leave it out with ?columns=x")]
    [InlineData("3,5\n4,7\n", 2, null)]
    [InlineData("id\n0\n1\n2\n", 1, null)]
    [InlineData("id,x\n1.5,5\n2,7\n", 2, null)]
    [InlineData("x,y,\n5,6,\n7,8,\n", 2, "no name and no values")]
    public void What_only_looks_like_an_index_stays(string text, int dimension, string? note)
    {
        var points = Open(text);
        Assert.Equal(dimension, points.Dimension);
        if (note is not null)
            Says(points, note);
    }

    [Fact]
    public void Masses_are_masses_only_where_they_are_asked_for()
    {
        const string text = "height,weight\n170,60\n180,80\n";
        var points = Open(text);
        Assert.Equal((2, null), (points.Dimension, points.Masses));
        Says(points, "?masses=weight");
        var weighted = Open(text, "?masses=weight");
        Assert.Equal([60.0, 80], weighted.Masses!);
        Assert.Equal([170, 180], weighted.Values);
        Assert.Equal([60.0, 80], Open(text, "?masses=2").Masses!);
        Assert.Equal([1e-50, 1e39], Open("x,m\n1,1e-50\n2,1e39\n", "?masses=m").Masses!);
        (string, string)[] refused =
        [
            ("1,-2", "line 2 has a negative mass"), ("1,0", "only masses of 0"),
            ("1,nan", "line 2 has no value in column m"), ("1,inf", "line 2: 'inf' in column m"), ("1,a", "'a' in column m"),
        ];
        foreach (var (cells, part) in refused)
            Assert.Contains(part, Refused(() => Open($"x,m\n{cells}\n", "?masses=m")), StringComparison.Ordinal);
        Assert.Contains("x, m", Refused(() => Open("x,m\n1,2\n", "?masses=mm")), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(",2\n1,3\n2,4\n", "", "line 1 has no value in column 1")]
    [InlineData("x,y\n1,2\n3,NA\n,4\n", "?as=points", "line 3 has no value in column y, and 1 more lines")]
    [InlineData("x,y\n1,2\n3,Berlin\n", "",
        "line 3: 'Berlin' in column y is not a number; correct it, or choose the columns of numbers with ?columns=x")]
    [InlineData("x;y\n1;2\n3;4,5\n", "", "line 3: '4,5' in column y is not a number: it has a decimal comma")]
    [InlineData("x,y\n1,1e999\n", "", "line 2: '1e999' in column y is not a finite number")]
    [InlineData("x,y\n1,2\n1,-1e200\n", "", "line 3: -1E+200 in column y is beyond 1E+150")]
    [InlineData("x,x\n1,2\n", "", "2 columns named 'x' (numbers 1 and 2)")]
    [InlineData("x,y\n1,\n2,\n", "", "line 2 has no value in column y, nor has any other line; leave the column out with ?columns=x")]
    [InlineData("x,y\n,1\n2,\n", "?missing=skip", "a gap in every line")]
    [InlineData("x,y\n1,2\n", "?columns=z", "x, y")]
    [InlineData("x,y\n1,2\n", "?columns=x,x", "each column once")]
    [InlineData("label\na\n", "", "no column of coordinates")]
    [InlineData("x,y\n1,2\n", "?header=maybe", "auto, yes, no")]
    [InlineData("x,y\n1,2\n", "?colums=x", "unknown option")]
    public void Bad_cells_are_named_by_line_and_column(string text, string options, string part) =>
        Assert.Contains(part, Refused(() => Open(text, options)), StringComparison.Ordinal);

    [Fact]
    public void Lines_with_gaps_are_left_out_where_that_is_asked_for()
    {
        var points = Open("x,y,name\n1,2,a\n3,,b\n5,6,\n", "?missing=skip&columns=x,y");
        Assert.Equal([1, 2, 5, 6], points.Values);
        Assert.Contains("line 3", Assert.Single(points.Problems).Path, StringComparison.Ordinal);
        Says(points, "1 of 3 lines have gaps");
        // A gap in a column that is not used disturbs nobody.
        Assert.Equal(3, Open("x,y,name\n1,2,a\n3,4,b\n5,6,\n", "?columns=x,y").Count);
    }

    [Fact]
    public void Classes_are_names_or_whole_numbers()
    {
        var points = Open("x,class\n1,b\n2,a\n3,b\n");
        Assert.Equal([1, 0, 1], points.Labels!);
        Says(points, "2 classes");
        Assert.Equal([2, 0, 1], Open("x,label\n1,10\n2,8\n3,9\n").Labels!);
        Assert.Null(Open("x,label\n1,0.5\n2,0.7\n").Labels);
        Assert.Equal(2, Open("x,label\n1,10\n2,8\n", "?label=none").Dimension);
        Assert.Equal([0, 1], Open("x,kind\n1,10\n2,80\n", "?label=kind").Labels!);
    }

    [Fact]
    public void Columns_are_compared_by_name()
    {
        var notes = new List<string>();
        PointSet a = Open("height,mass\n170,60\n180,80\n", "", "a.csv"), b = Open("mass,height\n60,170\n80,180\n", "", "b.csv");
        var matched = Assert.IsType<PointSet>(PointColumns.Match(b, a, notes));
        Assert.Equal(a.Values, matched.Values);
        Assert.Equal(a.Fingerprint, matched.Fingerprint);
        Assert.Contains("in the order of", Assert.Single(notes), StringComparison.Ordinal);
        Assert.Same(a, PointColumns.Match(a, Open("height,mass\n1,2\n", "", "c.csv"), notes));
        var other = Refused(() => PointColumns.Match(Open("mass,depth\n1,2\n", "", "d.csv"), a, notes));
        Assert.Contains("mass, depth and height, mass", other, StringComparison.Ordinal);
        Assert.Contains("name them alike in both files", other, StringComparison.Ordinal);
        Assert.Contains("choose those to compare with ?columns=",
            Refused(() => PointColumns.Match(Open("height\n1\n", "", "e.csv"), a, notes)), StringComparison.Ordinal);
        notes.Clear();
        PointColumns.Match(Open("5,6\n7,8\n", "", "f.csv"), a, notes);
        Assert.Contains("by place", Assert.Single(notes), StringComparison.Ordinal);
    }

    [Fact]
    public void Rows_of_numbers_in_a_text_file_are_points()
    {
        Assert.Equal([1, 2, 3, 4], Open("1.0e+00 2.0e+00\n3.0e+00 4.0e+00\n", "", "a.txt").Values);
        Assert.Equal(["x", "y"], Open("# x y\n1 2\n3 4\n", "", "b.txt").ColumnNames!);
        Assert.Equal([0.5, 1], Open("0.5\n1\n", "", "c.txt").Values);
        var digits = Assert.IsType<TextSet>(DataCatalog.Open(Put("d.txt", "314\n271\n"), Context));
        Says(digits, "?as=points");
        Assert.Equal([314, 271], Open("314\n271\n", "?as=points", "d.txt").Values);
        Assert.IsType<TextSet>(DataCatalog.Open(Put("e.txt", "1 2\n3 4\n") + "?as=text", Context));
        Assert.IsType<TextSet>(DataCatalog.Open(Put("f.txt", "1 2\n3 4\n") + "?length=3", Context));
        Assert.IsType<TextSet>(DataCatalog.Open(Put("g.txt", "1 2\nthree four\n"), Context));
    }

    [Fact]
    public void Numbers_in_an_idx_file_are_points()
    {
        byte[] values = [.. new[] { 1.7e9 + 0.5, -2 }.SelectMany(v => BitConverter.GetBytes(v).Reverse())];
        var points = Assert.IsType<PointSet>(DataCatalog.Open(Put("p-idx2", [0, 0, 0x0E, 2, 0, 0, 0, 1, 0, 0, 0, 2, .. values]), Context));
        Assert.Equal((1, 2), (points.Count, points.Dimension));
        Assert.Equal([1.7e9 + 0.5, -2], points.Values);
        Assert.Equal([-2.0, 3],
            Assert.IsType<PointSet>(DataCatalog.Open(Put("s-idx1", [0, 0, 0x0B, 1, 0, 0, 0, 2, 0xff, 0xfe, 0, 3]), Context)).Values);
        Assert.Contains("row 0", Refused(() => DataCatalog.Open(Put("n-idx1", [0, 0, 0x0D, 1, 0, 0, 0, 1, 0x7f, 0xc0, 0, 0]), Context)),
            StringComparison.Ordinal);
    }

    [Fact]
    public void Columns_far_apart_are_said()
    {
        Says(Open("age,score\n20,0.1\n60,0.2\n"), "column age has 4e+02 times the spread of column score");
        Assert.DoesNotContain(Open("age,score\n20,1\n60,2\n").Notes, note => note.Contains("spread", StringComparison.Ordinal));
    }

    [Fact]
    public void A_check_names_columns_with_their_kind_and_use()
    {
        var path = Put("c.csv", "id,age,fixed,weight,label\n0,20.5,3,1,a\n1,60,3,2,b\n");
        var lines = DataReport.Create(path + "?masses=weight", Context).ToLines();
        Assert.Contains(lines, line => line.StartsWith("coordinate 1, age: number, mean", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.StartsWith("coordinate 2, fixed: constant", StringComparison.Ordinal));
        Assert.Contains("column id: integer, left out: an index", lines);
        Assert.Contains("column weight: integer, masses", lines);
        Assert.Contains("column label: text, classes", lines);
        Assert.Contains(lines, line => line.Contains("constant ones are repeated", StringComparison.Ordinal));
    }

    [Fact]
    public void Float32_data_keep_the_fingerprint_that_runs_know()
    {
        // Of what was read as float32 before.
        Assert.Equal(Open("5,6\n7,8\n").Fingerprint, Open("5,6\n7,8\n").SingleFingerprint());
        var fine = Open("5.1,6\n7,8\n");
        Assert.NotEqual(fine.Fingerprint, fine.SingleFingerprint());
        Assert.NotEqual(fine.Fingerprint, Open("5.1000000001,6\n7,8\n").Fingerprint);
    }
}
