using Earthmover.Data;
using Earthmover.Data.Tables;
using Earthmover.Games;
using Earthmover.Networks;
using Earthmover.Nn.Optimizers;
using Earthmover.Systems;
using Earthmover.Testing;
using Earthmover.Torch;
using Earthmover.Torch.Operators;

namespace Earthmover.Tests.Systems;

/// <summary>How numbers of a network become rows of a table.</summary>
public sealed class TableGanTests : LeakTest
{
    // A number that counts while the first of two is chosen, and a category of three.
    private static readonly TableBlock[] s_blocks =
    [
        new(0, 1, BlockKind.Number), new(1, 2, BlockKind.Choice) { Opens = 1, Shares = [1, 1] },
        new(3, 3, BlockKind.Choice) { Shares = [1, 2, 1], IsCategory = true },
    ];

    [Fact]
    public void Choices_are_made_as_often_as_the_network_says()
    {
        using var streams = new RandomStreams(1);
        using var use = streams.Use();
        using var scope = TensorScope.Open();
        const int n = 4000;
        // Odds of 1 : 3, and of 1 : 2 : 5.
        float[] one = [0.7f, 0, MathF.Log(3), 0, MathF.Log(2), MathF.Log(5)];
        var raw = Tensor.From<float>([.. Enumerable.Repeat(one, n).SelectMany(v => v)], [n, 6]);
        var rows = TableNet.Choose(raw, s_blocks, new Latent(0, 2).Sample(n)).ToArray<float>();
        double Share(int place) => Enumerable.Range(0, n).Count(i => rows[i * 6 + place] == 1) / (double)n;
        Assert.Equal(0.25, Share(1), 0.03);
        Assert.Equal([0.125, 0.25, 0.625], new[] { Share(3), Share(4), Share(5) }, (a, b) => Math.Abs(a - b) < 0.03);
        for (var i = 0; i < n; i++)
        {
            Assert.Equal(rows[i * 6 + 1] == 1 ? 0.7f : 0, rows[i * 6]);
            Assert.Equal(1, rows[(i * 6 + 3)..(i * 6 + 6)].Sum());
        }
        // Soft ones have the same odds, whatever the temperature.
        var soft = TableNet.Relax(raw, s_blocks, 0.1).ToArray<float>();
        Assert.Equal(0.625, Enumerable.Range(0, n).Count(i => soft[i * 6 + 5] > 0.5) / (double)n, 0.03);
        Assert.All(Enumerable.Range(0, n), i => Assert.Equal(1, soft[(i * 6 + 3)..(i * 6 + 6)].Sum(), 1e-5));
    }

    [Fact]
    public void The_cross_entropy_is_that_of_the_told_category()
    {
        using var scope = TensorScope.Open();
        var raw = Tensor.From<float>([9, 9, 9, 0, MathF.Log(2), MathF.Log(5)], [1, 6]);
        foreach (var (told, share) in new[] { (0, 1 / 8.0), (2, 5 / 8.0) })
        {
            var y = new float[3];
            y[told] = 1;
            Assert.Equal(-Math.Log(share), TableNet.CrossEntropy(raw, s_blocks, Tensor.From<float>(y, [1, 3])).Item(), 1e-5);
        }
    }

    [Fact]
    public void A_row_follows_from_its_latent_vector()
    {
        using var streams = new RandomStreams(1);
        using var use = streams.Use();
        using var scope = TensorScope.Open();
        using var system = new TableGan(new(new SampleShape.Table(s_blocks)), new() { Width = 8, LatentSize = 5 });
        // Two choices of each of eight candidates, and one between these.
        Assert.Equal(new Latent(40, 17), system.Latent);
        foreach (var network in system.Networks.Values)
            network.SetTraining(false);
        var z = system.Latent.Sample(16);
        var all = system.Generate(z).ToArray<float>();
        Assert.Equal(all, system.Generate(z).ToArray<float>());
        Assert.Equal(all[^6..], system.Generate(z.Narrow(0, 15, 1)).ToArray<float>(), (a, b) => Math.Abs(a - b) < 1e-5);
    }

