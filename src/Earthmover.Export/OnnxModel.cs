using Earthmover.Export.Schema;
using Earthmover.Export.Translations;
using Earthmover.Torch;
using Earthmover.Torch.Tracing;
using Google.Protobuf;

namespace Earthmover.Export;

/// <summary>An input of a graph.</summary>
/// <param name="Name">Its name.</param>
/// <param name="What">What it is, for people.</param>
/// <param name="Draw">Examples for so many samples [N, …].</param>
public sealed record GraphInput(string Name, string What, Func<int, Tensor> Draw);

/// <summary>A function of tensors, to be written as a graph.</summary>
/// <param name="Name">Name of the graph.</param>
/// <param name="Inputs">Its inputs; the first axis of each is the number of samples.</param>
/// <param name="Output">Name of its result.</param>
/// <param name="Function">From the inputs, in their order, to the result [N, …].</param>
public sealed record GraphFunction(string Name, IReadOnlyList<GraphInput> Inputs, string Output,
    Func<IReadOnlyList<Tensor>, Tensor> Function)
{
    /// <summary>What it is, for people.</summary>
    public string What { get; init; } = "";

    /// <summary>Names of weights, by which they are called in the file.</summary>
    public IReadOnlyDictionary<Tensor, string> Names { get; init; } = new Dictionary<Tensor, string>();

    /// <summary>What the file says of itself, by name.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; init; } = new Dictionary<string, string>();
}

/// <summary>A function as a graph in the Open Neural Network Exchange format.</summary>
/// <remarks>
/// Written in opset 17 and version 8 of the format, of 2022: what reads less is rare, and what reads more reads these too.
/// </remarks>
public sealed class OnnxModel
{
    /// <summary>The set of operators that graphs are written in.</summary>
    public const int Opset = 17;

    private const int FormatVersion = 8;

    // Protocol buffers end at 2 GiB; the graph beside the weights takes far less than this leaves.
    private const long LargestFile = 2_000_000_000;

    private static readonly Dictionary<string, Func<Call, IReadOnlyList<string>>> s_known = Known();

    private OnnxModel(byte[] bytes, GraphProto graph)
    {
        Bytes = bytes;
        Operators = [.. graph.Node.Select(node => node.OpType).Distinct().Order(StringComparer.Ordinal)];
        Nodes = graph.Node.Count;
        Weights = graph.Initializer.Sum(tensor => tensor.Dims.Aggregate(1L, (a, b) => a * b));
    }

    /// <summary>The file.</summary>
    public byte[] Bytes { get; }

    /// <summary>The operators of ONNX that it uses.</summary>
    public IReadOnlyList<string> Operators { get; }

    /// <summary>How many nodes it has.</summary>
    public int Nodes { get; }

    /// <summary>How many numbers its weights and other constants are.</summary>
    public long Weights { get; }

    /// <summary>Writes a function as a graph, for any number of samples.</summary>
    /// <param name="function">The function; it is called twice, with two and with three samples.</param>
    /// <param name="version">Version of the program, for the file.</param>
    /// <exception cref="ExportException">It cannot be written so; the message names the operator.</exception>
    public static OnnxModel Of(GraphFunction function, string version)
    {
        ArgumentNullException.ThrowIfNull(function);
        FreeTrace trace;
        try
        {
            trace = FreeTrace.Of(Traced(function, 2), Traced(function, 3));
        }
        catch (TraceException e)
        {
            throw new ExportException(e.Message);
        }
        var graph = new GraphProto { Name = function.Name, DocString = function.What };
        foreach (var (input, tensor) in function.Inputs.Zip(trace.Inputs))
            graph.Input.Add(Value(input.Name, input.What, trace, tensor));
        var builder = new GraphBuilder(trace, graph);
        foreach (var (input, tensor) in function.Inputs.Zip(trace.Inputs))
            builder.Bind(tensor, input.Name);
        foreach (var called in trace.Operators)
            Write(called, builder);
        builder.End(builder.NameOf(trace.Result), function.Output);
        graph.Output.Add(Value(function.Output, "", trace, trace.Result));
        var bytes = graph.Initializer.Sum(tensor => (long)tensor.RawData.Length);
        if (bytes > LargestFile)
            throw new ExportException($"its weights are {bytes / 1e9:0.#} GB, and a file of this format holds 2");
        var model = new ModelProto
        {
            IrVersion = FormatVersion,
            ProducerName = "earthmover",
            ProducerVersion = version,
            DocString = function.What,
            Graph = graph,
            OpsetImport = { new OperatorSetIdProto { Domain = "", Version = Opset } },
        };
        foreach (var (key, value) in function.Metadata)
            model.MetadataProps.Add(new StringStringEntryProto { Key = key, Value = value });
        return new(model.ToByteArray(), graph);
    }

    private static OperatorTrace Traced(GraphFunction function, int samples)
    {
        using var scope = TensorScope.Open();
        var inputs = function.Inputs.Select(input => input.Draw(samples)).ToList();
        return OperatorTrace.Of(inputs, () => function.Function(inputs), function.Names);
    }

    private static void Write(FreeOperator called, GraphBuilder builder)
    {
        // Overloads of comparisons differ by their arguments, which are looked at anyway.
        if (!s_known.TryGetValue(called.Name, out var translate) && !s_known.TryGetValue(called.Name.Split('.')[0], out translate))
            throw new ExportException($"there is no ONNX here for the operator {called.Name}");
        var names = translate(new(builder, called));
        foreach (var (result, name) in called.Results.Zip(names))
            builder.Bind(result, name);
    }

    private static ValueInfoProto Value(string name, string what, FreeTrace trace, TracedTensor tensor)
    {
        var shape = new TensorShapeProto();
        foreach (var extent in trace.ShapeOf(tensor))
            shape.Dim.Add(!extent.IsPerSample ? new TensorShapeProto.Types.Dimension { DimValue = extent.Value }
                : new() { DimParam = extent.Value == 1 ? "N" : $"{extent.Value}N" });
        return new()
        {
            Name = name,
            DocString = what,
            Type = new() { TensorType = new() { ElemType = (int)ElementTypes.Of(tensor.Type), Shape = shape } },
        };
    }

    private static Dictionary<string, Func<Call, IReadOnlyList<string>>> Known()
    {
        var known = new Dictionary<string, Func<Call, IReadOnlyList<string>>>(StringComparer.Ordinal);
        foreach (var (name, translate) in Elementwise.All.Concat(Networks.All))
            known.Add(name, call => [translate(call)]);
        foreach (var (name, translate) in Shapes.All.Concat(Reductions.All))
            known.Add(name, translate);
        return known;
    }
}
