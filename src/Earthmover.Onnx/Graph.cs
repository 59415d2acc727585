using Microsoft.ML.OnnxRuntime;

namespace Earthmover.Onnx;

/// <summary>A graph in ONNX Runtime: arrays in, an array out. For several threads at once.</summary>
public sealed class Graph : IDisposable
{
    private readonly InferenceSession _session;
    private readonly string _output;

    private Graph(InferenceSession session) => (_session, _output) = (session, session.OutputNames[0]);

    /// <summary>Names of the inputs.</summary>
    public IReadOnlyList<string> Inputs => _session.InputNames;

    /// <summary>What the file says of itself, by name.</summary>
    public IReadOnlyDictionary<string, string> Metadata => _session.ModelMetadata.CustomMetadataMap;

    /// <summary>Loads a graph. No code of the file runs: it is a list of known operators.</summary>
    /// <param name="model">The file's contents.</param>
    /// <param name="threads">Threads of one evaluation; 0 for all cores.</param>
    /// <exception cref="ModelException">It is no graph that ONNX Runtime can run.</exception>
    public static Graph Load(byte[] model, int threads = 0)
    {
        ArgumentNullException.ThrowIfNull(model);
        try
        {
            using var options = new SessionOptions { IntraOpNumThreads = threads };
            options.LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR;
            return new(new InferenceSession(model, options));
        }
        catch (OnnxRuntimeException e)
        {
            throw new ModelException($"ONNX Runtime cannot load it: {OneLine(e.Message)}");
        }
    }

    /// <summary>Evaluates it.</summary>
    /// <param name="inputs">Of every input its name, its elements in row order and its axes; <c>float</c> or <c>long</c>.</param>
    /// <exception cref="ModelException">ONNX Runtime refuses them.</exception>
    public float[] Run(params IReadOnlyList<(string Name, Array Values, long[] Shape)> inputs)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        var values = new Dictionary<string, OrtValue>();
        try
        {
            foreach (var (name, elements, shape) in inputs)
                values.Add(name, elements is long[] whole
                    ? OrtValue.CreateTensorValueFromMemory(whole, shape)
                    : OrtValue.CreateTensorValueFromMemory((float[])elements, shape));
            using var options = new RunOptions();
            using var results = _session.Run(options, values, [_output]);
            return results[0].GetTensorDataAsSpan<float>().ToArray();
        }
        catch (OnnxRuntimeException e)
        {
            throw new ModelException($"ONNX Runtime cannot evaluate it: {OneLine(e.Message)}");
        }
        finally
        {
            foreach (var value in values.Values)
                value.Dispose();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _session.Dispose();

    private static string OneLine(string message) => message.ReplaceLineEndings(" ").TrimEnd('.', ' ');
}
