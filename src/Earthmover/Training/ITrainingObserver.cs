using Earthmover.Training.Runs;

namespace Earthmover.Training;

/// <summary>Follows a run: a progress display, a program that reads lines, a test.</summary>
public interface ITrainingObserver
{
    /// <summary>A report was made.</summary>
    /// <param name="record">The report.</param>
    /// <param name="progress">Share of the budget that is used, from 0 to 1.</param>
    void Reported(TrainingRecord record, double progress);

    /// <summary>The last step is done; the run is looked at once more and its last samples are drawn, which may take seconds.</summary>
    void Closing()
    {
    }

    /// <summary>Something could not be written, and the run goes on; said once.</summary>
    /// <param name="trouble">One line.</param>
    void Troubled(string trouble)
    {
    }

    /// <summary>Something about the run's files that its owner should know.</summary>
    /// <param name="line">What, in one line.</param>
    void Noted(string line)
    {
    }

    /// <summary>A file was written: a sample grid or a checkpoint.</summary>
    void Wrote(string path);
}
