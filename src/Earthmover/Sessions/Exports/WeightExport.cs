using Earthmover.Files;
using Earthmover.Nn.PyTorch;
using Earthmover.Torch;
using Earthmover.Torch.Files;

namespace Earthmover.Sessions.Exports;

/// <summary>Weights that were exported for PyTorch.</summary>
/// <param name="Path">The file.</param>
/// <param name="Python">The module that loads them; null where none was asked for.</param>
/// <param name="Part">The network.</param>
/// <param name="Tensors">How many tensors there are.</param>
/// <param name="Weights">Numbers in them.</param>
/// <param name="Bytes">Size of the file.</param>
public sealed record ExportedWeights(string Path, string? Python, string Part, int Tensors, long Weights, long Bytes);

/// <summary>Takes the weights of a trained network out of its run, under the names that PyTorch gives them.</summary>
public static class WeightExport
{
    // How the first line of a module ends that was written here.
    private const string Signature = "Earthmover.\"\"\"";

    /// <summary>Names of the networks of a run, the one that is meant where none is named first.</summary>
    public static IReadOnlyList<string> PartsOf(TrainedRun run)
    {
        ArgumentNullException.ThrowIfNull(run);
        var networks = run.System.Networks;
        return [.. networks.OrderByDescending(pair => run.System.Generators.Contains(pair.Value)).Select(pair => pair.Key)];
    }

    /// <summary>Writes the weights of a network as a safetensors file.</summary>
    /// <param name="run">The run.</param>
    /// <param name="part">The network; null takes the first.</param>
    /// <param name="path">The file; whole or not at all.</param>
    /// <param name="hasPython">Also writes a Python module beside it that builds the network and loads them.</param>
    /// <param name="cancellation">Ends it before it is written, with an <see cref="OperationCanceledException"/>.</param>
    /// <exception cref="UserException">
    /// There is no such network, a layer of it has no counterpart in PyTorch, or a file cannot be written.
    /// </exception>
    public static ExportedWeights ToSafetensors(TrainedRun run, string? part, string path, bool hasPython,
        CancellationToken cancellation = default)
    {
        var names = PartsOf(run);
        part ??= names[0];
        if (!names.Contains(part))
            throw new UserException($"{run.Entry.Name} has no network '{part}'{NearestName.Hint(part, names)}; "
                + $"it has {string.Join(", ", names)}");
        using var use = run.Streams.Use();
        using var pause = Autograd.Pause();
        using var scope = TensorScope.Open();
        var twin = TwinOf(run, part);
        var tensors = twin.Weights.Select(weight => KeyValuePair.Create(weight.Key, StoredTensor.Of(weight.Value))).ToList();
        var python = hasPython ? ModuleAt(path) : null;
        var code = python is null ? "" : Module(run, part, twin, System.IO.Path.GetFileName(path));
        cancellation.ThrowIfCancellationRequested();
        OutputPath.Write("the weights", () =>
        {
            var said = new Dictionary<string, string>
            {
                ["format"] = "pt",
                ["system"] = run.Recipe.System,
                ["part"] = part,
                ["data"] = run.Recipe.ForOthers().Data,
                ["step"] = $"{run.Checkpoint.Standing.Step}",
            };
            if (run.Spec.License is { } license)
                said["data_license"] = license;
            Safetensors.Write(path, tensors, said);
            if (python is not null)
                AtomicFile.WriteText(python, code);
        });
        return new(path, python, part, tensors.Count, twin.Weights.Values.Sum(weight => weight.ElementCount), new FileInfo(path).Length);
    }

    // A script of somebody's own may have the name that the module would take.
    private static string ModuleAt(string path)
    {
        var module = System.IO.Path.ChangeExtension(path, ".py");
        bool IsOurs() => File.ReadLines(module).FirstOrDefault() is { } line && line.EndsWith(Signature, StringComparison.Ordinal);
        return !File.Exists(module) || IsOurs() ? module
            : throw new UserException($"{module} is there already, and not of this program; "
                + "give the weights another name, or leave --python out");
    }

    private static TorchTwin TwinOf(TrainedRun run, string part)
    {
        try
        {
            return TorchTwin.Of(run.System.Networks[part], 1 + run.Spec.Axes.Count);
        }
        catch (NotSupportedException e)
        {
            var instead = run.Spec.Code is null ? "export it --to onnx" : $"{Invocation.Of("sample")} RUN --out FILE.csv makes rows";
            throw new UserException($"the {part} of the system {run.Entry.Name} has no counterpart in PyTorch: torch.nn has nothing like "
                + $"its {e.Message}; {instead}");
        }
    }

    private static string Module(TrainedRun run, string part, TorchTwin twin, string file)
    {
        var about = $"The {part} of {run.Recipe.System}, trained on {run.Recipe.ForOthers().Data} "
            + $"for {run.Checkpoint.Standing.Step} steps by {Signature}";
        var classes = string.Concat(twin.Classes.Select(definition => $"\n\n{definition}\n"));
        return $""""
            """{about}
            import json

            import torch
            from torch import nn
            {classes}

            def network():
                return {twin.Code}


            def load(path="{file}"):
                """The network with its weights, in evaluation mode. Of the file no code runs."""
                with open(path, "rb") as file:
                    header = json.loads(file.read(int.from_bytes(file.read(8), "little")))
                    data = bytearray(file.read())
                types, weights = {"{"}"F32": torch.float32, "I64": torch.int64{"}"}, {"{}"}
                for name, tensor in header.items():
                    if name != "__metadata__":
                        start, end = tensor["data_offsets"]
                        dtype = types[tensor["dtype"]]
                        count = (end - start) // torch.empty(0, dtype=dtype).element_size()
                        weights[name] = torch.frombuffer(data, dtype=dtype, count=count, offset=start).reshape(tensor["shape"]).clone()
                model = network()
                model.load_state_dict(weights)
                return model.eval()

            """".ReplaceLineEndings("\n");
    }
}
