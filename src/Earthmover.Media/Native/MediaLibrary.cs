using System.Reflection;
using System.Runtime.InteropServices;

namespace Earthmover.Media.Native;

/// <summary>Finds and loads the native library, once.</summary>
internal static class MediaLibrary
{
    public const string Name = "earthmover_media";

    private const int Abi = 1;

    private static readonly Lazy<nint> Handle = new(Load);

    /// <summary>The file's name on this system.</summary>
    public static string FileName =>
        OperatingSystem.IsWindows() ? $"{Name}.dll" : OperatingSystem.IsMacOS() ? $"lib{Name}.dylib" : $"lib{Name}.so";

    /// <summary>Makes sure that the library is loaded; every call into it starts here.</summary>
    /// <exception cref="MediaException">The library is missing or of another version.</exception>
    public static void Ensure() => _ = Handle.Value;

    /// <summary>
    /// The library's path: the folder in <paramref name="environment"/> when it is set, and only there; else
    /// <paramref name="start"/> itself, or <c>artifacts/native</c> in <paramref name="start"/> or the nearest folder above that has the file.
    /// </summary>
    /// <param name="environment">The value of EARTHMOVER_NATIVE.</param>
    /// <param name="start">The folder to start from, usually the program's own.</param>
    /// <exception cref="MediaException">Nothing was found; the message says what to do.</exception>
    public static string Locate(string? environment, string start)
    {
        if (!string.IsNullOrEmpty(environment))
        {
            var given = Path.Combine(environment, FileName);
            if (File.Exists(given)) return given;
            throw new MediaException(MediaProblem.NotInstalled,
                $"no {FileName} in {environment} (environment variable EARTHMOVER_NATIVE); unset it and run ./earthmover to build the library");
        }

        var beside = Path.Combine(start, FileName);
        if (File.Exists(beside)) return beside;
        for (var folder = new DirectoryInfo(start); folder is not null; folder = folder.Parent)
        {
            var candidate = Path.Combine(folder.FullName, "artifacts", "native", FileName);
            if (File.Exists(candidate)) return candidate;
        }

        throw new MediaException(MediaProblem.NotInstalled,
            $"no artifacts/native/{FileName} in {Path.TrimEndingDirectorySeparator(start)} or above; run ./earthmover to build the library");
    }

    private static nint Load()
    {
        var path = Locate(Environment.GetEnvironmentVariable("EARTHMOVER_NATIVE"), AppContext.BaseDirectory);
        nint handle;
        try
        {
            handle = NativeLibrary.Load(path);
        }
        catch (Exception error) when (error is DllNotFoundException or BadImageFormatException)
        {
            throw new MediaException(MediaProblem.NotInstalled,
                $"{path} could not be loaded ({error.Message.Split('\n')[0].Trim()}); run ./earthmover to rebuild it");
        }

        NativeLibrary.SetDllImportResolver(Assembly.GetExecutingAssembly(), (name, _, _) => name == Name ? handle : 0);
        var abi = NativeMethods.em_media_abi();
        if (abi != Abi)
            throw new MediaException(MediaProblem.NotInstalled,
                $"{path} has interface version {abi}, this program needs {Abi}; run ./earthmover to rebuild it");
        return handle;
    }
}
