using System.Globalization;
using Earthmover.Torch;
using Prometheus;

namespace Earthmover.Serve;

/// <summary>What a server has done, in the text form of Prometheus.</summary>
internal sealed class ServerMetrics
{
    private readonly CollectorRegistry _registry = Prometheus.Metrics.NewCustomRegistry();
    private readonly Counter _requests, _samples;
    private readonly Histogram _seconds, _rows;

    /// <summary>Begins to count.</summary>
    /// <param name="waiting">Tells the jobs that wait for the worker.</param>
    /// <param name="inside">Tells the requests that are in the house.</param>
    public ServerMetrics(Func<int> waiting, Func<int> inside)
    {
        var metrics = Prometheus.Metrics.WithCustomRegistry(_registry);
        _requests = metrics.CreateCounter("earthmover_requests_total", "Requests answered, by what was asked for and the status of HTTP.",
            "model", "action", "status");
        _samples = metrics.CreateCounter("earthmover_samples_total", "Samples drawn.");
        _seconds = metrics.CreateHistogram("earthmover_request_seconds", "Time from a request to its answer, by what was asked for.",
            new HistogramConfiguration { LabelNames = ["action"], Buckets = Histogram.ExponentialBuckets(0.001, 2, 17) });
        _rows = metrics.CreateHistogram("earthmover_pass_samples", "Samples of one pass through a network, of all requests in it.",
            new HistogramConfiguration { Buckets = Histogram.ExponentialBuckets(1, 2, 7) });
        var jobs = metrics.CreateGauge("earthmover_waiting_jobs", "Jobs that wait for the networks.");
        var requests = metrics.CreateGauge("earthmover_requests_inside", "Requests that are read, wait or are worked on.");
        var tensors = metrics.CreateGauge("earthmover_live_tensors", "Tensors that are alive.");
        var memory = metrics.CreateGauge("process_resident_memory_bytes", "Memory of the process.");
        _registry.AddBeforeCollectCallback(() =>
        {
            jobs.Set(waiting());
            requests.Set(inside());
            tensors.Set(Tensor.LiveCount);
            memory.Set(Environment.WorkingSet);
        });
    }

    /// <summary>A request is answered.</summary>
    /// <param name="model">The model, which exists; empty where none was asked.</param>
    /// <param name="action">What was asked for, of a few words.</param>
    /// <param name="status">The status of HTTP.</param>
    /// <param name="seconds">How long it took.</param>
    public void Answered(string model, string action, int status, double seconds)
    {
        _requests.WithLabels(model, action, status.ToString(CultureInfo.InvariantCulture)).Inc();
        _seconds.WithLabels(action).Observe(seconds);
    }

    /// <summary>A pass through a network is done.</summary>
    /// <param name="samples">How many it has drawn.</param>
    public void Passed(int samples)
    {
        _samples.Inc(samples);
        _rows.Observe(samples);
    }

    /// <summary>All numbers as text.</summary>
    public async Task<byte[]> Text()
    {
        using var buffer = new MemoryStream();
        await _registry.CollectAndExportAsTextAsync(buffer);
        return buffer.ToArray();
    }
}
