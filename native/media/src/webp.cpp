// Reading WebP (still pictures).
#include <webp/decode.h>

#include <cstring>

#include "internal.h"

namespace em {
namespace {

// The EXIF block of an extended file. A walk over RIFF chunks: four letters, size, content padded to even.
int32_t orientation_of(Input input) {
    size_t at = 12;
    while (at + 8 <= input.size) {
        size_t length = le32(input.data + at + 4);
        if (length > input.size - at - 8) return 1;
        if (std::memcmp(input.data + at, "EXIF", 4) == 0) return exif_orientation(input.data + at + 8, length);
        at += 8 + length + (length & 1);
    }
    return 1;
}

}  // namespace

void read_webp(Input input, int64_t max_pixels, em_picture& picture, Buffer* pixels) {
    WebPBitstreamFeatures features;
    VP8StatusCode status = WebPGetFeatures(input.data, input.size, &features);
    if (status != VP8_STATUS_OK) throw Failure{EM_CORRUPT, "WebP: the header is broken or cut off"};
    if (features.has_animation) throw Failure{EM_UNSUPPORTED, "WebP: animations are not read; extract the frames first"};
    picture.width = features.width;
    picture.height = features.height;
    picture.channels = features.has_alpha ? 4 : 3;
    picture.source_channels = picture.channels;
    picture.source_depth = 8;
    picture.orientation = orientation_of(input);
    if (pixels == nullptr) return;
    check_size(picture.width, picture.height, max_pixels);
    size_t stride = size_t(picture.width) * size_t(picture.channels), total = stride * size_t(picture.height);
    // libwebp takes the stride as an int.
    if (stride > 0x7fffffff) throw Failure{EM_TOO_LARGE, "WebP: too wide"};
    Buffer buffer = allocate(total);
    uint8_t* result = features.has_alpha ? WebPDecodeRGBAInto(input.data, input.size, buffer.get(), total, int(stride))
                                         : WebPDecodeRGBInto(input.data, input.size, buffer.get(), total, int(stride));
    if (result == nullptr) throw Failure{EM_CORRUPT, "WebP: the pixels are broken or cut off"};
    *pixels = std::move(buffer);
}

}  // namespace em
