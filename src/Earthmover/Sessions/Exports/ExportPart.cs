using Earthmover.Data;
using Earthmover.Data.Pictures;
using Earthmover.Export;
using Earthmover.Games;
using Earthmover.Onnx;
using Earthmover.Sessions.Pictures;
using Earthmover.Sessions.Sampling;
using Earthmover.Torch;
using Earthmover.Torch.Operators;
using Earthmover.Torch.Tracing;

namespace Earthmover.Sessions.Exports;

/// <summary>A function of a trained run that can be taken out of it, with all that it needs.</summary>
internal sealed class ExportPart
{
    private readonly TrainedRun _run;

    private ExportPart(TrainedRun run, string name) => (_run, Name) = (run, name);

    /// <summary>What it is called: <c>generator</c>, <c>encoder</c>, <c>critic</c>, <c>classifier</c>, <c>a_to_b</c>.</summary>
    public string Name { get; }

    /// <summary>Its inputs.</summary>
    public required IReadOnlyList<GraphInput> Inputs { get; init; }

    /// <summary>What its result is called.</summary>
    public required string Output { get; init; }

    /// <summary>What it is, for people.</summary>
    public required string What { get; init; }

    /// <summary>The function, of the inputs in their order.</summary>
    public required Func<IReadOnlyList<Tensor>, Tensor> Function { get; init; }

    /// <summary>The samples that it takes, and those that it makes; null without.</summary>
    public (SampleCard? Takes, SampleCard? Gives) Samples { get; init; }

    /// <summary>The law of its latent vectors or of its noise.</summary>
    public LatentCard? Latent { get; init; }

    /// <summary>What it is told.</summary>
    public ClassCard? Classes { get; init; }

    /// <summary>The texts that it is told.</summary>
    public TextCard? Text { get; init; }

    /// <summary>What the file says of itself.</summary>
    public ModelCard Card => new()
    {
        Part = Name,
        System = _run.Recipe.System,
        Data = _run.Recipe.ForOthers().Data,
        License = _run.Spec.License,
        Step = _run.Checkpoint.Standing.Step,
        Latent = Latent,
        Classes = Classes,
        Text = Text,
        Takes = Samples.Takes,
        Gives = Samples.Gives,
    };

    /// <summary>Names of the parts of a system, the one that is meant where none is named first.</summary>
    public static IReadOnlyList<string> NamesOf(GanSystem system)
    {
        ArgumentNullException.ThrowIfNull(system);
        return
        [
            .. system is ISampler ? [ModelCard.Generator] : ReadOnlySpan<string>.Empty,
            .. system is ITranslator translator ? translator.Directions.Select(NameOf) : [],
            .. system is IEncoder ? [ModelCard.Encoder] : ReadOnlySpan<string>.Empty,
            .. system is IScorer ? [ModelCard.Critic] : ReadOnlySpan<string>.Empty,
            .. system is IClassifier ? [ModelCard.Classifier] : ReadOnlySpan<string>.Empty,
        ];
    }

    /// <summary>A part of a run.</summary>
    /// <param name="run">The run.</param>
    /// <param name="name">Its name; null takes the first.</param>
    /// <exception cref="UserException">The run has no such part; the message says which it has.</exception>
    public static ExportPart Of(TrainedRun run, string? name)
    {
        var names = NamesOf(run.System);
        if (names.Count == 0)
            throw new UserException($"{run.Entry.Name} has no part that could be exported");
        name ??= names[0];
        if (name == "chain")
            throw new UserException("a chain differentiates at every step, which a graph cannot; "
                + "export the generator and the encoder, of which it is made");
        if (!names.Contains(name))
            throw new UserException($"{run.Entry.Name} has no part '{name}'{NearestName.Hint(name, names)}; "
                + $"it has {string.Join(", ", names)}");
        return name switch
        {
            ModelCard.Generator => Generator(run, (ISampler)run.System),
            ModelCard.Encoder => Encoder(run, (IEncoder)run.System),
            ModelCard.Critic => Critic(run, (IScorer)run.System),
            ModelCard.Classifier => Classifier(run, (IClassifier)run.System),
            _ => Translator(run, (ITranslator)run.System, name),
        };
    }

    private static string NameOf(Direction way) => $"{way.From}_to_{way.To}";

