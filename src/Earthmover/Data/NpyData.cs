using System.Globalization;
using Earthmover.Data.Formats;
using Earthmover.Data.Pictures;
using Earthmover.Data.Points;

namespace Earthmover.Data;

/// <summary>Points or pictures from an .npy file.</summary>
public static class NpyData
{
    /// <summary>
    /// Opens an array: two axes are points <c>[N, D]</c> (one axis: numbers on a line); bytes with three or four axes
    /// are pictures <c>[N, H, W]</c>, <c>[N, H, W, C]</c> or <c>[N, C, H, W]</c> with 1 or 3 channels.
    /// </summary>
    /// <param name="address">The address; its name is the path.</param>
    /// <param name="context">How to read.</param>
    /// <exception cref="UserException">The file is broken, has another shape, or contains NaN or infinity.</exception>
    public static DataSet Open(DataAddress address, DataContext context)
    {
        ArgumentNullException.ThrowIfNull(address);
        var array = NpyFile.Read(address.Name);
        var shape = array.Shape;
        if (shape.Count == 0)
            throw new UserException($"{address.Name} holds a single number without axes; "
                + "points need N x D, or N numbers on a line: save it with numpy.atleast_2d");
        if (shape.Contains(0)) throw new UserException($"{address.Name} is an empty array");
        if (shape.Count is 1 or 2)
        {
            _ = new DataOptions(address, []);
            var dimension = shape.Count == 1 ? 1 : shape[1];
            RequireExact(address.Name, dimension, array.Values as long[] ?? []);
            var values = array.ToDoubles();
            PointSet.RequireUsable(address.Name, dimension, values);
            string[] names = [.. Enumerable.Range(1, dimension).Select(k => $"{k}")];
            var apart = PointColumns.Apart(names, values);
            return new PointSet(address.ToString(), dimension, values) { Notes = apart is null ? [] : [apart] };
        }

        var last = shape.Count == 4 && shape[3] is (1 or 3);
        if (array.Values is not byte[] bytes || shape.Count is not (3 or 4) || (shape.Count == 4 && !last && shape[1] is not (1 or 3)))
            throw new UserException($"{address.Name} has the shape {string.Join(" x ", shape)}; "
                + "points need N x D, pictures need bytes in N x H x W, N x H x W x C or N x C x H x W");
        var options = new ImageOptions(new DataOptions(address, ImageOptions.Names));
        if (shape.Count == 3) return options.Apply(address.ToString(), new ImageShape(1, shape[1], shape[2]), bytes, null, null, context);
        if (!last) return options.Apply(address.ToString(), new ImageShape(shape[1], shape[2], shape[3]), bytes, null, null, context);
        var (area, channels) = (shape[1] * shape[2], shape[3]);
        var planes = new byte[bytes.Length];
        for (var n = 0; n < shape[0]; n++)
            for (var i = 0; i < area; i++)
                for (var c = 0; c < channels; c++)
                    planes[(((n * channels) + c) * area) + i] = bytes[(((n * area) + i) * channels) + c];
        return options.Apply(address.ToString(), new ImageShape(channels, shape[1], shape[2]), planes, null, null, context);
    }

    // What rounding takes from such numbers may be all that tells them apart. A cast back to 64 bits would stop at the largest.
    private static void RequireExact(string path, int dimension, long[] values)
    {
        if (Array.FindIndex(values, v => (Int128)(double)v != v) is >= 0 and var at)
            throw new UserException(string.Create(CultureInfo.InvariantCulture,
                $"{path} row {at / dimension}, column {at % dimension + 1}: {PointSet.TooLong($"{values[at]}")}"));
    }
}
