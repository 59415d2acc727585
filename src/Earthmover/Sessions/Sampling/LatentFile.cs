using Earthmover.Data.Formats;
using Earthmover.Games;
using Earthmover.Torch;

namespace Earthmover.Sessions.Sampling;

/// <summary>Latent vectors in an .npy file [N, size], as <c>project</c> writes them.</summary>
public sealed class LatentFile
{
    private readonly float[] _values;

    private LatentFile(float[] values, int size) => (_values, Size) = (values, size);

    /// <summary>Length of a vector.</summary>
    public int Size { get; }

    /// <summary>How many there are.</summary>
    public int Count => _values.Length / Size;

    /// <summary>Reads vectors for a run.</summary>
    /// <param name="path">The file; one axis alone is one vector.</param>
    /// <param name="run">The run that is to make samples of them.</param>
    /// <exception cref="UserException">It is none, or does not fit the run, or the run takes no latent vectors.</exception>
    public static LatentFile Read(string path, TrainedRun run)
    {
        ArgumentNullException.ThrowIfNull(run);
        var size = run.Ability<ISampler>().Latent.Size;
        var array = NpyFile.Read(path);
        var shape = array.Shape;
        if (shape.Count is not (1 or 2) || shape[^1] != size || array.Values.Length == 0)
            throw new UserException($"{path} has the shape {string.Join(" x ", shape)}; the latent vectors of this run are N x {size}");
        float[] values = Array.ConvertAll(array.ToDoubles(), value => (float)value);
        return values.All(float.IsFinite)
            ? new(values, size)
            : throw new UserException($"{path} holds numbers that are not finite; latent vectors are");
    }

    /// <summary>Some of them.</summary>
    /// <param name="first">The first.</param>
    /// <param name="count">How many, up to 64.</param>
    /// <param name="device">Where they are wanted.</param>
    /// <returns>A whole block [64, <see cref="Size"/>], as samples are drawn; what is left over repeats the last.</returns>
    public Tensor Of(int first, int count, Device device) => LatentVectors.BlockOf(_values, Size, first, count, device);

    /// <summary>Writes vectors.</summary>
    /// <param name="path">The file.</param>
    /// <param name="values">[N, size], row by row.</param>
    /// <param name="size">Length of a vector.</param>
    /// <exception cref="UserException">The file cannot be written.</exception>
    public static void Write(string path, float[] values, int size) =>
        OutputPath.Write("the latent vectors", () => NpyFile.Write<float>(path, values, [values.Length / size, size]));
}
