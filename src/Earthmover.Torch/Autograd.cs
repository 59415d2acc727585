using Earthmover.Torch.Native;
using Earthmover.Torch.Tracing;

namespace Earthmover.Torch;

/// <summary>Differentiation. There is no <c>backward()</c>: a player asks for the gradient with respect to its own parameters.</summary>
public static unsafe class Autograd
{
    /// <summary>∂(sum of output)/∂inputs.</summary>
    /// <param name="output">What to differentiate; its elements are summed [any shape].</param>
    /// <param name="inputs">With respect to what.</param>
    /// <param name="createGraph">Record the differentiation itself, so that the result can be differentiated again.</param>
    /// <param name="retainGraph">Keep the graph for another call; implied by <paramref name="createGraph"/>.</param>
    /// <param name="allowUnused">Give null, instead of throwing, where an input does not take part.</param>
    /// <returns>One gradient per input, of the input's shape.</returns>
    public static Tensor?[] Gradients(Tensor output, IReadOnlyList<Tensor> inputs,
        bool createGraph = false, bool retainGraph = false, bool allowUnused = false)
    {
        TraceRecorder.RefuseToDifferentiate();
        var handles = new nint[inputs.Count];
        for (var i = 0; i < handles.Length; i++)
            handles[i] = inputs[i].Handle;
        var results = new nint[handles.Length];
        using var scope = TensorScope.Open();
        var seed = output.ElementCount == 1 ? output : output.Sum();
        var root = seed.Handle;
        fixed (nint* from = handles)
        fixed (nint* to = results)
            NativeMethods.Check(NativeMethods.em_gradients(&root, null, 1, from,
                handles.Length, retainGraph || createGraph ? 1 : 0, createGraph ? 1 : 0, allowUnused ? 1 : 0, to), "differentiation");
        var gradients = new Tensor?[results.Length];
        for (var i = 0; i < results.Length; i++)
            gradients[i] = results[i] == 0 ? null : scope.Keep(new Tensor(results[i]));
        return gradients;
    }

    /// <summary>∂(sum of output)/∂input.</summary>
    public static Tensor Gradient(Tensor output, Tensor input, bool createGraph = false) => Gradients(output, [input], createGraph)[0]!;

    /// <summary>True while operations are recorded for differentiation.</summary>
    public static bool IsRecording
    {
        get
        {
            _ = NativeMethods.em_grad_mode_get(out var enabled);
            return enabled != 0;
        }
    }

    /// <summary>Stops recording until the result is disposed: <c>using var _ = Autograd.Pause();</c></summary>
    public static RecordingPause Pause() => new(enabled: false);

    /// <summary>Records until the result is disposed, inside a pause.</summary>
    public static RecordingPause Record() => new(enabled: true);

    /// <summary>Runs a function without recording.</summary>
    public static T NoGrad<T>(Func<T> body)
    {
        using var pause = Pause();
        return body();
    }
}

/// <summary>Restores the recording mode of the thread when disposed.</summary>
public readonly ref struct RecordingPause
{
    private readonly int _before;

    internal RecordingPause(bool enabled)
    {
        _ = NativeMethods.em_grad_mode_get(out _before);
        _ = NativeMethods.em_grad_mode_set(enabled ? 1 : 0);
    }

    /// <summary>Restores the mode.</summary>
    public void Dispose() => _ = NativeMethods.em_grad_mode_set(_before);
}
