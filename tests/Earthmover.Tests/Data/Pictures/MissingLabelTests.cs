using Earthmover.Data;
using Earthmover.Data.Dealing;
using Earthmover.Data.Pictures;
using Earthmover.Media;
using Earthmover.Systems;

namespace Earthmover.Tests.Data.Pictures;

/// <summary>Data that know the class of some of their pictures: a class that is missing is nowhere taken for one.</summary>
public sealed class MissingLabelTests : TemporaryFolder
{
    private static readonly string[] s_names = ["a", "b", "c"];

    // Twelve pictures of one pixel, of each class four; the value says the row.
    private static ImageSet Twelve(params ReadOnlySpan<int> unknown)
    {
        var labels = Enumerable.Range(0, 12).Select(i => i % 3).ToArray();
        foreach (var row in unknown)
            labels[row] = -1;
        return new("twelve", new ImageShape(1, 1, 1), [.. Enumerable.Range(0, 12).Select(i => (byte)(20 * i))], labels, s_names);
    }

    private static byte[] Png(int seed)
    {
        var pixels = new byte[16 * 16];
        new Random(seed).NextBytes(pixels);
        return ImageFile.EncodePng(new Image(16, 16, 1, pixels));
    }

    private string PutDigits()
    {
        byte[] Idx(int[] dimensions, byte[] data) =>
            [0, 0, 8, (byte)dimensions.Length, .. dimensions.SelectMany(d => new byte[] { 0, 0, (byte)(d >> 8), (byte)d }), .. data];
        byte[] Labels(int count) => Idx([count], [.. Enumerable.Range(0, count).Select(i => (byte)(i % 3))]);
        Put("digits/train-images-idx3-ubyte", Idx([60, 1, 1], [.. Enumerable.Range(0, 60).Select(i => (byte)i)]));
        Put("digits/train-labels-idx1-ubyte", Labels(60));
        Put("digits/t10k-images-idx3-ubyte", Idx([9, 1, 1], [.. Enumerable.Range(100, 9).Select(i => (byte)i)]));
        Put("digits/t10k-labels-idx1-ubyte", Labels(9));
        return Path.Combine(Folder, "digits");
    }

    private ImageSet Open(string address) => Assert.IsType<ImageSet>(DataCatalog.Open(address, Context));

    [Fact]
    public void A_set_says_which_it_knows_and_hands_out_no_number_for_the_others()
    {
        var (whole, part) = (Twelve(), Twelve(0, 1, 4));
        Assert.False(whole.IsPartlyLabeled);
        Assert.Equal(12, whole.Labels!.Length);
        Assert.True(part.IsPartlyLabeled);
        Assert.Null(part.Labels);
        Assert.Equal((9, null, 2), (part.LabeledCount, part.LabelOf(4), part.LabelOf(5)));
        Assert.Equal([3, 2, 4], part.CountClasses());
        Assert.Equal([2, 3, 5, 6, 7, 8, 9, 10, 11], part.LabeledRows());
        Assert.NotEqual(whole.Fingerprint, part.Fingerprint);
        // Of rows that all have one nothing is missing.
        Assert.Equal([2, 0], ((ImageSet)Subset.Of(part, [2, 3])).Labels!);
        Assert.Equal([null, 2], Enumerable.Range(0, 2).Select(((ImageSet)Subset.Of(part, [1, 2])).LabelOf));
        Assert.Throws<ArgumentException>(() => new ImageSet("x", new ImageShape(1, 1, 1), [1], [-2], s_names));
    }

    [Fact]
    public void Labeled_samples_are_dealt_beside_all_and_each_as_often()
    {
        var source = new BatchSource(Twelve(0, 1, 4), 6, seed: 1);
        var seen = new List<int>();
        for (var index = 0; index < 9; index++)
        {
            using var batch = source.At(index);
            Assert.Null(batch.Labels);
            var (x, y) = batch.Examples!.Value;
            Assert.Equal([6, 1, 1, 1], x.Shape);
            int[] rows = [.. x.ToArray<float>().Select(v => (int)Math.Round((v + 1) * 127.5 / 20))];
            Assert.Equal(rows.Select(row => (long)(row % 3)), y.ToArray<long>());
            seen.AddRange(rows);
        }
        Assert.Equal([2, 3, 5, 6, 7, 8, 9, 10, 11], seen.Distinct().Order());
        Assert.All(seen.CountBy(row => row), count => Assert.Equal(6, count.Value));
        using var again = source.At(3);
        using var same = new BatchSource(Twelve(0, 1, 4), 6, seed: 1).At(3);
        Assert.Equal(again.Examples!.Value.X.ToArray<float>(), same.Examples!.Value.X.ToArray<float>());
    }

    [Fact]
    public void Where_all_are_known_they_are_the_batch_itself()
    {
        using var batch = new BatchSource(Twelve(), 4, seed: 1).At(0);
        Assert.Same(batch.X, batch.Examples!.Value.X);
        Assert.Same(batch.Labels, batch.Examples!.Value.Labels);
        // As many as there are, where that is less than a batch; none where none is known.
        using var few = new BatchSource(Twelve(0, 1, 2, 3, 4, 5, 6, 7, 8, 9), 4, seed: 1).At(0);
        Assert.Equal(2, few.Examples!.Value.X.Size(0));
        using var none = new BatchSource(Subset.Of(Twelve(0, 1, 4), [0, 1, 4]), 2, seed: 1).At(0);
        Assert.Null(none.Examples);
    }

