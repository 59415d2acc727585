using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Earthmover.Export.Schema;
using Earthmover.Torch;
using Earthmover.Torch.Tracing;
using Google.Protobuf;
using Google.Protobuf.Collections;

namespace Earthmover.Export;

/// <summary>Writes nodes and constants of an ONNX graph, and remembers what every traced tensor is called there.</summary>
internal sealed class GraphBuilder(FreeTrace trace, GraphProto graph)
{
    private readonly Dictionary<TracedTensor, string> _names = [];
    private readonly Dictionary<string, string> _constants = [];
    private readonly HashSet<string> _taken = [.. graph.Input.Select(input => input.Name)];
    private int _count;
    private string? _samples;

    public FreeTrace Trace { get; } = trace;

    /// <summary>Says what a tensor is called.</summary>
    public void Bind(TracedTensor tensor, string name) => _names[tensor] = name;

    /// <summary>The name of a tensor; a constant that is met for the first time is written.</summary>
    public string NameOf(TracedTensor tensor)
    {
        if (_names.TryGetValue(tensor, out var known))
            return known;
        if (tensor.Values is null)
            throw new InvalidOperationException("a tensor is used before it is made");
        var isRepeated = Trace.IsRepeated(tensor);
        long[] shape = isRepeated ? [1, .. tensor.Shape.Skip(1)] : [.. tensor.Shape];
        var name = Constant(isRepeated ? FreeTrace.Row(tensor) : tensor.Values, shape, tensor.Type, tensor.Name);
        return _names[tensor] = isRepeated ? Node("Expand", [name, Vector(Trace.ShapeOf(tensor))]) : name;
    }

    /// <summary>Writes a node of one output.</summary>
    /// <param name="operation">The operator of ONNX.</param>
    /// <param name="inputs">Names of its inputs; an empty one is left out.</param>
    /// <param name="attributes">Its attributes.</param>
    /// <returns>The name of the output.</returns>
    public string Node(string operation, IReadOnlyList<string> inputs, params ReadOnlySpan<AttributeProto> attributes) =>
        Nodes(operation, inputs, 1, attributes)[0];

    /// <summary>Writes a node of several outputs.</summary>
    public string[] Nodes(string operation, IReadOnlyList<string> inputs, int outputs, params ReadOnlySpan<AttributeProto> attributes)
    {
        var node = new NodeProto { OpType = operation, Name = $"{operation}_{_count++}" };
        node.Input.AddRange(inputs.Reverse().SkipWhile(name => name.Length == 0).Reverse());
        foreach (var attribute in attributes)
            node.Attribute.Add(attribute);
        var names = Enumerable.Range(0, outputs).Select(i => outputs == 1 ? node.Name : $"{node.Name}_{i}").ToArray();
        node.Output.AddRange(names);
        graph.Node.Add(node);
        return names;
    }

    /// <summary>Calls the result by the name of the graph's output.</summary>
    public void End(string result, string output)
    {
        var last = graph.Node.LastOrDefault(node => node.Output.Contains(result));
        if (last is null)
        {
            graph.Node.Add(new NodeProto { OpType = "Identity", Name = output, Input = { result }, Output = { output } });
            return;
        }
        foreach (var node in graph.Node)
        {
            Rename(node.Input, result, output);
            Rename(node.Output, result, output);
        }
    }

    /// <summary>Numbers as a vector.</summary>
    public string Vector(params ReadOnlySpan<long> values) => Constant(MemoryMarshal.AsBytes(values), [values.Length], DType.Int64);

    /// <summary>Lengths as a vector, of which some may follow the number of samples.</summary>
    public string Vector(IReadOnlyList<Extent> extents) => extents.Any(extent => extent.IsPerSample)
        ? extents.Count == 1 ? Length(extents[0]) : Node("Concat", [.. extents.Select(Length)], Attribute.Of("axis", 0))
        : Vector([.. extents.Select(extent => extent.Value)]);

    /// <summary>One number, without axes.</summary>
    public string Scalar(double value, DType type) => type switch
    {
        DType.Float32 => Constant(MemoryMarshal.AsBytes<float>([(float)value]), [], type),
        DType.Float64 => Constant(MemoryMarshal.AsBytes<double>([value]), [], type),
        DType.Int64 => Constant(MemoryMarshal.AsBytes<long>([(long)value]), [], type),
        DType.Bool => Constant([value == 0 ? (byte)0 : (byte)1], [], type),
        _ => throw new ExportException($"it computes with numbers of the type {type}"),
    };

    /// <summary>Numbers as a vector, single precision.</summary>
    public string Numbers(ReadOnlySpan<float> values) => Constant(MemoryMarshal.AsBytes(values), [values.Length], DType.Float32);

    /// <summary>The same number so many times.</summary>
    public string Filled(float value, long count) => Numbers(Enumerable.Repeat(value, (int)count).ToArray());

    // Equal constants are written once.
    private string Constant(ReadOnlySpan<byte> values, long[] shape, DType type, string? wanted = null)
    {
        var key = $"{type}[{string.Join(',', shape)}]{Convert.ToHexString(SHA256.HashData(values))}";
        if (_constants.TryGetValue(key, out var known))
            return known;
        var name = wanted is not null && _taken.Add(wanted) ? wanted : $"constant_{_constants.Count}";
        graph.Initializer.Add(new TensorProto
        {
            Name = name,
            DataType = (int)ElementTypes.Of(type),
            Dims = { shape },
            RawData = ByteString.CopyFrom(values),
        });
        return _constants[key] = name;
    }

    private string Length(Extent extent)
    {
        if (!extent.IsPerSample)
            return Vector(extent.Value);
        _samples ??= Node("Shape", [graph.Input[0].Name], Attribute.Of("start", 0), Attribute.Of("end", 1));
        return extent.Value == 1 ? _samples : Node("Mul", [_samples, Vector(extent.Value)]);
    }

    private static void Rename(RepeatedField<string> names, string from, string to)
    {
        for (var i = 0; i < names.Count; i++)
            if (names[i] == from)
                names[i] = to;
    }
}

/// <summary>Attributes of nodes.</summary>
internal static class Attribute
{
    public static AttributeProto Of(string name, long value) =>
        new() { Name = name, Type = AttributeProto.Types.AttributeType.Int, I = value };

    public static AttributeProto Of(string name, double value) =>
        new() { Name = name, Type = AttributeProto.Types.AttributeType.Float, F = (float)value };

    public static AttributeProto Of(string name, string value) =>
        new() { Name = name, Type = AttributeProto.Types.AttributeType.String, S = ByteString.CopyFromUtf8(value) };

    public static AttributeProto Of(string name, IEnumerable<long> values) =>
        new() { Name = name, Type = AttributeProto.Types.AttributeType.Ints, Ints = { values } };
}

/// <summary>Element types in ONNX's numbers.</summary>
internal static class ElementTypes
{
    public static TensorProto.Types.DataType Of(DType type) => type switch
    {
        DType.Float32 => TensorProto.Types.DataType.Float,
        DType.Float64 => TensorProto.Types.DataType.Double,
        DType.Int64 => TensorProto.Types.DataType.Int64,
        DType.Int32 => TensorProto.Types.DataType.Int32,
        DType.UInt8 => TensorProto.Types.DataType.Uint8,
        DType.Bool => TensorProto.Types.DataType.Bool,
        _ => throw new ExportException($"it computes with numbers of the type {type}"),
    };
}
