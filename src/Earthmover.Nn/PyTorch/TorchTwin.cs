using System.Globalization;
using Earthmover.Torch;

namespace Earthmover.Nn.PyTorch;

/// <summary>
/// A network as one of PyTorch's: the Python that builds it of the modules of <c>torch.nn</c>, and its weights under the names that those
/// give them.
/// </summary>
/// <remarks>
/// Layouts are the same, both being LibTorch's. Weights that are made of others (spectral and weight normalization) are what they come to.
/// </remarks>
public sealed class TorchTwin
{
    private readonly OrderedDictionary<string, Tensor> _weights = [];
    private readonly OrderedDictionary<string, string> _classes = [];
    private int _depth = 1;

    private TorchTwin(int rank) => Rank = rank;

    /// <summary>The expression that builds it.</summary>
    public string Code { get; private set; } = "";

    /// <summary>Weights by PyTorch's names, in the innermost scope.</summary>
    public IReadOnlyDictionary<string, Tensor> Weights => _weights;

    /// <summary>Definitions of the classes that <c>torch.nn</c> does not have.</summary>
    public IEnumerable<string> Classes => _classes.Values;

    /// <summary>Axes of what the module that is written next is given, the samples' included.</summary>
    internal int Rank { get; set; }

    /// <summary>The twin of a network.</summary>
    /// <param name="network">The network, in evaluation.</param>
    /// <param name="rank">Axes of what it takes, the samples' included.</param>
    /// <exception cref="NotSupportedException">A module of it has none; the message names it.</exception>
    public static TorchTwin Of(Module network, int rank)
    {
        ArgumentNullException.ThrowIfNull(network);
        var twin = new TorchTwin(rank);
        twin.Code = twin.Of(network, "");
        return twin;
    }

    /// <summary>PyTorch's name of a parameter or buffer of ours: those of normalizations differ.</summary>
    /// <param name="path">Its path in its network, e.g. <c>2.gain</c>.</param>
    public static string NameOf(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        var cut = path.LastIndexOf('.') + 1;
        return path[cut..] switch
        {
            "gain" => path[..cut] + "weight",
            "running_variance" => path[..cut] + "running_var",
            _ => path,
        };
    }

    /// <summary>The expression of a module.</summary>
    /// <param name="module">The module.</param>
    /// <param name="path">Where its weights are: empty, or a name and a point for each module above.</param>
    public string Of(Module module, string path)
    {
        ArgumentNullException.ThrowIfNull(module);
        return module.InPyTorch(this, path) ?? throw new NotSupportedException(module.GetType().Name);
    }

    /// <summary>A call whose arguments stand on lines of their own.</summary>
    /// <param name="function">What is called.</param>
    /// <param name="arguments">Make the arguments, one after another.</param>
    public string Lines(string function, IEnumerable<Func<string>> arguments)
    {
        ArgumentNullException.ThrowIfNull(arguments);
        _depth++;
        var lines = arguments.Select(argument => $"\n{new string(' ', 4 * _depth)}{argument()},").ToList();
        _depth--;
        return $"{function}({string.Concat(lines)}\n{new string(' ', 4 * _depth)})";
    }

    /// <summary>Adds a class that <c>torch.nn</c> does not have.</summary>
    /// <param name="name">Its name, which is returned.</param>
    /// <param name="definition">Its definition in Python.</param>
    public string Class(string name, string definition)
    {
        _classes[name] = definition;
        return name;
    }

    /// <summary>Adds a weight.</summary>
    /// <param name="name">Its name in PyTorch, with its path.</param>
    /// <param name="value">The weight.</param>
    public void Put(string name, Tensor value) => _weights.Add(name, value);

    /// <summary>A number as Python writes it.</summary>
    internal static string Number(double value) => value.ToString("R", CultureInfo.InvariantCulture);
}
