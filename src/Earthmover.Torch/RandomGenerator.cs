using System.Security.Cryptography;
using System.Text;
using Earthmover.Torch.Native;

namespace Earthmover.Torch;

/// <summary>A stream of random numbers with a state that can be saved. Every draw of ours names the generator it comes from.</summary>
public sealed class RandomGenerator : IDisposable
{
    private nint _handle;

    /// <summary>A generator on a device.</summary>
    /// <param name="seed">Start of the stream.</param>
    /// <param name="device">Where the numbers are made; the CPU when absent.</param>
    public RandomGenerator(long seed, Device? device = null)
    {
        Device = device ?? Device.Cpu;
        NativeMethods.Check(NativeMethods.em_generator_create(seed, Device.Packed, out _handle),
            $"creating a random generator on {Device}");
    }

    /// <summary>
    /// The stream called <paramref name="name"/> of a run's seed: independent of the other names, the same on every machine.
    /// </summary>
    public static RandomGenerator Named(string name, long seed, Device? device = null)
    {
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes($"{seed}/{name}"));
        return new(BitConverter.ToInt64(hash) & long.MaxValue, device);
    }

    /// <summary>Where the numbers are made.</summary>
    public Device Device { get; }

    internal nint Handle => _handle != 0 ? _handle : throw new ObjectDisposedException(nameof(RandomGenerator));

    /// <summary>The state, as bytes [S].</summary>
    public byte[] State
    {
        get
        {
            NativeMethods.Check(NativeMethods.em_generator_state_get(Handle, out var state), "reading a generator's state");
            using var scope = TensorScope.Open();
            return new Tensor(state).ToArray<byte>();
        }
        set
        {
            using var scope = TensorScope.Open();
            NativeMethods.Check(NativeMethods.em_generator_state_set(Handle, Tensor.From<byte>(value, value.Length).Handle),
                "restoring a generator's state");
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_handle != 0)
            _ = NativeMethods.em_generator_free(_handle);
        _handle = 0;
    }
}
