using Earthmover.Torch.Native;

namespace Earthmover.Torch.Kernels;

/// <summary>What is to be computed: a face, a shape, the layouts of the two tensors, threads.</summary>
internal readonly record struct KernelTask(Face Face, Convolution Shape, char First, char Second, bool HasBias, int Threads)
{
    // "forward 64x32x16x16 64x4x4 s2x2 p1x1 l- b t2"
    public override string ToString() => string.Create(System.Globalization.CultureInfo.InvariantCulture,
        $"{Face} {Shape.Batch}x{Shape.Inputs}x{Shape.Height}x{Shape.Width} {Shape.Outputs}x{Shape.WindowHeight}x{Shape.WindowWidth} "
            + $"s{Shape.StrideY}x{Shape.StrideX} p{Shape.PaddingY}x{Shape.PaddingX} {First}{Second}{(HasBias ? "b" : "")} t{Threads}");
}

/// <summary>
/// Which of several equal ways computes a convolution fastest: measured where a shape is first met, then kept for the machine.
/// </summary>
/// <remarks>
/// The ways agree up to rounding, not to the bit. Fresh runs agree because they find the choices of the first one (<see cref="KeepIn"/>); a
/// run that goes on elsewhere stores <see cref="Export"/> and calls <see cref="Adopt"/> before it continues.
/// </remarks>
public static class KernelChoices
{
    private static readonly Lock s_lock = new();
    private static readonly Dictionary<KernelTask, string> s_chosen = [];
    private static readonly Dictionary<string, string> s_imported = new(StringComparer.Ordinal);

    private static string? s_folder;
    private static MachineChoices? s_machine;

    /// <summary>
    /// Whether a shape that is met for the first time is measured; otherwise it takes the way that is usually good, the same everywhere.
    /// </summary>
    public static bool Measure { get; set; } = true;

    /// <summary>
    /// Keeps choices in a folder, where later processes on this machine find them; without it they hold for this process.
    /// </summary>
    public static void KeepIn(string folder)
    {
        lock (s_lock)
            (s_folder, s_machine) = (folder, null);
    }

    /// <summary>What this machine has chosen; null where choices are not kept.</summary>
    // Made when first asked for, since what decides sums is known only when LibTorch is loaded.
    public static MachineChoices? Machine
    {
        get
        {
            lock (s_lock)
                return s_machine ??= s_folder is null ? null : MachineChoices.In(s_folder);
        }
    }

    /// <summary>The choices so far: task → way.</summary>
    public static IReadOnlyDictionary<string, string> Export()
    {
        lock (s_lock)
        {
            var all = new SortedDictionary<string, string>(s_imported, StringComparer.Ordinal);
            foreach (var (task, name) in s_chosen)
                all[task.ToString()] = name;
            return all;
        }
    }

    /// <summary>
    /// Replaces all choices by those of an earlier process. A way that this version or machine does not have is chosen anew.
    /// </summary>
    public static void Import(IReadOnlyDictionary<string, string> choices)
    {
        lock (s_lock)
        {
            s_chosen.Clear();
            s_imported.Clear();
            foreach (var (task, name) in choices)
                s_imported[task] = name;
        }
    }

    /// <summary>
    /// Takes the choices of an earlier process beside those that there are: where they differ, the earlier ones hold; what others have
    /// chosen for other shapes stays.
    /// </summary>
    public static void Adopt(IReadOnlyDictionary<string, string> choices)
    {
        lock (s_lock)
        {
            var other = choices.Where(choice => s_imported.GetValueOrDefault(choice.Key) != choice.Value).ToDictionary();
            foreach (var (task, name) in other)
                s_imported[task] = name;
            foreach (var task in s_chosen.Keys.Where(task => other.ContainsKey(task.ToString())).ToList())
                s_chosen.Remove(task);
        }
    }

    internal static Tensor Run(KernelTask task, ConvolutionKernel[] ways, Tensor a, Tensor b, Tensor? bias) =>
        Choice(task, ways, a, b, bias).Compute(task.Shape, a, b, bias);

    private static ConvolutionKernel Choice(KernelTask task, ConvolutionKernel[] ways, Tensor a, Tensor b, Tensor? bias)
    {
        ConvolutionKernel? Named(string? name) => Array.Find(ways, way => way.Name == name && way.Fits(task.Shape));
        string? chosen;
        lock (s_lock)
            s_chosen.TryGetValue(task, out chosen);
        if (Named(chosen) is { } known)
            return known;
        var name = task.ToString();
        string? imported;
        lock (s_lock)
            s_imported.TryGetValue(name, out imported);
        var way = Named(imported);
        if (way is null && !Measure)
            way = ways.First(w => w.Fits(task.Shape));
        if (way is null)
        {
            way = Named(Machine?.Find(name)) ?? Fastest(task, ways, a, b, bias);
            way = Named(Machine?.Keep(name, way.Name)) ?? way;
        }
        // Of two threads that chose at the same time, the first one's choice holds.
        lock (s_lock)
            return s_chosen.TryAdd(task, way.Name) ? way : Named(s_chosen[task]) ?? way;
    }

    // A first run of each brings caches and code in; then those near the best take turns (within a factor of four, then of one and a half),
    // and the least time counts: noise only adds.
    // The clock is the calling thread's own, which does an equal share of the work: a busy machine does not mislead it. It may stand still
    // over something short.
    private static ConvolutionKernel Fastest(KernelTask task, ConvolutionKernel[] ways, Tensor a, Tensor b, Tensor? bias)
    {
        var left = ways.Where(way => way.Fits(task.Shape)).Select(way => (Way: way, Time: double.PositiveInfinity)).ToArray();
        for (var turn = 0; turn < 4 && left.Length > 1; turn++)
        {
            for (var i = 0; i < left.Length; i++)
            {
                using var scope = TensorScope.Open();
                var start = NativeMethods.ThreadMilliseconds();
                left[i].Way.Compute(task.Shape, a, b, bias);
                var time = Math.Max(0, NativeMethods.ThreadMilliseconds() - start) * left[i].Way.Handicap;
                left[i].Time = turn == 0 ? time : Math.Min(left[i].Time, time);
            }
            var least = left.Min(l => l.Time);
            left = [.. left.Where(l => l.Time <= (turn == 0 ? 4 : 1.5) * least)];
        }
        return left.MinBy(l => l.Time).Way;
    }
}
