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
    /// <param name="source">A run, an exported model, or a folder with such in it.</param>
    /// <param name="worker">Opens each.</param>
    /// <param name="log">Told, a line each, what of a folder is left out.</param>
    /// <param name="progress">Told the share of models that are open.</param>
    /// <param name="cancellation">Ends it between two models.</param>
    /// <exception cref="UserException">There is nothing that can be served.</exception>
    public static ModelShelf Open(string source, Worker worker, Action<string> log,
        IProgress<double>? progress, CancellationToken cancellation)
    {
        var models = new SortedDictionary<string, IServedModel>(StringComparer.Ordinal);
        try
        {
            if (IsModel(source))
                Put(source);
            else
            {
                var paths = Listed(source);
                foreach (var (i, path) in paths.Index())
                {
                    cancellation.ThrowIfCancellationRequested();
                    progress?.Report(i / (double)paths.Length);
                    if (Problem(path) is { } problem)
                        log($"left out: {path}: {problem}");
                }
            }
        }
        catch
        {
            Close(models.Values, worker);
            throw;
        }
        return models.Count > 0 ? new(models)
            : throw new UserException($"nothing in {source} can be served; what was left out is said above");

        // One model that is broken, in whatever way, does not keep the others from being served.
        string? Problem(string path)
        {
            try
            {
                Put(path);
                return null;
            }
#pragma warning disable CA1031
            catch (Exception e)
            {
                return FailureLine.Of(e);
            }
#pragma warning restore CA1031
        }

        void Put(string path)
        {
            var name = NameOf(path, models.ContainsKey);
            models.Add(name, worker.Do(() => Open(path, name), CancellationToken.None).GetAwaiter().GetResult());
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

    private static IServedModel Open(string path, string name) => IsExported(path) ? new OnnxModel(path, name) : new RunModel(path, name);

    private static bool IsExported(string path) => path.EndsWith(".onnx", StringComparison.OrdinalIgnoreCase) && File.Exists(path);

    private static bool IsModel(string path) => IsExported(path) || RunMark.IsRun(path);

    private static string[] Listed(string folder)
    {
        if (!Directory.Exists(folder))
            throw new UserException(File.Exists(folder)
                ? $"{folder} is a file of another kind; served are runs, exported models (.onnx), and folders with them"
                : $"there is no run and no folder {folder}");
        // Runs first: it is what is exported of them that gets another name.
        string[] runs = [.. Directory.EnumerateDirectories(folder).Where(RunMark.IsRun).Order(StringComparer.Ordinal)];
        string[] files = [.. Directory.EnumerateFiles(folder).Where(IsExported).Order(StringComparer.Ordinal)];
        return runs.Length + files.Length > 0 ? [.. runs, .. files]
            : throw new UserException($"{folder} is no run, and there is none in it; {Invocation.Of("train")} makes one");
    }

    // Names stand in addresses: what would have to be escaped there becomes a dash.
    private static string NameOf(string path, Func<string, bool> isTaken)
    {
        var last = Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(path)));
        var plain = string.Concat(last.Select(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' ? c : '-')).Trim('.');
        var whole = plain.Length == 0 ? "model" : plain;
        var stem = IsExported(path) ? Path.GetFileNameWithoutExtension(whole) : whole;
        var name = isTaken(stem) ? whole : stem;
        for (var n = 2; isTaken(name); n++)
            name = $"{whole}-{n}";
        return name;
    }
}
