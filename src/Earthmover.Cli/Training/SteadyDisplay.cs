using System.Runtime.ExceptionServices;
using Earthmover.Sessions;
using Earthmover.Training;
using Earthmover.Training.Runs;

namespace Earthmover.Cli.Training;

/// <summary>A display that may fail: the run under it goes on, and is told in plain lines from then on.</summary>
/// <param name="display">What shows the run.</param>
/// <param name="plain">What takes its place.</param>
internal sealed class SteadyDisplay(TrainingDisplay display, TrainingDisplay plain) : TrainingDisplay
{
    private TrainingDisplay _display = display;

    internal override void Begin(Session session) => Show(d => d.Begin(session));

    internal override Ending While(Func<Ending> train)
    {
        Ending? ending = null;
        ExceptionDispatchInfo? failure = null;
        Show(d => d.While(() =>
        {
#pragma warning disable CA1031 // The run's own failure leaves by another way than the display's.
            try
            {
                ending = train();
            }
            catch (Exception e)
            {
                failure = ExceptionDispatchInfo.Capture(e);
            }
#pragma warning restore CA1031
            return ending ?? Ending.Stopped;
        }));
        failure?.Throw();
        // A display that failed before it began has not begun the run either.
        return ending ?? train();
    }

    internal override void Ended(Ending ending, Standing standing, string hash) => Show(d => d.Ended(ending, standing, hash));

    public override void Reported(TrainingRecord record, double progress) => Show(d => d.Reported(record, progress));

    public override void Closing() => Show(d => d.Closing());

    public override void Troubled(string trouble) => Show(d => d.Troubled(trouble));

    public override void Wrote(string path) => Show(d => d.Wrote(path));

    public override void Dispose()
    {
        Show(d => d.Dispose());
        base.Dispose();
    }

    private void Show(Action<TrainingDisplay> how)
    {
        try
        {
            how(_display);
        }
#pragma warning disable CA1031 // This is the place where whatever goes wrong with showing a run ends.
        catch (Exception)
#pragma warning restore CA1031
        {
            _display = plain;
        }
    }
}
