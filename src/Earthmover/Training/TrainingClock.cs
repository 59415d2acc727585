using System.Diagnostics;
using Earthmover.Training.Runs;

namespace Earthmover.Training;

/// <summary>Times of a run: how long it has been playing, and how long ago it reported, drew and saved.</summary>
/// <param name="before">Where the run stood when this process took it up.</param>
internal sealed class TrainingClock(Standing before)
{
    private readonly long _start = Stopwatch.GetTimestamp();
    private long _report = Stopwatch.GetTimestamp(), _save = Stopwatch.GetTimestamp(), _images = before.Images, _samples;

    public double NextSamples { get; private set; }
    public double SinceSamples => _samples == 0 ? double.PositiveInfinity : Stopwatch.GetElapsedTime(_samples).TotalSeconds;
    public bool IsFirst { get; private set; } = true;
    public double Running => Stopwatch.GetElapsedTime(_start).TotalSeconds;
    public double Elapsed => before.Seconds + Running;
    public double SinceReport => Stopwatch.GetElapsedTime(_report).TotalSeconds;
    public double SinceSave => Stopwatch.GetElapsedTime(_save).TotalSeconds;
    public void Drew(double next) => (NextSamples, _samples) = (next, Stopwatch.GetTimestamp());
    public void Saved() => _save = Stopwatch.GetTimestamp();

    public double ImagesPerSecond(long images)
    {
        var rate = (images - _images) / Math.Max(1e-9, SinceReport);
        (_images, _report, IsFirst) = (images, Stopwatch.GetTimestamp(), false);
        return rate;
    }
}
