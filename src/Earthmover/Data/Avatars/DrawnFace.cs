using System.Numerics;

namespace Earthmover.Data.Avatars;

/// <summary>A plain face: a head with hair, eyes, brows and a mouth, in bold shapes of one color each.</summary>
internal sealed class DrawnFace
{
    private static readonly Vector3[]
        s_skins = [Of(255, 224, 196), Of(244, 204, 168), Of(226, 176, 132), Of(196, 142, 98), Of(150, 100, 68), Of(112, 74, 52)],
        s_hairs = [Of(40, 32, 32), Of(78, 48, 30), Of(130, 80, 40), Of(204, 160, 80), Of(190, 84, 40), Of(170, 170, 176), Of(96, 60, 130)];

    private static readonly Vector3 s_dark = Of(44, 24, 20), s_white = Vector3.One, s_inside = Of(120, 24, 30), s_tongue = Of(240, 70, 90),
        s_lips = Of(214, 40, 60), s_lens = Of(24, 26, 34), s_mask = Of(150, 206, 232);

    private readonly Expression _says;
    private readonly Vector3 _skin, _hair;
    private readonly float _width, _chin, _apart, _eye, _line, _parting, _mouth;
    private readonly bool _isLong, _isBald, _hasWhites;

    /// <summary>Draws its parts.</summary>
    /// <param name="says">The expression.</param>
    /// <param name="random">Its chance.</param>
    public DrawnFace(Expression says, SeededRandom random)
    {
        float Between(double low, double high) => (float)(low + ((high - low) * random.NextDouble()));
        _says = says;
        (_skin, _hair) = (s_skins[random.NextInt(s_skins.Length)], s_hairs[random.NextInt(s_hairs.Length)]);
        (_width, _chin) = (Between(0.74, 0.84), Between(0.84, 0.94));
        (_apart, _eye) = (Between(0.3, 0.36), Between(0.1, 0.14));
        (_line, _parting, _mouth) = (Between(0.06, 0.08), Between(-0.3, 0.3), Between(0.34, 0.44));
        (_isLong, _isBald, _hasWhites) = (random.NextInt(3) == 0, random.NextInt(8) == 0, random.NextInt(2) == 0);
    }

    /// <summary>Color and cover at a place.</summary>
    /// <param name="at">The middle of the face is (0, 0); down is positive.</param>
    public Vector4 At(Vector2 at)
    {
        var (x, y) = (at.X, at.Y);
        Vector4 seen = default;
        void Put(bool isInside, Vector3 color) => seen = isInside ? new(color, 1) : seen;
        var isHead = Oval(x, y - 0.06f, _width, _chin);
        Put(!_isBald && (Oval(x, y + 0.08f, _width + 0.1f, 0.9f) || (_isLong && Math.Abs(x) < _width + 0.1f && y is > -0.1f and < 0.85f)), _hair);
        Put(Oval(Math.Abs(x) - _width, y - 0.08f, 0.13f, 0.18f), _skin * 0.9f);
        Put(isHead, _skin);
        // A fringe that falls to both sides of its parting.
        Put(isHead && !_isBald && y < -0.5f + (0.35f * (x - _parting) * (x - _parting)), _hair);
        Eyes(x, y, Put);
        if (_says.Mouth == Mouth.Masked)
            Put(isHead && y > 0.14f + (0.1f * x * x), y > 0.5f && y < 0.54f ? s_mask * 0.8f : s_mask);
        else
            Lips(x, y - _mouth, Put);
        return seen;
    }

    private void Eyes(float x, float y, Action<bool, Vector3> put)
    {
        var (across, height) = (Math.Abs(x) - _apart, y + 0.1f);
        if (_hasWhites)
            put(Oval(across, height, _eye + 0.07f, _eye + 0.09f), s_white);
        put(Oval(across, height, _eye, _eye * 1.3f), s_dark);
        var brow = -0.36f - _says.Raised - (_says.Scowl * across);
        put(Math.Abs(across) < 0.19f && Math.Abs(y - brow) < 0.8f * _line, s_dark);
        if (!_says.HasGlasses) return;
        put(Math.Abs(y + 0.14f) < 0.05f && Math.Abs(x) < _width, s_lens);
        put(Math.Max(Math.Abs(across), Math.Abs(height)) < 0.27f && Oval(across, height, 0.3f, 0.3f), s_lens);
    }

    private void Lips(float x, float y, Action<bool, Vector3> put)
    {
        switch (_says.Mouth)
        {
            case Mouth.Laughing:
                var isOpen = y > -0.14f && Oval(x, y + 0.14f, 0.46f, 0.5f);
                put(isOpen, s_inside);
                put(isOpen && y < 0, s_white);
                put(isOpen && Oval(x, y - 0.36f, 0.3f, 0.2f), s_tongue);
                break;
            case Mouth.Round:
                put(Oval(x, y - 0.06f, 0.2f, 0.26f), s_inside);
                break;
            case Mouth.Kiss:
                put(Oval(x, y + 0.06f, 0.15f, 0.1f) || Oval(x, y - 0.1f, 0.15f, 0.1f), s_lips);
                break;
            default:
                put(_says.Mouth == Mouth.Tongue && y > 0.08f && Oval(x - 0.04f, y - 0.16f, 0.2f, 0.28f), s_tongue);
                // A parabola, as thick everywhere.
                var (corner, slope) = (0.42f, 2 * _says.Bend * x / (0.42f * 0.42f));
                var off = Math.Abs(y - _says.Bend * (0.5f - (x * x / (corner * corner)))) / MathF.Sqrt(1 + (slope * slope));
                put(Math.Abs(x) < corner && off < _line, s_dark);
                break;
        }
    }

    private static bool Oval(float x, float y, float width, float height) =>
        (x * x / (width * width)) + (y * y / (height * height)) < 1;

    private static Vector3 Of(byte r, byte g, byte b) => new Vector3(r, g, b) / 255;
}
