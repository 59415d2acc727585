using Earthmover.Games;
using Earthmover.Training.Runs;

namespace Earthmover.Training;

public sealed partial class Trainer
{
    // Steps of fewer moves are played to their end: to note the state before each would cost more than it is worth.
    private const int MovesOfALongStep = 20;

    // A step of very many moves is broken off between two of them where a stop is asked for or the time is used up.
    // It is then as if it had not begun, so that the run goes on to the bit; null says so.
    private IReadOnlyList<Move>? PlayStep(bool observe, TrainingClock clock, double end, CancellationToken stop)
    {
        bool IsTimeUp() => _recipe.Budget.Progress(_standing.Step, _standing.Images, clock.Elapsed) >= end;
        var moves = _game!.MovesOf(_standing.StageStep);
        var before = moves > MovesOfALongStep
            ? Checkpoint.Remember(_recipe, _standing, _system, _game, _generators.All, _streams)
            : null;
        var streams = before is null ? null : _streams.States;
        _isWithinStep = true;
        try
        {
            return _game.Play(_standing.StageStep, observe, before is null ? null : () => !stop.IsCancellationRequested && !IsTimeUp());
        }
        catch (BrokenOffException e)
        {
            before!.Restore(_system, _generators.All);
            before.Restore(_game);
            // Streams that began within the step begin again.
            _streams.States = streams!;
            _isWithinStep = false;
            // Its time was spent all the same, or the stage would not end.
            if (!stop.IsCancellationRequested)
                _standing = _standing with { Seconds = clock.Elapsed };
            var remedy = stop.IsCancellationRequested ? "" : "; it needs more time, or fewer moves";
            var step = $"step {_standing.Step + 1:N0} was broken off after {e.Played:N0} of its {moves:N0} moves";
            Note($"{step}, and counts as not begun{remedy}");
            return null;
        }
    }
}
