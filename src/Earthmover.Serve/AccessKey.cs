using System.Security.Cryptography;
using System.Text;

namespace Earthmover.Serve;

/// <summary>The key that requests have to show as <c>Authorization: Bearer KEY</c>.</summary>
internal sealed class AccessKey
{
    private const int Shortest = 16, Longest = 4096;

    private readonly byte[] _hash;

    private AccessKey(string key) => _hash = Hash(key);

    /// <summary>Reads the key from a file of one line.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="UserException">It cannot be read, or holds no key.</exception>
    public static AccessKey Read(string path)
    {
        string text;
        try
        {
            var file = new FileInfo(path);
            if (!file.Exists || file.Length > Longest)
                throw new UserException(file.Exists
                    ? $"--key-file {path} is longer than a key; it holds one line of {Shortest} to {Longest} characters"
                    : $"--key-file {path}: there is no such file; make one with: openssl rand -hex 32 > {path}");
            text = File.ReadAllText(path).Trim();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UserException($"--key-file {path} cannot be read: {e.Message.TrimEnd('.')}");
        }
        if (text.Length < Shortest || text.Any(c => c is <= ' ' or > '~'))
            throw new UserException($"--key-file {path} holds no key: one line of at least {Shortest} characters "
                + $"from ! to ~; make one with: openssl rand -hex 32 > {path}");
        return new(text);
    }

    /// <summary>Whether a header shows the key. How long that takes says nothing about the key.</summary>
    /// <param name="header">The value of <c>Authorization</c>.</param>
    public bool Admits(string? header)
    {
        const string Scheme = "Bearer ";
        var given = header?.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) == true ? header[Scheme.Length..].Trim() : "";
        return CryptographicOperations.FixedTimeEquals(Hash(given), _hash);
    }

    private static byte[] Hash(string key) => SHA256.HashData(Encoding.UTF8.GetBytes(key));
}
