using Earthmover.Data;
using Earthmover.Games;
using Earthmover.Media;
using Earthmover.Torch;
using Earthmover.Training;

namespace Earthmover.Claims.Lab;

/// <summary>What a game of two domains has recovered of a rotation, from points that do not correspond.</summary>
/// <param name="Error">Root of the mean squared distance to the true rotation, in deviations of the data.</param>
/// <param name="Cycle">Mean distance of what is translated there and back; NaN where there is no way back.</param>
/// <param name="Picture">Translated points beside the turned ones.</param>
public sealed record Rotation(double Error, double Cycle, Image Picture)
{
    /// <summary>Plays a game and looks at it.</summary>
    /// <param name="trial">The trial.</param>
    /// <param name="system">Name of the system.</param>
    /// <param name="angle">Degrees.</param>
    /// <param name="steps">Steps, at a constant rate.</param>
    /// <param name="settings">More options.</param>
    public static Rotation Play(Trial trial, string system, int angle, int steps, params string[] settings)
    {
        ArgumentNullException.ThrowIfNull(trial);
        var address = $"rotation-toy?angle={angle}";
        using var scope = TensorScope.Open();
        using var game = new PlayedGame(trial, address, system, steps, ["decay=constant", .. settings]);
        game.PlayTo(steps);
        using var still = new Still(game.System);
        using var pause = Autograd.Pause();
        var a = game.Real([.. Enumerable.Range(0, trial.Open(address).Count)]);
        var (sin, cos) = Math.SinCos(angle * Math.PI / 180);
        var truth = a.MatMul(Tensor.From<float>([(float)cos, (float)sin, (float)-sin, (float)cos], [2, 2]));
        var translator = (ITranslator)game.System;
        var there = translator.Translate(a, Direction.AToB);
        var deviation = (a - a.Mean([0], keep: true)).Square().Mean().Sqrt().Item();
        var error = (there - truth).Square().Mean().Sqrt().Item() / deviation;
        var cycle = translator.Directions.Contains(Direction.BToA)
            ? (translator.Translate(there, Direction.BToA) - a).Abs().Mean().Item() : double.NaN;
        var turned = (PointSet)trial.Open(address).Counterpart!;
        return new(error, cycle, Sheets.Of(turned, there, $"turned by {angle} degrees"));
    }
}
