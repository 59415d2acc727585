#:property PublishAot=false
#:property Configuration=Release
#:project ../src/Earthmover/Earthmover.csproj
// Measures the exact W1 between two samples of one law against their size, and draws docs/images/floors.svg (a minute or two):
//   EARTHMOVER_NATIVE=artifacts/native dotnet run tools/plot-floors.cs
using System.Globalization;
using System.Text;
using Earthmover.Data;
using Earthmover.Metrics.Features;
using Earthmover.Transport;

const int Width = 720, Height = 420, Left = 70, Right = 220, Top = 40, Bottom = 60, Repeats = 4;
int[] sizes = [16, 32, 64, 128, 256, 512, 1024];
using var raw = new RawFeatures();
var random = new SeededRandom(1);
PointCloud Normal(int d) => PointCloud.From([.. Enumerable.Range(0, 4096 * d).Select(_ => random.NextGaussian())], 4096, d);
// Colors of Okabe and Ito, which color-blind readers can tell apart.
(string Name, string Color, PointCloud Cloud)[] laws =
[
    ("normal, d = 1", "#0072b2", Normal(1)),
    ("normal, d = 2", "#009e73", Normal(2)),
    ("Fashion-MNIST, d = 784", "#d55e00", raw.Extract(DataCatalog.Open("fashion-mnist?limit=4096")).ToCloud()),
    ("normal, d = 16", "#e69f00", Normal(16)),
];
var svg = new StringBuilder(Invariant($"""
    <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {Width} {Height}" font-family="sans-serif" font-size="13">
    <rect width="{Width}" height="{Height}" fill="white"/>
    <text x="{Left}" y="22" font-size="15">Exact W1 between two samples of the same law, over its value at n = 16</text>

    """));
double X(double n) => Left + (Width - Left - Right) * Math.Log(n / 16) / Math.Log(1024 / 16.0);
double Y(double ratio) => Top + (Height - Top - Bottom) * -Math.Log(ratio) / Math.Log(1 / 0.08);
foreach (var n in sizes)
{
    svg.Append(Invariant($"<line x1='{X(n):0.0}' x2='{X(n):0.0}' y1='{Top}' y2='{Height - Bottom}' stroke='#ddd'/>"));
    svg.Append(Invariant($"<text x='{X(n):0.0}' y='{Height - Bottom + 18}' text-anchor='middle'>{n}</text>\n"));
}
foreach (var ratio in new[] { 1, 0.5, 0.25, 0.125 })
{
    svg.Append(Invariant($"<line x1='{Left}' x2='{Width - Right}' y1='{Y(ratio):0.0}' y2='{Y(ratio):0.0}' stroke='#ddd'/>"));
    svg.Append(Invariant($"<text x='{Left - 8}' y='{Y(ratio) + 4:0.0}' text-anchor='end'>{ratio}</text>\n"));
}
svg.Append(Invariant($"<text x='{(Left + Width - Right) / 2}' y='{Height - 16}' text-anchor='middle'>"));
svg.Append("samples n on each side (log scale)</text>");
svg.Append(Invariant($"<text transform='translate(20 {(Top + Height - Bottom) / 2}) rotate(-90)' text-anchor='middle'>"));
svg.Append("W1(n) / W1(16) (log scale)</text>\n");
var ends = new List<double>();
foreach (var (name, color, cloud) in laws)
{
    int Often(int n) => cloud.Dimension < 3 ? Math.Min(100, 16_384 / n) : n > 256 ? 2 : 4 * Repeats;
    var values = sizes.Select(n => Ot.NullDistance(cloud, n, Often(n), seed: 1).Mean).ToArray();
    Console.WriteLine($"{name}: {string.Join(", ", values.Select((v, i) => Invariant($"{sizes[i]}: {v:0.000}")))}");
    var points = string.Join(' ', values.Select((v, i) => Invariant($"{X(sizes[i]):0.0},{Y(v / values[0]):0.0}")));
    svg.Append($"<polyline fill='none' stroke-width='2' stroke='{color}' points='{points}'/>\n");
    foreach (var (v, i) in values.Select((v, i) => (v, i)))
        svg.Append(Invariant($"<circle r='3' fill='{color}' cx='{X(sizes[i]):0.0}' cy='{Y(v / values[0]):0.0}'/>\n"));
    // Labels of lines that end together are moved apart.
    var end = Y(values[^1] / values[0]);
    while (ends.Any(e => Math.Abs(e - end) < 32))
        end -= 1;
    ends.Add(end);
    svg.Append(Invariant($"<text x='{Width - Right + 10}' y='{end + 1:0.0}' fill='{color}'>{name}</text>"));
    svg.Append(Invariant($"<text x='{Width - Right + 10}' y='{end + 15:0.0}' fill='{color}' font-size='11'>"));
    svg.Append(Invariant($"{values[0]:0.00} at 16, {values[^1]:0.00} at {sizes[^1]}</text>\n"));
}
File.WriteAllText(Path.Combine("docs", "images", "floors.svg"), svg.Append("</svg>\n").ToString());

static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
