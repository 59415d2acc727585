using Earthmover.Data;
using Earthmover.Data.Dealing;
using Earthmover.Networks;
using Earthmover.Nn.Optimizers;
using Earthmover.Torch;
using Earthmover.Torch.Operators;

namespace Earthmover.Claims.Lab;

/// <summary>Which class pictures show, by a classifier that an experiment trains itself on real ones, apart from every game.</summary>
public sealed class TrainedJudge : IDisposable
{
    private const int Batch = 48, Shift = 2;

    private readonly Learner _learner;

    /// <summary>Trains it; randomness comes from the streams in use.</summary>
    /// <param name="pictures">Pictures with classes.</param>
    /// <param name="steps">Steps of 48 pictures, each moved by up to two pixels.</param>
    /// <param name="width">Channels after the first layer.</param>
    public TrainedJudge(ImageSet pictures, int steps, int width = 24)
    {
        ArgumentNullException.ThrowIfNull(pictures);
        var network = Dcgan.Critic(pictures.Shape, width, Normalization.Batch, head: new(pictures.ClassNames!.Count));
        _learner = new(network, new AdamOptions(2e-3, 0.9, 0.999));
        var source = new BatchSource(pictures, Math.Min(Batch, pictures.Count), 1);
        var moves = RandomStreams.Current["judge"];
        for (var step = 0; step < steps; step++)
        {
            using var scope = TensorScope.Open();
            using var batch = source.At(step);
            long[] by = [.. Tensor.Integers([2], (2 * Shift) + 1, moves).ToArray<long>().Select(place => place - Shift)];
            var moved = Op.Roll(batch.X, by, [2, 3]);
            _learner.Step(() => Op.CrossEntropyLoss(_learner.Map(moved), batch.Labels!), Learner.Decay(step, steps));
        }
        network.SetTraining(false);
    }

    /// <summary>Probabilities of the classes [N, K], in the innermost scope.</summary>
    /// <param name="x">Pictures [N, C, H, W] in [−1, 1].</param>
    public Tensor Probabilities(Tensor x)
    {
        using var scope = TensorScope.Open();
        return scope.Keep(Autograd.NoGrad(() => Op.Softmax(_learner.Map(x), 1)));
    }

    /// <summary>Share of pictures that show what they should.</summary>
    /// <param name="x">Pictures [N, C, H, W] in [−1, 1].</param>
    /// <param name="wanted">What each should show [N].</param>
    public double Accuracy(Tensor x, IReadOnlyList<int> wanted)
    {
        using var scope = TensorScope.Open();
        return Probabilities(x).Argmax(1).ToArray<long>().Zip(wanted).Average(pair => pair.First == pair.Second ? 1.0 : 0);
    }

    /// <inheritdoc/>
    public void Dispose() => _learner.Dispose();
}