    [Fact]
    public void An_address_keeps_some_labels_as_many_of_each_class_by_a_seed()
    {
        var folder = PutDigits();
        var set = Open($"{folder}?labels=7");
        Assert.Equal((60, 7), (set.Count, set.LabeledCount));
        Assert.Equal([3, 2, 2], set.CountClasses());
        Assert.All(set.LabeledRows(), row => Assert.Equal(row % 3, set.LabelOf(row)));
        Assert.Contains(set.Notes, note => note == "7 of 60 pictures keep their label, 2 to 3 of each class, chosen by label_seed=0");
        Assert.Equal(set.Fingerprint, Open($"{folder}?labels=7&label_seed=0").Fingerprint);
        Assert.NotEqual(set.Fingerprint, Open($"{folder}?labels=7&label_seed=1").Fingerprint);
        Assert.Equal(60, Open($"{folder}?labels=60").Labels!.Length);
        Assert.Null(Open($"{folder}?labels=none").ClassNames);
        // Who measures may know what who learns is not told.
        var test = Assert.IsType<ImageSet>(DataCatalog.OpenTestPart($"{folder}?labels=7&label_seed=1", Context));
        Assert.Equal([0, 1, 2, 0, 1, 2, 0, 1, 2], test.Labels!);
        Assert.Equal([9, 3], new[] { "split=test", "split=test&labels=3" }.Select(part => Open($"{folder}?{part}").LabeledCount));
    }

    [Theory]
    [InlineData("labels=61", "60 labels of which 61")]
    [InlineData("labels=2", "ask for 3 or more")]
    [InlineData("labels=0", "or how many pictures keep their label")]
    [InlineData("labels=-5", "or how many pictures keep their label")]
    [InlineData("labels=1.5", "or how many pictures keep their label")]
    [InlineData("labels=", "all, none, or how many")]
    [InlineData("labels=some", "all, none, or how many")]
    [InlineData("labels=6,7", "all, none, or how many")]
    [InlineData("label_seed=3", "beside a number of labels")]
    [InlineData("labels=6&label_seed=x", "a whole number")]
    public void What_cannot_be_kept_is_refused_in_one_line(string options, string says) =>
        Assert.Contains(says, Refused(() => Open($"{PutDigits()}?{options}")), StringComparison.Ordinal);

    [Fact]
    public void A_file_that_does_not_name_a_picture_leaves_its_class_open()
    {
        for (var i = 0; i < 4; i++) Put($"json/{i}.png", Png(i));
        Put("json/dataset.json", """{"labels": [["0.png", 1], ["1.png", 0], ["2.png", null]]}""");
        var folder = Path.Combine(Folder, "json");
        var set = Open(folder);
        Assert.Equal([1, 0, null, null], Enumerable.Range(0, 4).Select(set.LabelOf));
        Assert.Empty(set.Problems);
        Assert.Contains(set.Notes, note => note.Contains("2 pictures have no label there", StringComparison.Ordinal));
        // From the cache it is the same.
        Assert.Equal([1, 0, null, null], Enumerable.Range(0, 4).Select(Open(folder).LabelOf));
        var report = DataReport.Create(folder, Context);
        Assert.Equal((2, 2), (report.Labeled, report.Classes.Sum(c => c.Count)));
        Assert.Contains("2 of 4 labeled", report.ToLines());
        Assert.DoesNotContain(DataReport.Create($"{folder}?labels=known", Context).ToLines(),
            line => line.Contains("labeled", StringComparison.Ordinal));

        var known = Open($"{folder}?labels=known");
        Assert.Equal([1, 0], known.Labels!);
        Assert.Equal(["2.png", "3.png"], known.Problems.Select(problem => problem.Path));
        Assert.Null(Open($"{folder}?labels=none").ClassNames);
        Put("json/dataset.json", """{"labels": [["0.png", null]]}""");
        Assert.Null(Open(folder).ClassNames);
    }

    [Fact]
    public void Pictures_beside_class_folders_are_read_where_that_is_asked_for()
    {
        for (var i = 0; i < 4; i++) Put($"pets/{(i % 2 == 0 ? "cat" : "dog")}/{i}.png", Png(i));
        for (var i = 4; i < 10; i++) Put($"pets/{i}.png", Png(i));
        var folder = Path.Combine(Folder, "pets");
        Assert.Null(Open(folder).ClassNames);
        var some = Open($"{folder}?labels=some");
        Assert.Equal((10, 4), (some.Count, some.LabeledCount));
        Assert.Equal([2, 2], some.CountClasses());
    }

    [Fact]
    public void Who_needs_the_class_of_everything_refuses_and_says_who_does_not()
    {
        var told = SystemCatalog.All.Where(entry => entry.NeedsClasses && entry.Defaults.ContainsKey(Play.Images));
        foreach (var system in told)
        {
            var message = Refused(() => SystemCatalog.DefaultsOf(system, Twelve(0)));
            Assert.Contains("11 of 12", message, StringComparison.Ordinal);
            Assert.Contains("improved-gan", message, StringComparison.Ordinal);
        }
        Assert.Equal("improved-gan", SystemCatalog.DefaultFor(Twelve(0)).Name);
        Assert.Equal("projection", SystemCatalog.DefaultFor(Twelve()).Name);
        var unlabeled = new ImageSet("plain", new ImageShape(1, 1, 1), new byte[12]);
        var improved = SystemCatalog.Named("improved-gan");
        Assert.Contains("has none", Refused(() => SystemCatalog.DefaultsOf(improved, unlabeled)), StringComparison.Ordinal);
        // What knows no classes plays on.
        Assert.NotNull(SystemCatalog.DefaultsOf(SystemCatalog.Named("r1-gan"), Twelve(0)));
    }
}
