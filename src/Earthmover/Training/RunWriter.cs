using Earthmover.Training.Runs;

namespace Earthmover.Training;

/// <summary>
/// Writes what a run leaves. What only tells of the run does not end it, and a checkpoint that could not be written is tried again when the
/// next is due; the last one must succeed.
/// </summary>
/// <param name="folder">Where to; null writes nothing.</param>
/// <param name="keep">Checkpoints that are kept.</param>
/// <param name="save">Writes a checkpoint to a path.</param>
/// <param name="observers">Who is told.</param>
internal sealed class RunWriter(RunFolder? folder, int keep, Action<string> save, IReadOnlyList<ITrainingObserver> observers)
{
    private long _saved = -1;
    private bool _isTroubled;

    /// <summary>Writes what the run can do without.</summary>
    public void Write(Action write)
    {
        try
        {
            write();
        }
        catch (Exception e) when (IsDisk(e))
        {
            Trouble($"cannot write to {folder?.Path}: {Reason(e)}");
        }
    }

    /// <summary>Saves the state after a step, if it can be.</summary>
    /// <exception cref="Games.NotFiniteException">Some weights are not finite.</exception>
    public void SaveMeanwhile(long step)
    {
        try
        {
            Save(step);
        }
        catch (IOException e)
        {
            Trouble(e.Message);
        }
    }

    /// <summary>Saves the state after the last step; where there is no room for it, older ones give way.</summary>
    /// <exception cref="IOException">It cannot be saved.</exception>
    /// <exception cref="Games.NotFiniteException">Some weights are not finite.</exception>
    public void SaveAtLast(long step)
    {
        try
        {
            Save(step);
        }
        catch (IOException) when (folder!.ListCheckpoints().Count > 1)
        {
            folder.Prune(1);
            Save(step);
        }
    }

    private void Save(long step)
    {
        if (folder is null || _saved == step)
            return;
        var path = folder.CheckpointPath(step);
        try
        {
            save(path);
            folder.Prune(keep);
        }
        catch (Exception e) when (IsDisk(e))
        {
            throw new IOException($"cannot save {path}: {Reason(e)}", e);
        }
        _saved = step;
        foreach (var observer in observers)
            observer.Wrote(path);
    }

    private void Trouble(string what)
    {
        if (_isTroubled)
            return;
        _isTroubled = true;
        foreach (var observer in observers)
            observer.Troubled($"{what}; the run goes on");
    }

    // A file that becomes too long for its file system is, to .NET, an argument out of range.
    private static bool IsDisk(Exception e) =>
        e is IOException or UnauthorizedAccessException or ArgumentOutOfRangeException { ParamName: "value" };

    private static string Reason(Exception e) => e.Message.Split(" (Parameter")[0].TrimEnd('.');
}
