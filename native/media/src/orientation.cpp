// EXIF orientation: finding it in a TIFF block and applying it.
#include <cstring>
#include <utility>

#include "internal.h"

namespace em {

int32_t exif_orientation(const uint8_t* tiff, size_t size) noexcept {
    // JPEG and some WebP and PNG writers put "Exif\0\0" in front of the TIFF header.
    if (size >= 6 && std::memcmp(tiff, "Exif\0\0", 6) == 0) {
        tiff += 6;
        size -= 6;
    }
    if (size < 8) return 1;
    bool little = tiff[0] == 'I' && tiff[1] == 'I';
    if (!little && !(tiff[0] == 'M' && tiff[1] == 'M')) return 1;
    auto u16 = [&](size_t at) { return little ? le16(tiff + at) : be16(tiff + at); };
    auto u32 = [&](size_t at) { return little ? le32(tiff + at) : be32(tiff + at); };
    if (u16(2) != 42) return 1;
    size_t directory = u32(4);
    if (directory > size - 2) return 1;
    size_t entries = u16(directory);
    for (size_t i = 0; i < entries; i++) {
        size_t entry = directory + 2 + 12 * i;
        if (entry + 12 > size) return 1;
        if (u16(entry) != 0x0112) continue;
        // A SHORT sits in the first two bytes of the value field; some writers use LONG.
        uint32_t value = u16(entry + 2) == 4 ? u32(entry + 8) : u16(entry + 8);
        return value >= 1 && value <= 8 ? int32_t(value) : 1;
    }
    return 1;
}

void orient(em_picture& picture, Buffer& pixels) {
    if (picture.orientation <= 1) return;
    int64_t width = picture.width, height = picture.height, channels = picture.channels;
    bool turned = picture.orientation >= 5;
    int64_t out_width = turned ? height : width, out_height = turned ? width : height;
    Buffer result = allocate(size_t(width * height * channels));
    for (int64_t y = 0; y < out_height; y++)
        for (int64_t x = 0; x < out_width; x++) {
            int64_t sx = x, sy = y;
            switch (picture.orientation) {
                case 2: sx = width - 1 - x; break;
                case 3: sx = width - 1 - x; sy = height - 1 - y; break;
                case 4: sy = height - 1 - y; break;
                case 5: sx = y; sy = x; break;
                case 6: sx = y; sy = height - 1 - x; break;
                case 7: sx = width - 1 - y; sy = height - 1 - x; break;
                default: sx = width - 1 - y; sy = x; break;
            }
            std::memcpy(result.get() + (y * out_width + x) * channels, pixels.get() + (sy * width + sx) * channels, size_t(channels));
        }
    picture.width = int32_t(out_width);
    picture.height = int32_t(out_height);
    pixels = std::move(result);
}

}  // namespace em
