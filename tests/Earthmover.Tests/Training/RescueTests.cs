using Earthmover.Data;
using Earthmover.Data.Dealing;
using Earthmover.Games;
using Earthmover.Sessions;
using Earthmover.Torch;
using Earthmover.Torch.Files;
using Earthmover.Training;
using Earthmover.Training.Runs;

namespace Earthmover.Tests.Training;

/// <summary>A run that something ends: what was learned is saved where it is worth it, and nothing is called good that is not.</summary>
public sealed class RescueTests : Playground
{
    private static readonly string[] s_short = [.. Toy, "health_share=0"];

    private string Run => Path.Combine(Folder, "run");

    private (Exception? Failure, string? Rescued, IReadOnlyList<string> Checkpoints) Fail(
        string system, string[] settings, Action<TrainingRecord, GanSystem>? reported = null, Func<DataSet, BatchSource>? source = null)
    {
        var (recipe, data) = Resolve("gaussians-8", system, new(Steps: 20), settings);
        using var session = Session.Start(recipe, data);
        using var folder = RunFolder.Create(Run, recipe);
        using var use = session.Streams.Use();
        var batches = source?.Invoke(data) ?? session.Source;
        var watch = new Watch(record => reported?.Invoke(record, session.System));
        using var trainer = new Trainer(session.System, batches, recipe, session.Options, session.Streams, folder, null, watch);
        var failure = Record.Exception(() => trainer.Run());
        return (failure, trainer.Rescued, folder.ListCheckpoints());
    }

    // Between two steps: as good a checkpoint as any.
    [Fact]
    public void A_failure_between_steps_saves_to_the_bit()
    {
        var (failure, rescued, _) = Fail("wgan-gp", s_short, (r, _) =>
        {
            if (r.Step == 5)
                throw new IOException("the terminal went away");
        });
        Assert.Equal("the terminal went away", failure!.Message);
        Assert.EndsWith("000005.safetensors", rescued, StringComparison.Ordinal);
        Assert.False(Checkpoint.Read(rescued!).IsWithinStep);
        var resumed = Play("gaussians-8", "wgan-gp", new(Steps: 20), s_short, "run");
        Assert.Equal(Play("gaussians-8", "wgan-gp", new(Steps: 20), s_short, "straight").Hash, resumed.Hash);
    }

    // In the midst of a step some players have moved already: worth saving, and said to be so.
    [Fact]
    public void A_failure_within_a_step_saves_and_says_so()
    {
        var (failure, rescued, _) = Fail("wgan-gp", s_short,
            source: data => new Breaking(data, 10, new InvalidOperationException("a broken reader")));
        Assert.Equal("a broken reader", failure!.Message);
        var checkpoint = Checkpoint.Read(rescued!);
        Assert.True(checkpoint.IsWithinStep);
        Assert.InRange(checkpoint.Standing.Step, 1, 5);
        Assert.Equal(20, Play("gaussians-8", "wgan-gp", new(Steps: 20), s_short, "run").Standing.Step);
    }

    [Fact]
    public void Nothing_is_saved_before_anything_was_learned()
    {
        var (failure, rescued, checkpoints) = Fail("wgan-gp", s_short,
            source: data => new Breaking(data, 0, new InvalidOperationException("a broken reader")));
        Assert.Equal("a broken reader", failure!.Message);
        Assert.Null(rescued);
        Assert.Empty(checkpoints);
    }

    private sealed class Breaking(DataSet data, long at, Exception failure) : BatchSource(data, 32, 1)
    {
        public override TensorOwner Deal(long index, Device? device = null) => index == at ? throw failure : base.Deal(index, device);
    }

    // A step may be finite and lead to weights that are not.
    [Theory]
    [InlineData("generator", double.PositiveInfinity, 1)]
    [InlineData("critic", double.NaN, 3)]
    public void Weights_that_are_not_finite_are_never_saved(string network, double value, int step)
    {
        var (failure, rescued, checkpoints) = Fail("wgan-gp", [.. s_short, "checkpoint_every=1"], (r, system) =>
        {
            using var scope = TensorScope.Open();
            using var pause = Autograd.Pause();
            var weights = system.Networks[network].Parameters().First().Parameter.Value.Detach();
            if (r.Step == step)
                weights.CopyFrom(weights * 0 + value);
        });
        Assert.Contains($"networks/{network}", Assert.IsType<NotFiniteException>(failure).Message, StringComparison.Ordinal);
        Assert.Null(rescued);
        Assert.Equal(step - 1, checkpoints.Count);
        Assert.All(checkpoints, c => Assert.True(Checkpoint.IsGood(c)));
    }

    [Fact]
    public void A_checkpoint_with_an_infinite_weight_is_not_good()
    {
        Play("gaussians-8", "wgan-gp", new(Steps: 1), s_short, "run");
        var path = Path.Combine(Run, "checkpoints", "000001.safetensors");
        Assert.True(Checkpoint.IsGood(path));
        var (tensors, metadata) = Safetensors.Read(path);
        var weight = tensors.Keys.First(k => k.StartsWith("networks/generator/", StringComparison.Ordinal));
        BitConverter.TryWriteBytes(tensors[weight].Bytes, float.PositiveInfinity);
        Safetensors.Write(path, tensors, metadata);
        Assert.False(Checkpoint.IsGood(path));
        Assert.False(Checkpoint.IsGood(Path.Combine(Run, "nothing")));
    }

    [Theory]
    [InlineData(DType.Float16, 0x7C00)]
    [InlineData(DType.BFloat16, 0x7F80)]
    [InlineData(DType.BFloat16, 0xFFC0)]
    public void Infinities_of_short_types_are_seen(DType type, int bits)
    {
        byte[] Bytes(int value) => [0, 0, (byte)value, (byte)(value >> 8)];
        Assert.False(new StoredTensor(type, [2], Bytes(bits)).IsFinite);
        Assert.True(new StoredTensor(type, [2], Bytes(bits & 0x3F00)).IsFinite);
    }
}
