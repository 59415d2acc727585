namespace Earthmover.Torch;

/// <summary>
/// Owns every tensor that is made while it is open, and frees them when it closes. Scopes nest; a result leaves by name, through
/// <see cref="Keep(Tensor)"/>.
/// </summary>
/// <remarks>
/// There is no finalizer behind a tensor: the collector does not see native memory, so it would run far too late. A <c>ref struct</c>
/// cannot be stored, captured or carried across an <c>await</c>, so a scope closes where it was opened, on the same thread.
/// </remarks>
public readonly ref struct TensorScope
{
    private readonly ScopeStack _stack;
    private readonly int _start;
    private readonly int _depth;

    private TensorScope(ScopeStack stack) => (_stack, (_start, _depth)) = (stack, stack.Enter());

    /// <summary>Opens a scope on this thread, inside the one that is open now.</summary>
    public static TensorScope Open() => new(ScopeStack.OfThisThread);

    /// <summary>
    /// Moves a tensor out of this scope into the enclosing one, and returns it. A tensor that lives elsewhere stays there.
    /// </summary>
    public Tensor Keep(Tensor tensor)
    {
        _stack.Keep(tensor, _start, _depth);
        return tensor;
    }

    /// <summary>Moves several tensors out of this scope.</summary>
    public T KeepAll<T>(T tensors) where T : IEnumerable<Tensor>
    {
        foreach (var tensor in tensors)
            Keep(tensor);
        return tensors;
    }

    /// <summary>Frees what was made and not kept.</summary>
    public void Dispose() => _stack.Exit(_start, _depth);

    /// <summary>Runs a function in a scope of its own and keeps its result.</summary>
    public static Tensor Run(Func<Tensor> body)
    {
        using var scope = Open();
        return scope.Keep(body());
    }
}

// One growable array per thread; a scope is a start index. Registering is a store, closing is a loop.
internal sealed class ScopeStack
{
    [ThreadStatic] private static ScopeStack? s_ofThisThread;

    private Tensor?[] _tensors = new Tensor?[256];
    private int _count;
    private int _depth;

    public static ScopeStack OfThisThread => s_ofThisThread ??= new();

    public (int Start, int Depth) Enter() => (_count, ++_depth);

    public void Register(Tensor tensor)
    {
        if (_depth == 0)
            throw new InvalidOperationException("no TensorScope is open on this thread: a tensor needs an owner");
        if (_count == _tensors.Length)
            Array.Resize(ref _tensors, 2 * _count);
        tensor.Slot = _count;
        tensor.Scopes = this;
        _tensors[_count++] = tensor;
    }

    public void Forget(Tensor tensor)
    {
        _tensors[tensor.Slot] = null;
        tensor.Slot = -1;
        tensor.Scopes = null;
    }

    public void Keep(Tensor tensor, int start, int depth)
    {
        ObjectDisposedException.ThrowIf(tensor.IsDisposed, tensor);
        if (tensor.Scopes != this || tensor.Slot < start)
            return;
        if (depth == 1)
            throw new InvalidOperationException("the outermost TensorScope has nowhere to keep a tensor: give it to a TensorOwner");
        tensor.SurvivesTo = Math.Min(tensor.SurvivesTo, depth - 1);
    }

    public void Exit(int start, int depth)
    {
        var kept = start;
        for (var i = start; i < _count; i++)
        {
            var tensor = _tensors[i];
            _tensors[i] = null;
            if (tensor is null)
                continue;
            if (tensor.SurvivesTo < depth)
            {
                if (tensor.SurvivesTo == depth - 1)
                    tensor.SurvivesTo = int.MaxValue;
                tensor.Slot = kept;
                _tensors[kept++] = tensor;
            }
            else
            {
                tensor.Slot = -1;
                tensor.Scopes = null;
                tensor.Free();
            }
        }
        _count = kept;
        _depth = depth - 1;
    }
}
