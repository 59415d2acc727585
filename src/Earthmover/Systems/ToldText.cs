using Earthmover.Data;
using Earthmover.Games;
using Earthmover.Networks;
using Earthmover.Nn;
using Earthmover.Objectives;
using Earthmover.Torch;
using Earthmover.Torch.Operators;

namespace Earthmover.Systems;

/// <summary>The parts that games of two with a generator that is told a text have in common.</summary>
public abstract record TextOptions : ToldOptions
{
    /// <summary>How both players read texts.</summary>
    public TextReading TextReading { get; init; }
    /// <summary>Length of a text's vector.</summary>
    [Bounds(AtLeast = 1, AtMost = 4096)]
    public int TextSize { get; init; } = 32;
    /// <summary>w, share of real pictures with another's text among what the critic is to refuse.</summary>
    [Bounds(AtLeast = 0, AtMost = 1)]
    public double WrongWeight { get; init; } = 0.5;
}

/// <summary>Pictures and the texts that belong to them.</summary>
/// <param name="X">Pictures [N, C, H, W].</param>
/// <param name="T">Their texts, Int64 [N, L].</param>
internal readonly record struct ToldBatch(Tensor X, Tensor T)
{
    /// <summary>Those of a batch.</summary>
    public static ToldBatch Of(PairedBatch batch) => new(batch.A, batch.B.Argmax(1));

    /// <summary>Each in the place of the next.</summary>
    public static Tensor Next(Tensor all) => Op.Roll(all, [1], [0]);
}

/// <summary>A critic that is asked whether a picture is real and shows its text (arXiv:1605.05396, algorithm 1).</summary>
/// <param name="Critic">D(x, φ(t)).</param>
/// <param name="Reader">φ.</param>
/// <param name="Options">Objective, constraint and w.</param>
internal sealed record TextJudge(TextCritic Critic, Module Reader, TextOptions Options)
{
    private readonly Objective _objective = Options.Objective.Value;

    /// <summary>Scores [N, 1].</summary>
    /// <param name="x">Pictures.</param>
    /// <param name="t">Their texts, Int64 [N, L].</param>
    public Tensor Score(Tensor x, Tensor t) => Critic.Forward(x, Reader.Forward(t));

    /// <summary>
    /// Its player, who minimizes (1 − w) L(right, fake) + w L(right, wrong): right pairs count once in all, the others by their shares.
    /// </summary>
    /// <param name="name">Of the player.</param>
    /// <param name="see">What it sees of a batch.</param>
    /// <param name="G">Pictures that are made for texts.</param>
    public Player<PairedBatch> Player(string name, Func<PairedBatch, ToldBatch> see, Func<Tensor, Tensor> G)
    {
        Options.Constraint.Value.Admit(Critic.CouplesBatch, Critic.HasSpectralNorm);
        var (constraint, w) = (Options.Constraint.Value, Options.WrongWeight);
        return new(name, Role.Critic, [Critic, Reader], Options.Adam, round =>
        {
            var (x, t) = see(round.Batch);
            Tensor code = Reader.Forward(t), fake = Autograd.NoGrad(() => G(t));
            Tensor D(Tensor v) => Critic.Forward(v, code);
            Tensor right = D(x), made = D(fake);
            var terms = new Terms { [_objective.Name, _objective.Role] = (1 - w) * _objective.Critic(right, made, new(x, fake)) };
            if (w > 0)
            {
                var other = ToldBatch.Next(x);
                // A picture of the very same text would be no wrong one.
                var isWrong = Op.Gt((t - ToldBatch.Next(t)).Abs().Sum([1], keep: true), 0);
                terms["match", TermRole.Auxiliary] = w * _objective.Critic(right, Op.Where(isWrong, D(other), made), new(x, other));
            }
            terms["penalty", TermRole.Penalty] = constraint.At(round.Step, D, x, fake);
            return terms;
        })
        {
            AfterStep = () => constraint.Project(Critic.Flat.Values),
        };
    }

    /// <summary>The generator's terms: its pictures should be real and show what they were told.</summary>
    /// <param name="told">Real pictures and the texts.</param>
    /// <param name="fake">Pictures that are made for the texts.</param>
    /// <param name="code">The texts' vectors.</param>
    public Terms Generator(ToldBatch told, Tensor fake, Tensor code) =>
        new() { [_objective.Name, _objective.Role] = Loss(told, fake, code) };

    /// <summary>The generator's loss of the scores of its pictures.</summary>
    /// <inheritdoc cref="Generator"/>
    public Tensor Loss(ToldBatch told, Tensor fake, Tensor code) => _objective.Generator(Critic.Forward(fake, code),
        _objective.GeneratorSeesReal ? Critic.Forward(told.X, code) : null, new(told.X, fake));

    /// <summary>The texts' vectors as a generator sees them, who does not move them.</summary>
    /// <param name="t">Int64 [N, L].</param>
    public Tensor Code(Tensor t) => Autograd.NoGrad(() => Reader.Forward(t));
}

/// <summary>A generator that is told a text, or else a caption of the data that its latent vector chooses, and its critic.</summary>
public abstract class TextGan : GanSystem<PairedBatch>, ISampler, IScorer
{
    private readonly CaptionPrior _captions;

    private protected TextGan(SystemContext context) => _captions = new(context.Captions);

    private protected abstract TextJudge Judge { get; }

    private protected abstract Tensor Paint(Tensor latent, Tensor t);

    private protected virtual Tensor Seen(Tensor x) => x;

    /// <summary>What it takes, and a last coordinate that chooses the caption.</summary>
    public abstract Latent Latent { get; }

    /// <summary>A text.</summary>
    public Condition Condition => new Condition.Text(_captions.Law);

    /// <inheritdoc/>
    public Tensor Generate(Tensor z, Tensor? condition = null)
    {
        using var scope = TensorScope.Open();
        return scope.Keep(Paint(z, condition ?? _captions.Choose(z.Narrow(1, Latent.Size - 1, 1))));
    }

    /// <inheritdoc/>
    public IReadOnlyList<Module> Critics => [Judge.Critic, Judge.Reader];

    /// <inheritdoc/>
    public Tensor Score(Tensor x, Tensor? condition = null)
    {
        using var scope = TensorScope.Open();
        return scope.Keep(Judge.Score(Seen(x), condition!));
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        // A system that was refused while it was built may not have come so far.
        _captions?.Dispose();
        base.Dispose(disposing);
    }
}
