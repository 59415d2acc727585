using Earthmover.Torch;

namespace Earthmover.Nn;

/// <summary>
/// A learned tensor of a module. Its value is replaced by a view when the network's parameters are laid into one flat buffer.
/// </summary>
public sealed class Parameter
{
    internal Parameter(string name, Tensor value) => (Name, Value) = (name, value);

    /// <summary>Name within its module, e.g. <c>weight</c>.</summary>
    public string Name { get; }

    /// <summary>The learned values.</summary>
    public Tensor Value { get; internal set; }
}

/// <summary>A tensor of a module's state that is not learned: running statistics, power-iteration vectors. Changed in place.</summary>
public sealed class Buffer
{
    internal Buffer(string name, Tensor value) => (Name, Value) = (name, value);

    /// <summary>Name within its module, e.g. <c>running_mean</c>.</summary>
    public string Name { get; }

    /// <summary>The values.</summary>
    public Tensor Value { get; internal set; }
}
