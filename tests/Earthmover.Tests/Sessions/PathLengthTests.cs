using Earthmover.Data;
using Earthmover.Games;
using Earthmover.Sessions.Walks;
using Earthmover.Testing;
using Earthmover.Torch;

namespace Earthmover.Tests.Sessions;

/// <summary>Where the pieces of ways lie whose length is measured.</summary>
public sealed class PathLengthTests : LeakTest
{
    // What it makes is what it hears.
    private sealed class Echo(Latent latent, Condition condition) : ISampler
    {
        public Latent Latent => latent;

        public Condition Condition => condition;

        public Tensor Generate(Tensor z, Tensor? condition = null) => z.Clone();
    }

    [Fact]
    public void Uniform_coordinates_stay_within_their_bounds_on_a_straight_line()
    {
        using var scope = TensorScope.Open();
        var (from, to) = PathLength.Near(new Echo(new(0, 2), Condition.None), [1, 0.9f], [0.5f, 0.9f], [0.5f], Device.Cpu);
        AssertTensor.Close(Tensor.From<float>([0.75f, 0.9f], [1, 2]), from, 1e-6);
        AssertTensor.Close(Tensor.From<float>([0.725f, 0.9f], [1, 2]), to, 1e-6);
    }

    [Fact]
    public void Normal_coordinates_go_along_a_great_circle()
    {
        using var scope = TensorScope.Open();
        var (from, _) = PathLength.Near(new Echo(new(2), Condition.None), [2, 0], [0, 2], [0.5f], Device.Cpu);
        AssertTensor.Close(Tensor.From<float>([1.4142135f, 1.4142135f], [1, 2]), from, 1e-6);
    }

    [Fact]
    public void What_a_vector_chooses_stays_the_same()
    {
        using var scope = TensorScope.Open();
        var (from, to) = PathLength.Near(new Echo(new(2), new Condition.Class([1, 1])), [1, -2], [3, 2], [0.9f], Device.Cpu);
        Assert.Equal(-2, from.Select(1, 1).Item());
        Assert.Equal(-2, to.Select(1, 1).Item());
    }
}
