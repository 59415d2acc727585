namespace Earthmover.Torch;

/// <summary>Holds tensors that outlive every scope: parameters, optimizer moments, averages, pools, batches.</summary>
public class TensorOwner : IDisposable
{
    private readonly List<Tensor> _tensors = [];

    /// <summary>Takes a tensor out of its scope; from now on this object frees it.</summary>
    public Tensor Adopt(Tensor tensor)
    {
        tensor.LeaveScope();
        _tensors.Add(tensor);
        return tensor;
    }

    /// <summary>The tensors in the order in which they were adopted.</summary>
    public IReadOnlyList<Tensor> Tensors => _tensors;

    /// <summary>Frees one tensor before the owner goes.</summary>
    public void Release(Tensor tensor)
    {
        if (_tensors.Remove(tensor))
            tensor.Dispose();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Frees the tensors.</summary>
    protected virtual void Dispose(bool disposing)
    {
        foreach (var tensor in _tensors)
            tensor.Dispose();
        _tensors.Clear();
    }
}
