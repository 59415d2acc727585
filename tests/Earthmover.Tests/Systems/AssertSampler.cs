using Earthmover.Games;
using Earthmover.Testing;
using Earthmover.Torch;

namespace Earthmover.Tests.Systems;

/// <summary>What systems that are told a class have in common.</summary>
internal static class AssertSampler
{
    /// <summary>A class, for one sample.</summary>
    public static Tensor Of(long k) => Tensor.From<long>([k], [1]);

    /// <summary>Where no class is given, the last latent number stands for one.</summary>
    /// <param name="system">The system.</param>
    /// <param name="expected">Numbers, and the classes that they stand for.</param>
    public static void ChoosesByTheLastNumber(ISampler system, params (float Last, long Class)[] expected)
    {
        using var scope = TensorScope.Open();
        var z = system.Latent.Sample(3);
        foreach (var (last, k) in expected)
        {
            var chosen = Tensor.Cat([z.Narrow(1, 0, z.Size(1) - 1), Tensor.Ones([3, 1]) * last], 1);
            AssertTensor.Close(system.Generate(z, Tensor.From<long>([k, k, k], [3])), system.Generate(chosen), 0);
        }
    }

    /// <summary>Of one latent vector two classes make two samples.</summary>
    public static void HearsTheClass(ISampler system)
    {
        using var scope = TensorScope.Open();
        var z = system.Latent.Sample(1);
        Assert.True((system.Generate(z, Of(0)) - system.Generate(z, Of(1))).Abs().Sum().Item() > 0);
    }
}
