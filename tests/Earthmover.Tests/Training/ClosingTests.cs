using Earthmover.Torch;
using Earthmover.Training;
using Earthmover.Training.Runs;

namespace Earthmover.Tests.Training;

/// <summary>A stage that begins with averaged generators, which then stay.</summary>
public sealed class ClosingTests : Playground
{
    private static readonly string[] s_small =
        ["width=8", "latent_size=4", "links=4", "batch=32", "average_images=500", "average_ramp_up=1", "health_share=0"];

    private float[] Of(string prefix, string run)
    {
        using var scope = TensorScope.Open();
        using var folder = RunFolder.Open(Path.Combine(Folder, run));
        return [.. Checkpoint.Read(folder.ListCheckpoints()[^1]).Tensors
            .Where(tensor => tensor.Key.StartsWith(prefix, StringComparison.Ordinal))
            .OrderBy(tensor => tensor.Key, StringComparer.Ordinal).SelectMany(tensor => tensor.Value.ToTensor().ToArray<float>())];
    }

    [Fact]
    public void Generators_become_their_averages_and_stay()
    {
        // Half of it is played, and half comes after.
        Play("people?n=300", "table", new(Steps: 40), [.. s_small, "closing=0.5"], "closed");
        Play("people?n=300", "table", new(Steps: 20), [.. s_small, "closing=0"], "open");
        var (closed, open) = (Of("networks/links/", "closed"), Of("networks/links/", "open"));
        Assert.Equal(Of("average/1/", "closed"), closed, (a, b) => Math.Abs(a - b) < 1e-6);
        Assert.NotEqual(Of("average/1/", "open"), open);
        Assert.Contains(Of("networks/marginals/", "closed"), shift => shift != 0);
    }

    [Fact]
    public void A_run_that_is_stopped_in_the_second_stage_goes_on_to_the_bit()
    {
        string[] settings = [.. s_small, "closing=0.5"];
        var whole = Play("people?n=300", "table", new(Steps: 20), settings, "whole");
        foreach (var (at, name) in new[] { (6, "early"), (14, "late") })
        {
            Assert.Equal(Ending.Stopped, Play("people?n=300", "table", new(Steps: 20), [.. settings, "report_every=1"], name, at).Ending);
            Assert.Equal(whole.Hash, Play("people?n=300", "table", new(Steps: 20), [.. settings, "report_every=1"], name).Hash);
        }
    }
}
