using Earthmover.Data;
using Earthmover.Games;
using Earthmover.Networks;
using Earthmover.Nn;
using Earthmover.Torch;

namespace Earthmover.Systems;

/// <summary>What games have in common whose generator makes pictures of the codes of a classifier, G: h → x beside E: x → h.</summary>
public abstract class CodedSystem : GanSystem<Batch>, ISampler, IEncoder, IClassifier, ICoder
{
    private readonly ClassPrior _classes;

    /// <summary>An encoder, and what is known of its codes.</summary>
    /// <param name="context">Pictures with classes.</param>
    /// <param name="encoder">Which encoder, as <see cref="ClassEncoder.Of"/> takes it.</param>
    /// <param name="size">Length of the codes of one that is to be trained.</param>
    /// <exception cref="ArgumentException">The encoder is not for these pictures, or they have no classes.</exception>
    private protected CodedSystem(SystemContext context, string encoder, int size)
    {
        Shape = ((SampleShape.Image)context.Shape).Shape;
        _classes = new(context.ClassShares);
        Encoder = ClassEncoder.Of(encoder, Shape, _classes.Count, context.ClassNames, size);
        Network("encoder", Encoder.Network);
        Law = State("codes", new CodeLaw(_classes.Count, Encoder.Size));
    }

    /// <summary>The pictures.</summary>
    protected ImageShape Shape { get; }

    /// <summary>E.</summary>
    protected ClassEncoder Encoder { get; }

    /// <summary>Where new codes come from.</summary>
    protected CodeLaw Law { get; }

    /// <summary>G.</summary>
    protected Module Generator { get; init; } = null!;

    /// <summary>Lets the law know codes of a batch.</summary>
    /// <param name="h">[N, C].</param>
    /// <param name="y">Their classes, Int64 [N].</param>
    protected void Gather(Tensor h, Tensor y)
    {
        using var scope = TensorScope.Open();
        Law.Gather(h, _classes.OneHot(y));
    }

    /// <inheritdoc/>
    public override IReadOnlyList<Module> Generators => [Generator];

    /// <summary>A code as the law of its class has it; the last coordinate chooses the class.</summary>
    public Latent Latent => new(Law.Size + 1);

    /// <inheritdoc/>
    public Condition Condition => new Condition.Class(_classes.Shares);

    /// <inheritdoc/>
    public Tensor Generate(Tensor z, Tensor? condition = null)
    {
        using var scope = TensorScope.Open();
        return scope.Keep(Generator.Forward(Drawn(z, condition)));
    }

    /// <summary>What gives the code of the sample back, and the class that the encoder takes it for.</summary>
    /// <inheritdoc/>
    public Tensor Encode(Tensor x, Tensor? noise = null)
    {
        using var scope = TensorScope.Open();
        var h = Encoder.Codes(x);
        var y = _classes.OneHot(Encoder.Classify(h).Argmax(1));
        return scope.Keep(Tensor.Cat([Law.LatentOf(h, y), y.MatMul(_classes.Numbers)], 1));
    }

    /// <inheritdoc/>
    public Tensor Classify(Tensor x) => TensorScope.Run(() => Encoder.Classify(Encoder.Codes(x)));

    // A chain moves in v: a step in it is as long in each direction as codes differ there.

    /// <inheritdoc/>
    public Tensor Begin(Tensor z) => TensorScope.Run(() => Law.Whiten(Drawn(z, null)));

    /// <inheritdoc/>
    public Tensor Decode(Tensor h) => TensorScope.Run(() => Generator.Forward(Law.Unwhiten(h)));

    /// <inheritdoc/>
    public Tensor CodesOf(Tensor x) => TensorScope.Run(() => Law.Whiten(Encoder.Codes(x)));

    /// <inheritdoc/>
    public virtual Tensor Restored(Tensor h, Tensor x) => CodesOf(x);

    /// <inheritdoc/>
    public Tensor Confine(Tensor h) => TensorScope.Run(() => Law.Whiten(Law.Confine(Law.Unwhiten(h))));

    private Tensor Drawn(Tensor z, Tensor? condition) =>
        Law.Draw(z.Narrow(1, 0, Law.Size), _classes.OneHot(condition ?? _classes.Choose(z.Narrow(1, Law.Size, 1))));

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        _classes?.Dispose();
        base.Dispose(disposing);
    }
}
