using System.Globalization;

namespace Earthmover.Cli.Galleries;

/// <summary>The exhibits: what GANs have been used for, each from data that ships or is drawn.</summary>
internal static class Exhibits
{
    /// <summary>All of them, in the order of the tour.</summary>
    public static IReadOnlyList<Exhibit> All { get; } =
    [
        new("garments", "Garments", "Garments of ten kinds that nobody has made; the default for pictures.",
            "Miyato and Koyama, 2018, arXiv:1802.05637",
            "train fashion-mnist --steps STEPS:20000 --run RUN",
            "sample RUN -n 80 --grid OUT"),
        new("walks", "From one garment to another", "Along great circles of latent space: every step is a garment too.",
            "Radford et al., 2015, arXiv:1511.06434",
            "train fashion-mnist --system r1-gan --steps STEPS:12000 --run RUN",
            "interpolate RUN --grid OUT"),
        new("fonts", "One font to others", "Characters that training has not seen, in the font that is given (left) and in the others.",
            "Tian, zi2zi, 2017; Isola et al., 2016, arXiv:1611.07004",
            "train glyphs --system zi2zi --steps STEPS:2500 --run RUN",
            "data show glyphs?split=test -n 8 --files AT/letters --out AT/pairs.png",
            "translate RUN AT/letters/a --grid OUT"),
        new("edges", "Lines to textures", "Edges of garments of the test part, and the garments that the run makes of them.",
            "Isola et al., 2016, arXiv:1611.07004",
            "train fashion-edges?size=32 --system pix2pix --steps STEPS:2000 --run RUN",
            "data show fashion-edges?size=32&split=test -n 12 --files AT/test --out AT/pairs.png",
            "translate RUN AT/test/a --grid OUT"),
        new("colors", "Gray to color", "The run knows which colors there are, not which one a garment had: it chooses one for each.",
            "Isola et al., 2016, arXiv:1611.07004",
            "train fashion-colors?size=32 --system pix2pix --set patch_halvings=3 --steps STEPS:2000 --run RUN",
            "data show fashion-colors?size=32&split=test -n 12 --files AT/test --out AT/pairs.png",
            "translate RUN AT/test/a --grid OUT"),
        new("landscapes", "Label maps to landscapes", "Maps of scenes that were never seen, where each color is a kind of thing.",
            "Isola et al., 2016, arXiv:1611.07004",
            "train scenes?n=500 --system pix2pix --steps STEPS:1500 --run RUN",
            "data show scenes?split=test&n=8 -n 8 --files AT/test --out AT/pairs.png",
            "translate RUN AT/test/a --grid OUT"),
        new("seasons", "Summer to winter",
            "Learned from summers and winters of different places: no scene was seen in both seasons.",
            "Zhu et al., 2017, arXiv:1703.10593",
            "train scenes?from=summer&to=winter&pairs=unpaired&n=500&size=32 --system cyclegan --steps STEPS:2000 --run RUN",
            "data show scenes?from=summer&to=winter&split=test&size=32&n=8 -n 8 --files AT/test --out AT/pairs.png",
            "translate RUN AT/test/a --grid OUT"),
        new("painter", "A landscape as a painter's",
            "Learned from landscapes and from paintings of others, in short strokes of a palette of ten colors: a manner, not one picture.",
            "Zhu et al., 2017, arXiv:1703.10593",
            "train scenes?from=summer&to=painting&pairs=unpaired&n=500&size=32 --system cyclegan "
                + "--set translator=resnet cycle=10 --steps STEPS:2000 --run RUN",
            "data show scenes?from=summer&to=painting&split=test&size=32&n=8 -n 8 --files AT/test --out AT/pairs.png",
            "translate RUN AT/test/a --grid OUT"),
        new("stripes", "Plain garments striped", "As a horse becomes a zebra: no garment was seen both plain and striped.",
            "Zhu et al., 2017, arXiv:1703.10593",
            "train fashion-stripes?pairs=unpaired --system cyclegan --steps STEPS:2000 --run RUN",
            "data show fashion-stripes?split=test -n 12 --files AT/test --out AT/pairs.png",
            "translate RUN AT/test/a --grid OUT"),
        new("avatars", "Faces as emoji",
            "Drawn faces, and the emoji that the run makes of them: it has seen both, and never which belong together.",
            "Taigman et al., 2016, arXiv:1611.02200",
            "train avatars --system dtn --steps STEPS:3000 --run RUN",
            "data show avatars?side=a&split=test -n 20 --files AT/faces --out AT/faces.png",
            "translate RUN AT/faces --grid OUT"),
        new("large", "Small pictures made large",
            "Garments of 7 x 7 pixels and what the run makes of them at 28 x 28: made small again, each is what was given, exactly.",
            "Sønderby et al., 2017, arXiv:1610.04490",
            "train fashion-small --system aff-gan --steps STEPS:3000 --run RUN",
            "data show fashion-small?split=test -n 12 --files AT/test --out AT/pairs.png",
            "translate RUN AT/test/a --grid OUT"),
        new("paint", "A stroke that belongs",
            "A light stroke on a dark shirt (its place is in strokes.json): eight ways in which the run makes the rest of it light "
                + "(above), and each carried over to the shirt, whose print and collar stay (below).",
            "Zhu et al., 2016, arXiv:1609.03552",
            "train fashion-mnist --steps STEPS:6000 --run RUN",
            "data show fashion-mnist?classes=0&split=test -n 4 --files AT/shirts --out AT/shirts.png",
            "edit RUN --from AT/shirts/3.png --strokes AT/strokes.json --out AT/edited.png --all OUT")
        {
            Files = new Dictionary<string, string>
            {
                ["strokes.json"] = """
                    {"strokes": [{"brush": "color", "color": "#b0b0b0", "width": 4, "points": [[11, 16], [17, 16]]}]}
                    """,
            },
        },
        new("blending", "A house in another landscape",
            "The house stood in another picture, on a greener meadow. Its detail stays, the light of the place comes in, without a seam.",
            "Wu et al., 2017, arXiv:1703.07195",
            "data show scenes?size=128&split=test&n=3 -n 3 --files AT/scenes --out AT/scenes.png",
            "blend AT/scenes/b/2.png AT/scenes/b/3.png --box 24,84,36,28 --out OUT"),
        new("texts", "A text to pictures", "What the text says, eight times. No training picture shows a green bag.",
            "Reed et al., 2016, arXiv:1605.05396",
            "train fashion-captions --system gan-cls --steps STEPS:4000 --run RUN",
            "sample RUN --text a\u00a0green\u00a0bag -n 8 --grid OUT"),
        new("dates", "Dates",
            "Learned character by character from the days of thirty years (dates.txt), without being told what a day or a month is.",
            "Gulrajani et al., 2017, arXiv:1704.00028",
            "train AT/dates.txt?length=17 --steps STEPS:2500 --run RUN",
            "sample RUN -n 24 --out OUT")
        {
            IsText = true,
            Files = new Dictionary<string, string>
            {
                ["dates.txt"] = string.Join('\n', Enumerable.Range(0, 30 * 365).Select(day =>
                    new DateOnly(1990, 1, 1).AddDays(day).ToString("d MMMM yyyy", CultureInfo.InvariantCulture))),
            },
        },
        new("chains", "Climbing to a class", "A code of a classifier is moved until it is a bag's to that classifier; one way in each row.",
            "Nguyen et al., 2016, arXiv:1612.00005",
            "train fashion-mnist --system ppgn --steps STEPS:3000 --run RUN",
            "sample RUN --class Bag --steps STEPS:200 -n 8 --grid AT/ends.png --chain OUT"),
    ];
}
