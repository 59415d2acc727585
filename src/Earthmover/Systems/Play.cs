using Earthmover.Data;

namespace Earthmover.Systems;

/// <summary>What a system plays with.</summary>
/// <param name="Kind">Kind of the samples that it makes.</param>
/// <param name="Pairing">How the two domains of its batches correspond, where they have two.</param>
public readonly record struct Play(DataKind Kind, Pairing Pairing = Pairing.None)
{
    /// <summary>Pictures.</summary>
    public static Play Images { get; } = new(DataKind.Images);

    /// <summary>Points.</summary>
    public static Play Points { get; } = new(DataKind.Points);

    /// <summary>Text.</summary>
    public static Play Text { get; } = new(DataKind.Text);

    /// <summary>Rows of a table.</summary>
    public static Play Table { get; } = new(DataKind.Table);

    /// <summary>E.g. <c>images</c>, <c>unpaired images</c>, <c>aligned images</c>.</summary>
    public override string ToString() =>
        Pairing == Pairing.None ? Kind.ToWord() : $"{Pairing.ToString().ToLowerInvariant()} {Kind.ToWord()}";
}
