using System.Buffers.Binary;
using Earthmover.Data.Formats;

namespace Earthmover.Data.Points;

/// <summary>Points from an IDX file of numbers: N x D, or N numbers on a line. Bytes are pictures or labels and not read here.</summary>
internal static class IdxPoints
{
    /// <summary>Whether a file that begins so holds points.</summary>
    /// <param name="start">Its first four bytes.</param>
    internal static bool LooksLikePoints(ReadOnlySpan<byte> start) =>
        IdxFile.LooksLikeIdx(start) && start[2] is 0x0B or 0x0C or 0x0D or 0x0E && start[3] is 1 or 2;

    /// <summary>Opens a file.</summary>
    /// <param name="address">The address; its name is the path.</param>
    /// <exception cref="UserException">The file is broken, empty, or contains NaN or infinity.</exception>
    internal static PointSet Open(DataAddress address)
    {
        _ = new DataOptions(address, []);
        var array = IdxFile.Read(address.Name);
        var dimension = array.Dimensions.Count == 1 ? 1 : array.Dimensions[1];
        if (dimension == 0 || array.Dimensions[0] == 0)
            throw new UserException($"{address.Name} is an empty array");
        var width = array.Type switch { 0x0B => 2, 0x0E => 8, _ => 4 };
        var values = new double[array.Data.Length / width];
        for (var i = 0; i < values.Length; i++)
            values[i] = Number(array.Type, array.Data.AsSpan(i * width, width));
        PointSet.RequireUsable(address.Name, dimension, values);
        return new PointSet(address.ToString(), dimension, values);
    }

    private static double Number(byte type, ReadOnlySpan<byte> bytes) => type switch
    {
        0x0B => BinaryPrimitives.ReadInt16BigEndian(bytes),
        0x0C => BinaryPrimitives.ReadInt32BigEndian(bytes),
        0x0D => BinaryPrimitives.ReadSingleBigEndian(bytes),
        _ => BinaryPrimitives.ReadDoubleBigEndian(bytes),
    };
}
