using Earthmover.Data;
using Earthmover.Metrics.Features;
using Earthmover.Training;
using Earthmover.Training.Runs;

namespace Earthmover.Sessions.Sampling;

/// <summary>What all that compare have in common: opening either data or a run, and choosing features.</summary>
public static class SampleSets
{
    /// <summary>Data by its address, or samples of a run or of a model that was exported of one.</summary>
    /// <param name="address">The run, the model or the data.</param>
    /// <param name="count">Samples of a run or a model.</param>
    /// <param name="seed">Seed of latent vectors and toys.</param>
    /// <param name="progress">Told what is done.</param>
    /// <param name="stands">Told the checkpoint of the run whose samples they are.</param>
    /// <param name="cancellation">Ends it with an <see cref="OperationCanceledException"/>.</param>
    public static DataSet Open(string address, int count, long seed, IProgress<WorkProgress>? progress = null,
        Action<StoredCheckpoint>? stands = null, CancellationToken cancellation = default)
    {
        var drawing = progress.Part((double share) => new WorkProgress($"drawing {count:N0} samples of {address}", share));
        if (ExportedSamples.IsModel(address))
            return ExportedSamples.Draw(address, count, seed, drawing, cancellation);
        if (!RunSamples.IsRun(address))
            return Data(address, seed, progress, cancellation);
        using var run = TrainedRun.Open(address, Context(seed, progress, cancellation));
        stands?.Invoke(run.Checkpoint);
        return RunSamples.Draw(run, address, count, seed, drawing, cancellation);
    }

    /// <summary>Data of one domain by its address; toys are drawn with the seed.</summary>
    /// <param name="address">The data.</param>
    /// <param name="seed">Seed of toys.</param>
    /// <param name="progress">Told what is done.</param>
    /// <param name="cancellation">Ends it with an <see cref="OperationCanceledException"/>.</param>
    public static DataSet Data(string address, long seed,
        IProgress<WorkProgress>? progress = null, CancellationToken cancellation = default)
    {
        DataCatalog.RequireOne(address);
        return DataCatalog.Open(address, Context(seed, progress, cancellation));
    }

    /// <summary>Where data are looked for; toys are drawn with the seed.</summary>
    /// <param name="seed">Seed of toys.</param>
    /// <param name="progress">Told what is done.</param>
    /// <param name="cancellation">Ends the reading with an <see cref="OperationCanceledException"/>.</param>
    public static DataContext Context(long seed,
        IProgress<WorkProgress>? progress = null, CancellationToken cancellation = default) =>
        new()
        {
            Seed = seed,
            Progress = progress.Part((DataProgress at) => new WorkProgress(at.Stage, at.Total == 0 ? 0 : at.Done / (double)at.Total)),
            Cancellation = cancellation,
        };

    /// <summary>The features that were asked for, or those that suit the data.</summary>
    /// <param name="name"><c>raw</c>, <c>fmnist</c>, <c>resnet18</c>, <c>pca</c>, <c>inception</c>, or null to choose.</param>
    /// <param name="inception">Inception's weights, or null.</param>
    /// <param name="real">Real data.</param>
    /// <param name="progress">Told that a network is fetched.</param>
    /// <param name="cancellation">Ends that with an <see cref="OperationCanceledException"/>.</param>
    /// <exception cref="UserException">There are no such features, or what they need is missing.</exception>
    public static FeatureExtractor Features(string? name, string? inception, DataSet real,
        IProgress<WorkProgress>? progress = null, CancellationToken cancellation = default)
    {
        var isPhotographs = name is null && inception is null && ArePhotographs(real);
        if (isPhotographs || name == "resnet18")
        {
            if (ResNet18Files.Folder(progress, cancellation) is { } folder)
                return new ResNet18Features(folder);
            if (!isPhotographs)
                throw new UserException($"the features of ResNet-18 are not there and could not be fetched; "
                    + $"where there is a network, tools/resnet18/fetch does it, and {ResNet18Files.Variable} names another folder of them");
        }
        return (name ?? Suiting(inception, real)) switch
        {
            "raw" => new RawFeatures(),
            "fmnist" => new FashionFeatures(),
            "pca" => new PrincipalFeatures(real),
            "inception" => new InceptionFeatures(inception
                ?? throw new UserException("the features of Inception need its weights; give them with --inception FILE")),
            var other => throw new UserException(
                $"there are no features named '{other}'; there are raw, fmnist, resnet18, pca and inception"),
        };
    }

    /// <summary>What is not seen by the features that were chosen, as a remark; null where nothing is to say.</summary>
    /// <param name="name">The features that were asked for.</param>
    /// <param name="chosen">Those that were chosen.</param>
    /// <param name="real">Real data.</param>
    internal static string? Blindness(string? name, FeatureExtractor chosen, DataSet real) =>
        name is null && chosen is PrincipalFeatures && ArePhotographs(real)
            ? "principal components see colors and layout, and not what is in a picture: ResNet-18, which does, could not be fetched; "
                + "where there is a network, tools/resnet18/fetch does it"
            : null;

    // A network that knows things sees something in pictures of this size.
    private static bool ArePhotographs(DataSet real) => real is ImageSet { Shape: { Channels: 3, Height: >= 32, Width: >= 32 } };

    private static string Suiting(string? inception, DataSet real) => real switch
    {
        _ when inception is not null => "inception",
        ImageSet { Shape: { Channels: 1, Height: 28, Width: 28 } } => "fmnist",
        ImageSet => "pca",
        _ => "raw",
    };

    /// <summary>The user's cache of features.</summary>
    public static FeatureCache Cache => new(new DataContext().CacheFolder);
}
