using Earthmover.Games;
using Earthmover.Testing;
using Earthmover.Torch;
using Earthmover.Torch.Operators;

namespace Earthmover.Tests.Games;

public sealed class CodeLawTests : LeakTest
{
    private const int N = 4000;

    // Of class 0 around (3, −1), stretched along (1, 1); of class 1 around (−2, 0), round and narrow.
    private static (Tensor H, Tensor Y) Codes(RandomGenerator from)
    {
        var z = Tensor.Normal([2 * N, 2], from);
        Tensor a = z.Narrow(0, 0, N).MatMul(Tensor.From<float>([2, 1.5f, 0, 0.5f], [2, 2])) + Tensor.From<float>([3, -1], [1, 2]),
            b = z.Narrow(0, N, N) * 0.1 + Tensor.From<float>([-2, 0], [1, 2]);
        var y = Tensor.From<long>([.. Enumerable.Repeat(0L, N), .. Enumerable.Repeat(1L, N)], 2 * N);
        return (Tensor.Cat([a, b]), Op.OneHot(y, 2).To(DType.Float32));
    }

    private static void Play(Action<CodeLaw, RandomGenerator> body)
    {
        using var streams = new RandomStreams(1);
        using var use = streams.Use();
        using var scope = TensorScope.Open();
        using var random = new RandomGenerator(3);
        using var law = new CodeLaw(2, 2);
        body(law, random);
    }

    [Fact]
    public void What_is_drawn_has_the_mean_and_the_covariance_of_its_class() => Play((law, random) =>
    {
        var (h, y) = Codes(random);
        law.Gather(h, y);
        var drawn = law.Draw(Tensor.Normal([2 * N, 2], random), y);
        foreach (var first in new[] { 0, N })
        {
            Tensor real = h.Narrow(0, first, N), made = drawn.Narrow(0, first, N);
            AssertTensor.Close(real.Mean([0]), made.Mean([0]), 0.15);
            Tensor Covariance(Tensor v) => (v - v.Mean([0], keep: true)).Transpose(0, 1).MatMul(v - v.Mean([0], keep: true)) / N;
            AssertTensor.Close(Covariance(real), Covariance(made), 0.35);
        }
    });

    [Fact]
    public void A_latent_vector_is_found_again() => Play((law, random) =>
    {
        var (h, y) = Codes(random);
        law.Gather(h, y);
        AssertTensor.Close(h, law.Draw(law.LatentOf(h, y), y), 1e-3);
    });

    [Fact]
    public void Whitened_codes_differ_as_much_in_every_direction_and_are_found_again() => Play((law, random) =>
    {
        var (h, y) = Codes(random);
        AssertTensor.Close(h, law.Whiten(h), 1e-6);
        law.Gather(h, y);
        var v = law.Whiten(h);
        AssertTensor.Close(Tensor.Zeros([2]), v.Mean([0]), 1e-3);
        AssertTensor.Close(Op.Eye(2), v.Transpose(0, 1).MatMul(v) / (2 * N), 0.05);
        AssertTensor.Close(h, law.Unwhiten(v), 1e-3);
    });

    [Fact]
    public void Codes_stay_within_what_has_been_seen() => Play((law, random) =>
    {
        var far = Tensor.From<float>([1e6f, -1e6f], [1, 2]);
        AssertTensor.Close(far, law.Confine(far), 0);
        var (h, y) = Codes(random);
        law.Gather(h, y);
        AssertTensor.Close(Tensor.Stack([h.Amax(0).Select(0, 0), h.Amin(0).Select(0, 1)]), law.Confine(far).Flatten(), 0);
    });

    [Fact]
    public void Before_any_code_is_seen_the_latent_vector_is_the_code() => Play((law, random) =>
    {
        var z = Tensor.Normal([5, 2], random);
        var y = Op.OneHot(Tensor.From<long>([0, 1, 1, 0, 1], 5), 2).To(DType.Float32);
        AssertTensor.Close(z, law.Draw(z, y), 1e-6);
    });

    [Fact]
    public void A_class_of_no_codes_has_the_law_that_all_have_in_common() => Play((law, random) =>
    {
        var h = Tensor.Normal([N, 2], random) * 2 + 5;
        law.Gather(h, Op.OneHot(Tensor.Zeros([N], DType.Int64), 2).To(DType.Float32));
        var drawn = law.Draw(Tensor.Normal([N, 2], random), Op.OneHot(Tensor.Ones([N], DType.Int64), 2).To(DType.Float32));
        AssertTensor.Close(Tensor.Ones([2]) * 5, drawn.Mean([0]), 0.2);
        AssertTensor.Close(Tensor.Ones([2]) * 4, (drawn - 5).Square().Mean([0]), 0.5);
    });

    [Fact]
    public void Its_state_goes_on_in_another() => Play((law, random) =>
    {
        var (h, y) = Codes(random);
        law.Gather(h, y);
        using var other = new CodeLaw(2, 2);
        var z = Tensor.Normal([2 * N, 2], random);
        Assert.NotEqual(law.Draw(z, y).ToArray<float>(), other.Draw(z, y).ToArray<float>());
        other.Restore(law.Capture());
        Assert.Equal(law.Draw(z, y).ToArray<float>(), other.Draw(z, y).ToArray<float>());
        using var larger = new CodeLaw(2, 3);
        Assert.Throws<FormatException>(() => larger.Restore(law.Capture()));
    });
}
