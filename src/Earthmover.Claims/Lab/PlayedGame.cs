using Earthmover.Data;
using Earthmover.Data.Dealing;
using Earthmover.Games;
using Earthmover.Sessions;
using Earthmover.Sessions.Sampling;
using Earthmover.Torch;
using Earthmover.Training;
using Earthmover.Training.Views;

namespace Earthmover.Claims.Lab;

/// <summary>
/// A system of the catalog in play on some data, as <c>earthmover train</c> would play it, without folder and report, and without average
/// unless that is asked for: for experiments that train. It draws from the random streams in use.
/// </summary>
public sealed class PlayedGame : IDisposable
{
    private readonly Session _session;
    private IGame _game;
    private int _stage;
    private readonly Func<double, double> _schedule;
    private readonly long _steps;
    private readonly AveragedGenerators? _averages;
    private long _position;

    /// <summary>Sits the players down.</summary>
    /// <param name="trial">The trial, whose seed it takes.</param>
    /// <param name="data">Data of the game.</param>
    /// <param name="system">Name of the system.</param>
    /// <param name="steps">Steps that the whole game has, by which step sizes decay where the options say so.</param>
    /// <param name="settings">Options as <c>--set</c> takes them: <c>constraint=clipping?limit=0.1</c>.</param>
    /// <param name="isAveraged">Keeps the averages that the options ask for, which <see cref="AsUsed"/> puts in place.</param>
    /// <param name="examples">Plays with these data instead of all that the address names: a part of them, or others of the same
    /// shape.</param>
    /// <exception cref="UserException">An option is unknown, or parts do not fit.</exception>
    public PlayedGame(Trial trial, string data, string system, long steps, IEnumerable<string> settings, DataSet? examples = null,
        bool isAveraged = false)
    {
        var set = examples ?? trial.Open(data);
        var plan = new RunPlan(data)
        {
            System = system,
            Settings = [.. settings],
            Budget = new(Steps: steps),
            Seed = trial.Seed,
            Device = $"{RandomStreams.Current.Device}",
            Threads = 1,
        };
        _session = Session.Start(plan.Resolve(set), set);
        _schedule = RatePlan.ScheduleOf(_session.Options);
        _steps = steps;
        _game = System.Begin(0, () => Source.Deal(_position++));
        _averages = isAveraged ? new(System, _session.Options) : null;
    }

    /// <summary>The system with its networks.</summary>
    public GanSystem System => _session.System;

    /// <summary>Its batches.</summary>
    public BatchSource Source => _session.Source;

    /// <summary>Steps played.</summary>
    public long Step { get; private set; }

    /// <summary>Plays on, to a number of steps in all.</summary>
    /// <param name="until">Steps in all.</param>
    /// <param name="watch">Told the terms of each step; null spares reading them.</param>
    /// <returns>Whether all numbers stayed finite; the game rests at the step before the first that was not.</returns>
    public bool PlayTo(long until, Action<long, IReadOnlyList<Move>>? watch = null)
    {
        while (Step < until)
        {
            var (begin, end) = Enter((double)Step / _steps);
            _game.Progress = RatePlan.Within((double)Step / _steps, begin, end);
            _game.Rate = _schedule(_game.Progress);
            try
            {
                var moves = _game.Play(Step, watch is not null);
                watch?.Invoke(Step, moves);
                _averages?.Update(Source.Size);
            }
            catch (NotFiniteException)
            {
                return false;
            }
            Step++;
        }
        return true;
    }

    // The stage at a share of the game, entered when it begins; where it begins and ends.
    private (double Begin, double End) Enter(double progress)
    {
        var shares = System.StageShares;
        var total = shares.Sum(stage => stage.Share);
        double EndOf(int stage) => shares.Take(stage + 1).Sum(s => s.Share) / total;
        while (_stage < shares.Count - 1 && progress >= EndOf(_stage))
        {
            _game.Dispose();
            if (System.BeginsAveraged(_stage + 1))
                _averages?.Settle();
            _game = System.Begin(++_stage, () => Source.Deal(_position++));
        }
        return (_stage == 0 ? 0 : EndOf(_stage - 1), _stage == shares.Count - 1 ? Math.Max(1, progress) : EndOf(_stage));
    }

