using Earthmover.Data;
using Earthmover.Data.Tables;
using Earthmover.Nn;
using Earthmover.Torch;
using Earthmover.Torch.Operators;

namespace Earthmover.Networks;

/// <summary>
/// Shifts the logits of choices, so that every value is chosen as often as the training rows have it: a correction of one column at a time,
/// which knows their shares and nothing of any row.
/// </summary>
public sealed class Marginals : Module
{
    private const double Least = 1e-12;
    private readonly Parameter _shift;
    private readonly TableBlock[] _choices;

    /// <summary>Shifts of nothing yet.</summary>
    /// <param name="shape">The rows.</param>
    public Marginals(SampleShape shape)
    {
        using var scope = TensorScope.Open();
        _choices = [.. ((SampleShape.Table)shape).Blocks.Where(block => block.Kind == BlockKind.Choice)];
        _shift = AddParameter("shift", Tensor.Zeros([((SampleShape.Table)shape).Size]));
    }

    /// <summary>What a generator gives [N, size] → the same, shifted.</summary>
    protected override Tensor Compute(Tensor x) => x + _shift.Value;

    /// <summary>
    /// −Σ p log E q over the choices, least where the mean odds are the shares; a tensor without axes, differentiated with respect to
    /// the shifts alone.
    /// </summary>
    /// <param name="shifted">Shifted logits, as rows were made of them [N, size].</param>
    public Tensor Loss(Tensor shifted)
    {
        using var scope = TensorScope.Open();
        var logits = shifted.Detach() + (_shift.Value - _shift.Value.Detach());
        var terms = _choices.Select(block =>
        {
            var sum = block.Shares.Sum();
            var shares = Tensor.From<float>([.. block.Shares.Select(share => (float)(share / sum))], [block.Width]).Like(logits);
            var odds = Op.Softmax(logits.Narrow(1, block.Start, block.Width), 1).Mean([0]);
            return -(shares * (odds + Least).Log()).Sum();
        });
        return scope.Keep(terms.Aggregate(_shift.Value.Sum() * 0, (a, b) => a + b));
    }
}
