using Earthmover.Data;
using Earthmover.Games;
using Earthmover.Networks;
using Earthmover.Onnx;
using Earthmover.Torch;
using Earthmover.Torch.Operators;
using Earthmover.Training;

namespace Earthmover.Sessions.Walks;

/// <summary>
/// What says what samples show, p(y | x), while a chain climbs: the run's own classifier, that of another run, or the one of garments that
/// ships with this program.
/// </summary>
public sealed class ConditionNetwork : IDisposable
{
    private readonly Func<Tensor, Tensor> _classify;
    private readonly SampleSpec _made;
    private readonly SampleShape _taken;
    private readonly FashionClassifier? _shipped;

    private ConditionNetwork(string name, SampleSpec made, SampleShape taken, IReadOnlyList<string> classes, Func<Tensor, Tensor> classify,
        FashionClassifier? shipped = null) =>
        (Name, _made, _taken, Classes, _classify, _shipped) = (name, made, taken, classes, classify, shipped);

    /// <summary>What it is, for people.</summary>
    public string Name { get; }

    /// <summary>Names of its classes [K].</summary>
    public IReadOnlyList<string> Classes { get; }

    /// <summary>The network that is to judge samples of a run.</summary>
    /// <param name="run">The run.</param>
    /// <param name="other">Another run that tells classes; null takes the run itself, or else what ships, where it knows such
    /// pictures.</param>
    /// <exception cref="UserException">There is none that could.</exception>
    public static ConditionNetwork Of(TrainedRun run, TrainedRun? other)
    {
        ArgumentNullException.ThrowIfNull(run);
        if ((other ?? run).System is IClassifier classifier)
        {
            var judge = other ?? run;
            if (judge.Spec.Shape.GetType() != run.Spec.Shape.GetType())
                throw new UserException($"{judge.Recipe.System} tells classes of {judge.Spec.Kind}, and this run makes {run.Spec.Kind}");
            var count = judge.Spec.ClassShares?.Length ?? 0;
            var names = judge.Spec.Classes ?? [.. Enumerable.Range(0, count).Select(k => $"{k}")];
            return new($"the classifier of {judge.Recipe.System}", run.Spec, judge.Spec.Shape, names,
                x => classifier.Classify(x.To(judge.Device)).To(run.Device));
        }
        if (other is not null)
            _ = other.Ability<IClassifier>();
        if (run.Spec.Shape is not SampleShape.Image { Shape: var shape } || shape != FashionClassifier.Shape
            || run.Spec.Classes?.All(FashionClassifier.Classes.Contains) != true)
            throw new UserException($"{run.Entry.Name} tells no classes, and what ships with this program knows garments alone; "
                + "name a run that does with --classifier");
        var shipped = FashionClassifier.Load();
        shipped.To(run.Device);
        return new("the classifier of garments that ships", run.Spec, run.Spec.Shape, FashionClassifier.Classes,
            x => Op.Softmax(shipped.Forward(x), 1), shipped);
    }

    /// <summary>The number of a class, from its name or number.</summary>
    /// <exception cref="UserException">There is none.</exception>
    public int ClassOf(string wanted) => new ClassCard(Classes.Count, Classes).Find(wanted)
        ?? throw new UserException($"there is no class '{wanted}' of {Name}; use a number from 0 to {Classes.Count - 1} "
            + $"or a name: {string.Join(", ", Classes.Take(20))}{(Classes.Count > 20 ? ", …" : "")}");

    /// <summary>Probability of a class.</summary>
    /// <param name="x">Samples of the run [N, …].</param>
    /// <param name="label">Number of the class.</param>
    /// <returns>[N].</returns>
    public Tensor Probability(Tensor x, int label) => TensorScope.Run(() => _classify(Fitted(x)).Select(1, label));

    // Pictures in the size and colors that it has learned from.
    private Tensor Fitted(Tensor x)
    {
        if (_taken == _made.Shape
            || _taken is not SampleShape.Image { Shape: var taken } || _made.Shape is not SampleShape.Image { Shape: var made })
            return x;
        if (made.Channels != taken.Channels)
            x = taken.Channels == 1 ? x.Mean([1], keep: true) : x.Expand([x.Size(0), taken.Channels, made.Height, made.Width]);
        return Op.UpsampleBilinear2d(x, [taken.Height, taken.Width], align_corners: false);
    }

    /// <inheritdoc/>
    public void Dispose() => _shipped?.Dispose();
}
