using Earthmover.Testing;

namespace Earthmover.Torch.Tests;

/// <summary>What comes with LibTorch leaves .NET its signals.</summary>
public sealed class SignalTests : LeakTest
{
    [Fact]
    public void A_null_reference_stays_an_exception_once_LibTorch_is_loaded()
    {
        using var scope = TensorScope.Open();
        Assert.Equal([0f, 0f], Tensor.Zeros([2]).ToArray<float>());
        string? nothing = null;
        Assert.Throws<NullReferenceException>(() => nothing!.Length.ToString());
    }
}
