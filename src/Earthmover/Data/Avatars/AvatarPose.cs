using System.Numerics;

namespace Earthmover.Data.Avatars;

/// <summary>How a face lies in its picture, and before what.</summary>
internal sealed class AvatarPose
{
    private const int Finer = 3; // samples of a pixel, across and down

    private readonly Vector2 _middle;
    private readonly Vector3 _ground;
    private readonly float _turn, _scale;
    private readonly bool _isMirrored;

    /// <summary>Draws one: a face is turned by at most 11 degrees and covers most of its picture.</summary>
    /// <param name="random">Its chance.</param>
    public AvatarPose(SeededRandom random)
    {
        float Between(double low, double high) => (float)(low + ((high - low) * random.NextDouble()));
        _turn = Between(-0.2, 0.2);
        _scale = Between(0.84, 0.98);
        _middle = new(Between(-0.06, 0.06), Between(-0.06, 0.06));
        _ground = new(Between(0.85, 1), Between(0.85, 1), Between(0.85, 1));
        _isMirrored = random.NextInt(2) == 0;
    }

    /// <summary>Paints what is there at each place.</summary>
    /// <param name="at">
    /// Color, 0 to 1, and cover, 0 to 1, at a place: the middle of the face is (0, 0), and right and below of it are positive; the picture
    /// ends at about 1.
    /// </param>
    /// <param name="side">Pixels of a side.</param>
    /// <param name="planes">Takes [3, side, side].</param>
    public void Paint(Func<Vector2, Vector4> at, int side, Span<byte> planes)
    {
        var turned = Matrix3x2.CreateRotation(_turn) * Matrix3x2.CreateScale((_isMirrored ? -1 : 1) / _scale, 1 / _scale);
        for (var pixel = 0; pixel < side * side; pixel++)
        {
            var sum = Vector3.Zero;
            for (var i = 0; i < Finer * Finer; i++)
            {
                var (x, y) = ((pixel % side) + (((i % Finer) + 0.5f) / Finer), (pixel / side) + (((i / Finer) + 0.5f) / Finer));
                var seen = at(Vector2.Transform((new Vector2(x, y) * (2f / side)) - Vector2.One - _middle, turned));
                sum += Vector3.Lerp(_ground, new(seen.X, seen.Y, seen.Z), seen.W);
            }

            for (var c = 0; c < 3; c++)
                planes[(((c * side) + (pixel / side)) * side) + (pixel % side)] = (byte)((sum[c] / (Finer * Finer) * 255) + 0.5f);
        }
    }
}
