using System.Globalization;
using Earthmover.Editing;
using Earthmover.Files;
using Earthmover.Games;
using Earthmover.Networks;
using Earthmover.Nn;
using Earthmover.Torch;
using Earthmover.Torch.Files;
using Earthmover.Training.Runs;

namespace Earthmover.Sessions.Pictures;

/// <summary>
/// The predictor of a run: learned from the run's own samples when it is first asked for, and kept in the run's folder for as long as the
/// checkpoint is the same.
/// </summary>
public sealed class RunPredictor : IDisposable
{
    /// <summary>The file in the run's folder.</summary>
    public const string FileName = "predictor.safetensors";

    private readonly Module _network;

    private RunPredictor(TrainedRun run, ISampler sampler, Module network)
    {
        _network = network;
        Predictor = new(network, sampler);
        _ = network.Flat;
        network.SetTraining(false);
        Run = run;
    }

    /// <summary>The run.</summary>
    public TrainedRun Run { get; }

    /// <summary>What guesses.</summary>
    public Predictor Predictor { get; }

    /// <summary>Whether it lay in the folder, and had not to be learned.</summary>
    public bool WasKept { get; private init; }

    /// <summary>The predictor of a run.</summary>
    /// <param name="run">The run, whose system draws samples.</param>
    /// <param name="folder">Its folder, in which the predictor is kept; null keeps it nowhere.</param>
    /// <param name="options">How it learns.</param>
    /// <param name="progress">Told the share of the learning that is done.</param>
    /// <param name="cancellation">Ends it between two steps with an <see cref="OperationCanceledException"/>.</param>
    /// <exception cref="UserException">The run draws no samples.</exception>
    public static RunPredictor Of(TrainedRun run, string? folder, PredictorOptions options,
        IProgress<double>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(run);
        ArgumentNullException.ThrowIfNull(options);
        var sampler = run.Ability<ISampler>();
        // What it would be learned from, and how.
        var key = string.Create(CultureInfo.InvariantCulture, $"1 {Checkpoint.Hash(run.Checkpoint.Tensors)} {options}");
        // Of a seed of its own: the same for everybody.
        using var streams = new RandomStreams(1, run.Device);
        using var use = streams.Use();
        using var scope = TensorScope.Open();
        using var pause = Autograd.Pause();
        var network = PredictorNetwork.Create(run.Spec.Shape, Predictor.OutputsOf(sampler));
        network.To(run.Device);
        var path = folder is null ? null : Path.Combine(folder, FileName);
        if (path is not null && TryRead(path, key, network))
            return new(run, sampler, network) { WasKept = true };
        var made = new RunPredictor(run, sampler, network);
        try
        {
            made.Predictor.Learn(options, streams["latent"], progress, cancellation);
        }
        catch
        {
            made.Dispose();
            throw;
        }
        if (path is not null)
            TryWrite(path, key, network);
        return made;
    }

    private static IEnumerable<(string Path, Tensor Value)> TensorsOf(Module network) =>
        network.Parameters().Select(p => (p.Path, p.Parameter.Value)).Concat(network.Buffers().Select(b => (b.Path, b.Buffer.Value)));

    // A file of another checkpoint, or one that is damaged, counts as missing.
    private static bool TryRead(string path, string key, Module network)
    {
        try
        {
            if (!File.Exists(path) || PlainFile.IsLink(path))
                return false;
            var (stored, metadata) = Safetensors.Read(path, requireChecksum: true);
            var own = TensorsOf(network).ToList();
            if (metadata.GetValueOrDefault("predictor") != key
                || own.Any(t => !stored.TryGetValue(t.Path, out var there) || !there.Shape.SequenceEqual(t.Value.Shape) || !there.IsFinite))
                return false;
            foreach (var (name, value) in own)
                value.CopyFrom(stored[name].ToTensor(value.Device));
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or FileFormatException or InvalidOperationException)
        {
            return false;
        }
    }

    private static void TryWrite(string path, string key, Module network)
    {
        try
        {
            Safetensors.Write(path, TensorsOf(network).ToDictionary(t => t.Path, t => StoredTensor.Of(t.Value)),
                new Dictionary<string, string> { ["predictor"] = key });
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It is there; only the next time is not saved.
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _network.Dispose();
}
