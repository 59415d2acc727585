using System.Text.Json;
using Earthmover.Nn.Layers;
using Earthmover.Nn.Optimizers;
using Earthmover.Torch;

namespace Earthmover.Nn.Tests.Optimizers;

public class OptimizerTests : LayerTest
{
    private static readonly Dictionary<string, OptimizerOptions> s_rules = new()
    {
        ["sgd"] = new SgdOptions(0.05),
        ["momentum"] = new SgdOptions(0.05, momentum: 0.9),
        ["rmsprop"] = new RmsPropOptions(0.01),
        ["adam"] = new AdamOptions(0.02, 0.5, 0.9),
        ["adamw"] = new AdamOptions(0.02, 0, 0.99) { WeightDecay = 0.1 },
    };

    public static TheoryData<string, DType, bool> Cases()
    {
        var cases = new TheoryData<string, DType, bool>();
        foreach (var name in s_rules.Keys)
        {
            cases.Add(name, DType.Float32, false); // the loop over vectors
            cases.Add(name, DType.Float64, false); // the operators that other types use
            cases.Add(name, DType.Float32, true); // what waits for no device
        }
        return cases;
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void What_is_frozen_stays_and_the_rest_moves_as_ever(string name, DType type, bool asOnDevice)
    {
        using var use = Streams();
        using var scope = TensorScope.Open();
        double[][] Moved(params int[] frozen)
        {
            using var network = new Sequential(new Linear(13, 1, bias: false), new Linear(1, 6, bias: false));
            network.To(Device.Cpu, type);
            var flat = network.Flat;
            flat.Freeze(frozen);
            foreach (var leaf in flat.Leaves)
                leaf.Detach().CopyFrom(Tensor.Ones(leaf.Shape, type));
            using var optimizer = (s_rules[name] with { AsOnDevice = asOnDevice }).Create(flat);
            for (var t = 0; t < 3; t++)
            {
                flat.WriteGradients([.. flat.Learned.Select(leaf => Tensor.Ones(leaf.Shape, type))]);
                optimizer.Step();
            }
            return [.. flat.Leaves.Select(leaf => leaf.Detach().To(DType.Float64).ToArray<double>())];
        }
        double[][] all = Moved(), some = Moved(0);
        Assert.All(some[0], value => Assert.Equal(1, value));
        Assert.Equal(all[1], some[1]);
        Assert.All(all[0], value => Assert.NotEqual(1, value));
    }

    // 19 numbers in two parameters, so that the padding between them takes part.
    [Theory]
    [MemberData(nameof(Cases))]
    public void Follows_the_path_of_LibTorch(string name, DType type, bool asOnDevice)
    {
        using var use = Streams();
        using var scope = TensorScope.Open();
        using var golden = JsonDocument.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "golden", "optimizers.json")));
        var expected = golden.RootElement.GetProperty(name).EnumerateArray().Select(e => e.GetDouble()).ToArray();
        using var network = new Sequential(new Linear(13, 1, bias: false), new Linear(1, 6, bias: false));
        network.To(Device.Cpu, type);
        var flat = network.Flat;
        long[] counts = [13, 6];
        Write(i => flat.Leaves[i].Detach(), Math.Cos);
        using var optimizer = (s_rules[name] with { AsOnDevice = asOnDevice }).Create(flat);
        for (var t = 0; t < golden.RootElement.GetProperty("steps").GetInt32(); t++)
        {
            Write(i => flat.Part(flat.Gradients, i), i => Math.Sin(0.7 * i + 0.9 * t) * (1 + i / 7));
            optimizer.Step();
        }
        var actual = flat.Leaves.SelectMany(leaf => leaf.Detach().To(DType.Float64).ToArray<double>()).ToArray();
        var worst = expected.Zip(actual, (e, a) => Math.Abs(e - a)).Max();
        Assert.True(worst < (type == DType.Float64 ? 1e-12 : 2e-6), $"off by {worst:g3}");
        // Nothing was written between the parameters.
        Assert.Equal(actual.Sum(Math.Abs), flat.Values.Abs().To(DType.Float64).Sum().Item(), 1e-5);

        void Write(Func<int, Tensor> target, Func<double, double> value)
        {
            for (int i = 0, start = 0; i < counts.Length; start += (int)counts[i++])
            {
                double[] values = [.. Enumerable.Range(start, (int)counts[i]).Select(k => value(k))];
                target(i).CopyFrom(Tensor.From<double>(values, counts[i]).Reshape(target(i).Shape));
            }
        }
    }

    [Theory]
    [InlineData("momentum")]
    [InlineData("rmsprop")]
    [InlineData("adamw")]
    public void On_a_device_nothing_moves_after_a_halt_and_steps_are_counted_there(string name)
    {
        using var use = Streams();
        using var scope = TensorScope.Open();
        using var network = new Linear(3, 1);
        using var optimizer = (s_rules[name] with { AsOnDevice = true }).Create(network.Flat);
        void Step(double gradient)
        {
            network.Flat.WriteGradients([Tensor.Ones([1, 3]) * gradient, null]);
            optimizer.Step(rate: 0.5);
        }
        float[] Values() => network.Flat.Values.ToArray<float>();
        var start = Values();
        Step(1);
        var moved = Values();
        Assert.NotEqual(start, moved);
        optimizer.Pace!.Obey(Tensor.Ones([1]));
        Step(double.NaN);
        Step(1);
        Assert.Equal(moved, Values());
        Assert.All(optimizer.State.Values, moment => Assert.True(double.IsFinite(moment.Sum().Item())));
        Assert.Equal(3, optimizer.StepCount);
        optimizer.StepCount = 7;
        Assert.Equal(7, optimizer.Pace.Steps.Item());
    }

    [Fact]
    public void The_rate_scales_the_step_and_the_state_has_the_layout_of_the_parameters()
    {
        using var use = Streams();
        using var scope = TensorScope.Open();
        using var network = new Linear(3, 1);
        using var optimizer = new SgdOptions(1, momentum: 0.5).Create(network.Flat);
        network.Flat.WriteGradients([Tensor.Ones([1, 3]), null]);
        var before = network.Flat.Leaves[0].Detach().ToArray<float>();
        optimizer.Step(rate: 0.25);
        Assert.Equal(before.Select(x => x - 0.25f), network.Flat.Leaves[0].Detach().ToArray<float>());
        Assert.Equal(["velocity"], optimizer.State.Keys);
        Assert.Equal(network.Flat.Values.Shape, optimizer.State["velocity"].Shape);
        Assert.Equal(1, optimizer.StepCount);
    }

    [Fact]
    public void Schedules_at_their_corners()
    {
        Assert.Equal(1, Schedule.Constant(0.7));
        var linear = Schedule.LinearToZero(0.5);
        Assert.Equal([1, 1, 0.5, 0], new[] { 0, 0.5, 0.75, 1 }.Select(linear));
        Assert.Equal([1, 0.5, 0], new[] { 0, 0.5, 1 }.Select(Schedule.LinearToZero()));
        var cosine = Schedule.Cosine(floor: 0.2);
        Assert.Equal(1, cosine(0));
        Assert.Equal(0.6, cosine(0.5), 12);
        Assert.Equal(0.2, cosine(1), 12);
        Assert.Throws<ArgumentOutOfRangeException>(() => Schedule.LinearToZero(1));
    }
}
