using System.Numerics;

namespace Earthmover.Data.Scenes;

/// <summary>What a place of a scene shows.</summary>
internal enum SceneLabel : byte
{
    /// <summary>Air and clouds.</summary>
    Sky,

    /// <summary>The sun.</summary>
    Sun,

    /// <summary>Rock.</summary>
    Mountain,

    /// <summary>Meadow.</summary>
    Hill,

    /// <summary>A lake.</summary>
    Water,

    /// <summary>A tree that is pointed.</summary>
    Conifer,

    /// <summary>A tree that is round.</summary>
    Broadleaf,

    /// <summary>The wall of a house.</summary>
    Wall,

    /// <summary>The roof of a house.</summary>
    Roof,
}

/// <summary>A picture that is painted at twice its size, so that edges are soft, and what each place of it shows.</summary>
/// <param name="side">Pixels of a side of the picture.</param>
internal sealed class SceneCanvas(int side)
{
    private const int Finer = 2;

    // Distinct at a glance, and in words: blue is water, green is meadow.
    private static readonly (byte R, byte G, byte B)[] s_colors =
    [
        (150, 205, 250), (255, 225, 60), (130, 110, 105), (120, 190, 80), (35, 90, 190),
        (15, 85, 60), (50, 140, 40), (235, 215, 185), (185, 45, 40),
    ];

    /// <summary>Places across, and down.</summary>
    public int Side { get; } = Finer * side;

    /// <summary>Red, green and blue of each place, 0 to 1, [Side, Side].</summary>
    public Vector3[] Colors { get; } = new Vector3[Finer * side * Finer * side];

    /// <summary>What each place shows, [Side, Side].</summary>
    public SceneLabel[] Labels { get; } = new SceneLabel[Finer * side * Finer * side];

    /// <summary>Middle of a row or column, in heights of the picture.</summary>
    public float At(int place) => (place + 0.5f) / Side;

    /// <summary>The row or column of a height, within the picture.</summary>
    public int Place(float at) => Math.Clamp((int)(at * Side), 0, Side - 1);

    /// <summary>Covers a place.</summary>
    /// <param name="x">Column.</param>
    /// <param name="y">Row.</param>
    /// <param name="color">With what.</param>
    /// <param name="label">What it then shows.</param>
    /// <param name="cover">How much of what was there is hidden, 0 to 1.</param>
    public void Paint(int x, int y, Vector3 color, SceneLabel label, float cover = 1)
    {
        var at = (y * Side) + x;
        Colors[at] = Vector3.Lerp(Colors[at], color, cover);
        if (cover > 0.5f) Labels[at] = label;
    }

    /// <summary>The picture.</summary>
    /// <param name="planes">Takes [3, side, side].</param>
    public void CopyPicture(Span<byte> planes)
    {
        for (var y = 0; y < side; y++)
            for (var x = 0; x < side; x++)
            {
                var color = MeanAt(x, y);
                for (var c = 0; c < 3; c++)
                    planes[(((c * side) + y) * side) + x] = (byte)((Math.Clamp(color[c], 0, 1) * 255) + 0.5f);
            }
    }

    /// <summary>The label map: each label a color.</summary>
    /// <param name="planes">Takes [3, side, side].</param>
    public void CopyLabels(Span<byte> planes)
    {
        for (var y = 0; y < side; y++)
            for (var x = 0; x < side; x++)
            {
                var (r, g, b) = s_colors[(int)LabelAt(x, y)];
                var at = (y * side) + x;
                (planes[at], planes[at + (side * side)], planes[at + (2 * side * side)]) = (r, g, b);
            }
    }

    /// <summary>The edges, white on black: where brightness changes, and where one thing ends and another begins.</summary>
    /// <param name="planes">Takes [1, side, side].</param>
    public void CopyEdges(Span<byte> planes)
    {
        float Light(int x, int y)
        {
            var color = MeanAt(Math.Clamp(x, 0, side - 1), Math.Clamp(y, 0, side - 1));
            return (0.299f * color.X) + (0.587f * color.Y) + (0.114f * color.Z);
        }

        for (var y = 0; y < side; y++)
            for (var x = 0; x < side; x++)
            {
                var (across, down) = (Light(x + 1, y) - Light(x - 1, y), Light(x, y + 1) - Light(x, y - 1));
                var own = LabelAt(x, y);
                var ends = (x + 1 < side && LabelAt(x + 1, y) != own) || (y + 1 < side && LabelAt(x, y + 1) != own);
                var edge = SceneNoise.Step(0.08f, 0.4f, MathF.Sqrt((across * across) + (down * down)));
                planes[(y * side) + x] = (byte)(255 * Math.Max(edge, ends ? 0.75f : 0));
            }
    }

    private Vector3 MeanAt(int x, int y)
    {
        var sum = Vector3.Zero;
        for (var i = 0; i < Finer * Finer; i++)
            sum += Colors[(((Finer * y) + (i / Finer)) * Side) + (Finer * x) + (i % Finer)];
        return sum / (Finer * Finer);
    }

    private SceneLabel LabelAt(int x, int y) => Labels[(Finer * y * Side) + (Finer * x)];
}
