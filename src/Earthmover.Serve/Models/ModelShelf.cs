using Earthmover.Data;
using Earthmover.Serve.Work;

namespace Earthmover.Serve.Models;

/// <summary>The models of a server, by name.</summary>
internal sealed class ModelShelf
{
    private readonly SortedDictionary<string, IServedModel> _models;

    private ModelShelf(SortedDictionary<string, IServedModel> models) => _models = models;

    /// <summary>All of them, by name.</summary>
    public IReadOnlyCollection<IServedModel> All => _models.Values;

    /// <summary>Opens what is to be served.</summary>
    /// <param name="source">A run, or a folder with runs in it.</param>
    /// <param name="worker">Opens each.</param>
    /// <param name="log">Told, a line each, what of a folder is left out.</param>
    /// <exception cref="UserException">There is nothing that can be served.</exception>
    public static ModelShelf Open(string source, Worker worker, Action<string> log)
    {
        var models = new SortedDictionary<string, IServedModel>(StringComparer.Ordinal);
        try
        {
            if (IsModel(source))
                Put(source);
            else
                foreach (var path in Listed(source))
                    try
                    {
                        Put(path);
                    }
#pragma warning disable CA1031 // One model that is broken, in whatever way, does not keep the others from being served.
                    catch (Exception e)
                    {
                        log($"left out: {path}: {FailureLine.Of(e)}");
                    }
#pragma warning restore CA1031
        }
        catch
        {
            Close(models.Values, worker);
            throw;
        }
        return models.Count > 0 ? new(models)
            : throw new UserException($"nothing in {source} can be served; what was left out is said above");

        void Put(string path)
        {
            var name = NameOf(path, models.ContainsKey);
            models.Add(name, worker.Do<IServedModel>(() => new RunModel(path, name), CancellationToken.None).GetAwaiter().GetResult());
        }
    }

    /// <summary>The model of a name; null where there is none.</summary>
    public IServedModel? Find(string name) => _models.GetValueOrDefault(name);

    /// <summary>Frees all of them.</summary>
    /// <param name="worker">Frees each.</param>
    public void Close(Worker worker) => Close(All, worker);

    private static void Close(IEnumerable<IServedModel> models, Worker worker)
    {
        foreach (var model in models)
            worker.Do(() => { model.Dispose(); return 0; }, CancellationToken.None).GetAwaiter().GetResult();
    }

    private static bool IsModel(string path)
    {
        if (path.EndsWith(".onnx", StringComparison.OrdinalIgnoreCase))
            throw new UserException($"{path} is an exported network, and served are runs; give the folder of the run that it came from");
        return RunMark.IsRun(path);
    }

    private static string[] Listed(string folder)
    {
        if (!Directory.Exists(folder))
            throw new UserException(File.Exists(folder)
                ? $"{folder} is a file; served is a run, or a folder with runs in it"
                : $"there is no run and no folder {folder}");
        string[] runs = [.. Directory.EnumerateDirectories(folder).Where(RunMark.IsRun).Order(StringComparer.Ordinal)];
        return runs.Length > 0 ? runs
            : throw new UserException($"{folder} is no run, and there is none in it; {Invocation.Of("train")} makes one");
    }

    // Names stand in addresses: what would have to be escaped there becomes a dash.
    private static string NameOf(string path, Func<string, bool> isTaken)
    {
        var last = Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(path)));
        var plain = string.Concat(last.Select(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' ? c : '-')).Trim('.');
        var stem = plain.Length == 0 ? "model" : plain;
        var name = stem;
        for (var n = 2; isTaken(name); n++)
            name = $"{stem}-{n}";
        return name;
    }
}
