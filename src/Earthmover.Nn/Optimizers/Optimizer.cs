using Earthmover.Torch;
using Earthmover.Torch.Operators;

namespace Earthmover.Nn.Optimizers;

/// <summary>How a player's parameters move along its gradient.</summary>
public abstract record OptimizerOptions
{
    /// <summary>Step size.</summary>
    public double LearningRate { get; init; } = 1e-4;

    /// <summary>Step as on a device, on the processor too.</summary>
    internal bool AsOnDevice { get; init; }

    /// <summary>An optimizer of a network's parameters.</summary>
    public abstract Optimizer Create(FlatParameters parameters);
}

/// <summary>Moves a flat buffer of parameters along the flat buffer of gradients, in one pass.</summary>
public abstract class Optimizer : IDisposable
{
    private readonly TensorOwner _owner = new();
    private readonly SortedDictionary<string, Tensor> _state = new(StringComparer.Ordinal);

    private readonly OptimizerOptions _options;
    private long _stepCount;

    /// <summary>An optimizer of these parameters.</summary>
    protected Optimizer(FlatParameters parameters, OptimizerOptions options)
    {
        (Parameters, _options) = (parameters, options);
        if (parameters.Values.Device.IsCuda || options.AsOnDevice)
            Pace = new(parameters.Values.Device, _owner);
    }

    /// <summary>What is moved.</summary>
    public FlatParameters Parameters { get; }

    /// <summary>Steps taken.</summary>
    public long StepCount
    {
        get => _stepCount;
        set
        {
            _stepCount = value;
            Pace?.SetSteps(value);
        }
    }

    /// <summary>How much of the stage is played, 0 … 1, for settings that change over it; said before a step.</summary>
    public double Progress { get; set; }

    /// <summary>What a step reads on a device, where it waits for nothing; null on the processor.</summary>
    public DevicePace? Pace { get; }

    /// <summary>Moments by name, each of the parameters' layout [P]; saved in checkpoints.</summary>
    public IReadOnlyDictionary<string, Tensor> State => _state;

    /// <summary>Takes one step with the gradients that were written.</summary>
    /// <param name="rate">Multiplies the step size; a schedule's value.</param>
    public void Step(double rate = 1)
    {
        _stepCount++;
        SetRate(rate);
        using var scope = TensorScope.Open();
        using var pause = Autograd.Pause();
        Parameters.Move(() => Update(rate));
    }

    /// <summary>Says ahead of a recorded step how large it is; <see cref="Step"/> does it for itself.</summary>
    /// <param name="rate">Multiplies the step size.</param>
    public void SetRate(double rate) => Pace?.SetRate(_options.LearningRate * rate);

    /// <summary>Counts steps that the device has taken by itself, from a recording; negative where some were not taken after all.</summary>
    public void Count(long steps) => _stepCount += steps;

    /// <summary>True where the flat buffers are walked by <see cref="UpdateLoop"/>; elsewhere the rule is a handful of operators.</summary>
    private protected bool IsOnSpans => Pace is null && !Parameters.Values.Device.IsCuda && Parameters.Values.DType == DType.Float32;

    /// <summary>The rule.</summary>
    protected abstract void Update(double rate);

    /// <summary>A moment that starts at zero.</summary>
    protected Tensor Moment(string name)
    {
        using var scope = TensorScope.Open();
        return _state[name] = _owner.Adopt(Op.ZerosLike(Parameters.Values));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Frees the moments.</summary>
    protected virtual void Dispose(bool disposing) => _owner.Dispose();
}
