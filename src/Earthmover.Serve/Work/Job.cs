using Earthmover.Serve.Models;
using Earthmover.Sessions.Sampling;

namespace Earthmover.Serve.Work;

/// <summary>What waits for the worker.</summary>
internal abstract class Job(CancellationToken cancellation)
{
    /// <summary>Whether nobody waits for it any more.</summary>
    public bool IsGivenUp => cancellation.IsCancellationRequested;

    /// <summary>Canceled when nobody waits for it any more.</summary>
    protected CancellationToken Cancellation => cancellation;

    /// <summary>Ends it without a result.</summary>
    /// <param name="why">What went wrong; null where it was given up.</param>
    public abstract void Fail(Exception? why);
}

/// <summary>Any work that is done in one go.</summary>
internal sealed class CallJob<T>(Func<T> work, CancellationToken cancellation) : Job(cancellation), ICallJob
{
    private readonly TaskCompletionSource<T> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>The result.</summary>
    public Task<T> Result => _done.Task;

    /// <inheritdoc/>
    public void Run() => _done.TrySetResult(work());

    /// <inheritdoc/>
    public override void Fail(Exception? why)
    {
        if (why is null or OperationCanceledException)
            _done.TrySetCanceled(Cancellation);
        else
            _done.TrySetException(why);
    }
}

/// <summary>A job of whatever result.</summary>
internal interface ICallJob
{
    /// <summary>Does the work.</summary>
    void Run();
}

/// <summary>Samples that are drawn in one pass or more, beside those of other jobs.</summary>
internal sealed class SampleJob(IServedModel model, SampleWish wish, CancellationToken cancellation) : Job(cancellation)
{
    private readonly TaskCompletionSource<DrawnSamples> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly float[] _values = new float[checked(wish.Count * model.Spec.Shape.Size)];
    private int _drawn;

    /// <summary>The model that draws.</summary>
    public IServedModel Model => model;

    /// <summary>Samples that are not drawn yet.</summary>
    public int Left => wish.Count - _drawn;

    /// <summary>The result.</summary>
    public Task<DrawnSamples> Result => _done.Task;

    /// <summary>Puts what is not drawn yet into a pass, as far as there is room.</summary>
    /// <returns>Whether anything of it is in the pass.</returns>
    public bool Join(ISamplePass pass) => pass.Add(wish, _drawn, Left) > 0;

    /// <summary>Takes samples; with the last it is done.</summary>
    public void Take(float[] samples)
    {
        samples.CopyTo(_values, (long)_drawn * model.Spec.Shape.Size);
        _drawn += samples.Length / model.Spec.Shape.Size;
        if (Left == 0)
            _done.TrySetResult(new(model.Spec, _values, wish, model.Texts));
    }

    /// <inheritdoc/>
    public override void Fail(Exception? why)
    {
        if (why is null or OperationCanceledException)
            _done.TrySetCanceled(Cancellation);
        else
            _done.TrySetException(why);
    }
}
