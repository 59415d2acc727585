namespace Earthmover.Torch.Tracing;

/// <summary>A tensor that a traced function met.</summary>
/// <param name="Type">Its element type.</param>
/// <param name="Shape">Lengths of its axes.</param>
/// <param name="Values">Its elements as bytes in row order where they do not depend on the inputs; null where they do.</param>
/// <param name="Name">What it was called by who began the trace, e.g. <c>generator.0.weight</c>; null where nobody named it.</param>
// A class, compared by reference: two tensors of one shape are two.
public sealed class TracedTensor(DType Type, long[] Shape, byte[]? Values, string? Name)
{
    /// <summary>Its element type.</summary>
    public DType Type { get; } = Type;

    /// <summary>Lengths of its axes.</summary>
    public IReadOnlyList<long> Shape { get; } = Shape;

    /// <summary>Its elements as bytes in row order where they do not depend on the inputs; null where they do.</summary>
    public byte[]? Values { get; } = Values;

    /// <summary>What it was called by who began the trace; null where nobody named it.</summary>
    public string? Name { get; } = Name;
}

/// <summary>A call of an operator whose result depends on the inputs.</summary>
/// <param name="Name">LibTorch's name, e.g. <c>conv2d</c>.</param>
/// <param name="Overload">Its overload, e.g. <c>Scalar</c>; empty for the first.</param>
/// <param name="Arguments">
/// In the order of the schema, defaults included: <c>null</c>, <c>long</c>, <c>double</c>, <c>bool</c>, <c>string</c>,
/// <see cref="TracedTensor"/>, or an array of <c>long</c>, <c>double</c> or <see cref="TracedTensor"/>.
/// </param>
/// <param name="Results">What it made.</param>
public sealed record TracedOperator(string Name, string Overload, IReadOnlyList<object?> Arguments, IReadOnlyList<TracedTensor> Results)
{
    /// <summary>Name and overload, as in <c>operators.txt</c>: <c>add.Tensor</c>.</summary>
    public string FullName => Overload.Length == 0 ? Name : $"{Name}.{Overload}";
}

/// <summary>The operators that a function of tensors called, one after another: what an exporter writes down again.</summary>
/// <remarks>
/// It is taken where every operator passes, at the boxed call, so that it sees what networks do and needs to know none. What does not
/// depend on the inputs has been computed when it is met, and stands in the trace as a constant. Kernels of ours take the form of
/// LibTorch's own operators while a trace is taken, equal up to rounding.
/// </remarks>
public sealed class OperatorTrace
{
    internal OperatorTrace(IReadOnlyList<TracedTensor> inputs, IReadOnlyList<TracedOperator> operators, TracedTensor result) =>
        (Inputs, Operators, Result) = (inputs, operators, result);

    /// <summary>The tensors that the function was traced with, in the order in which they were given.</summary>
    public IReadOnlyList<TracedTensor> Inputs { get; }

    /// <summary>The calls whose results depend on the inputs, in their order.</summary>
    public IReadOnlyList<TracedOperator> Operators { get; }

    /// <summary>What the function returned; one of the inputs, or of the results, or a constant.</summary>
    public TracedTensor Result { get; }

    /// <summary>Calls a function once and writes down which operators it called. Nothing is differentiated.</summary>
    /// <param name="inputs">What the result may depend on; everything else is taken for constant.</param>
    /// <param name="function">Reads the inputs and nothing else that changes.</param>
    /// <param name="names">Names of tensors, weights for instance, so that they can be found again in the trace.</param>
    /// <exception cref="TraceException">
    /// The function changes in place what depends on the inputs, looks at its numbers, draws random numbers, or differentiates: a graph
    /// cannot.
    /// </exception>
    public static OperatorTrace Of(IReadOnlyList<Tensor> inputs, Func<Tensor> function,
        IReadOnlyDictionary<Tensor, string>? names = null)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        ArgumentNullException.ThrowIfNull(function);
        using var scope = TensorScope.Open();
        using var pause = Autograd.Pause();
        using var recorder = new TraceRecorder(names);
        var given = inputs.Select(recorder.Input).ToList();
        Tensor result;
        using (recorder.Listen())
            result = function();
        return new(given, recorder.Operators, recorder.Of(result));
    }
}

/// <summary>A function does something that a graph of operators cannot.</summary>
/// <param name="message">What, in one line without a full stop.</param>
public sealed class TraceException(string message) : Exception(message);
