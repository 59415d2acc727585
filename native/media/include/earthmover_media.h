/*
 * Pictures in and out of memory: decoding PNG, JPEG, WebP and BMP, encoding PNG with text, drawing text.
 *
 * The header is C and includes <stdint.h> only. Every function returns an em_status and never lets an
 * exception or a longjmp out. Where a function takes `message` and `capacity`, a failure leaves one line of
 * UTF-8 there, ended by a zero byte and cut to the capacity. No function keeps state between calls, so all
 * of them may be called from any number of threads.
 *
 * Memory: whatever is handed out through an `out` pointer belongs to the caller and is given back with
 * em_media_free. After a failure the out pointers are null.
 */
#ifndef EARTHMOVER_MEDIA_H
#define EARTHMOVER_MEDIA_H

#include <stdint.h>

#if defined(_WIN32)
#define EM_API __declspec(dllexport)
#else
#define EM_API __attribute__((visibility("default")))
#endif

#ifdef __cplusplus
extern "C" {
#endif

typedef enum em_status {
    EM_OK = 0,
    EM_UNKNOWN_FORMAT = 1, /* no known magic bytes */
    EM_CORRUPT = 2,        /* the format is known, the content is broken or cut off */
    EM_TOO_LARGE = 3,      /* more pixels than the caller allows */
    EM_UNSUPPORTED = 4,    /* a valid file of a kind that is not read here */
    EM_BAD_ARGUMENT = 5,
    EM_OUT_OF_MEMORY = 6,
    EM_FAILED = 7          /* anything else */
} em_status;

typedef enum em_format { EM_PNG = 1, EM_JPEG = 2, EM_WEBP = 3, EM_BMP = 4 } em_format;

/* What the file said, before and after decoding. */
typedef struct em_picture {
    int32_t width;           /* pixels, after the orientation has been applied */
    int32_t height;
    int32_t channels;        /* 1 gray, 2 gray+alpha, 3 RGB, 4 RGBA */
    int32_t format;          /* em_format */
    int32_t source_channels; /* channels in the file: 4 also for CMYK; palettes count as 3 or 4 */
    int32_t source_depth;    /* bits per channel (or per palette index) in the file */
    int32_t orientation;     /* EXIF orientation 1..8; 1 where the file has none */
    int32_t palette;         /* 1: the file was indexed */
    int32_t cmyk;            /* 1: the file was CMYK or YCCK */
} em_picture;

/* Version of this interface; the binding refuses another one. */
EM_API int32_t em_media_abi(void);

EM_API void em_media_free(void* memory);

/*
 * Reads the header only: size as it will be after orientation, channels, depth. Cheap. The pixels may still
 * turn out to be corrupt.
 */
EM_API int32_t em_media_inspect(const uint8_t* data, int64_t size, em_picture* picture, char* message, int32_t capacity);

/*
 * Decodes a whole picture to interleaved 8-bit rows without padding, top row first, with the EXIF
 * orientation applied. Sixteen bits are scaled (not cut) to eight; CMYK becomes RGB; palettes and
 * transparency keys are expanded. A picture of more than max_pixels is refused before memory is taken.
 */
EM_API int32_t em_media_decode(const uint8_t* data, int64_t size, int64_t max_pixels, em_picture* picture,
                               uint8_t** pixels, char* message, int32_t capacity);

/*
 * Encodes 8-bit interleaved pixels as PNG. keys and values are text_count zero-ended UTF-8 strings; plain
 * ASCII is written as tEXt, everything else as iTXt; both before the pixels.
 * A keyword has 1..79 ASCII characters. level is zlib's 0..9.
 */
EM_API int32_t em_media_encode_png(const uint8_t* pixels, int32_t width, int32_t height, int32_t channels,
                                   const char* const* keys, const char* const* values, int32_t text_count,
                                   int32_t level, uint8_t** out, int64_t* out_size, char* message, int32_t capacity);

/*
 * Reads the texts (tEXt, zTXt, iTXt; before and after the pixels) of a PNG. The result is a packed list:
 * for each text int32 key length, int32 value length (both little-endian), key bytes, value bytes; UTF-8.
 */
EM_API int32_t em_media_png_text(const uint8_t* data, int64_t size, uint8_t** out, int64_t* out_size,
                                 int32_t* count, char* message, int32_t capacity);

/*
 * Draws one line of UTF-8 text as coverage (0..255), width x height without padding. pixel_size is the
 * font's em in pixels. baseline is the row, counted from the top, on which letters stand. The height is
 * the font's own line height, so that labels of one size align.
 */
EM_API int32_t em_media_text(const char* font_file, const char* text, int32_t pixel_size, int32_t* width,
                             int32_t* height, int32_t* baseline, uint8_t** coverage, char* message, int32_t capacity);

#ifdef __cplusplus
}
#endif
#endif
