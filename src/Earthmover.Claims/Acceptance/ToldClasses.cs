using System.Globalization;
using Earthmover.Claims.Lab;
using Earthmover.Data;
using Earthmover.Training;

namespace Earthmover.Claims.Acceptance;

/// <summary>The acceptance that systems which are told a class have in common: they make what they are told, and not one of each.</summary>
public abstract class ToldClasses : SystemClaim
{
    /// <summary>Classes of Fashion-MNIST.</summary>
    protected const int Classes = 10;

    private const string
        Right = "samples of the class that was asked for", Least = "the same of the class where it is least",
        Apart = "distance between two samples of a class, over that of real ones",
        Floor = "real test garments that the judge names right";

    /// <summary>How the experiment goes on after what is common.</summary>
    protected abstract string Beside { get; }

    /// <summary>What else is measured, with its bands.</summary>
    protected abstract IReadOnlyList<Expected> Others { get; }

    /// <summary>Measures it.</summary>
    /// <param name="game">The trained game.</param>
    /// <param name="test">Real pictures that it has not seen.</param>
    protected abstract IReadOnlyDictionary<string, double> Measure(PlayedGame game, ImageSet test);

    /// <summary>Steps of the long form.</summary>
    protected virtual int Steps => 4000;

    /// <inheritdoc/>
    public sealed override string Experiment => string.Create(CultureInfo.InvariantCulture, $"""
        Fashion-MNIST with the catalog's settings, {Steps:N0} steps;
        100 samples of each class, judged by this program's own classifier,
        whose accuracy on real test garments is the control.{Beside} The short form: 16 × 16, 400 steps.
        """).ReplaceLineEndings(" ");

    /// <inheritdoc/>
    public sealed override string PictureTitle => "Six samples of each of the first six classes, a class in each row";

    /// <inheritdoc/>
    protected sealed override IReadOnlyList<Expected> Expectations =>
    [
        new(Right, Band.AtLeast(0.85), Band.AtLeast(0.3)),
        new(Least, Band.AtLeast(0.6)),
        new(Apart, Band.AtLeast(0.7)),
        .. Others,
        new(Floor, Band.AtLeast(0.88), Band.AtLeast(0.5)) { IsControl = true },
    ];

    /// <inheritdoc/>
    protected sealed override Run Accept(Trial trial)
    {
        ArgumentNullException.ThrowIfNull(trial);
        var data = trial.Of("fashion-mnist?size=16&limit=4000", "fashion-mnist");
        var test = (ImageSet)trial.Open(trial.Of("fashion-mnist?size=16&split=test&limit=1000", "fashion-mnist?split=test"));
        var steps = trial.Of(400, Steps);
        var each = trial.Of(30, 100);
        using var judge = new ClassJudge();
        using var game = new PlayedGame(trial, data, System, steps, []);
        game.PlayTo(steps);
        int[] wanted = [.. Enumerable.Range(0, Classes).SelectMany(k => Enumerable.Repeat(k, each))];
        var samples = game.Draw(wanted, test.Shape);
        var (right, least) = judge.Accuracy(samples, wanted);
        var sheet = game.Draw([.. Enumerable.Range(0, 36).Select(i => i / 6)], test.Shape);
        return new(trial.IsQuick, new Dictionary<string, double>(Measure(game, test))
        {
            [Right] = right,
            [Least] = least,
            [Apart] = WithinClasses.Distance(samples, wanted, Classes, each) / WithinClasses.Distance(test, test.Labels!, Classes, each),
            [Floor] = judge.Accuracy(test, test.Labels!).All,
        }, Sheets.Beside(Sheets.Of(sheet)));
    }
}
