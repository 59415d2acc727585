using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using Xunit;

namespace Earthmover.Transport.Tests;

/// <summary>The guide shows examples that compile and run, because it shows <see cref="GuideExamples"/>.</summary>
public sealed class GuideTests
{
    private static readonly string _folder = Path.GetDirectoryName(Here())!;

    [Fact]
    public void Every_example_of_the_guide_is_one_that_is_compiled_here()
    {
        var source = File.ReadAllText(Path.Combine(_folder, "GuideExamples.cs"));
        var compiled = Regex.Matches(source, @"#region \w+\n(.*?)\n *#endregion", RegexOptions.Singleline)
            .Select(m => Dedent(m.Groups[1].Value)).ToList();
        var guide = File.ReadAllText(Path.Combine(_folder, "..", "..", "docs", "guide", "transport.md"));
        var shown = Regex.Matches(guide, @"```csharp\n(.*?)\n```", RegexOptions.Singleline).Select(m => m.Groups[1].Value).ToList();
        Assert.Equal(compiled.Order(StringComparer.Ordinal), shown.Order(StringComparer.Ordinal));
        Assert.All(shown, example => Assert.InRange(example.Split('\n').Length, 3, 6));
    }

    [Fact]
    public void Every_helper_has_an_example()
    {
        var guide = File.ReadAllText(Path.Combine(_folder, "..", "..", "docs", "guide", "transport.md"));
        string[] others = ["BatchTransport", "ExactTransport.Solve", "KernelDiscrepancy.KernelInceptionDistance",
            "MixtureDivergences.KullbackLeibler", "Clustering.KMedians", "OtMeans.Fit"];
        var helpers = typeof(Ot).GetMethods().Where(m => m.IsStatic).Select(m => "Ot." + m.Name).Distinct().Concat(others);
        Assert.All(helpers, name => Assert.Contains(name + "(", guide, StringComparison.Ordinal));
    }

    [Fact]
    public void The_examples_run()
    {
        var (samples, data) = (Samples.Gaussian(1, 500, 2), Samples.Gaussian(2, 500, 2, 1, 1));
        var (x, y) = (Samples.Cloud(samples, 2), Samples.Cloud(data, 2, "y"));
        var w1 = GuideExamples.Solve(samples, data);
        Assert.InRange(w1, 1.3, 1.6);
        Assert.InRange(GuideExamples.Wasserstein(x, y), w1, 2);
        Assert.InRange(GuideExamples.Emd(x, y, Samples.Weights(3, 500)), 1.5, 2.5);
        Assert.Equal(Math.Pow(Ot.Wasserstein(x, y, 2), 2), GuideExamples.Problem(x, y, default), 1e-9);
        Assert.Equal(1.5, GuideExamples.Matrix(), 1e-12);
        Assert.InRange(GuideExamples.Batch(samples[..128], data[..128]), 1, 2);
        Assert.Equal(5, GuideExamples.Line(), 1e-12);
        Assert.InRange(GuideExamples.Sliced(x, y), 0.9, 1.2);
        Assert.InRange(GuideExamples.Sinkhorn(x, y), 0.8, w1 + 0.1);
        double[] scoresX = [.. Enumerable.Range(0, 500).Select(i => -x[i, 0])],
            scoresY = [.. Enumerable.Range(0, 500).Select(i => -y[i, 0])];
        Assert.InRange(GuideExamples.Critic(x, y, scoresX, scoresY), 0.8, w1);
        Assert.InRange(GuideExamples.Frechet(x, y), 1.5, 2.5);
        Assert.InRange(GuideExamples.Kernel(x, y), 1, 20);
        Assert.InRange(GuideExamples.Mixtures(), 0.02, 0.06);
        Assert.InRange(GuideExamples.Centers(y), 0.1, 0.5);
    }

    private static string Dedent(string text) =>
        string.Join('\n', text.Split('\n').Select(line => line.Length >= 8 ? line[8..] : line.TrimStart()));

    private static string Here([CallerFilePath] string path = "") => path;
}
