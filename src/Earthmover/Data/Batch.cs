using Earthmover.Torch;

namespace Earthmover.Data;

/// <summary>Samples whose class is known.</summary>
/// <param name="X">The samples [M, …].</param>
/// <param name="Labels">Their classes, Int64 [M].</param>
public readonly record struct Examples(Tensor X, Tensor Labels);

/// <summary>
/// Samples of one domain: images, points or text. It owns its tensors and crosses from the loader's thread to the trainer's.
/// </summary>
public class Batch : TensorOwner, IDivisible<Batch>
{
    /// <summary>A batch of tensors that are taken from their scope.</summary>
    /// <param name="x">The samples [N, …].</param>
    /// <param name="labels">Their classes, Int64 [N], where those of all are known.</param>
    /// <param name="examples">Others whose class is known, where those of these are not.</param>
    public Batch(Tensor x, Tensor? labels = null, Examples? examples = null)
    {
        X = Adopt(x);
        Labels = labels is null ? null : Adopt(labels);
        Examples = examples is { } told ? new(Adopt(told.X), Adopt(told.Labels)) : Labels is { } all ? new(X, all) : null;
    }

    /// <summary>The samples [N, …].</summary>
    public Tensor X { get; }

    /// <summary>Classes [N] of Int64, where the data says that of every sample.</summary>
    public Tensor? Labels { get; }

    /// <summary>
    /// Samples whose class is known: these where all are, others beside them where the data says it of some; null where it says none.
    /// </summary>
    public Examples? Examples { get; }

    /// <summary>Number of samples.</summary>
    public long Count => X.Size(0);

    /// <inheritdoc/>
    public Batch Part(int index, int parts)
    {
        Tensor Of(Tensor all)
        {
            var (from, to) = (all.Size(0) * index / parts, all.Size(0) * (index + 1) / parts);
            return all.Narrow(0, from, to - from);
        }
        using var scope = TensorScope.Open();
        Examples? others = Examples is { } told && !ReferenceEquals(told.X, X) ? new(Of(told.X), Of(told.Labels)) : null;
        return new(Of(X), Labels is null ? null : Of(Labels), others);
    }
}

/// <summary>Samples of two domains that correspond: row k of one belongs to row k of the other.</summary>
public sealed class PairedBatch : TensorOwner
{
    /// <summary>A batch of tensors that are taken from their scope.</summary>
    public PairedBatch(Tensor a, Tensor b, Tensor? labels = null) =>
        (A, B, Labels) = (Adopt(a), Adopt(b), labels is null ? null : Adopt(labels));

    /// <summary>Samples of the first domain [N, …]; of captioned data the pictures.</summary>
    public Tensor A { get; }

    /// <summary>Their partners in the second domain [N, …]; captions are one-hot [N, V, L].</summary>
    public Tensor B { get; }

    /// <summary>Classes of the pairs [N] of Int64, where the data has them: those of the second domain before those of the first.</summary>
    public Tensor? Labels { get; }

    /// <summary>The two domains.</summary>
    public void Deconstruct(out Tensor a, out Tensor b) => (a, b) = (A, B);
}

/// <summary>Samples of two domains that do not correspond.</summary>
public sealed class UnpairedBatch : TensorOwner
{
    /// <summary>A batch of each domain, of tensors that are taken from their scope.</summary>
    /// <param name="a">Samples of the first domain [N, …].</param>
    /// <param name="b">Samples of the second domain [M, …].</param>
    /// <param name="examples">Samples of the first whose class is known: these where all are, or others beside them.</param>
    public UnpairedBatch(Tensor a, Tensor b, Examples? examples = null)
    {
        (A, B) = (Adopt(a), Adopt(b));
        if (examples is { } told)
            Examples = new(ReferenceEquals(told.X, a) ? A : Adopt(told.X), Adopt(told.Labels));
    }

    /// <summary>Samples of the first domain [N, …].</summary>
    public Tensor A { get; }

    /// <summary>Samples of the second domain [M, …].</summary>
    public Tensor B { get; }

    /// <summary>Samples of the first domain whose class is known, as of <see cref="Batch"/>; null where the data says none.</summary>
    public Examples? Examples { get; }

    /// <summary>The two domains.</summary>
    public void Deconstruct(out Tensor a, out Tensor b) => (a, b) = (A, B);
}