    [Theory]
    [InlineData(BlockKind.Number)]
    [InlineData(BlockKind.Bounded)]
    public void Choices_soft_and_made_have_the_gradient_of_soft_ones(BlockKind kind)
    {
        // A gated number, a category, a number alone, another category.
        TableBlock[] blocks =
        [
            new(0, 1, kind), new(1, 3, BlockKind.Choice) { Opens = 2, Shares = [1, 1, 1] },
            new(4, 3, BlockKind.Choice) { Shares = [1, 2, 1], IsCategory = true },
            new(7, 1, kind), new(8, 2, BlockKind.Choice) { Shares = [1, 1], IsCategory = true },
        ];
        using var streams = new RandomStreams(1);
        using var use = streams.Use();
        using var scope = TensorScope.Open();
        const int n = 7, size = 10;
        const double temperature = 0.7;
        using var links = new RowLinks(size, 4);
        var stream = streams["test"];
        links.Into.Detach().CopyFrom(Tensor.Normal([4, size], stream));
        Tensor raw = Tensor.Normal([n, size], stream).RequireGrad(), noise = Tensor.Normal([n, size], stream);
        var weights = Tensor.Normal([n, size], stream);
        foreach (var (some, areMade) in new[] { (null, true), (links, true), (null, false), (links, false) })
        {
            // As one would write it: the choice, and the soft one less its own value.
            var k = 0;
            int[] starts = [1, 4, 8];
            var plain = RowChoices.Make(raw, blocks, some, (_, logits) =>
            {
                var soft = Op.Softmax((logits + noise.Narrow(1, starts[k++], logits.Size(1))) / temperature, 1);
                var made = Op.OneHot(soft.Argmax(1), logits.Size(1)).To(soft.DType);
                return areMade ? made + (soft - soft.Detach()) : soft;
            });
            var straight = RowChoices.Relax(raw, blocks, temperature, some, noise, areMade);
            Assert.Equal(plain.ToArray<float>(), straight.ToArray<float>(), (a, b) => Math.Abs(a - b) < 1e-6);
            Tensor[] leaves = some is null ? [raw] : [raw, links.From, links.Into];
            var expected = Autograd.Gradients((plain * weights).Sum(), leaves);
            var found = Autograd.Gradients((straight * weights).Sum(), leaves);
            Assert.All(expected.Zip(found), pair => Assert.Equal(pair.First!.ToArray<float>(), pair.Second!.ToArray<float>(),
                (a, b) => Math.Abs(a - b) < 1e-5));
            Assert.Contains(found[0]!.ToArray<float>(), v => v != 0);
        }
    }

    [Fact]
    public void A_run_of_before_has_neither_links_nor_a_closing()
    {
        using var streams = new RandomStreams(1);
        using var use = streams.Use();
        using var scope = TensorScope.Open();
        var silent = TableGan.Entry.Complete(new Dictionary<string, string>());
        var options = OptionBinder.With(new TableGan.Options { Width = 8, LatentSize = 5 }, silent);
        using var system = new TableGan(new(new SampleShape.Table(s_blocks)), (TableGan.Options)options);
        Assert.Equal(["generator", "critic"], system.Networks.Keys);
        Assert.Equal(new Latent(5, 2), system.Latent);
        Assert.Empty(system.States);
        Assert.Single(system.Stages);
    }

    [Fact]
    public void Shifts_bring_choices_to_the_shares_of_the_data()
    {
        using var streams = new RandomStreams(1);
        using var use = streams.Use();
        using var scope = TensorScope.Open();
        using var marginals = new Marginals(new SampleShape.Table(s_blocks));
        // Odds that differ from row to row, and are far from the shares of 1 : 1 and 1 : 2 : 1.
        var raw = Tensor.Normal([500, 6], streams["test"]) * 2 + Tensor.From<float>([0, 2, 0, -1, 0, 3], [6]);
        using var adam = new AdamOptions(0.05, 0, 0.99).Create(marginals.Flat);
        for (var step = 0; step < 300; step++)
        {
            using var turn = TensorScope.Open();
            var loss = marginals.Loss(marginals.Forward(raw));
            marginals.Flat.WriteGradients(Autograd.Gradients(loss, marginals.Flat.Leaves));
            adam.Step(1 - step / 300.0);
        }
        var shifted = marginals.Forward(raw);
        float[] Mean(int from, int width) => Op.Softmax(shifted.Narrow(1, from, width), 1).Mean([0]).ToArray<float>();
        Assert.Equal([0.5f, 0.5f], Mean(1, 2), (a, b) => Math.Abs(a - b) < 0.005);
        Assert.Equal([0.25f, 0.5f, 0.25f], Mean(3, 3), (a, b) => Math.Abs(a - b) < 0.005);
        // A number is not moved.
        Assert.Equal(raw.Narrow(1, 0, 1).ToArray<float>(), shifted.Narrow(1, 0, 1).ToArray<float>());
    }

    [Theory]
    [InlineData(300, "r1?gamma=1&every=4")]
    [InlineData(1500, "r1?gamma=0.52&every=4")]
    [InlineData(40_000, "r1?gamma=0.03&every=4")]
    public void A_critic_of_fewer_rows_is_held_tighter(int rows, string expected)
    {
        TableField field = new() { Name = "x", Kind = FieldKind.Number };
        var table = new TableSet("t", [field], [[.. Enumerable.Range(0, rows).Select(i => i / 7.0)]]);
        var options = (TableGan.Options)SystemCatalog.DefaultsOf(TableGan.Entry, table).Options;
        Assert.Equal(expected, OptionBinder.ToText(options)["constraint"]);
    }
}
