using System.Reflection;
using System.Runtime.InteropServices;

namespace Earthmover.Media.Formats;

/// <summary>
/// The pixels of JPEGs by libjpeg-turbo's own interface for other languages. Skia has the same decoder, but without its vector code on
/// x86-64, without its warnings of damage and with all inks taken for inverted ones: docs/decisions/0022-pictures-on-skia.md.
/// </summary>
internal static unsafe partial class TurboJpeg
{
    private const string Library = "turbojpeg";

    private const int Rgb = 0, Gray = 6, Cmyk = 11;

    private static readonly string[] s_files = ["libturbojpeg.so.0", "libturbojpeg.dylib", "libturbojpeg.dll", "turbojpeg.dll"];

    // Warnings behind which the pixels are whole. After the others the decoder goes on and fills the rest with gray, and a data set must
    // not contain such pictures.
    private static readonly string[] s_harmless =
    [
        "extraneous bytes before marker", "unknown JFIF revision", "Unknown Adobe color transform",
        "Invalid SOS parameters", "Inconsistent progression sequence",
    ];

    private static readonly Lazy<bool> s_isLoaded = new(Load);

    /// <summary>Whether the library is on this machine.</summary>
    public static bool IsInstalled => s_isLoaded.Value;

    /// <summary>Decodes the pixels as stored: gray, RGB, or four inks.</summary>
    /// <param name="file">The whole file.</param>
    /// <param name="layout">What its header says.</param>
    public static DecodedPicture Decode(ReadOnlySpan<byte> file, JpegLayout layout)
    {
        if (!IsInstalled)
            throw new MediaException(
                MediaProblem.NotInstalled,
                $"JPEG pictures cannot be read: libturbojpeg is missing; run {ImageFile.JpegInstallation}");
        var picture = DecodedPicture.Allocate(layout, layout.IsCmyk ? 4 : layout.Channels);
        try
        {
            Fill(picture, file, layout.IsCmyk ? Cmyk : layout.Channels == 1 ? Gray : Rgb);
            return picture;
        }
        catch
        {
            picture.Dispose();
            throw;
        }
    }

    private static void Fill(DecodedPicture picture, ReadOnlySpan<byte> file, int pixelFormat)
    {
        var decoder = tjInitDecompress();
        if (decoder == 0) throw new InsufficientMemoryException("JPEG: the decoder could not be started");
        try
        {
            fixed (byte* start = file)
            {
                var length = (nuint)file.Length;
                if (tjDecompress2(decoder, start, length, picture.Pixels, picture.Width, 0, picture.Height, pixelFormat, 0) == 0) return;
            }

            var message = Marshal.PtrToStringUTF8(tjGetErrorStr2(decoder)) ?? "broken";
            if (!s_harmless.Any(message.Contains)) throw new MediaException(MediaProblem.Corrupt, $"JPEG: {message}");
        }
        finally
        {
            _ = tjDestroy(decoder);
        }
    }

    private static bool Load()
    {
        foreach (var name in s_files)
        {
            if (!NativeLibrary.TryLoad(name, out var handle)) continue;
            NativeLibrary.SetDllImportResolver(Assembly.GetExecutingAssembly(), (asked, _, _) => asked == Library ? handle : 0);
            return true;
        }

        return false;
    }

    [LibraryImport(Library)]
    private static partial nint tjInitDecompress();

    [LibraryImport(Library)]
    private static partial int tjDecompress2(
        nint decoder, byte* file, nuint length, byte* pixels, int width, int pitch, int height, int pixelFormat, int flags);

    [LibraryImport(Library)]
    private static partial int tjDestroy(nint decoder);

    [LibraryImport(Library)]
    private static partial nint tjGetErrorStr2(nint decoder);
}
