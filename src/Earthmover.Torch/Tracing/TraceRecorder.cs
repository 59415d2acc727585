using System.Runtime.InteropServices;
using Earthmover.Torch.Native;
using Earthmover.Torch.Operators;

namespace Earthmover.Torch.Tracing;

// What listens at the boxed call. Tensors are told apart by LibTorch's own address of them, so every one that was met is kept alive until
// the trace is done: no address is given away twice.
internal sealed unsafe class TraceRecorder : IDisposable
{
    [ThreadStatic] private static TraceRecorder? s_ofThisThread;

    private readonly Dictionary<nint, string> _names;
    private readonly Dictionary<nint, TracedTensor> _made = [], _constants = [];
    private readonly List<TracedOperator> _operators = [];
    private readonly TensorOwner _kept = new();

    public TraceRecorder(IReadOnlyDictionary<Tensor, string>? names) =>
        _names = names?.GroupBy(pair => pair.Key.Handle, pair => pair.Value).ToDictionary(group => group.Key, group => group.First()) ?? [];

    /// <summary>What listens on this thread; null, nearly always, where nothing does.</summary>
    public static TraceRecorder? OfThisThread => s_ofThisThread;

    /// <summary>Whether kernels take the form of LibTorch's own operators.</summary>
    public static bool IsListening => s_ofThisThread is not null;

    public IReadOnlyList<TracedOperator> Operators => _operators;

    public TracedTensor Input(Tensor tensor) => Made(tensor.Handle);

    public TracedTensor Of(Tensor tensor) => Of(tensor.Handle);

    public Listening Listen() => new(this);

    /// <summary>An operator was called.</summary>
    public void Saw(Operator called, Value* arguments, int count, Value* results, int capacity)
    {
        var depends = false;
        for (var i = 0; i < count; i++)
        {
            depends |= Depends(arguments[i]);
            if (arguments[i].Tag == Tag.Generator)
                throw new TraceException($"it draws random numbers by the operator {called.FullName}, which are no input of it");
        }
        if (called.IsInPlace)
        {
            if (depends)
                throw new TraceException($"it changes a tensor in place by the operator {called.FullName}");
            // Views of what has changed have changed too.
            _constants.Clear();
            return;
        }
        if (!depends)
            return;
        // Dense already, or of that type already: the very tensor that was given.
        if (results[0].Tag == Tag.Tensor && _made.ContainsKey((nint)results[0].Pointer))
            return;
        var given = new object?[count];
        for (var i = 0; i < count; i++)
            given[i] = Argument(arguments[i]);
        var made = new List<TracedTensor>();
        for (var i = 0; i < capacity && results[i].Tag == Tag.Tensor; i++)
            made.Add(Made((nint)results[i].Pointer));
        if (made.Count == 0)
            throw new TraceException($"it looks at numbers by the operator {called.FullName}, and a graph does not");
        _operators.Add(new(called.Name, called.Overload, given, made));
    }

    /// <summary>Refuses to show numbers that depend on the inputs: whatever is decided by them, a graph decides once and for all.</summary>
    public void RefuseToShow(Tensor tensor)
    {
        if (_made.ContainsKey(tensor.Handle))
            throw new TraceException("it looks at numbers that depend on its inputs");
    }

    /// <summary>Refuses to differentiate: the engine calls its operators itself, and a graph has none that does it.</summary>
    public static void RefuseToDifferentiate()
    {
        if (IsListening)
            throw new TraceException("it differentiates, which a graph cannot");
    }

    public void Dispose() => _kept.Dispose();

    private bool Depends(Value value)
    {
        if (value.Tag == Tag.Tensor)
            return _made.ContainsKey((nint)value.Pointer);
        if (value.Tag is not (Tag.TensorList or Tag.OptionalTensorList))
            return false;
        for (var i = 0; i < value.Count; i++)
            if (_made.ContainsKey(((nint*)value.Pointer)[i]))
                return true;
        return false;
    }

    private object? Argument(Value value) => value.Tag switch
    {
        Tag.Int => value.Int,
        Tag.Double => value.Double,
        Tag.Bool => value.Int != 0,
        Tag.Tensor => Of((nint)value.Pointer),
        Tag.TensorList or Tag.OptionalTensorList => Tensors(value),
        Tag.IntList => new Span<long>(value.Pointer, value.Count).ToArray(),
        Tag.DoubleList => new Span<double>(value.Pointer, value.Count).ToArray(),
        Tag.String => Marshal.PtrToStringUTF8((nint)value.Pointer, value.Count),
        _ => null,
    };

    private TracedTensor?[] Tensors(Value value)
    {
        var tensors = new TracedTensor?[value.Count];
        for (var i = 0; i < tensors.Length; i++)
            tensors[i] = ((nint*)value.Pointer)[i] is var handle and not 0 ? Of(handle) : null;
        return tensors;
    }

    private TracedTensor Made(nint handle)
    {
        if (!_made.TryGetValue(handle, out var known))
        {
            var tensor = Kept(handle);
            _made[handle] = known = new(tensor.DType, tensor.Shape, null, null);
        }
        return known;
    }

    private TracedTensor Of(nint handle)
    {
        if (_made.TryGetValue(handle, out var known) || _constants.TryGetValue(handle, out known))
            return known;
        var tensor = Kept(handle);
        return _constants[handle] = new(tensor.DType, tensor.Shape, tensor.ToBytes(), _names.GetValueOrDefault(handle));
    }

    private Tensor Kept(nint handle) => _kept.Adopt(Tensor.AliasOf(handle));

    /// <summary>Ends the listening.</summary>
    public readonly ref struct Listening
    {
        private readonly TraceRecorder? _before;

        public Listening(TraceRecorder recorder) => (_before, s_ofThisThread) = (s_ofThisThread, recorder);

        public void Dispose() => s_ofThisThread = _before;
    }
}
