namespace Earthmover.Health;

/// <summary>What one look at a run measured: values of signals, those that could be measured.</summary>
/// <param name="Step">Steps played when it was taken.</param>
/// <param name="Values">Values by the signal's name.</param>
public sealed record Reading(long Step, IReadOnlyDictionary<string, double> Values)
{
    /// <summary>A value; NaN where it was not measured, which satisfies no bound.</summary>
    public double this[Signal signal] => Values.TryGetValue(signal.Name, out var value) ? value : double.NaN;

    /// <summary>The same reading with one more value, if that is finite.</summary>
    public Reading And(Signal signal, double value) => double.IsFinite(value)
        ? this with { Values = new Dictionary<string, double>(Values) { [signal.Name] = value } }
        : this;

    /// <summary>
    /// Distributions by name: <c>weights</c> of the critic; its slopes by the kind of point, <c>slope_real</c>, <c>slope_fake</c>,
    /// <c>slope_between</c>, <c>slope_coupled</c>.
    /// </summary>
    public IReadOnlyDictionary<string, Histogram> Histograms { get; init; } = new Dictionary<string, Histogram>();

    /// <summary>Norm of the critic's gradient at the output of each layer with a bias, from the input on.</summary>
    public IReadOnlyList<double> LayerGradients { get; init; } = [];
}

/// <summary>Values on their way into a reading; what is not finite is left out.</summary>
internal sealed class Values : Dictionary<string, double>
{
    public Dictionary<string, Histogram> Histograms { get; } = [];

    public IReadOnlyList<double> LayerGradients { get; set; } = [];

    public double this[Signal signal]
    {
        get => TryGetValue(signal.Name, out var value) ? value : double.NaN;
        set
        {
            if (double.IsFinite(value))
                this[signal.Name] = value;
        }
    }
}
