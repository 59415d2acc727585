using System.Numerics;

namespace Earthmover.Data.Scenes;

/// <summary>Paints a scene, from the sky to the bank at the reader's feet: each thing hides what is behind it.</summary>
internal sealed class ScenePainter
{
    private readonly SceneLayout _scene;
    private readonly SceneCanvas _canvas;
    private readonly SceneColors _colors;
    private readonly SceneNoise _noise;

    private ScenePainter(SceneLayout scene, SceneCanvas canvas, bool isWinter) =>
        (_scene, _canvas, _colors, _noise) = (scene, canvas, new(scene, isWinter), new(scene.Noise));

    /// <summary>Paints.</summary>
    /// <param name="index">Number of the scene.</param>
    /// <param name="side">Pixels of a side.</param>
    /// <param name="isWinter">The season.</param>
    public static SceneCanvas Paint(long index, int side, bool isWinter)
    {
        var (scene, canvas) = (new SceneLayout(index), new SceneCanvas(side));
        var painter = new ScenePainter(scene, canvas, isWinter);
        // By column, the row from which on something nearer hides all; water mirrors what the bank hides.
        int[] bottom = [.. Enumerable.Repeat(canvas.Side, canvas.Side)], bank = scene.HasBank ? painter.Tops(scene.Bank) : bottom;
        int[] hidden = scene.HasWater ? [.. Enumerable.Repeat(painter.Shore, canvas.Side)] : bank;
        foreach (var ridge in scene.Ridges.Reverse())
            hidden = painter.Land(ridge, hidden);
        painter.Sky(hidden);
        painter.Standing(isNear: false);
        if (scene.HasWater) painter.Water(bank);
        if (scene.HasBank)
        {
            painter.Land(scene.Bank, bottom);
            painter.Standing(isNear: true);
        }

        if (isWinter && painter._scene.Snows) painter.Snowfall();
        return painter._canvas;
    }

    private int Shore => _canvas.Place(_scene.Shore);

    private void Sky(int[] hidden)
    {
        var (sun, size) = (new Vector2(_scene.SunX, _scene.SunY), SceneNoise.Mix(0.035f, 0.055f, _scene.Dusk));
        var lowest = _canvas.Place(_scene.Horizon + 0.2f);
        Rows(0, [.. hidden.Select(row => Math.Min(row, lowest))], (x, y) =>
        {
            var (u, v) = (_canvas.At(x), _canvas.At(y));
            var height = Math.Clamp(1 - (v / _scene.Horizon), 0, 1);
            var color = Vector3.Lerp(_colors.Haze, _colors.Zenith, MathF.Pow(height, 0.75f));
            var far = Vector2.Distance(new(u, v), sun);
            color += _colors.Sun * ((0.32f * MathF.Exp(-far * 9)) + (0.2f * _scene.Dusk * MathF.Exp(-far * 3)));
            var disc = SceneNoise.Step(size, size * 0.8f, far);
            color = Vector3.Lerp(color, _colors.Sun * 1.1f, disc);
            // Clouds lie on a ceiling: they are narrow where it is far.
            var ceiling = 0.16f / (height + 0.12f);
            float Density(float dx, float dy) => _noise.Fractal(((u - 0.5f) * ceiling * 9) + dx + 40, (ceiling * 7) + dy, 5);
            var density = Density(0, 0);
            var cover = SceneNoise.Step(_scene.Clouds, _scene.Clouds + 0.2f, density) * SceneNoise.Step(0, 0.15f, height);
            var thick = cover > 0 ? Density(0.25f * (sun.X - u), -0.2f) - density : 0;
            var cloud = Vector3.Lerp(Vector3.Lerp(Vector3.One, _colors.Haze, 0.5f * _scene.Dusk), _colors.Shade + new Vector3(0.12f),
                Math.Clamp(0.25f + (3 * thick), 0, 0.85f));
            color = Vector3.Lerp(color, cloud, 0.92f * cover);
            _canvas.Paint(x, y, color, disc * (1 - cover) > 0.5f ? SceneLabel.Sun : SceneLabel.Sky);
        });
    }

