using Earthmover.Data;
using Earthmover.Data.Dealing;
using Earthmover.Metrics;
using Earthmover.Networks;
using Earthmover.Nn;
using Earthmover.Nn.Optimizers;
using Earthmover.Torch;
using Earthmover.Torch.Operators;

namespace Earthmover.Claims.Lab;

/// <summary>
/// A classifier that is trained for an experiment and takes no part in it: other weights and another seed than any network that a
/// game has seen, and other layers than the classifiers that ship.
/// </summary>
public sealed class ApartJudge : IDisposable
{
    private const int Batch = 64, Classes = 10;

    private readonly Module _network;

    /// <summary>Trains it.</summary>
    /// <param name="data">Pictures with ten classes.</param>
    /// <param name="steps">Batches of 64.</param>
    /// <param name="seed">Of its weights and of the order of the pictures.</param>
    /// <param name="progress">Told the share that is done.</param>
    public ApartJudge(ImageSet data, int steps, long seed, Action<double>? progress = null)
    {
        ArgumentNullException.ThrowIfNull(data);
        using var streams = new RandomStreams(seed ^ 0x6a75646765);
        using var use = streams.Use();
        using var scope = TensorScope.Open();
        _network = Compact.Critic(data.Shape, head: new(Outputs: Classes));
        using var adam = new AdamOptions(2e-3, 0.9, 0.999).Create(_network.Flat);
        var source = new BatchSource(data, Batch, seed + 1);
        for (var step = 0; step < steps; step++)
        {
            using var turn = TensorScope.Open();
            using var batch = source.At(step);
            var loss = Op.CrossEntropyLoss(_network.Forward(batch.X), batch.Labels!);
            _network.Flat.WriteGradients(Autograd.Gradients(loss, _network.Flat.Leaves));
            adam.Step(1 - step / (double)steps);
            progress?.Invoke(step / (double)steps);
        }
        _network.SetTraining(false);
    }

    /// <summary>Share of the pictures that show what they should.</summary>
    /// <param name="pictures">Pictures of the size that it knows.</param>
    /// <param name="wanted">What each should show.</param>
    public double Accuracy(ImageSet pictures, IReadOnlyList<int> wanted)
    {
        using var scope = TensorScope.Open();
        var named = LinearProbe.Features(pictures, _network.Forward).Argmax(1).ToArray<long>();
        return named.Zip(wanted).Average(pair => pair.First == pair.Second ? 1.0 : 0);
    }

    /// <summary>Features of pictures, before its logits.</summary>
    /// <param name="pictures">Pictures of the size that it knows.</param>
    public FeatureSet Extract(ImageSet pictures)
    {
        ArgumentNullException.ThrowIfNull(pictures);
        using var scope = TensorScope.Open();
        var h = LinearProbe.Features(pictures, x => CriticHead.Features(_network, x));
        return new(h.ToArray<float>(), pictures.Count, (int)h.Size(1), "apart");
    }

    /// <inheritdoc/>
    public void Dispose() => _network.Dispose();
}
