using Earthmover.Nn;
using Earthmover.Nn.Layers;

namespace Earthmover.Networks;

/// <summary>What follows the hidden layers of both networks: the architecture's own activation or another, and noise.</summary>
/// <param name="Instead">The activation; null is the architecture's own.</param>
/// <param name="Noise">Deviation of what is added behind each in training (arXiv:1609.03126, section 4); 0 is nothing.</param>
public sealed record HiddenActivation(Nonlinearity? Instead = null, double Noise = 0) : IOptionPart<HiddenActivation>
{
    private static readonly Catalog<HiddenActivation> s_catalog = new("activation",
    [
        Entry("auto", "the architecture's own", null),
        Entry("relu", "max(x, 0)", Nonlinearity.Relu),
        Entry("leaky-relu", "x where positive, 0.2 x elsewhere", Nonlinearity.LeakyRelu),
        Entry("softplus", "log(1 + exp x), smooth", Nonlinearity.Softplus),
        Entry("shifted-softplus", "softplus(2x + 2)/2 - 1, smooth (1704.00028)", Nonlinearity.ShiftedSoftplus),
        Entry("elu", "x where positive, exp x - 1 elsewhere", Nonlinearity.Elu),
        Entry("tanh", "tanh x", Nonlinearity.Tanh),
    ]);

    static string IOptionPart<HiddenActivation>.Takes => "an activation, with options after ?";

    static IReadOnlyList<KnownPart> IOptionPart<HiddenActivation>.Known => s_catalog.Known;

    static HiddenActivation IOptionPart<HiddenActivation>.Parse(string text) => s_catalog.Create(text);

    /// <summary>Whether it leaves every architecture as it is.</summary>
    public bool IsUsual => Instead is null && Noise == 0;

    /// <summary>What follows a hidden layer.</summary>
    /// <param name="usual">What would follow otherwise.</param>
    public Nonlinearity Or(Nonlinearity usual)
    {
        var act = Instead ?? usual;
        return Noise == 0 ? act : act with { Make = () => new Sequential(act.Make(), new GaussianNoise(Noise)) };
    }

    private static CatalogEntry<HiddenActivation> Entry(string name, string description, Nonlinearity? instead) =>
        new(name, description, "noise=0", o => new(instead, o.Number("noise") is >= 0 and <= 1000 and var noise ? noise
            : throw new ArgumentException($"activation: noise is at least 0 and at most 1000, not {o.Number("noise")}")));
}
