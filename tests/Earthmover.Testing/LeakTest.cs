using Earthmover.Torch;

namespace Earthmover.Testing;

/// <summary>Base of every test class that touches tensors: after each test, as many are alive as before it.</summary>
public abstract class LeakTest : IDisposable
{
    private readonly long _before = Tensor.LiveCount;

    /// <inheritdoc/>
    public void Dispose()
    {
        TearDown();
        GC.SuppressFinalize(this);
        Assert.True(Tensor.LiveCount == _before, $"{Tensor.LiveCount - _before} tensors leaked");
    }

    /// <summary>Frees what the test class itself holds.</summary>
    protected virtual void TearDown()
    {
    }
}
