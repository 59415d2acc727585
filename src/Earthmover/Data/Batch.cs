using Earthmover.Torch;

namespace Earthmover.Data;

/// <summary>
/// Samples of one domain: images, points or text. It owns its tensors and crosses from the loader's thread to the trainer's.
/// </summary>
public class Batch : TensorOwner
{
    /// <summary>A batch of tensors that are taken from their scope.</summary>
    public Batch(Tensor x, Tensor? labels = null)
    {
        X = Adopt(x);
        Labels = labels is null ? null : Adopt(labels);
    }

    /// <summary>The samples [N, …].</summary>
    public Tensor X { get; }

    /// <summary>Classes [N] of Int64, where the data has them.</summary>
    public Tensor? Labels { get; }

    /// <summary>Number of samples.</summary>
    public long Count => X.Size(0);
}

/// <summary>Samples of two domains that correspond: row k of one belongs to row k of the other.</summary>
public sealed class PairedBatch : TensorOwner
{
    /// <summary>A batch of tensors that are taken from their scope.</summary>
    public PairedBatch(Tensor a, Tensor b) => (A, B) = (Adopt(a), Adopt(b));

    /// <summary>Samples of the first domain [N, …]; of captioned data the pictures.</summary>
    public Tensor A { get; }

    /// <summary>Their partners in the second domain [N, …]; captions are one-hot [N, V, L].</summary>
    public Tensor B { get; }

    /// <summary>The two domains.</summary>
    public void Deconstruct(out Tensor a, out Tensor b) => (a, b) = (A, B);
}

/// <summary>Samples of two domains that do not correspond.</summary>
public sealed class UnpairedBatch : TensorOwner
{
    /// <summary>A batch of each domain.</summary>
    public UnpairedBatch(Tensor a, Tensor b) => (A, B) = (Adopt(a), Adopt(b));

    /// <summary>Samples of the first domain [N, …].</summary>
    public Tensor A { get; }

    /// <summary>Samples of the second domain [M, …].</summary>
    public Tensor B { get; }

    /// <summary>The two domains.</summary>
    public void Deconstruct(out Tensor a, out Tensor b) => (a, b) = (A, B);
}
