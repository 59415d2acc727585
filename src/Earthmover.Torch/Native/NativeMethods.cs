using System.Reflection;
using System.Runtime.InteropServices;

namespace Earthmover.Torch.Native;

/// <summary>The C interface of <c>native/torch/earthmover_torch.h</c>, which documents every function.</summary>
internal static unsafe partial class NativeMethods
{
    private const string Library = "earthmover_torch";

    static NativeMethods()
    {
        // libgomp and OpenBLAS read their settings when they are loaded, through getenv: a managed SetEnvironmentVariable would not reach
        // them. Idle threads that spin for long would steal the cores from the other pool and from the data loader; threads that never spin
        // are woken too late for the next small loop. So they spin for about a tenth of a millisecond (counted in rounds), and then sleep.
        if (Environment.GetEnvironmentVariable("OMP_WAIT_POLICY") is null)
        {
            setenv("OMP_WAIT_POLICY", "PASSIVE", 0);
            setenv("GOMP_SPINCOUNT", "10000", 0);
        }
        // cuBLAS repeats its sums only with a workspace of a fixed size, and LibTorch asks for this before it calls itself deterministic.
        setenv("CUBLAS_WORKSPACE_CONFIG", ":4096:8", 0);
        // Debian 13's LibTorch comes with UCX, which takes the signal of a bad address for itself and ends the process. It is .NET's: a
        // null reference is an exception.
        setenv("UCX_ERROR_SIGNALS", "", 0);
        NativeLibrary.SetDllImportResolver(typeof(NativeMethods).Assembly, Resolve);
    }

    /// <summary>Whether LibTorch is loaded: its libraries have read their settings then.</summary>
    internal static bool IsLoaded { get; private set; }

    /// <summary>Sets a variable that native libraries read when they are loaded.</summary>
    internal static void SetVariable(string name, string value)
    {
        Environment.SetEnvironmentVariable(name, value);
        setenv(name, value, 1);
    }

    private static nint Resolve(string name, Assembly assembly, DllImportSearchPath? path)
    {
        if (name != Library)
            return 0;
        foreach (var folder in Folders())
        {
            var file = Path.Combine(folder, $"lib{Library}.so");
            if (File.Exists(file))
            {
                var library = NativeLibrary.Load(file);
                IsLoaded = true;
                return library;
            }
        }
        throw new DllNotFoundException($"lib{Library}.so is not built: run ./earthmover once, or build the program that uses the package, "
            + "on a machine with LibTorch (it builds the native part), or put it beside the program, "
            + "or set EARTHMOVER_NATIVE to the folder that holds it");
    }

    // $EARTHMOVER_NATIVE, else beside the program, else artifacts/native in a folder above it.
    private static IEnumerable<string> Folders()
    {
        if (Environment.GetEnvironmentVariable("EARTHMOVER_NATIVE") is { Length: > 0 } chosen)
            yield return chosen;
        yield return AppContext.BaseDirectory;
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            yield return Path.Combine(folder.FullName, "artifacts", "native");
    }

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int setenv(string name, string value, int overwrite);

    [LibraryImport("libc")]
    private static partial int clock_gettime(int clock, long* secondsAndNanoseconds);

    /// <summary>Milliseconds that the calling thread has computed; what other processes do meanwhile does not count.</summary>
    internal static double ThreadMilliseconds()
    {
        const int threadClock = 3; // CLOCK_THREAD_CPUTIME_ID
        var time = stackalloc long[2];
        return clock_gettime(threadClock, time) == 0
            ? time[0] * 1e3 + time[1] / 1e6
            : System.Diagnostics.Stopwatch.GetTimestamp() * 1e3 / System.Diagnostics.Stopwatch.Frequency;
    }

    [LibraryImport(Library)]
    internal static partial byte* em_last_error();
    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int em_error_set(string message);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int em_operator_find(string name, string overload, out nint handle);
    [LibraryImport(Library)]
    internal static partial int em_operator_schema(nint handle, byte* buffer, int size);
    [LibraryImport(Library)]
    internal static partial int em_operator_call(nint handle, Value* arguments, int count, Value* results, int capacity);

