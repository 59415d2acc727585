using System.Net;
using Earthmover.Data;
using Xunit;

namespace Earthmover.Tests.Data.Pictures;

/// <summary>Downloads from a server on this machine.</summary>
public sealed class PublishedDataTests : TemporaryFolder
{
    private const string Package = "/usr/share/datasets/fashion-mnist";

    // Serves what a function gives for a file name; null is 404.
    private static HttpListener Serve(Func<string, byte[]?> content, out string address)
    {
        for (var port = 20_000 + Environment.ProcessId % 20_000; ; port++)
        {
            var listener = new HttpListener();
            address = $"http://127.0.0.1:{port}/";
            listener.Prefixes.Add(address);
            try
            {
                listener.Start();
            }
            catch (HttpListenerException)
            {
                continue;
            }
            _ = Task.Run(async () =>
            {
                while (listener.IsListening)
                {
                    var request = await listener.GetContextAsync();
                    var bytes = content(Path.GetFileName(request.Request.Url!.AbsolutePath));
                    request.Response.StatusCode = bytes is null ? 404 : 200;
                    if (bytes is not null)
                        await request.Response.OutputStream.WriteAsync(bytes);
                    request.Response.Close();
                }
            });
            return listener;
        }
    }

    private DataContext From(params string[] sources) =>
        Context with { DownloadFrom = new Dictionary<string, IReadOnlyList<string>> { ["fashion-mnist"] = sources } };

    [Fact]
    public void A_set_that_is_nowhere_is_fetched_once_checked_and_kept()
    {
        var asked = new List<string>();
        using var server = Serve(name =>
        {
            lock (asked) asked.Add(name);
            return File.ReadAllBytes(Path.Combine(Package, name));
        }, out var address);
        using var missing = Serve(_ => null, out var empty);
        var set = DataCatalog.Open("fashion-mnist?split=test", From(empty, address));
        Assert.Equal(10_000, set.Count);
        Assert.Equal(4, asked.Count);
        Assert.Equal(set.Fingerprint, DataCatalog.Open("fashion-mnist?split=test", From()).Fingerprint);
        Assert.Equal(4, asked.Count);
    }

    [Fact]
    public void A_file_with_another_content_is_refused_and_nothing_is_kept()
    {
        var labels = File.ReadAllBytes(Path.Combine(Package, "t10k-labels-idx1-ubyte.gz"));
        using var server = Serve(_ => labels, out var address);
        var message = Refused(() => DataCatalog.Open("fashion-mnist", From(address)));
        Assert.Contains("train-labels-idx1-ubyte.gz has another checksum", message, StringComparison.Ordinal);
        Assert.Contains("dataset-fashion-mnist", message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(Path.Combine(Context.CacheFolder, "data", "fashion-mnist")));
    }

    [Fact]
    public void A_file_that_is_larger_than_any_published_one_is_not_read_to_its_end()
    {
        var endless = new byte[60_000_000];
        using var server = Serve(_ => endless, out var address);
        var message = Refused(() => DataCatalog.Open("fashion-mnist", From(address)));
        Assert.Contains("maximum buffer size", message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(Path.Combine(Context.CacheFolder, "data", "fashion-mnist")));
    }

    [Fact]
    public void A_server_that_is_not_there_is_named() =>
        Assert.Contains("127.0.0.1:9",
            Refused(() => DataCatalog.Open("fashion-mnist", From("http://127.0.0.1:9/"))), StringComparison.Ordinal);
}
