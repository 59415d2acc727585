using Earthmover.Data;
using Earthmover.Media;

namespace Earthmover.Tests.Data.Pairs;

/// <summary>Drawn faces, and emoji of the package fonts-noto-color-emoji, which the set-up installs where it may.</summary>
public sealed class AvatarTests : TemporaryFolder
{
    private static readonly bool s_hasEmoji = FontFiles.Open("NotoColorEmoji").Count > 0;

    private ImageSet Open(string address) => (ImageSet)DataCatalog.Open(address, Context);

    [Fact]
    public void A_face_is_the_same_whatever_is_drawn_beside()
    {
        var faces = Open("avatars?side=a&n=40");
        Assert.Equal((new ImageShape(3, 32, 32), 40, 10), (faces.Shape, faces.Count, faces.ClassNames!.Count));
        Assert.All(faces.CountClasses(), count => Assert.Equal(4, count));
        Assert.Equal(faces[7].ToArray(), Open("avatars?side=a&n=1&first=7")[0].ToArray());
        Assert.Equal((faces.Labels![7], "kiss"), (Open("avatars?side=a&n=1&first=7").Labels![0], faces.ClassNames[6]));
        Assert.Equal(faces.Fingerprint, Open("avatars?side=a&n=40").Fingerprint);
        Assert.NotEqual(faces.Fingerprint, Open("avatars?side=a&n=40&split=test").Fingerprint);
        Assert.Equal(40, Enumerable.Range(0, 40).Select(i => Convert.ToHexString(faces[i])).Distinct().Count());
        Assert.Equal(new ImageShape(3, 48, 48), Open("avatars?side=a&n=2&size=48").Shape);
    }

    [Fact]
    public void An_expression_is_seen_where_it_is_drawn()
    {
        // Of 40 faces each, how dark and how red the lower half is: glasses are above, laughter and tongues below.
        var faces = Open("avatars?side=a&n=400");
        double Mean(string name, int channel, int firstRow, int lastRow)
        {
            var code = faces.ClassNames!.ToList().IndexOf(name);
            return Enumerable.Range(0, 400).Where(i => faces.Labels![i] == code).Average(i =>
                Enumerable.Range(firstRow * 32, (lastRow - firstRow) * 32).Average(at => (double)faces[i][(channel * 1024) + at]));
        }
        Assert.True(Mean("cool", 0, 10, 17) < Mean("smile", 0, 10, 17) - 20);
        Assert.True(Mean("masked", 2, 18, 28) > Mean("neutral", 2, 18, 28) + 20);
    }

    [Fact]
    public void Emoji_do_not_correspond_unless_they_are_asked_to()
    {
        if (!s_hasEmoji)
        {
            Assert.Contains("install the package fonts-noto-color-emoji", Refused(() => Open("avatars?side=b")), StringComparison.Ordinal);
            return;
        }
        var apart = Open("avatars?n=40");
        var emoji = (ImageSet)apart.Counterpart!;
        Assert.Equal((Pairing.Unpaired, apart.Shape, 40), (apart.Pairing, emoji.Shape, emoji.Count));
        Assert.All(emoji.CountClasses(), count => Assert.Equal(4, count));
        Assert.Equal(apart.ClassNames, emoji.ClassNames);
        var pairs = Open("avatars?n=40&pairs=aligned");
        var partners = (ImageSet)pairs.Counterpart!;
        Assert.Equal(Pairing.Aligned, pairs.Pairing);
        Assert.Equal(pairs.Labels, partners.Labels);
        Assert.Equal((apart.Fingerprint, partners.Fingerprint),
            (pairs.Fingerprint, ((ImageSet)Open("avatars?n=40&pairs=aligned").Counterpart!).Fingerprint));
        Assert.NotEqual(emoji.Fingerprint, partners.Fingerprint);
        // Most of each is yellow.
        Assert.True(Enumerable.Range(0, 40).Average(i => partners[i].ToArray()[(2048 + 300)..(2048 + 700)].Average(v => (double)v)) < 130);
        Assert.Equal(50, DataCatalog.OpenTestPart("avatars?limit=50", Context, isSecond: true)!.Count);
        // The same font by its file.
        var file = FontFiles.Open("NotoColorEmoji")[0].File;
        Assert.Equal(partners.Fingerprint, Open($"avatars?side=b&n=40&font={file}").Fingerprint);
        Assert.Equal($"avatars?font={Path.GetFullPath(file)}", DataCatalog.Absolute($"avatars?font={file}"));
    }

    [Theory]
    [InlineData("avatars?side=b&font=NotoColorEmojj", "there is no font 'NotoColorEmojj' on this machine")]
    [InlineData("avatars?side=b&font=DejaVuSerif", "has none of the emoji")]
    [InlineData("avatars?side=b&font=", "give a font of emoji, by its file or its name")]
    [InlineData("avatars?size=8", "a whole number from 16 to 128")]
    [InlineData("avatars?fonts=DejaVuSans", "unknown option 'fonts' for avatars")]
    public void What_is_not_there_is_refused_in_a_line(string address, string message)
    {
        var refusal = Refused(() => Open(address));
        Assert.Contains(message, refusal, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', refusal);
    }
}
