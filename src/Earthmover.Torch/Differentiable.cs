using System.Runtime.InteropServices;
using Earthmover.Torch.Native;

namespace Earthmover.Torch;

/// <summary>The derivative of a managed operation: the gradient of every input that is asked for, null elsewhere.</summary>
/// <param name="gradient">Gradient of the output.</param>
/// <param name="inputs">The inputs of the operation; null in place of one that was not saved.</param>
/// <param name="needed">Which inputs' gradients are wanted in this differentiation.</param>
public delegate Tensor?[] Derivative(Tensor gradient, Tensor[] inputs, bool[] needed);

/// <summary>Operations whose forward pass and derivative are written here, out of other operations.</summary>
public static unsafe class Differentiable
{
    /// <summary>Computes <paramref name="forward"/> without recording it, and records <paramref name="derivative"/> in its place.</summary>
    /// <remarks>A derivative made of differentiable operations can itself be differentiated, to any order.</remarks>
    public static Tensor Apply(Func<Tensor> forward, Tensor[] inputs, Derivative derivative)
    {
        Tensor output;
        using (Autograd.Pause())
            output = TensorScope.Run(forward);
        return Record(output, inputs, derivative);
    }

    /// <summary>Records a derivative for an output that was computed without recording.</summary>
    /// <param name="output">The fresh result of the operation.</param>
    /// <param name="inputs">What it is differentiated with respect to, and what the derivative needs to see; to keep the output itself,
    /// give a detached alias of it.</param>
    /// <param name="derivative">The derivative, made of differentiable operations.</param>
    /// <param name="saves">Which inputs are kept for the derivative, which sees null in place of the others; all when absent.</param>
    /// <returns><paramref name="output"/>.</returns>
    public static Tensor Record(Tensor output, ReadOnlySpan<Tensor> inputs, Derivative derivative, ReadOnlySpan<bool> saves = default)
    {
        if (!Autograd.IsRecording)
            return output;
        var context = GCHandle.ToIntPtr(GCHandle.Alloc(derivative));
        var attached = 0;
        try
        {
            var handles = stackalloc nint[inputs.Length];
            var kept = stackalloc int[inputs.Length];
            for (var i = 0; i < inputs.Length; i++)
                (handles[i], kept[i]) = (inputs[i].Handle, saves.IsEmpty || saves[i] ? 1 : 0);
            NativeMethods.Check(NativeMethods.em_graph_attach(output.Handle, handles, kept, inputs.Length,
                &Backward, &Release, context, out attached), "recording an operation");
        }
        finally
        {
            if (attached == 0)
                GCHandle.FromIntPtr(context).Free();
        }
        return output;
    }

    [UnmanagedCallersOnly]
    private static int Backward(nint context, nint gradient, nint* inputs, int* needed, int count, nint* gradients)
    {
        try
        {
            using var scope = TensorScope.Open();
            var derivative = (Derivative)GCHandle.FromIntPtr(context).Target!;
            var sources = new Tensor[count];
            var wanted = new bool[count];
            for (var i = 0; i < count; i++)
            {
                sources[i] = inputs[i] == 0 ? null! : Tensor.AliasOf(inputs[i]);
                wanted[i] = needed[i] != 0;
            }
            var results = derivative(Tensor.AliasOf(gradient), sources, wanted);
            for (var i = 0; i < count; i++)
                if (wanted[i] && results[i] is { } result)
                    gradients[i] = result.AliasHandle();
            return 0;
        }
#pragma warning disable CA1031 // Nothing may leave through native frames: the engine turns the status back into an exception.
        catch (Exception e)
#pragma warning restore CA1031
        {
            _ = NativeMethods.em_error_set(e.Message);
            return 1;
        }
    }

    [UnmanagedCallersOnly]
    private static void Release(nint context) => GCHandle.FromIntPtr(context).Free();
}
