using System.Security.Cryptography;
using System.Text;
using Earthmover.Nn;
using Earthmover.Torch;
using Earthmover.Torch.Files;

namespace Earthmover.Networks;

/// <summary>Weights of a feature extractor, in and out of safetensors.</summary>
public static class WeightFile
{
    /// <summary>Fills the parameters and buffers of a network by name.</summary>
    /// <param name="network">The network.</param>
    /// <param name="tensors">Tensors by name; half precision is widened; names that the network does not have are ignored.</param>
    /// <param name="source">The file, for messages.</param>
    /// <exception cref="UserException">A tensor is missing or has another shape.</exception>
    public static void Load(Module network, IReadOnlyDictionary<string, StoredTensor> tensors, string source)
    {
        using var scope = TensorScope.Open();
        using var pause = Autograd.Pause();
        foreach (var (path, value) in State(network))
        {
            if (!tensors.TryGetValue(path, out var stored))
                throw new UserException($"{source} has no tensor '{path}'; these are weights of another network, or under other names");
            if (!stored.Shape.SequenceEqual(value.Shape))
                throw new UserException($"'{path}' in {source} has the shape [{string.Join(", ", stored.Shape)}], "
                    + $"not [{string.Join(", ", value.Shape)}]; these are weights of another network");
            value.CopyFrom(stored.ToTensor().To(value.DType));
        }
    }

    /// <summary>Writes the parameters and buffers of a network in half precision.</summary>
    /// <param name="network">The network.</param>
    /// <param name="path">The file.</param>
    /// <param name="metadata">What is said about them.</param>
    public static void SaveHalf(Module network, string path, IReadOnlyDictionary<string, string> metadata)
    {
        using var scope = TensorScope.Open();
        using var pause = Autograd.Pause();
        var tensors = State(network).Select(s => KeyValuePair.Create(s.Path, StoredTensor.Of(s.Value.To(DType.Float16)))).ToList();
        Safetensors.Write(path, tensors, metadata);
    }

    /// <summary>A hash of all parameters and buffers with their names: equal hashes mean equal features. 12 hexadecimal digits.</summary>
    /// <param name="network">The network.</param>
    public static string Hash(Module network)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var (path, value) in State(network))
        {
            hash.AppendData(Encoding.UTF8.GetBytes(path));
            hash.AppendData(value.ToBytes());
        }
        return Convert.ToHexStringLower(hash.GetHashAndReset().AsSpan(0, 6));
    }

    private static IEnumerable<(string Path, Tensor Value)> State(Module network) =>
        network.Parameters().Select(p => (p.Path, p.Parameter.Value)).Concat(network.Buffers().Select(b => (b.Path, b.Buffer.Value)));
}
