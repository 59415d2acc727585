using SkiaSharp;

namespace Earthmover.Media.Formats;

/// <summary>Skia's native part, which lies beside the program.</summary>
internal static class Skia
{
    private static readonly Lazy<bool> s_isLoaded = new(Load);

    /// <summary>Makes sure that it is there; whoever calls Skia asks first.</summary>
    /// <exception cref="MediaException">It is missing, or is for another kind of system.</exception>
    public static void Require()
    {
        if (!s_isLoaded.Value)
            throw new MediaException(
                MediaProblem.NotInstalled,
                $"Skia's native part could not be loaded from {AppContext.BaseDirectory}; "
                    + "delete artifacts/program.stamp and run ./earthmover again");
    }

    private static bool Load()
    {
        try
        {
            _ = SKImageInfo.PlatformColorType;
            return true;
        }
        catch (Exception error) when (error is DllNotFoundException or BadImageFormatException or TypeInitializationException)
        {
            return false;
        }
    }
}
