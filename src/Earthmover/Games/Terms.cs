using Earthmover.Torch;

namespace Earthmover.Games;

/// <summary>
/// What a player minimizes, as named terms: each is one line of the paper's loss, one column of the log and one curve of the report.
/// </summary>
public sealed class Terms : OrderedDictionary<string, Tensor>
{
    private readonly Dictionary<string, TermRole> _roles = [];

    /// <summary>
    /// Sets a term and what it is for; one that is set by its name alone belongs to the game itself. Null sets none: a constraint without
    /// a penalty, or one whose turn this step is not.
    /// </summary>
    public Tensor? this[string name, TermRole role]
    {
        set
        {
            if (value is not null)
                (this[name], _roles[name]) = (value, role);
        }
    }

    /// <summary>What each term is for.</summary>
    public IReadOnlyDictionary<string, TermRole> Roles => Keys.ToDictionary(name => name, name => _roles.GetValueOrDefault(name));

    /// <summary>The sum of the terms, a tensor without axes.</summary>
    public Tensor Total => Sum(Values);

    /// <summary>
    /// The gradient of <see cref="Total"/>, null where a leaf does not take part. In TF32, terms that are exact are differentiated apart
    /// from the others and in full precision.
    /// </summary>
    /// <param name="leaves">With respect to what.</param>
    /// <param name="retainGraph">Another player differentiates parts of the same graph.</param>
    public Tensor?[] Gradients(IReadOnlyList<Tensor> leaves, bool retainGraph = false)
    {
        // bfloat16 is in the graph itself; TF32 is a switch that each kernel asks for when it runs.
        if (Runtime.Precision != Precision.Tf32)
            return Autograd.Gradients(Total, leaves, retainGraph: retainGraph, allowUnused: true);
        Tensor[] exact = [.. Values.Where(term => term.IsExact)], rough = [.. Values.Where(term => !term.IsExact)];
        if (exact.Length == 0)
            return Runtime.Roughly(() => Autograd.Gradients(Total, leaves, retainGraph: retainGraph, allowUnused: true));
        var gradients = Autograd.Gradients(Sum(exact), leaves, retainGraph: retainGraph || rough.Length > 0, allowUnused: true);
        if (rough.Length == 0)
            return gradients;
        var others = Runtime.Roughly(() => Autograd.Gradients(Sum(rough), leaves, retainGraph: retainGraph, allowUnused: true));
        return [.. gradients.Zip(others, (a, b) => a is null ? b : b is null ? a : a + b)];
    }

    private static Tensor Sum(IEnumerable<Tensor> terms) => terms.Aggregate((a, b) => a + b);

    /// <summary>Numbers that are reported beside the terms but not minimized, e.g. BEGAN's k; tensors without axes.</summary>
    public OrderedDictionary<string, Tensor> Observed { get; } = [];
}
