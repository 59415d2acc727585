using Earthmover.Torch;

namespace Earthmover.Games;

/// <summary>A number that a system's players change and a checkpoint holds: BEGAN's k.</summary>
/// <param name="value">Where it starts.</param>
public sealed class SavedNumber(double value) : ISavedState
{
    /// <summary>The number now.</summary>
    public double Value { get; set; } = value;

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, Tensor> Capture() => new Dictionary<string, Tensor> { ["value"] = Tensor.Of(Value, DType.Float64) };

    /// <inheritdoc/>
    public void Restore(IReadOnlyDictionary<string, Tensor> state) =>
        Value = state.Count == 1 && state.TryGetValue("value", out var number)
            && number.ElementCount == 1 && number.DType == DType.Float64 && double.IsFinite(number.Item())
            ? number.Item()
            : throw new FormatException("not the state of a number");
}
