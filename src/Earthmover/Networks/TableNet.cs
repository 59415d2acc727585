using Earthmover.Data;
using Earthmover.Data.Tables;
using Earthmover.Nn;
using Earthmover.Nn.Layers;
using Earthmover.Torch;
using Earthmover.Torch.Operators;

namespace Earthmover.Networks;

/// <summary>Networks for rows of a table (arXiv:1907.00503), and what makes rows of their numbers.</summary>
public static class TableNet
{
    /// <summary>
    /// z [N, inputs] → [N, size]: layers of which each is put beside what it was given, Linear, batch normalization and a rectifier; then
    /// Linear. <see cref="Relax"/> or <see cref="Choose"/> makes rows of it.
    /// </summary>
    /// <param name="shape">The rows.</param>
    /// <param name="inputs">Numbers that it is given.</param>
    /// <param name="hidden">Units of each layer.</param>
    public static Module Generator(SampleShape shape, int inputs, params IReadOnlyList<int> hidden)
    {
        ArgumentNullException.ThrowIfNull(shape);
        var layers = new List<Module>();
        foreach (var units in hidden)
        {
            layers.Add(new Beside(new Sequential(new Linear(inputs, units, biases: Initializers.Default), new BatchNorm(units),
                Activation.Relu())));
            inputs += units;
        }
        return new Sequential([.. layers, new Linear(inputs, shape.Size, biases: Initializers.Default)]);
    }

    /// <summary>[N, inputs] → scores [N, 1]: Linear, a leaky rectifier and dropout for each hidden layer; then Linear.</summary>
    /// <param name="inputs">Numbers that it is given.</param>
    /// <param name="dropout">Share of units that are left out while it is trained.</param>
    /// <param name="hidden">Units of each layer.</param>
    public static Module Critic(int inputs, double dropout, params IReadOnlyList<int> hidden)
    {
        var layers = new List<Module>();
        foreach (var units in hidden)
        {
            layers.AddRange([new Linear(inputs, units, biases: Initializers.Default), Activation.LeakyRelu()]);
            if (dropout > 0)
                layers.Add(new Dropout(dropout));
            inputs = units;
        }
        return new Sequential([.. layers, new Linear(inputs, 1, biases: Initializers.Default)]);
    }

    /// <summary>Rows that can be differentiated: choices are soft, by Gumbel's trick (arXiv:1611.01144).</summary>
    /// <param name="raw">What a generator gives [N, size].</param>
    /// <param name="blocks">What its numbers are.</param>
    /// <param name="temperature">τ: the smaller, the harder the choices.</param>
    /// <param name="links">What columns see of each other; null for nothing.</param>
    /// <returns>[N, size].</returns>
    public static Tensor Relax(Tensor raw, IReadOnlyList<TableBlock> blocks, double temperature, RowLinks? links = null)
    {
        using var scope = TensorScope.Open();
        return scope.Keep(RowChoices.Relax(raw, blocks, temperature, links, Gumbel(raw), areMade: false));
    }

    /// <summary>
    /// Rows whose choices are made, and that are differentiated as if these were soft (the straight-through estimator of arXiv:1611.01144,
    /// section 2.2): a critic sees what will be written, and cannot tell a row by how soft it is.
    /// </summary>
    /// <inheritdoc cref="Relax"/>
    public static Tensor Straight(Tensor raw, IReadOnlyList<TableBlock> blocks, double temperature, RowLinks? links = null)
    {
        using var scope = TensorScope.Open();
        return scope.Keep(RowChoices.Relax(raw, blocks, temperature, links, Gumbel(raw), areMade: true));
    }

    // −log(−log u) is Gumbel's law; u never reaches its ends in float32.
    private static Tensor Gumbel(Tensor like)
    {
        using var scope = TensorScope.Open();
        var u = Tensor.Uniform(like.Shape, RandomStreams.Current["gumbel"]).Clamp(1e-20, 1 - 1e-7);
        return scope.Keep(-(-u.Log()).Log());
    }

    /// <summary>Rows as they are written: choices are made, each by a number of its own.</summary>
    /// <param name="raw">What a generator gives [N, size].</param>
    /// <param name="blocks">What its numbers are.</param>
    /// <param name="u">Uniform on [−1, 1], one for each choice [N, choices].</param>
    /// <param name="links">What columns see of each other; null for nothing.</param>
    /// <returns>[N, size].</returns>
    public static Tensor Choose(Tensor raw, IReadOnlyList<TableBlock> blocks, Tensor u, RowLinks? links = null)
    {
        using var scope = TensorScope.Open();
        return scope.Keep(RowChoices.Make(raw, blocks, links, (k, logits) => Categorical.Choose(logits, u.Narrow(1, k, 1))));
    }

    /// <summary>The same, and beside it the logits that choices were made by.</summary>
    /// <inheritdoc cref="Choose"/>
    /// <returns>Rows, then logits [2, N, size].</returns>
    public static Tensor ChooseAndTell(Tensor raw, IReadOnlyList<TableBlock> blocks, Tensor u, RowLinks? links)
    {
        using var scope = TensorScope.Open();
        var logits = new List<Tensor>();
        var rows = RowChoices.Make(raw, blocks, links, (k, own) => Categorical.Choose(own, u.Narrow(1, k, 1)),
            (_, given, _) => logits.Add(given));
        return scope.Keep(Tensor.Stack([rows, Tensor.Cat([.. logits], 1)]));
    }

    /// <summary>
    /// The cross-entropy between what a generator is told and what it chooses for that category, a tensor without axes (arXiv:1907.00503).
    /// </summary>
    /// <param name="raw">What it gives [N, size].</param>
    /// <param name="blocks">What its numbers are.</param>
    /// <param name="told">1 at the value that it is told, among those of all categories [N, values].</param>
    public static Tensor CrossEntropy(Tensor raw, IReadOnlyList<TableBlock> blocks, Tensor told)
    {
        using var scope = TensorScope.Open();
        var logs = blocks.Where(block => block.IsCategory).Select(block => Op.LogSoftmax(raw.Narrow(1, block.Start, block.Width), 1));
        return scope.Keep(-(Tensor.Cat([.. logs], 1) * told).Sum([1]).Mean());
    }

    /// <summary>How many choices rows have.</summary>
    public static int Choices(IReadOnlyList<TableBlock> blocks) => blocks.Count(block => block.Kind == BlockKind.Choice);

    // What a layer makes, and what it was given.
    private sealed class Beside : Module
    {
        private readonly Module _body;

        public Beside(Module body) => _body = Add("body", body);

        protected override Tensor Compute(Tensor x) => Tensor.Cat([_body.Forward(x), x], 1);
    }
}
