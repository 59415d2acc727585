using Earthmover.Data;
using Earthmover.Games;
using Earthmover.Sessions.Sampling;
using Earthmover.Sessions.Walks;
using Earthmover.Torch;

namespace Earthmover.Sessions.Pictures;

/// <summary>A trained run as a way from one domain to another, for samples that are none of its data.</summary>
public sealed class Translation
{
    private readonly TrainedRun _run;
    private readonly ITranslator _translator;

    private Translation(TrainedRun run, ITranslator translator, Direction direction) =>
        (_run, _translator, Direction) = (run, translator, direction);

    /// <summary>The style that is told; null where there is none to tell, or none was said.</summary>
    public Style? Style { get; private init; }

    /// <summary>The way that is gone.</summary>
    public Direction Direction { get; }

    /// <summary>What the samples that it begins with are.</summary>
    public SampleSpec From => SpecOf(Direction.From);

    /// <summary>What the samples that it ends with are.</summary>
    public SampleSpec To => SpecOf(Direction.To);

    /// <summary>A way of a run.</summary>
    /// <param name="run">The run.</param>
    /// <param name="to">Name of the domain that it should end in; null takes the first that it has learned.</param>
    /// <exception cref="UserException">The run does not translate, or not to there.</exception>
    public static Translation Of(TrainedRun run, string? to = null)
    {
        ArgumentNullException.ThrowIfNull(run);
        var translator = run.Ability<ITranslator>();
        var ways = translator.Directions;
        var way = to is null ? ways[0] : ways.FirstOrDefault(one => one.To == to);
        if (way is not null)
            return new(run, translator, way);
        var known = string.Join(" or ", ways.Select(one => one.To));
        throw new UserException($"{run.Entry.Name} translates to {known}, not to '{to}'");
    }

    /// <summary>The same way, told a style.</summary>
    /// <param name="style">One of the run's; null for none, which a run that has styles refuses when it translates.</param>
    public Translation In(Style? style) => new(_run, _translator, Direction) { Style = style };

    /// <summary>The same way, told a style in words.</summary>
    /// <param name="wanted">As <see cref="Style.Of"/> reads it; null for none.</param>
    /// <exception cref="UserException">There is no such style, or the run has styles and none was said.</exception>
    public Translation In(string? wanted)
    {
        if (wanted is not null)
            return In(Style.Of(_run, wanted));
        RequireStyle(null);
        return this;
    }

    private void RequireStyle(Style? style)
    {
        if (style is null && Style.AllOf(_run) is { Count: > 0 } all)
            throw new UserException($"{_run.Entry.Name} is told a style; say which: "
                + $"{string.Join(", ", all.Take(20).Select(one => one.Words))}{(all.Count > 20 ? ", …" : "")}");
    }

    /// <summary>Reads samples of the domain that it begins in.</summary>
    /// <param name="names">Files, folders of pictures or patterns; of points one file.</param>
    /// <param name="cancellation">Ends it with an <see cref="OperationCanceledException"/>.</param>
    /// <exception cref="UserException">There is nothing of a name, or it cannot be read or does not fit.</exception>
    public NewSamples Read(IReadOnlyList<string> names, CancellationToken cancellation = default) =>
        NewSamples.Read(_run.Recipe, From, Direction.From == "b", names, cancellation);

    /// <summary>Takes samples of the domain that it begins in.</summary>
    /// <inheritdoc cref="NewSamples.Take"/>
    public NewSamples Take(SentSamples sent, CancellationToken cancellation = default) =>
        NewSamples.Take(_run.Recipe, From, Direction.From == "b", sent, cancellation);

    /// <summary>Translates each sample alone, so that it is the same beside whatever others.</summary>
    /// <param name="samples">Samples of <see cref="From"/>.</param>
    /// <param name="progress">Told the share that is done.</param>
    /// <param name="cancellation">Ends it between two samples with an <see cref="OperationCanceledException"/>.</param>
    /// <returns>Pictures as bytes, or points in the units of their domain.</returns>
    /// <exception cref="UserException">The translations are not finite.</exception>
    public DataSet Translate(NewSamples samples,
        IProgress<double>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(samples);
        RequireStyle(Style);
        using var use = _run.Streams.Use();
        using var pause = Autograd.Pause();
        var made = new SampleBuffer(To, samples.Count);
        for (var i = 0; i < samples.Count; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            using var scope = TensorScope.Open();
            var told = Style?.ToCondition(_run.Device);
            made.Put(i, _translator.Translate(samples.Of(i, _run.Device), Direction, told));
            progress?.Report((i + 1.0) / samples.Count);
        }
        return made.ToData($"translations to {Direction.To}");
    }

    // Of two domains the samples of the run are the second; where the first is not described apart it has the same form.
    private SampleSpec SpecOf(string domain)
    {
        var spec = _run.Spec;
        if (domain != Direction.AToB.From)
            return spec;
        if (spec.Other is not null)
            return spec.Other;
        return spec.Pairing != Pairing.None || spec.Center is null ? spec
            : throw new UserException("this run is from before runs kept the units of both domains; "
                + "continue it for a step with train --resume, where its data are, and translate then");
    }
}
