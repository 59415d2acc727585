using System.Net.Sockets;
using Earthmover.Serve.Endpoints;
using Earthmover.Serve.Models;
using Earthmover.Serve.Requests;
using Earthmover.Serve.Work;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Earthmover.Serve;

/// <summary>
/// Serves trained runs over HTTP: samples, translations, latent vectors, scores and classes, none of which needs the runs' data.
/// </summary>
public sealed class ModelServer : IDisposable
{
    /// <summary>Where a server describes what it can be asked, as OpenAPI.</summary>
    public const string Description = Api.Document;

    // Within which a client that has sent on an open connection is told that it is too late.
    private static readonly TimeSpan s_grace = TimeSpan.FromMilliseconds(500);

    private readonly ServeOptions _options;
    private readonly Action<string> _log;
    private readonly Gate _gate = new();
    private readonly Doors _doors = new();
    private readonly Admission _admission;
    private readonly ServerMetrics _metrics;
    private readonly Worker _worker;
    private readonly ModelShelf _shelf;
    private readonly WebApplication _app;
    private bool _isDisposed;

    private ModelServer(ServeOptions options, IReadOnlyList<ListenAddress> addresses, AccessKey? key, Action<string> log,
        IProgress<double>? progress, CancellationToken cancellation)
    {
        (_options, _log, _admission) = (options, log, new(options.Limits));
        _metrics = new(() => _worker!.Waiting, () => _gate.Inside);
        _worker = new(_metrics.Passed);
        try
        {
            _shelf = ModelShelf.Open(options.Source, _worker, log, progress, cancellation);
        }
        catch
        {
            _worker.Dispose();
            throw;
        }
        _app = Built(addresses, key);
    }

    /// <summary>The models.</summary>
    public IReadOnlyList<ModelCard> Models => [.. _shelf.All.Select(model => model.Card)];

    /// <summary>Where it listens, once it is started.</summary>
    public IReadOnlyList<string> Urls { get; private set; } = [];

    /// <summary>Opens what is to be served; nobody is listened to yet.</summary>
    /// <param name="options">What, where, to whom.</param>
    /// <param name="log">Told, a line each, what somebody should know.</param>
    /// <param name="progress">Told the share of models that are open.</param>
    /// <param name="cancellation">Ends it between two models with an <see cref="OperationCanceledException"/>.</param>
    /// <exception cref="UserException">There is nothing to serve, or it cannot be served there, or not without a key.</exception>
    public static ModelServer Open(ServeOptions options, Action<string> log,
        IProgress<double>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(log);
        var addresses = ListenAddress.Parse(options.Urls);
        var key = options.KeyFile is { } file ? AccessKey.Read(file) : null;
        if (key is null && addresses.FirstOrDefault(address => !address.IsLoopback) is { } open)
            throw new UserException($"--urls {open} lets others than this machine in, so a key is needed: --key-file FILE, "
                + "made e.g. with: openssl rand -hex 32 > FILE");
        return new(options, addresses, key, log, progress, cancellation);
    }

    /// <summary>Serves until it is told to stop, and then until everybody who has asked has his answer.</summary>
    /// <param name="started">Told once it listens.</param>
    /// <param name="stop">Tells it to stop.</param>
    /// <exception cref="UserException">It cannot listen there.</exception>
    public async Task Run(Action started, CancellationToken stop)
    {
        ArgumentNullException.ThrowIfNull(started);
        await Start();
        started();
        var told = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using (stop.UnsafeRegister(_ => told.TrySetResult(), null))
            await told.Task;
        await Stop();
    }

    /// <summary>Begins to listen.</summary>
    /// <exception cref="UserException">It cannot listen there.</exception>
    public async Task Start()
    {
        try
        {
            await _app.StartAsync();
        }
        catch (Exception e) when (e is IOException or SocketException)
        {
            throw new UserException($"cannot listen at {_options.Urls}: {e.Message.TrimEnd('.')}; choose another port with --urls");
        }
        Urls = [.. _app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses];
    }

    /// <summary>Answers those who have asked already, refuses all others with 503, and ends.</summary>
    public async Task Stop()
    {
        var left = _gate.Close();
        _log($"stopping; requests that are being answered still: {_gate.Inside:N0}");
        await Task.WhenAny(left, Task.Delay(TimeSpan.FromSeconds(_options.Limits.Seconds)));
        await Task.Delay(s_grace);
        await _doors.Empty();
        using var late = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        await _app.StopAsync(late.Token);
        Dispose();
    }

    /// <summary>Frees the models.</summary>
    public void Dispose()
    {
        if (_isDisposed)
            return;
        _isDisposed = true;
        ((IDisposable)_app).Dispose();
        _shelf.Close(_worker);
        _worker.Dispose();
    }

    private WebApplication Built(IReadOnlyList<ListenAddress> addresses, AccessKey? key)
    {
        // Empty, so that neither variables of the environment nor files beside it say where to listen.
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = _options.Limits.Bytes;
            // Those above it wait to be accepted, or are refused by the queue; this only keeps descriptors of files from running out.
            kestrel.Limits.MaxConcurrentConnections = Math.Max(512, 4 * _options.Limits.Queue);
            kestrel.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(15);
            foreach (var (ip, port) in addresses)
                kestrel.Listen(ip, port);
        });
        builder.Services.Configure<SocketTransportOptions>(sockets => sockets.CreateBoundListenSocket = _doors.Open);
        builder.Services.AddSingleton<IHostLifetime, NoLifetime>();
        builder.Services.AddRoutingCore();
        builder.Services.Configure<JsonOptions>(json => json.SerializerOptions.TypeInfoResolverChain.Insert(0, OrderJson.Default));
        builder.Services.AddOpenApi(document => Api.Describe(document, key is not null));
        var app = builder.Build();
        app.Use(new RequestFrame(_gate, key, addresses.All(address => address.IsLoopback), _metrics, _log).Invoke);
        var calls = new ModelCalls(_shelf, _admission, _options.Limits);
        Api.Map(app, _shelf, calls, new(calls, _worker, _options.Limits), _gate, _metrics);
        return app;
    }

    // Signals are the business of whoever started it.
    private sealed class NoLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
