using System.Globalization;
using System.Net;

namespace Earthmover.Serve;

/// <summary>An address to listen at.</summary>
/// <param name="Ip">The address of the machine.</param>
/// <param name="Port">The port; 0 for one that is free.</param>
internal sealed record ListenAddress(IPAddress Ip, int Port)
{
    /// <summary>Whether only this machine reaches it.</summary>
    public bool IsLoopback => IPAddress.IsLoopback(Ip);

    /// <summary>Reads addresses with semicolons between them.</summary>
    /// <param name="urls">E.g. <c>http://127.0.0.1:8123;http://[::1]:8123</c>.</param>
    /// <exception cref="UserException">One is none that can be listened at.</exception>
    public static IReadOnlyList<ListenAddress> Parse(string urls)
    {
        var found = urls.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(One).ToList();
        return found.Count > 0 ? found : throw new UserException("--urls names no address; use e.g. --urls http://127.0.0.1:8123");
    }

    private static ListenAddress One(string url)
    {
        const string Example = "use e.g. http://127.0.0.1:8123, or http://0.0.0.0:8123 for all that reach this machine";
        // A star is no name of a host, and yet what people write for all addresses.
        var spelled = url.Replace("//*", "//0.0.0.0", StringComparison.Ordinal).Replace("//+", "//0.0.0.0", StringComparison.Ordinal);
        if (!Uri.TryCreate(spelled, UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https"))
            throw new UserException($"--urls {url} is no address to listen at; {Example}");
        if (uri.Scheme == "https")
            throw new UserException($"--urls {url}: this server speaks http alone; let a proxy in front of it speak https");
        if (uri.PathAndQuery is not ("/" or "") || uri.UserInfo.Length > 0 || uri.Fragment.Length > 0)
            throw new UserException($"--urls {url} holds more than a host and a port; {Example}");
        var host = uri.Host.Equals("localhost", StringComparison.OrdinalIgnoreCase) ? "127.0.0.1" : uri.Host.Trim('[', ']');
        return IPAddress.TryParse(host, out var ip) ? new(ip, uri.Port)
            : throw new UserException($"--urls {url}: '{uri.Host}' is no address of a machine; write it in numbers, {Example}");
    }

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"http://{new IPEndPoint(Ip, Port)}");
}
