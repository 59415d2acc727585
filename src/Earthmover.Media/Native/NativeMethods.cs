using System.Runtime.InteropServices;
using System.Text;

namespace Earthmover.Media.Native;

/// <summary>The functions of <c>native/media/include/earthmover_media.h</c>; ownership rules are written there.</summary>
internal static unsafe partial class NativeMethods
{
    private const int MessageCapacity = 512;

    [StructLayout(LayoutKind.Sequential)]
    public struct Picture
    {
        public int Width;
        public int Height;
        public int Channels;
        public int Format;
        public int SourceChannels;
        public int SourceDepth;
        public int Orientation;
        public int Palette;
        public int Cmyk;
    }

    [LibraryImport(MediaLibrary.Name)]
    public static partial int em_media_abi();

    [LibraryImport(MediaLibrary.Name)]
    public static partial void em_media_free(void* memory);

    [LibraryImport(MediaLibrary.Name)]
    public static partial int em_media_inspect(byte* data, long size, Picture* picture, byte* message, int capacity);

    [LibraryImport(MediaLibrary.Name)]
    public static partial int em_media_decode(byte* data, long size, long maxPixels, Picture* picture, byte** pixels, byte* message, int capacity);

    [LibraryImport(MediaLibrary.Name)]
    public static partial int em_media_encode_png(
        byte* pixels, int width, int height, int channels, byte** keys, byte** values, int textCount, int level,
        byte** result, long* resultSize, byte* message, int capacity);

    [LibraryImport(MediaLibrary.Name)]
    public static partial int em_media_png_text(byte* data, long size, byte** result, long* resultSize, int* count, byte* message, int capacity);

    [LibraryImport(MediaLibrary.Name, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int em_media_text(
        string fontFile, string text, int pixelSize, int* width, int* height, int* baseline, byte** coverage, byte* message, int capacity);

    /// <summary>A native call that gets room for a message and returns a status.</summary>
    public delegate int Call(byte* message, int capacity);

    /// <summary>Loads the library if need be, makes the call, and turns a status other than 0 into an exception.</summary>
    public static void Check(Call call)
    {
        MediaLibrary.Ensure();
        var message = stackalloc byte[MessageCapacity];
        message[0] = 0;
        var status = call(message, MessageCapacity);
        if (status == 0) return;
        var text = Encoding.UTF8.GetString(MemoryMarshal.CreateReadOnlySpanFromNullTerminated(message));
        if ((MediaProblem)status == MediaProblem.OutOfMemory) throw new InsufficientMemoryException(text);
        throw new MediaException((MediaProblem)status, text);
    }
}