    private static ExportPart Generator(TrainedRun run, ISampler sampler)
    {
        var law = sampler.Latent;
        var z = new GraphInput("z", Law(law), n => LatentVectors.OnDevice(law, n, "export", 0, n, run.Device));
        var samples = CardOf(run, run.Spec, isSecond: IsSecond(run));
        if (sampler.Condition is Condition.Text { Law: var captions })
            return new(run, ModelCard.Generator)
            {
                Inputs = [z, TextsOf(run, captions, first: -1)],
                Output = "sample",
                What = $"The generator of {run.Entry.Name}: latent vectors and texts to samples",
                Function = x => Describing(x[0], x[1]),
                Samples = (null, samples),
                Latent = new(law.Normals, law.Uniforms),
                Text = Captions.CardOf(run.Spec.Other!),
            };
        if (sampler.Condition is not Condition.Choice choice)
            return new(run, ModelCard.Generator)
            {
                Inputs = [z],
                Output = "sample",
                What = $"The generator of {run.Entry.Name}: latent vectors to samples",
                Function = x => sampler.Generate(x[0]),
                Samples = (null, samples),
                Latent = new(law.Normals, law.Uniforms),
            };
        // Where nobody says a text, the last coordinate of the latent vector chooses a caption; in what is traced, nothing can be left out.
        Tensor Describing(Tensor z, Tensor text)
        {
            using var prior = new CaptionPrior(captions);
            return sampler.Generate(z, Op.Where(Op.Lt(text, 0), prior.Choose(z.Narrow(1, law.Size - 1, 1)), text));
        }
        // Where nobody says a class, the last coordinate of the latent vector does, as the system itself has it.
        Tensor Told(Tensor z, Tensor y)
        {
            using var prior = new ClassPrior(choice.Shares);
            return sampler.Generate(z, Op.Where(Op.Lt(y, 0), prior.Choose(z.Narrow(1, law.Size - 1, 1)), y));
        }
        return new(run, ModelCard.Generator)
        {
            Inputs = [z, new("class", $"Int64 [N], 0 to {choice.Count - 1}; -1 leaves the choice to the last coordinate of z",
                n => LabelsOf(run, n, choice.Count, from: -1))],
            Output = "sample",
            What = $"The generator of {run.Entry.Name}: latent vectors and classes to samples",
            Function = x => Told(x[0], x[1]),
            Samples = (null, samples),
            Latent = new(law.Normals, law.Uniforms),
            Classes = new(choice.Count, choice is Condition.Class ? run.Spec.Classes : null),
        };
    }

    private static ExportPart Translator(TrainedRun run, ITranslator translator, string name)
    {
        var way = translator.Directions.First(one => NameOf(one) == name);
        var translation = Translation.Of(run, way.To);
        var styles = (translator.Condition as Condition.Choice)?.Count ?? 0;
        GraphInput x = SamplesOf(run, translation.From),
            style = new("class", $"Int64 [N], 0 to {styles - 1}: the style", n => LabelsOf(run, n, styles, from: 0));
        return new(run, name)
        {
            Inputs = styles == 0 ? [x] : [x, style],
            Output = "y",
            What = $"A translator of {run.Entry.Name}: samples of domain {way.From} to samples of domain {way.To}"
                + (styles == 0 ? "" : ", in a style"),
            Function = given => translator.Translate(given[0], way, styles == 0 ? null : given[1]),
            Classes = styles == 0 ? null : new(styles, translator.Condition is Condition.Class ? run.Spec.Classes : null),
            Samples = (CardOf(run, translation.From, way.From == "b"), CardOf(run, translation.To, way.To == "b")),
        };
    }

    private static ExportPart Encoder(TrainedRun run, IEncoder encoder)
    {
        var noise = encoder.EncodingNoise;
        GraphInput x = SamplesOf(run, run.Spec),
            e = new("noise", $"{Law(noise)}; zeros for the mean", n => LatentVectors.OnDevice(noise, n, "export noise", 0, n, run.Device));
        return new(run, ModelCard.Encoder)
        {
            Inputs = noise.Size == 0 ? [x] : [x, e],
            Output = "z",
            What = $"The encoder of {run.Entry.Name}: samples to latent vectors",
            Function = given => encoder.Encode(given[0], noise.Size == 0 ? null : given[1]),
            Samples = (CardOf(run, run.Spec, isSecond: false), null),
            Latent = noise.Size == 0 ? null : new(noise.Normals, noise.Uniforms),
        };
    }

    private static ExportPart Critic(TrainedRun run, IScorer scorer)
    {
        // Categories of a system's own are no part of what its critic judges.
        var count = run.System is ISampler { Condition: Condition.Class told } ? told.Count : 0;
        var captions = run.System is ISampler { Condition: Condition.Text text } ? text.Law : null;
        var x = SamplesOf(run, run.Spec);
        var y = captions is null ? new("class", $"Int64 [N], 0 to {count - 1}", n => LabelsOf(run, n, count, from: 0))
            : TextsOf(run, captions, first: 0);
        var asks = (count > 0 || captions is not null) && Asks(scorer, x, y);
        return new(run, ModelCard.Critic)
        {
            Inputs = asks ? [x, y] : [x],
            Output = "score",
            What = $"The critic of {run.Entry.Name}: samples to scores, higher is more real",
            Function = given => scorer.Score(given[0], asks ? given[1] : null),
            Samples = (CardOf(run, run.Spec, isSecond: IsSecond(run)), null),
            Classes = asks && count > 0 ? new(count, run.Spec.Classes) : null,
            Text = asks && captions is not null ? Captions.CardOf(run.Spec.Other!) : null,
        };
    }

