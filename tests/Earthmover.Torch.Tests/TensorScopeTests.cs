using Earthmover.Testing;

namespace Earthmover.Torch.Tests;

public class TensorScopeTests : LeakTest
{
    [Fact]
    public void A_tensor_needs_an_owner() => Assert.Throws<InvalidOperationException>(() => Tensor.Zeros([1]));

    [Fact]
    public void Closing_frees_what_was_not_kept()
    {
        using var outer = TensorScope.Open();
        Tensor kept, lost;
        using (var inner = TensorScope.Open())
        {
            lost = Tensor.Ones([3]);
            kept = inner.Keep(lost + 1);
        }
        Assert.True(lost.IsDisposed);
        Assert.Equal([2f, 2f, 2f], kept.ToArray<float>());
        Assert.Throws<ObjectDisposedException>(() => lost + 1);
    }

    [Fact]
    public void An_owner_keeps_a_tensor_beyond_its_scope()
    {
        using var owner = new TensorOwner();
        Tensor held;
        using (TensorScope.Open())
            held = owner.Adopt(Tensor.Ones([2]));
        Assert.False(held.IsDisposed);
    }

    [Fact]
    public void Keeping_passes_through_many_levels_and_leaves_outer_tensors_alone()
    {
        using var scope = TensorScope.Open();
        var x = Tensor.Ones([1]);
        for (var i = 0; i < 5; i++)
        {
            using var level = TensorScope.Open();
            using var deeper = TensorScope.Open();
            x = level.Keep(deeper.Keep(x + 1));
        }
        Assert.Equal(6, x.Item());
    }
}
