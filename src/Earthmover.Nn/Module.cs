using Earthmover.Nn.PyTorch;
using Earthmover.Torch;

namespace Earthmover.Nn;

/// <summary>A function with learned parameters. A network is a tree of modules; the module a player holds is its root.</summary>
public abstract class Module : IDisposable
{
    private readonly List<(string Name, Module Module)> _children = [];
    private readonly List<Parameter> _parameters = [];
    private readonly List<Buffer> _buffers = [];
    private readonly TensorOwner _owner = new();
    private FlatParameters? _flat;

    /// <summary>
    /// Applies the module. Its intermediate results are freed when it returns; what differentiation needs is held by the graph.
    /// </summary>
    public Tensor Forward(Tensor x)
    {
        using var scope = TensorScope.Open();
        return scope.Keep(Runtime.IsAutocasting ? Wide(x) : Compute(x));
    }

    private Tensor Wide(Tensor x) => Widened(() => Compute(x));

    [ThreadStatic] private static int s_depth;

    // What leaves a network is single precision again, for losses, penalties and whoever keeps it; inside, bfloat16 goes from layer to
    // layer.
    private protected static Tensor Widened(Func<Tensor> compute)
    {
        Tensor result;
        s_depth++;
        try
        {
            result = compute();
        }
        finally
        {
            s_depth--;
        }
        return s_depth == 0 && result.DType == DType.BFloat16 ? result.To(DType.Float32) : result;
    }

    /// <summary>The function itself.</summary>
    protected abstract Tensor Compute(Tensor x);

    /// <summary>
    /// How PyTorch builds such a module: an expression of <c>torch.nn</c>'s modules, its weights given to the twin; null where it has none.
    /// </summary>
    /// <param name="twin">The network's twin.</param>
    /// <param name="path">Where its weights are: empty, or a name and a point for each module above.</param>
    protected internal virtual string? InPyTorch(TorchTwin twin, string path) => null;

    /// <summary>True while batch statistics, dropout and power iterations are those of training.</summary>
    public bool IsTraining { get; private set; } = true;

    /// <summary>
    /// True when a sample's output depends on the other samples of its batch while training (batch normalization, minibatch features). A
    /// per-sample penalty refuses such a critic.
    /// </summary>
    public virtual bool CouplesBatch => _children.Any(child => child.Module.CouplesBatch);

    /// <summary>
    /// True when samples depend on each other within groups of a few that the network forms itself, and no further: it is a function of
    /// packs of samples, whose gradient a penalty that pulls it to zero may take.
    /// </summary>
    public virtual bool CouplesInGroups
    {
        get
        {
            var coupling = _children.Where(child => child.Module.CouplesBatch).ToList();
            return coupling.Count > 0 && coupling.All(child => child.Module.CouplesInGroups);
        }
    }

    /// <summary>True when a layer is divided by its largest singular value (arXiv:1802.05957).</summary>
    public virtual bool HasSpectralNorm => _children.Any(child => child.Module.HasSpectralNorm);

    /// <summary>The modules this one is made of, in order of registration.</summary>
    public IEnumerable<Module> Children => _children.Select(child => child.Module);

    /// <summary>Switches this module and all below between training and evaluation.</summary>
    public void SetTraining(bool training)
    {
        IsTraining = training;
        foreach (var (_, child) in _children)
            child.SetTraining(training);
    }

    /// <summary>Runs a function with this module in evaluation mode.</summary>
    public T Evaluating<T>(Func<T> body)
    {
        var before = IsTraining;
        SetTraining(false);
        try
        {
            return body();
        }
        finally
        {
            SetTraining(before);
        }
    }

    /// <summary>All parameters below this module by path, e.g. <c>blocks.0.conv.weight</c>; a shared one appears once.</summary>
    public IEnumerable<(string Path, Parameter Parameter)> Parameters() => Walk("", [], m => m._parameters.Select(p => (p.Name, p)), []);

    /// <summary>All buffers (running statistics, power-iteration vectors) by path: state that is saved but not learned.</summary>
    public IEnumerable<(string Path, Buffer Buffer)> Buffers() => Walk("", [], m => m._buffers.Select(b => (b.Name, b)), []);

    /// <summary>Number of learned numbers.</summary>
    public long ParameterCount => Parameters().Sum(p => p.Parameter.Value.ElementCount);

    /// <summary>
    /// The parameters as views into one flat buffer, laid out on first use. Call it on the root of a network, on the device where it stays.
    /// </summary>
    public FlatParameters Flat => _flat ??= new(this);

    /// <summary>Moves parameters and buffers to a device and element type; before <see cref="Flat"/> is used.</summary>
    public void To(Device device, DType type = DType.Float32)
    {
        if (_flat is not null)
            throw new InvalidOperationException("move a network before its parameters are laid out");
        using var scope = TensorScope.Open();
        foreach (var module in SelfAndBelow())
        {
            foreach (var parameter in module._parameters)
                parameter.Value = module.Replace(parameter.Value, parameter.Value.Detach().To(type).To(device)).RequireGrad();
            foreach (var buffer in module._buffers)
            {
                var kept = buffer.Value.DType.IsFloatingPoint() ? type : buffer.Value.DType;
                buffer.Value = module.Replace(buffer.Value, buffer.Value.To(kept).To(device));
            }
        }
    }

    /// <summary>Registers a part.</summary>
    protected T Add<T>(string name, T module) where T : Module
    {
        _children.Add((name, module));
        return module;
    }

    /// <summary>Registers a learned tensor.</summary>
    protected Parameter AddParameter(string name, Tensor value)
    {
        var parameter = new Parameter(name, _owner.Adopt(value).RequireGrad());
        _parameters.Add(parameter);
        return parameter;
    }

    /// <summary>Registers a tensor that is part of the state but not learned; change it in place.</summary>
    protected Buffer AddBuffer(string name, Tensor value)
    {
        var buffer = new Buffer(name, _owner.Adopt(value));
        _buffers.Add(buffer);
        return buffer;
    }

    internal IEnumerable<Module> SelfAndBelow() => _children.SelectMany(child => child.Module.SelfAndBelow()).Prepend(this).Distinct();

    private Tensor Replace(Tensor before, Tensor after)
    {
        if (ReferenceEquals(before, after))
            return after;
        _owner.Adopt(after);
        _owner.Release(before);
        return after;
    }

    private List<(string, T)> Walk<T>(string prefix, HashSet<Module> seen,
        Func<Module, IEnumerable<(string, T)>> items, List<(string, T)> into)
    {
        if (!seen.Add(this))
            return into;
        foreach (var (name, item) in items(this))
            into.Add((prefix + name, item));
        foreach (var (name, child) in _children)
            child.Walk($"{prefix}{name}.", seen, items, into);
        return into;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Frees the parameters and buffers of this module and all below.</summary>
    protected virtual void Dispose(bool disposing)
    {
        foreach (var (_, child) in _children)
            child.Dispose();
        _owner.Dispose();
        _flat?.Dispose();
    }
}