    [LibraryImport(Library)]
    internal static partial int em_tensor_free(nint tensor);
    [LibraryImport(Library)]
    internal static partial int em_tensor_alias(nint tensor, out nint alias);
    [LibraryImport(Library)]
    internal static partial int em_tensor_info(nint tensor, out TensorInfo info);
    [LibraryImport(Library)]
    internal static partial int em_tensor_shape(nint tensor, long* sizes, long* strides);
    [LibraryImport(Library)]
    internal static partial int em_tensor_from_host(void* data, long* sizes, int rank, int dtype, int device, out nint tensor);
    [LibraryImport(Library)]
    internal static partial int em_tensor_to_host(nint tensor, void* data, long bytes);

    [LibraryImport(Library)]
    internal static partial int em_grad_mode_get(out int enabled);
    [LibraryImport(Library)]
    internal static partial int em_grad_mode_set(int enabled);
    [LibraryImport(Library)]
    internal static partial int em_requires_grad_set(nint tensor, int value);
    [LibraryImport(Library)]
    internal static partial int em_gradients(nint* outputs, nint* seeds, int outputCount, nint* inputs,
        int inputCount, int retain, int create, int allowUnused, nint* gradients);
    [LibraryImport(Library)]
    internal static partial int em_graph_attach(nint output, nint* inputs, int* saves, int count,
        delegate* unmanaged<nint, nint, nint*, int*, int, nint*, int> backward,
        delegate* unmanaged<nint, void> release, nint context, out int attached);

    [LibraryImport(Library)]
    internal static partial int em_matrix_product(nint a, nint b, nint bias, out nint result);

    [LibraryImport(Library)]
    internal static partial int em_winograd(int face, nint first, nint second, nint bias, long* shape, out nint result);

    [LibraryImport(Library)]
    internal static partial int em_smooth(int adjoint, nint pictures, out nint result);
    [LibraryImport(Library)]
    internal static partial int em_pixel_shuffle(int inverse, nint pictures, out nint result);
    [LibraryImport(Library)]
    internal static partial int em_norm(nint pictures, nint gain, nint bias, int rectify, double epsilon,
        out nint result, out nint mean, out nint variance);
    [LibraryImport(Library)]
    internal static partial int em_norm_gradients(nint gradient, nint pictures, nint result, nint gain, nint mean, nint variance,
        double epsilon, out nint ofPictures, out nint ofGain, out nint ofBias);

    [LibraryImport(Library)]
    internal static partial int em_few_results(int face, nint first, nint second, nint bias, int results, out nint result);

    [LibraryImport(Library)]
    internal static partial int em_adam_step(nint values, nint gradients, nint mean, nint square, nint steps,
        nint rate, nint halt, double beta1, double beta2, double epsilon, double decay);

    [LibraryImport(Library)]
    internal static partial int em_recording_stream(int device);
    [LibraryImport(Library)]
    internal static partial int em_recording_begin(nint* generators, int count, out nint recording);
    [LibraryImport(Library)]
    internal static partial int em_recording_end(nint recording);
    [LibraryImport(Library)]
    internal static partial int em_recording_play(nint recording);
    [LibraryImport(Library)]
    internal static partial int em_recording_free(nint recording);
    [LibraryImport(Library)]
    internal static partial int em_tensor_used_here(nint tensor);

    [LibraryImport(Library)]
    internal static partial int em_generator_create(long seed, int device, out nint generator);
    [LibraryImport(Library)]
    internal static partial int em_generator_free(nint generator);
    [LibraryImport(Library)]
    internal static partial int em_generator_state_get(nint generator, out nint state);
    [LibraryImport(Library)]
    internal static partial int em_generator_state_set(nint generator, nint state);

    [LibraryImport(Library)]
    internal static partial int em_cuda_count(out int count);
    [LibraryImport(Library)]
    internal static partial int em_cuda_synchronize(int index);
    [LibraryImport(Library)]
    internal static partial int em_threads_get(out int omp, out int blas);
    [LibraryImport(Library)]
    internal static partial int em_threads_set(int omp, int blas);
    [LibraryImport(Library)]
    internal static partial int em_flags_set(int tf32, int benchmark, int deterministic, int onednn);
    [LibraryImport(Library)]
    internal static partial int em_autocast_set(int deviceType, int enabled, int dtype);
    [LibraryImport(Library)]
    internal static partial int em_versions(byte* buffer, int size);

    internal static string LastError => Marshal.PtrToStringUTF8((nint)em_last_error()) ?? "";

    /// <summary>Turns a status into an exception that names what was being done.</summary>
    internal static void Check(int status, string what)
    {
        if (status != 0)
            throw status == 2 ? new TorchOutOfMemoryException(what, LastError) : new TorchException(what, LastError);
    }
}
