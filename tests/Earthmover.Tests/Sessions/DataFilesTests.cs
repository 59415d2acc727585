using Earthmover.Data;
using Earthmover.Media;
using Earthmover.Sessions;
using Earthmover.Testing;
using Earthmover.Tests.Data;

namespace Earthmover.Tests.Sessions;

public sealed class DataFilesTests : TemporaryFolder
{
    private string At(string name) => Path.Combine(Folder, name);

    [Fact]
    public void Pairs_are_written_side_by_side_and_are_data_again()
    {
        var data = DataCatalog.Open("scenes?n=12&size=16");
        var files = DataFiles.Write(data, 4, At("files"));
        Assert.Equal(8, files.Count);
        Assert.Equal(At("files/a/1.png"), files[0]);
        var again = DataCatalog.Open(At("files"));
        Assert.Equal((Pairing.Aligned, 4), (again.Pairing, again.Count));
        // From each quarter of the twelve one.
        byte[] Written(string name) => ImageFile.Load(At(name)).Pixels.ToArray();
        for (var quarter = 0; quarter < 4; quarter++)
            Assert.Contains(Written($"files/a/{quarter + 1}.png"),
                Enumerable.Range(3 * quarter, 3).Select(row => ((ImageSet)data).ToImage(row).Pixels.ToArray()));
        Assert.Contains("holds something already", Assert.Throws<UserException>(() => DataFiles.Write(data, 4, At("files"))).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Captions_go_with_their_pictures()
    {
        var data = DataCatalog.Open("fashion-captions?limit=20");
        DataFiles.Write(data, 12, At("files"));
        var again = DataCatalog.Open(At("files?captions=yes"));
        Assert.Equal((Pairing.Captioned, 12), (again.Pairing, again.Count));
        var lines = File.ReadAllLines(At("files/captions.csv"));
        Assert.Equal("file,caption", lines[0]);
        Assert.StartsWith("01.png,a ", lines[1], StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_no_picture_is_refused()
    {
        var data = DataCatalog.Open("gaussians-8?n=10");
        Assert.Contains("are points, not pictures", Assert.Throws<UserException>(() => DataFiles.Write(data, 4, At("files"))).Message,
            StringComparison.Ordinal);
        Assert.False(Directory.Exists(At("files")));
    }
}