    // By column, the first row of a ridge.
    private int[] Tops(Ridge ridge) => [.. Enumerable.Range(0, _canvas.Side).Select(x =>
    {
        var line = ridge.At(_canvas.At(x));
        var row = Math.Max(0, (int)(line * _canvas.Side));
        return _canvas.At(row) < line ? row + 1 : row;
    })];

    // Paints a ridge down to where nearer things hide it, and says what it and they hide together.
    private int[] Land(Ridge ridge, int[] hidden)
    {
        var (light, tops) = (_scene.SunX, Tops(ridge));
        for (var x = 0; x < _canvas.Side; x++)
        {
            var u = _canvas.At(x);
            var line = ridge.At(u);
            // What falls towards the sun is bright; of rock, what falls so as a whole.
            var reach = ridge.IsMountain ? 0.05f : 0.01f;
            var slope = (ridge.At(u + reach) - ridge.At(u - reach)) / (2 * reach);
            var facing = 0.62f + Math.Clamp((u < light ? -slope : slope) * (ridge.IsMountain ? 0.25f : 0.5f), -0.4f, 0.4f);
            for (var y = tops[x]; y < hidden[x]; y++)
            {
                var below = _canvas.At(y) - line;
                var color = ridge.IsMountain ? Rock(ridge, u, below) : Meadow(ridge, u, below);
                var shade = facing + (ridge.IsMountain ? 1.5f * Crags(ridge, u, below) : 0.35f * Folds(ridge, u, below) - (below * 0.6f));
                _canvas.Paint(x, y, _colors.Lit(color, shade, ridge.Depth), ridge.IsMountain ? SceneLabel.Mountain : SceneLabel.Hill);
            }
        }

        return [.. tops.Zip(hidden, Math.Min)];
    }

    // Faces of rock that go down from the ridge to both sides, -1/2 to 1/2.
    private float Crags(Ridge ridge, float u, float below)
    {
        var bent = (u * 11) + (1.6f * _noise.At(u * 5, below * 9)) + (below * 7 * (u < 0.5f ? 1 : -1));
        return _noise.Fractal(bent + (ridge.Seed % 50), below * 16, 4) - 0.5f;
    }

    private float Folds(Ridge ridge, float u, float below) =>
        _noise.Fractal(u * 14 / (0.4f + ridge.Depth), (below * 40) + (ridge.Base * 50), 3) - 0.5f;

    private Vector3 Rock(Ridge ridge, float u, float below)
    {
        var grain = _noise.Fractal((u * 30) + ridge.Seed % 100, below * 55, 4);
        var rock = Vector3.Lerp(SceneColors.Of(96, 88, 92), SceneColors.Of(150, 138, 130), grain);
        var snowLine = _colors.IsWinter ? 0.9f : 0.055f;
        var snow = SceneNoise.Step(0.02f, -0.02f, below - (snowLine * (0.45f + grain)));
        if (!_colors.IsWinter)
            rock = Vector3.Lerp(rock, SceneColors.Of(86, 112, 78), SceneNoise.Step(0.1f, 0.22f, below) * 0.8f);
        // Steep rock keeps no snow.
        var held = _colors.IsWinter ? 0.55f + (0.45f * SceneNoise.Step(0.35f, 0.6f, grain)) : 0.9f;
        return Vector3.Lerp(rock, SceneColors.Of(240, 245, 252), snow * held);
    }

    private Vector3 Meadow(Ridge ridge, float u, float below)
    {
        var (across, down) = ((u * 7) + (ridge.Seed % 64), below * 30 / (0.3f + ridge.Depth));
        var patch = _noise.Fractal(across, down, 3);
        var blades = _noise.At(u * 160 / (0.5f + ridge.Depth), below * 300);
        if (_colors.IsWinter)
        {
            var snow = Vector3.Lerp(SceneColors.Of(226, 234, 246), SceneColors.Of(250, 251, 255), patch);
            // Some grass looks out of it.
            var grass = SceneNoise.Step(0.78f, 0.95f, blades) * SceneNoise.Step(0.5f, 0.7f, patch);
            return Vector3.Lerp(snow, SceneColors.Of(150, 138, 112), 0.7f * grass);
        }

        var green = Vector3.Lerp(SceneColors.Of(70, 122, 44), SceneColors.Of(150, 178, 72), SceneNoise.Step(0.3f, 0.7f, patch));
        var flowers = ridge.Depth > 0.8f && blades > 0.93f && patch > 0.5f;
        return flowers ? Vector3.Lerp(SceneColors.Of(245, 220, 90), SceneColors.Of(240, 240, 250), _noise.At(u * 40, below * 40))
            : green * (0.86f + (0.28f * blades));
    }

