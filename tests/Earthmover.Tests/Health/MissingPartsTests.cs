using Earthmover.Health;
using Earthmover.Testing;
using Earthmover.Torch;

namespace Earthmover.Tests.Health;

/// <summary>"Part of the data is not generated at all" is said only where two tests agree.</summary>
public sealed class MissingPartsTests : LeakTest
{
    private const int Count = 512;

    // Three classes in the plane around (0, 0), (4, 0), (0, 4).
    private static (Tensor X, Tensor Labels) Classes(int count, int seed, int[] of, double width = 0.5)
    {
        var random = new Random(seed);
        var (values, labels) = (new float[2 * count], new long[count]);
        for (var i = 0; i < count; i++)
        {
            var k = of[i % of.Length];
            labels[i] = k;
            values[2 * i] = (float)((k == 1 ? 4 : 0) + width * (random.NextDouble() + random.NextDouble() - 1));
            values[(2 * i) + 1] = (float)((k == 2 ? 4 : 0) + width * (random.NextDouble() + random.NextDouble() - 1));
        }
        return (Tensor.From<float>(values, [count, 2]), Tensor.From<long>(labels, [count]));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void The_second_test_finds_what_is_missing_and_nothing_else(bool labeled)
    {
        using var scope = TensorScope.Open();
        var (x, labels) = Classes(Count, 1, [0, 1, 2]);
        using var landmarks = new Landmarks(x, labeled ? labels : null);
        Assert.Equal(0, landmarks.MissingAgain(Classes(2 * Count, 2, [0, 1, 2]).X));
        Assert.InRange(landmarks.MissingAgain(Classes(2 * Count, 3, [0, 2]).X), 0.2, 0.45);
        Assert.InRange(landmarks.MissingAgain(Classes(2 * Count, 4, [1]).X), 0.5, 0.75);
    }

    // Samples that are narrower than the data leave its outer clusters empty, and are of every class.
    [Fact]
    public void A_run_that_makes_every_class_is_not_told_that_parts_are_missing()
    {
        using var scope = TensorScope.Open();
        var (x, labels) = Classes(Count, 1, [0, 1, 2]);
        using var landmarks = new Landmarks(x, labels);
        var narrow = Classes(Count, 5, [0, 1, 2], 0.02).X;
        Assert.True(landmarks.Compare(narrow).MissingMass > 0.2);
        Assert.Equal(0, landmarks.MissingAgain(narrow));
    }

    [Theory]
    [InlineData(0.3, 0.3, true)]
    [InlineData(0.3, 0.1, false)]
    [InlineData(0.1, 0.3, false)]
    public void Both_must_agree(double first, double second, bool said)
    {
        foreach (var signal in new[] { Signals.MissingMass, Signals.MissingClasses, Signals.MissingModes })
        {
            Reading reading = new(1, new Dictionary<string, double>
            {
                [signal.Name] = first,
                [Signals.MissingAgain.Name] = second,
                [Signals.OffData.Name] = 0.1,
            });
            Assert.Equal(said, Rules.Judge([reading, reading, reading]).Findings.Any(f => f.Rule == "mode-collapse-partial"));
        }
    }
}
