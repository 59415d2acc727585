using System.Globalization;
using Earthmover.Export;
using Earthmover.Files;
using Earthmover.Onnx;
using Earthmover.Torch;

namespace Earthmover.Sessions.Exports;

/// <summary>An exported model.</summary>
/// <param name="Path">The file.</param>
/// <param name="Part">The part of the run.</param>
/// <param name="Inputs">Its inputs, each with what it is.</param>
/// <param name="Output">Name of its result.</param>
/// <param name="Opset">The set of operators that it is written in.</param>
/// <param name="Nodes">Operators in it.</param>
/// <param name="Weights">Numbers in it.</param>
/// <param name="Bytes">Size of the file.</param>
/// <param name="Compared">Samples that ONNX Runtime and LibTorch have both computed.</param>
/// <param name="Difference">The largest difference between a number of the one and of the other.</param>
/// <param name="Relative">The same, relative to the largest number.</param>
public sealed record ExportedModel(string Path, string Part, IReadOnlyDictionary<string, string> Inputs, string Output, int Opset,
    int Nodes, long Weights, long Bytes, int Compared, double Difference, double Relative);

/// <summary>Takes a part of a trained run out of it, as a file that runs without this program.</summary>
public static class RunExport
{
    /// <summary>The largest difference from LibTorch, relative to the largest number, with which a model is written.</summary>
    public const double Tolerance = 1e-4;

    // Other numbers of samples than those that it was traced with, so that whatever depends on them shows.
    private static readonly int[] s_batches = [1, 5, 16];

    /// <summary>Names of the parts of a run, the one that is meant where none is named first.</summary>
    public static IReadOnlyList<string> PartsOf(TrainedRun run)
    {
        ArgumentNullException.ThrowIfNull(run);
        return ExportPart.NamesOf(run.System);
    }

    /// <summary>Writes a part as an ONNX file, once ONNX Runtime computes the same as LibTorch with it.</summary>
    /// <param name="run">The run.</param>
    /// <param name="part">The part; null takes the first.</param>
    /// <param name="path">The file; whole or not at all.</param>
    /// <param name="progress">Told the share that is done.</param>
    /// <param name="cancellation">Ends it before it is written, with an <see cref="OperationCanceledException"/>.</param>
    /// <exception cref="UserException">
    /// There is no such part, it uses an operator that cannot be exported, ONNX Runtime computes something else, or the file cannot be
    /// written.
    /// </exception>
    public static ExportedModel ToOnnx(TrainedRun run, string? part, string path,
        IProgress<double>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(run);
        cancellation.ThrowIfCancellationRequested();
        if (run.Spec.Code is not null)
            throw new UserException("an ONNX file does not know how rows of a table are encoded and written, so that this run stays one; "
                + $"{Invocation.Of("sample")} RUN --out FILE.csv makes rows");
        using var use = run.Streams.Use();
        using var pause = Autograd.Pause();
        using var scope = TensorScope.Open();
        var chosen = ExportPart.Of(run, part);
        var model = Written(run, chosen);
        progress?.Report(0.5);
        var (compared, difference, largest) = Compared(chosen, model.Bytes, cancellation);
        var relative = difference / Math.Max(largest, double.Epsilon);
        // What is not a number is not within any bound.
        if (!(relative <= Tolerance))
            throw new UserException($"the {chosen.Name} is not exported: ONNX Runtime's numbers differ from LibTorch's by "
                + $"{Number(difference)}, {Number(relative)} of the largest, where {Number(Tolerance)} is allowed");
        cancellation.ThrowIfCancellationRequested();
        OutputPath.Write("the model", () => AtomicFile.Write(path, model.Bytes));
        progress?.Report(1);
        return new(path, chosen.Name, chosen.Inputs.ToDictionary(input => input.Name, input => input.What), chosen.Output,
            OnnxModel.Opset, model.Nodes, model.Weights, model.Bytes.LongLength, compared, difference, relative);
    }

    private static OnnxModel Written(TrainedRun run, ExportPart part)
    {
        var names = new Dictionary<Tensor, string>();
        foreach (var (network, module) in run.System.Networks)
        {
            foreach (var (name, parameter) in module.Parameters())
                names[parameter.Value] = $"{network}.{name}";
            foreach (var (name, buffer) in module.Buffers())
                names[buffer.Value] = $"{network}.{name}";
        }
        var version = typeof(RunExport).Assembly.GetName().Version!.ToString(3);
        try
        {
            return OnnxModel.Of(new($"{run.Recipe.System} {part.Name}", part.Inputs, part.Output, part.Function)
            {
                What = part.What,
                Names = names,
                Metadata = new Dictionary<string, string>
                {
                    [ModelCard.Key] = part.Card.ToJson(),
                    ["earthmover.recipe"] = run.Recipe.ForOthers().ToJson(),
                },
            }, version);
        }
        catch (ExportException e)
        {
            throw new UserException($"the {part.Name} of this {run.Entry.Name} cannot be exported: {e.Message}");
        }
    }

    private static (int Count, double Difference, double Largest) Compared(ExportPart part, byte[] model,
        CancellationToken cancellation)
    {
        try
        {
            using var graph = Graph.Load(model);
            return Compared(part, graph, cancellation);
        }
        catch (ModelException e)
        {
            throw new UserException($"the {part.Name} is not exported: {e.Message}");
        }
    }

    private static (int Count, double Difference, double Largest) Compared(ExportPart part, Graph graph,
        CancellationToken cancellation)
    {
        var (difference, largest) = (0.0, 0.0);
        foreach (var n in s_batches)
        {
            cancellation.ThrowIfCancellationRequested();
            using var scope = TensorScope.Open();
            var inputs = part.Inputs.Select(input => (input.Name, Value: input.Draw(n))).ToList();
            var expected = part.Function([.. inputs.Select(input => input.Value)]).Contiguous().ToArray<float>();
            var found = graph.Run([.. inputs.Select(input => (input.Name, ArrayOf(input.Value), input.Value.Shape))]);
            if (found.Length != expected.Length)
                return (n, double.PositiveInfinity, 1);
            // Math.Max keeps what is not a number.
            foreach (var (a, b) in expected.Zip(found))
                (difference, largest) = (Math.Max(difference, Math.Abs((double)a - b)), Math.Max(largest, Math.Abs((double)a)));
        }
        return (s_batches.Sum(), difference, largest);
    }

    private static string Number(double value) => value.ToString("g3", CultureInfo.InvariantCulture);

    private static Array ArrayOf(Tensor tensor) =>
        tensor.DType == DType.Int64 ? tensor.ToArray<long>() : tensor.Contiguous().ToArray<float>();
}