    // What stands on this side of the water, or on land behind it.
    private void Standing(bool isNear)
    {
        var trees = _scene.Trees.Where(tree => isNear == (_scene.HasBank && tree.Depth >= 1))
            .Select(tree => (tree.Y, Paint: (Action)(() => ScenePlants.Paint(_canvas, _colors, tree, _scene.SunX))));
        var houses = (isNear ? [] : _scene.Houses)
            .Select(house => (house.Y, Paint: (Action)(() => SceneHouses.Paint(_canvas, _colors, house, _scene))));
        // Whatever stands lower is in front.
        foreach (var (_, paint) in trees.Concat(houses).OrderBy(thing => thing.Y)) paint();
    }

    // What stands behind the shore, upside down, moved by waves.
    private void Water(int[] hidden)
    {
        var (shore, mirrored) = (Shore, _canvas.Colors.ToArray());
        Rows(shore, hidden, (x, y) =>
        {
            var (u, v) = (_canvas.At(x), _canvas.At(y));
            var near = (v - _scene.Shore) / (1 - _scene.Shore);
            var wave = _noise.Fractal(u * 5 / (0.15f + near), v * 34 / (0.2f + near), 3) - 0.5f;
            var from = _canvas.Place(_scene.Shore - ((v - _scene.Shore) * 0.9f) + (wave * 0.05f * (0.3f + near)));
            var across = Math.Clamp(x + (int)(wave * 0.06f * _canvas.Side * near), 0, _canvas.Side - 1);
            var sky = mirrored[(Math.Min(from, Math.Max(shore - 1, 0)) * _canvas.Side) + across];
            var deep = _colors.Lit(_colors.IsWinter ? SceneColors.Of(150, 178, 196) : SceneColors.Of(28, 70, 96), 0.6f, 1);
            var color = Vector3.Lerp(sky, deep, 0.22f + (0.3f * near)) * (1 + (wave * 0.3f));
            var glitter = MathF.Exp(-MathF.Pow((u - _scene.SunX) / (0.04f + (0.06f * near)), 2)) * SceneNoise.Step(0.08f, 0.2f, wave);
            color = Vector3.Lerp(color, _colors.Sun, glitter * (0.35f + (0.5f * _scene.Dusk)));
            if (_colors.IsWinter)
            {
                // Ice along the shore and in floes.
                var ice = SceneNoise.Step(0.45f, 0.55f, _noise.Fractal((u * 4) + 90, (v * 9) + 31, 4) + (0.5f * (0.35f - near)));
                color = Vector3.Lerp(color, _colors.Lit(SceneColors.Of(225, 236, 245), 0.75f + wave, 1), 0.8f * ice);
            }

            _canvas.Paint(x, y, color, SceneLabel.Water);
        });
    }

    private void Snowfall()
    {
        var random = new SeededRandom(_scene.Noise, "flakes");
        for (var i = 0; i < 90; i++)
        {
            float x = (float)random.NextDouble(), y = (float)random.NextDouble(), size = 0.004f + (0.008f * (float)random.NextDouble());
            for (var row = _canvas.Place(y - size); row <= _canvas.Place(y + size); row++)
                for (var column = _canvas.Place(x - size); column <= _canvas.Place(x + size); column++)
                {
                    var far = Vector2.Distance(new(_canvas.At(column), _canvas.At(row)), new(x, y));
                    // Air before everything: what is behind stays what it is.
                    var at = (row * _canvas.Side) + column;
                    _canvas.Colors[at] = Vector3.Lerp(_canvas.Colors[at], Vector3.One, 0.85f * SceneNoise.Step(size, size * 0.4f, far));
                }
        }
    }

    // Down to a row of each column.
    private void Rows(int from, int[] to, Action<int, int> paint)
    {
        for (var y = from; y < _canvas.Side; y++)
            for (var x = 0; x < _canvas.Side; x++)
                if (y < to[x]) paint(x, y);
    }
}
