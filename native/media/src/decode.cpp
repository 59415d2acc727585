// The two entry points of decoding: look at the magic bytes, hand over to the format, apply the orientation.
#include <cstring>

#include "internal.h"

namespace {

using namespace em;

em_format format_of(Input input) {
    auto starts = [&](size_t at, const char* magic, size_t length) {
        return input.size >= at + length && std::memcmp(input.data + at, magic, length) == 0;
    };
    if (starts(0, "\x89PNG\r\n\x1a\n", 8)) return EM_PNG;
    if (starts(0, "\xff\xd8\xff", 3)) return EM_JPEG;
    if (starts(0, "RIFF", 4) && starts(8, "WEBP", 4)) return EM_WEBP;
    if (starts(0, "BM", 2)) return EM_BMP;
    if (input.size == 0) throw Failure{EM_UNKNOWN_FORMAT, "the file is empty"};
    throw Failure{EM_UNKNOWN_FORMAT, "not a PNG, JPEG, WebP or BMP file"};
}

void read(Input input, int64_t max_pixels, em_picture& picture, Buffer* pixels) {
    picture = em_picture{};
    picture.orientation = 1;
    picture.format = format_of(input);
    switch (picture.format) {
        case EM_PNG: read_png(input, max_pixels, picture, pixels); break;
        case EM_JPEG: read_jpeg(input, max_pixels, picture, pixels); break;
        case EM_WEBP: read_webp(input, max_pixels, picture, pixels); break;
        default: read_bmp(input, max_pixels, picture, pixels); break;
    }
}

}  // namespace

extern "C" int32_t em_media_inspect(const uint8_t* data, int64_t size, em_picture* picture, char* message, int32_t capacity) {
    return guarded(message, capacity, [&] {
        if (data == nullptr || size < 0 || picture == nullptr) throw Failure{EM_BAD_ARGUMENT, "null argument"};
        read({data, size_t(size)}, INT64_MAX, *picture, nullptr);
        if (picture->orientation >= 5) std::swap(picture->width, picture->height);
    });
}

extern "C" int32_t em_media_decode(const uint8_t* data, int64_t size, int64_t max_pixels, em_picture* picture,
                                   uint8_t** pixels, char* message, int32_t capacity) {
    if (pixels != nullptr) *pixels = nullptr;
    return guarded(message, capacity, [&] {
        if (data == nullptr || size < 0 || picture == nullptr || pixels == nullptr)
            throw Failure{EM_BAD_ARGUMENT, "null argument"};
        Buffer buffer;
        read({data, size_t(size)}, max_pixels, *picture, &buffer);
        orient(*picture, buffer);
        *pixels = buffer.release();
    });
}
