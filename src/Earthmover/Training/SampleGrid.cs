using Earthmover.Data;
using Earthmover.Data.Dealing;
using Earthmover.Games;
using Earthmover.Nn.Layers;
using Earthmover.Torch;
using Earthmover.Training.Runs;
using Earthmover.Training.Views;

namespace Earthmover.Training;

/// <summary>The fixed inputs of a run's sample grids: what it makes of the same ones is drawn again and again.</summary>
internal sealed class SampleGrid : IDisposable
{
    private readonly GanSystem _system;
    private readonly Fakes _fakes;
    private readonly BatchSource _data;
    private readonly AveragedGenerators _generators;
    private readonly ISampleView? _view;
    private readonly int _count;
    private readonly TensorOwner _owner = new();
    private readonly Tensor _inputs;
    private readonly Tensor? _told; // [count, L]
    private readonly IReadOnlyList<string>? _rows;

    /// <summary>A grid.</summary>
    /// <param name="system">The system.</param>
    /// <param name="data">Its data.</param>
    /// <param name="generators">Its generators as they are used.</param>
    /// <param name="view">Draws; null draws nothing.</param>
    /// <param name="count">Samples in the grid.</param>
    /// <param name="seed">The run's seed.</param>
    /// <param name="device">Where the networks are.</param>
    public SampleGrid(
        GanSystem system, BatchSource data, AveragedGenerators generators, ISampleView? view, int count, long seed, Device device)
    {
        (_system, _fakes, _data, _generators, _view, _count) = (system, Fakes.Of(system), data, generators, view, count);
        // From a stream of its own: looking at samples never changes the training.
        using var scope = TensorScope.Open();
        using var stream = RandomGenerator.Named("grid", seed, device);
        _inputs = _owner.Adopt(Inputs(Math.Min(count, data.Data.Count), stream));
        if (_fakes.Condition is not Condition.Text { Law: var law } || data.Partners?.Data is not TextSet texts)
            return;
        // A caption for each row, from the most frequent on and spread over all.
        var (n, rows) = ((int)_inputs.Size(0), ((int)_inputs.Size(0) + ISampleView.InRow - 1) / ISampleView.InRow);
        int[][] captions = [.. Enumerable.Range(0, rows).Select(row => law.Captions[row * law.Captions.Count / rows])];
        _rows = [.. captions.Select(caption => texts.Line(caption))];
        long[] codes = [.. Enumerable.Range(0, n).SelectMany(i => captions[i / ISampleView.InRow]).Select(code => (long)code)];
        _told = _owner.Adopt(Tensor.From<long>(codes, [n, law.Length], device));
    }

    /// <summary>Inputs of other samples; a system that translates gets the first real ones.</summary>
    public Tensor Inputs(int count, RandomGenerator from)
    {
        using var scope = TensorScope.Open();
        return scope.Keep(_fakes.Inputs(count, FirstReals, from));

        Tensor FirstReals()
        {
            using var reals = _data.Of([.. Enumerable.Range(0, count).Select(i => i % _data.Data.Count)], from.Device);
            return reals.X.Clone();
        }
    }

    /// <summary>Samples of inputs, of the generators as they are used.</summary>
    /// <param name="inputs">From <see cref="Inputs"/>.</param>
    /// <param name="told">What they are told to be; as the inputs choose when null.</param>
    public Tensor Samples(Tensor inputs, Tensor? told = null) => _generators.Use(() => _fakes.Make(inputs, told));

    /// <summary>Draws real samples, beside which the generated ones are judged.</summary>
    public void DrawReals(RunFolder? folder) => _view?.DrawReals(folder, _data, _count);

    /// <summary>Draws the samples of now.</summary>
    /// <returns>The file; null where nothing was drawn.</returns>
    public string? Draw(RunFolder? folder, long step)
    {
        if (_view is null)
            return null;
        using var drawing = TensorScope.Open();
        using var still = new Still(_system);
        var path = _view.Draw(folder, step, Samples(_inputs, _told), _system as IScorer, _rows);
        if (path?.EndsWith(".png", StringComparison.Ordinal) == true)
            folder!.LogPicture(step, path);
        return path;
    }

    /// <summary>Draws samples beside the training samples that they are most like.</summary>
    public void DrawNeighbors(RunFolder? folder, long step)
    {
        if (_view is null)
            return;
        using var drawing = TensorScope.Open();
        _view.DrawNeighbors(folder, step, Samples(_inputs));
    }

    /// <summary>Draws where places of samples look, in the first layer of the generators that attends; nothing without one.</summary>
    public void DrawAttention(RunFolder? folder, long step)
    {
        if (_view is null || !_system.Generators.Any(AttentionWatch.Concerns))
            return;
        using var drawing = TensorScope.Open();
        AttentionMap? map = null;
        using var watch = new AttentionWatch((weights, height, width) => map ??= new(weights.ToArray<float>(), height, width));
        var samples = Samples(_inputs, _told);
        if (map is not null)
            _view.DrawAttention(folder, step, samples, map);
    }

    /// <inheritdoc/>
    public void Dispose() => _owner.Dispose();
}