    /// <summary>Texts as the game's generator hears them: Int64 [N, L], in the innermost scope.</summary>
    /// <param name="texts">The texts.</param>
    public Tensor Read(IReadOnlyList<string> texts)
    {
        var card = Captions.CardOf(_session.Spec.Other!);
        return Tensor.From<long>([.. texts.SelectMany(card.Read)], [texts.Count, card.Length], _session.Device);
    }

    /// <summary>Generated pictures, each of what it is told.</summary>
    /// <param name="told">As the system's condition says [N, …].</param>
    /// <param name="shape">What the pictures are.</param>
    /// <param name="seed">Seed of the latent vectors.</param>
    public ImageSet Draw(Tensor told, ImageShape shape, long seed = 0)
    {
        using var scope = TensorScope.Open();
        using var still = new Still(System);
        using var pause = Autograd.Pause();
        using var stream = RandomGenerator.Named("sample", seed);
        var sampler = (ISampler)System;
        return new("generated", shape, ImageView.ToBytes(sampler.Generate(sampler.Latent.Sample(told.Size(0), stream), told)));
    }

    /// <summary>Runs a function while the networks are as they are used: in evaluation, with their averages where some are kept.</summary>
    public Tensor AsUsed(Func<Tensor> function)
    {
        using var still = new Still(System);
        using var pause = Autograd.Pause();
        return _averages?.Use(function) ?? function();
    }

    /// <summary>
    /// Generated samples [<paramref name="count"/>, …] in the innermost scope, networks in evaluation, from latent vectors that depend on
    /// the seed alone.
    /// </summary>
    public Tensor Generate(int count, long seed = 0)
    {
        using var still = new Still(System);
        using var latent = RandomGenerator.Named("sample", seed, _session.Device);
        var sampler = (ISampler)System;
        return Autograd.NoGrad(() => sampler.Generate(sampler.Latent.Sample(count, latent)));
    }

    /// <summary>Generated samples as data: pictures as bytes, points, text as its most probable characters.</summary>
    /// <param name="count">How many.</param>
    /// <param name="seed">Seed of the latent vectors.</param>
    public DataSet Draw(int count, long seed = 0)
    {
        using var still = new Still(System);
        return RunSamples.Draw(_session, "generated", count, seed);
    }

    /// <summary>Generated rows of a table, by the averaged generator where its average is kept.</summary>
    /// <param name="count">How many.</param>
    /// <param name="seed">Seed of the latent vectors.</param>
    public TableSet Rows(int count, long seed = 0) => (TableSet)DrawAsUsed(count, seed);

    /// <summary>As <see cref="Draw(int, long)"/>, by the averaged generator where its average is kept.</summary>
    /// <param name="count">How many.</param>
    /// <param name="seed">Seed of the latent vectors.</param>
    public DataSet DrawAsUsed(int count, long seed = 0)
    {
        using var scope = TensorScope.Open();
        DataSet? drawn = null;
        AsUsed(() =>
        {
            drawn = RunSamples.Draw(_session, "generated", count, seed);
            return Tensor.Zeros([1]);
        });
        return drawn!;
    }

    /// <summary>Generated pictures, each of the class or category that is asked for, as bytes.</summary>
    /// <param name="asked">The numbers.</param>
    /// <param name="shape">What the pictures are.</param>
    public ImageSet Draw(IReadOnlyList<int> asked, ImageShape shape)
    {
        using var scope = TensorScope.Open();
        using var still = new Still(System);
        using var pause = Autograd.Pause();
        using var stream = RandomGenerator.Named("sample", 0);
        var sampler = (ISampler)System;
        var y = Tensor.From<long>([.. asked.Select(k => (long)k)], [asked.Count]);
        return new("generated", shape, ImageView.ToBytes(sampler.Generate(sampler.Latent.Sample(asked.Count, stream), y)));
    }

    /// <summary>Real samples [N, …] of some rows, in the innermost scope.</summary>
    public Tensor Real(ReadOnlySpan<int> rows)
    {
        using var batch = Source.Of(rows);
        return batch.X.Alias();
    }

    /// <summary>The critic, in evaluation: samples → scores [N, …].</summary>
    public Tensor Score(Tensor x)
    {
        using var still = new Still(System);
        return ((IScorer)System).Score(x);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _averages?.Dispose();
        _game.Dispose();
        _session.Dispose();
    }
}
