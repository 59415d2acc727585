using System.Numerics;

namespace Earthmover.Data.Avatars;

/// <summary>A plain face: a head with hair, eyes, brows and a mouth, in bold shapes of one color each.</summary>
internal sealed class DrawnFace
{
    private static readonly Vector3[]
        s_skins = [Of(255, 224, 196), Of(244, 204, 168), Of(226, 176, 132), Of(196, 142, 98), Of(150, 100, 68), Of(250, 206, 84)],
        s_hairs = [Of(40, 32, 32), Of(78, 48, 30), Of(130, 80, 40), Of(204, 160, 80), Of(190, 84, 40),
            Of(170, 170, 176), Of(96, 60, 130)];

    private static readonly Vector3 s_dark = Of(50, 30, 20), s_white = Vector3.One, s_inside = Of(96, 34, 30), s_tongue = Of(250, 70, 120),
        s_lips = Of(214, 40, 60), s_lens = Of(40, 28, 20), s_mask = Of(150, 206, 232), s_red = Of(236, 90, 50);

    private readonly Expression _says;
    private readonly Vector3 _skin, _hair, _mask;
    private readonly Vector2 _part, _mouth;
    private readonly float _width, _chin, _apart, _eye, _line, _wide, _deep, _bend, _scowl, _parting;
    private readonly bool _isLong, _isBald, _hasWhites, _isClosed, _isRed, _hasBrows;

    /// <summary>Draws its parts.</summary>
    /// <param name="says">The expression.</param>
    /// <param name="random">Its chance.</param>
    public DrawnFace(Expression says, SeededRandom random)
    {
        float Between(double low, double high) => (float)(low + ((high - low) * random.NextDouble()));
        bool One(int of) => random.NextInt(of) == 0;
        _says = says;
        (_skin, _hair) = (s_skins[random.NextInt(s_skins.Length)] * Between(0.92, 1), s_hairs[random.NextInt(s_hairs.Length)]);
        _mask = Vector3.Lerp(s_white, s_mask, Between(0, 1));
        (_width, _chin) = (Between(0.74, 0.9), Between(0.84, 0.92));
        (_apart, _eye, _line) = (Between(0.26, 0.36), Between(0.09, 0.13), Between(0.05, 0.075));
        _part = new(Between(-0.06, 0.06), Between(-0.12, 0.12));
        _mouth = new(Between(-0.05, 0.05), Between(0.3, 0.44));
        (_wide, _deep) = (Between(0.26, 0.42), Between(0.36, 0.52));
        (_bend, _scowl, _parting) = (says.Bend * Between(0.8, 1.4), says.Scowl * Between(0.8, 1.5), Between(-0.3, 0.3));
        (_isLong, _isBald, _hasWhites) = (One(4), One(4), One(3));
        // Who is angry is red.
        _skin = Vector3.Lerp(_skin, s_red, says.Scowl > 0 ? Between(0, 0.8) : 0);
        (_isClosed, _isRed) = (says.Beams && One(2), One(2));
        _hasBrows = says.Scowl > 0 || (says.Raised > 0 && !One(3));
    }