    // Whether a critic looks at the class that it is told.
    private static bool Asks(IScorer scorer, GraphInput x, GraphInput y)
    {
        using var scope = TensorScope.Open();
        Tensor samples = x.Draw(2), classes = y.Draw(2);
        try
        {
            var trace = OperatorTrace.Of([samples, classes], () => scorer.Score(samples, classes));
            return trace.Operators.Any(called => called.Arguments.Contains(trace.Inputs[1]));
        }
        catch (TraceException)
        {
            // It cannot be exported anyway, and who exports it says why.
            return true;
        }
    }

    private static ExportPart Classifier(TrainedRun run, IClassifier classifier) => new(run, ModelCard.Classifier)
    {
        Inputs = [SamplesOf(run, run.Spec)],
        Output = "probabilities",
        What = $"The classifier of {run.Entry.Name}: samples to probabilities of the classes",
        Function = given => classifier.Classify(given[0]),
        Samples = (CardOf(run, run.Spec, isSecond: IsSecond(run)), null),
        Classes = run.System is ISampler { Condition: Condition.Choice choice }
            ? new(choice.Count, choice is Condition.Class ? run.Spec.Classes : null) : null,
    };

    // Translations are samples of the second domain; captions are a condition of the first's.
    private static bool IsSecond(TrainedRun run) => run.Spec.Pairing is Pairing.Unpaired or Pairing.Aligned;

    private static GraphInput SamplesOf(TrainedRun run, SampleSpec spec) =>
        new("x", $"[N, {string.Join(", ", spec.Axes)}] {Words(spec)}", n => Examples(run, spec, n));

    private static string Words(SampleSpec spec) => spec.Kind switch
    {
        SampleSpec.Images => "pictures, values in [-1, 1]",
        SampleSpec.Points => "points, scaled as the file's card says",
        _ => "texts, probabilities of the symbols at each place",
    };

    // Numbers of the size that its own are of.
    private static Tensor Examples(TrainedRun run, SampleSpec spec, int n)
    {
        var random = new SeededRandom(n, "export samples");
        var values = new float[n * spec.Shape.Size];
        for (var i = 0; i < values.Length; i++)
            values[i] = (float)(spec.Kind == SampleSpec.Images ? 2 * random.NextDouble() - 1 : random.NextGaussian());
        return Tensor.From<float>(values, [n, .. spec.Shape.Axes], run.Device);
    }

    private static Tensor LabelsOf(TrainedRun run, int n, int count, int from) =>
        Tensor.From<long>([.. Enumerable.Range(0, n).Select(i => (long)(from + i % (count - from)))], [n], run.Device);

    // Captions one after another, for comparisons; some rows leave the choice to z where that may be.
    private static GraphInput TextsOf(TrainedRun run, CaptionLaw captions, int first)
    {
        long[] chosen = [.. Enumerable.Repeat(-1L, captions.Length)];
        IReadOnlyList<long> Row(int i) => first + i % 3 < 0 ? chosen
            : [.. captions.Captions[i % captions.Captions.Count].Select(code => (long)code)];
        var what = $"Int64 [N, {captions.Length}], numbers of symbols, 0 after the end"
            + (first < 0 ? "; -1 everywhere leaves the choice to the last coordinate of z" : "");
        return new("text", what, n => Tensor.From<long>([.. Enumerable.Range(0, n).SelectMany(Row)], [n, captions.Length], run.Device));
    }

    private static string Law(Latent law) => $"[N, {law.Size}] independent numbers"
        + (law.Normals > 0 ? $", {law.Normals} of N(0, 1)" : "") + (law.Uniforms > 0 ? $", {law.Uniforms} uniform on [-1, 1]" : "");

    private static SampleCard CardOf(TrainedRun run, SampleSpec spec, bool isSecond)
    {
        var card = new SampleCard
        {
            Kind = spec.Kind,
            Axes = spec.Axes,
            Low = spec.Kind switch { SampleSpec.Images => -1, SampleSpec.Text => 0, _ => null },
            High = spec.Kind == SampleSpec.Points ? null : 1,
            Columns = spec.Columns,
            Center = spec.Center,
            Spread = spec.Spread,
            Vocabulary = spec.Vocabulary,
        };
        if (spec.Shape is not SampleShape.Image images)
            return card;
        var options = new NewPictures(NewSamples.AddressOf(run.Recipe, isSecond), images.Shape).Options;
        return card with
        {
            Fit = $"{options.Fit}".ToLowerInvariant(),
            Background = $"{options.Background}",
            Margin = $"{options.Margin}",
            Filter = $"{options.Filter}".ToLowerInvariant(),
        };
    }
}
