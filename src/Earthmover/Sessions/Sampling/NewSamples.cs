using Earthmover.Data;
using Earthmover.Data.Pairs;
using Earthmover.Data.Pictures;
using Earthmover.Data.Points;
using Earthmover.Torch;
using Earthmover.Training;

namespace Earthmover.Sessions.Sampling;

/// <summary>Samples that a run has never seen, brought to the form of one of its domains. The run's own data need not be there.</summary>
public sealed class NewSamples
{
    private NewSamples(SampleSpec spec, DataSet data, IReadOnlyList<string> names) => (Spec, Data, Names) = (spec, data, names);

    /// <summary>What they are.</summary>
    public SampleSpec Spec { get; }

    /// <summary>Pictures as bytes of the domain's shape, or points in units of the data.</summary>
    public DataSet Data { get; }

    /// <summary>The file of each picture; of points the one that they are in.</summary>
    public IReadOnlyList<string> Names { get; }

    /// <summary>What of a folder was left, and what was done to pictures of other sizes, a line each.</summary>
    public IReadOnlyList<string> Notes { get; private init; } = [];

    /// <summary>How many.</summary>
    public int Count => Data.Count;

    /// <summary>How many of what: <c>3 pictures</c>, <c>1 point</c>.</summary>
    public string Words => $"{Count:N0} {(Data is PointSet ? "point" : "picture")}{(Count == 1 ? "" : "s")}";

    /// <summary>Reads pictures or points from disk.</summary>
    /// <param name="recipe">The recipe of the run, whose data's way of fitting pictures is taken.</param>
    /// <param name="spec">The domain.</param>
    /// <param name="isSecond">Whether the domain is the second of two.</param>
    /// <param name="names">Files, folders of pictures or patterns; of points one file.</param>
    /// <param name="cancellation">Ends it with an <see cref="OperationCanceledException"/>.</param>
    /// <exception cref="UserException">There is nothing of a name, or it cannot be read or does not fit.</exception>
    public static NewSamples Read(Recipe recipe, SampleSpec spec, bool isSecond, IReadOnlyList<string> names,
        CancellationToken cancellation = default)
    {
        if (spec.Shape is SampleShape.Image images)
        {
            var notes = new List<string>();
            var paths = NewPictures.Find(names, notes);
            var read = new NewPictures(AddressOf(recipe, isSecond), images.Shape).Read(paths, cancellation);
            return new(spec, read, paths) { Notes = [.. notes, .. read.Notes] };
        }
        if (spec.Shape is not SampleShape.Points)
            throw NotTaken(recipe, spec);
        return names is [var only]
            ? new(spec, PointsOf(spec, only, cancellation), names)
            : throw new UserException($"the run's samples are points; give one file of them (.csv or .npy), not {names.Count}");
    }

    /// <summary>Takes pictures or points that lie in no file.</summary>
    /// <param name="recipe">The recipe of the run, whose data's way of fitting pictures is taken.</param>
    /// <param name="spec">The domain.</param>
    /// <param name="isSecond">Whether the domain is the second of two.</param>
    /// <param name="sent">What came.</param>
    /// <param name="cancellation">Ends it with an <see cref="OperationCanceledException"/>.</param>
    /// <exception cref="UserException">It cannot be read or does not fit.</exception>
    public static NewSamples Take(Recipe recipe, SampleSpec spec, bool isSecond, SentSamples sent, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(sent);
        if (spec.Shape is SampleShape.Points)
            return new(spec, sent.ToPoints(spec), ["the points"]);
        if (spec.Shape is not SampleShape.Image images)
            throw NotTaken(recipe, spec);
        if (sent.Points.Count > 0)
            throw new UserException($"the run's samples are pictures of {images.Shape}, and points were sent");
        var reader = new NewPictures(AddressOf(recipe, isSecond), images.Shape);
        return new(spec, reader.Decode(sent.Pictures, sent.Names, cancellation), sent.Names);
    }

    /// <summary>Refuses results in the place of the files that they were read from.</summary>
    /// <param name="outputs">Options, each with the file that it names; null where it was not given.</param>
    /// <exception cref="UserException">A file would be lost.</exception>
    public void Spare(params IReadOnlyList<(string Option, string? Path)> outputs) =>
        OutputPath.Spare(Data is PointSet ? [DataAddress.Parse(Names[0]).Name] : Names, outputs);

    /// <summary>One of them as networks see it [1, …].</summary>
    /// <param name="index">0 to <see cref="Count"/> − 1.</param>
    /// <param name="device">Where it is wanted.</param>
    public Tensor Of(int index, Device device)
    {
        float[] values;
        if (Data is ImageSet images)
            values = [.. images[index].ToArray().Select(pixel => pixel * (2f / 255) - 1)];
        else
            Spec.Scaling.Apply(((PointSet)Data)[index], values = new float[Spec.Shape.Size]);
        return Tensor.From<float>(values, [1, .. Spec.Shape.Axes], device);
    }

    /// <summary>The address of one of a run's domains.</summary>
    /// <param name="recipe">The recipe of the run.</param>
    /// <param name="isSecond">Whether the domain is the second of two.</param>
    internal static DataAddress AddressOf(Recipe recipe, bool isSecond)
    {
        var address = DataAddress.Parse(recipe.Data);
        return Domains.BesideBar(address) is var (a, b) ? isSecond ? b : a : address;
    }

    private static UserException NotTaken(Recipe recipe, SampleSpec spec) => new(
        $"the run {recipe.System} learned from {(spec.Shape is SampleShape.Table ? "a table" : "text")}; this takes pictures or points");

    private static string OfColumns(SampleSpec spec) => $"give a .csv or .npy of {spec.Axes[0]} columns";

    private static PointSet PointsOf(SampleSpec spec, string name, CancellationToken cancellation)
    {
        if (ImageFolderListing.IsPicture(name))
            throw new UserException($"{name} is a picture, and the run's samples are points; {OfColumns(spec)}");
        DataCatalog.RequireOne(name);
        if (DataCatalog.Open(name, new() { Cancellation = cancellation }) is not PointSet points)
            throw new UserException($"{name} holds no points, and those are what the run learned from; {OfColumns(spec)}");
        if (points.Dimension != spec.Axes[0])
            throw new UserException($"the points in {name} have {points.Dimension} coordinates, and the run's have {spec.Axes[0]}; "
                + "choose those that it knows with ?columns=");
        if (spec.Columns is not { } columns || points.ColumnNames is not { } given)
            return points;
        return columns.Order(StringComparer.Ordinal).SequenceEqual(given.Order(StringComparer.Ordinal), StringComparer.Ordinal)
            ? PointColumns.InOrder(points, columns)
            : throw new UserException(
                $"{name} has the columns {string.Join(", ", given)}, and the run learned {string.Join(", ", columns)}; "
                + "name them as it does, or leave their names out to give them by place");
    }
}