    /// <summary>Color and cover at a place.</summary>
    /// <param name="at">The middle of the face is (0, 0); down is positive.</param>
    public Vector4 At(Vector2 at)
    {
        var (x, y) = (at.X, at.Y);
        Vector4 seen = default;
        void Put(bool isInside, Vector3 color) => seen = isInside ? new(color, 1) : seen;
        var isHead = Oval(x, y - 0.04f, _width, _chin);
        var falls = _isLong && Math.Abs(x) < _width + 0.08f && y is > -0.1f and < 0.85f;
        Put(!_isBald && (falls || Oval(x, y + 0.06f, _width + 0.08f, 0.92f)), _hair);
        Put(Oval(Math.Abs(x) - _width, y - 0.08f, 0.1f, 0.16f), _skin * 0.9f);
        Put(isHead, _skin);
        // A fringe that falls to both sides of its parting.
        Put(isHead && !_isBald && y < -0.56f + (0.3f * (x - _parting) * (x - _parting)), _hair);
        Eyes(x - _part.X, y - _part.Y + 0.1f, Put);
        if (_says.Mouth == Mouth.Masked)
        {
            Put(isHead && Math.Abs(y - 0.24f - (0.3f * (0.5f - Math.Abs(x)))) < 0.05f, _mask);
            Put(isHead && Math.Max(Math.Abs(x) * 1.1f, Math.Abs(y - 0.44f) * 1.4f) < 0.5f, _mask);
        }
        else
        {
            Lips(x - _mouth.X, y - _mouth.Y, Put);
        }

        return seen;
    }

    // The places of the eyes are (±apart, 0).
    private void Eyes(float x, float y, Action<bool, Vector3> put)
    {
        var across = Math.Abs(x) - _apart;
        if (_isClosed)
        {
            put(Arc(across, y, 0.16f, 0.16f), s_dark);
        }
        else
        {
            put(_hasWhites && Oval(across, y, _eye + 0.06f, _eye + 0.09f), s_white);
            put(Oval(across, y, _eye, _eye * 1.3f), s_dark);
        }

        var brow = -0.26f - _says.Raised - (_scowl * across);
        put(_hasBrows && Math.Abs(across) < 0.17f && Math.Abs(y - brow) < _line, s_dark);
        if (!_says.HasGlasses) return;
        put(y is > -0.2f and < -0.08f && Math.Abs(x) < _width, s_lens);
        put(y > -0.2f && Oval(across, y + 0.1f, 0.32f, 0.4f), s_lens);
    }

    private void Lips(float x, float y, Action<bool, Vector3> put)
    {
        switch (_says.Mouth)
        {
            case Mouth.Laughing:
                Open(x, y, put);
                put(y > -0.12f && y < 0.4f * _deep - 0.16f && Oval(x, y + 0.12f, _wide + 0.08f, _deep), s_white);
                break;
            case Mouth.Tongue:
                Open(x, y, put);
                put(y > 0 && Oval(x, y - 0.2f, 0.19f, 0.34f), s_tongue);
                break;
            case Mouth.Round:
                put(Oval(x, y - 0.04f, 0.5f * _wide, 0.46f * _deep), _isRed ? s_inside : s_dark);
                break;
            case Mouth.Kiss:
                // Lips from the front, or from the side as a 3.
                var lip = Math.Abs(y) - 0.09f;
                put(Oval(x, lip, 0.12f, 0.1f) && (_isRed || !Oval(x + 0.09f, lip, 0.14f, 0.04f)), _isRed ? s_lips : s_dark);
                break;
            default:
                put(Arc(x, y, _wide, -_bend), s_dark);
                break;
        }
    }

    private void Open(float x, float y, Action<bool, Vector3> put)
    {
        var isOpen = y > -0.12f && Oval(x, y + 0.12f, _wide + 0.08f, _deep);
        put(isOpen, _isRed ? s_inside : s_dark);
        put(isOpen && Oval(x, y + 0.12f - _deep, 0.26f, 0.16f), s_tongue);
    }

    // A piece of a parabola, as thick everywhere: its ends lie lower than its middle by rise.
    private bool Arc(float x, float y, float half, float rise)
    {
        var slope = 2 * rise * x / (half * half);
        var off = Math.Abs(y + (rise * (0.5f - (x * x / (half * half))))) / MathF.Sqrt(1 + (slope * slope));
        return Math.Abs(x) < half && off < _line;
    }

    private static bool Oval(float x, float y, float width, float height) =>
        (x * x / (width * width)) + (y * y / (height * height)) < 1;

    private static Vector3 Of(byte r, byte g, byte b) => new Vector3(r, g, b) / 255;
}
