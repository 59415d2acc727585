using System.Text;
using Earthmover.Torch.Native;
using Earthmover.Torch.Tracing;

namespace Earthmover.Torch.Operators;

/// <summary>One LibTorch operator by its exact name and overload; the handle is found at the first call and kept.</summary>
internal sealed unsafe class Operator(string name, string overload)
{
    private nint _handle;

    public string Name => name;

    public string Overload => overload;

    /// <summary>Changes its first argument: such names end in an underscore.</summary>
    public bool IsInPlace => name[^1] == '_';

    private nint Handle => Volatile.Read(ref _handle) is var found and not 0 ? found : Find();

    public string FullName => overload.Length == 0 ? name : $"{name}.{overload}";

    // Threads may look at once: each finds the same operator, and none may see the field before it is whole.
    private nint Find()
    {
        NativeMethods.Check(NativeMethods.em_operator_find($"aten::{name}", overload, out var found), FullName);
        Volatile.Write(ref _handle, found);
        return found;
    }

    /// <summary>The schema that the loaded LibTorch has for this operator.</summary>
    public string Schema
    {
        get
        {
            var buffer = stackalloc byte[4096];
            NativeMethods.Check(NativeMethods.em_operator_schema(Handle, buffer, 4096), FullName);
            return Encoding.UTF8.GetString(System.Runtime.InteropServices.MemoryMarshal.CreateReadOnlySpanFromNullTerminated(buffer));
        }
    }

    public void Call(Value* arguments, int count, Value* results, int capacity)
    {
        var status = NativeMethods.em_operator_call(Handle, arguments, count, results, capacity);
        if (status != 0)
            NativeMethods.Check(status, Describe(arguments, count));
        TraceRecorder.OfThisThread?.Saw(this, arguments, count, results, capacity);
    }

    public Tensor CallTensor(Value* arguments, int count)
    {
        Value result;
        Call(arguments, count, &result, 1);
        return new Tensor((nint)result.Pointer);
    }

    // "conv2d([64, 1, 28, 28], [32, 3, 4, 4], null)"
    private string Describe(Value* arguments, int count)
    {
        var parts = new List<string>();
        for (var i = 0; i < count; i++)
            if (arguments[i].Tag == Tag.Tensor)
                parts.Add(ShapeOf((nint)arguments[i].Pointer));
            else if (arguments[i].Tag is Tag.TensorList)
                for (var k = 0; k < arguments[i].Count; k++)
                    parts.Add(ShapeOf(((nint*)arguments[i].Pointer)[k]));
        return $"{FullName}({string.Join(", ", parts)})";
    }

    private static string ShapeOf(nint handle)
    {
        if (NativeMethods.em_tensor_info(handle, out var info) != 0)
            return "?";
        var sizes = stackalloc long[Math.Max(1, info.Rank)];
        _ = NativeMethods.em_tensor_shape(handle, sizes, null);
        return $"[{string.Join(", ", new Span<long>(sizes, info.Rank).ToArray())}]";
    }
}
