namespace Earthmover.Data;

/// <summary>The shape of one picture, in the order in which tensors hold it.</summary>
/// <param name="Channels">1 gray or 3 RGB.</param>
/// <param name="Height">Rows, pixels.</param>
/// <param name="Width">Columns, pixels.</param>
public readonly record struct ImageShape(int Channels, int Height, int Width)
{
    /// <summary>Values of one picture: channels × height × width.</summary>
    public int Size => Channels * Height * Width;

    /// <summary>As people write it: <c>28x28 gray</c> or <c>64x48 RGB</c> (width first).</summary>
    public override string ToString() => $"{Width}x{Height} {(Channels == 1 ? "gray" : Channels == 3 ? "RGB" : $"{Channels} channels")}";
}
