using Earthmover.Torch;

namespace Earthmover.Games;

/// <summary>What a system makes, by whichever ability: samples of latent vectors, or translations of real samples.</summary>
public sealed class Fakes
{
    private readonly ISampler? _sampler;
    private readonly ITranslator? _translator;

    private Fakes(ISampler? sampler, ITranslator? translator) => (_sampler, _translator) = (sampler, translator);

    /// <summary>What a system makes; one of both abilities shows its samples.</summary>
    /// <exception cref="ArgumentException">It makes nothing.</exception>
    public static Fakes Of(GanSystem system) => system is ISampler or ITranslator
        ? new(system as ISampler, system as ITranslator)
        : throw new ArgumentException($"{system.GetType().Name} makes neither samples nor translations");

    /// <summary>It can be told the classes of the data.</summary>
    public bool TakesClasses => Condition is Condition.Class;

    /// <summary>What it can be told.</summary>
    public Condition Condition => _sampler is null ? _translator!.Condition : _sampler.Condition;

    /// <summary>What is made from: latent vectors, or real samples where they are translated.</summary>
    /// <param name="count">How many.</param>
    /// <param name="reals">Gives as many real samples of the first domain [N, …]; asked only where they are translated.</param>
    /// <param name="from">The stream to draw from.</param>
    public Tensor Inputs(long count, Func<Tensor> reals, RandomGenerator from) =>
        _sampler?.Latent.Sample(count, from) ?? _translator!.InputsOf(reals());

    /// <summary>Makes samples or translations.</summary>
    /// <param name="inputs">From <see cref="Inputs"/>.</param>
    /// <param name="condition">What they are to be, where that can be said.</param>
    /// <returns>[N, …] of what generated samples should look like.</returns>
    public Tensor Make(Tensor inputs, Tensor? condition = null) =>
        _sampler?.Generate(inputs, condition)
        ?? _translator!.Translate(inputs, _translator.Directions[0], condition ?? Turns(inputs.Size(0), inputs.Device));

    // Styles take turns where nobody says which, so that all of them are seen.
    private Tensor? Turns(long count, Device device) => Condition is Condition.Choice { Count: var styles }
        ? Tensor.From<long>([.. Enumerable.Range(0, (int)count).Select(i => (long)(i % styles))], [count], device) : null;
}
