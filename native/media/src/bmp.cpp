// Reading BMP: 1, 4, 8, 16, 24 and 32 bits per pixel, palettes, bit masks, either row order. No run lengths.
#include <cstring>

#include "internal.h"

namespace em {
namespace {

struct Mask {
    uint32_t bits = 0;
    int shift = 0;
    uint32_t top = 0;

    explicit Mask(uint32_t mask) : bits(mask), top(mask) {
        if (mask == 0) return;
        while (((mask >> shift) & 1) == 0) shift++;
        top = mask >> shift;
    }

    uint8_t of(uint32_t value) const {
        if (bits == 0) return 0;
        return uint8_t((uint64_t((value & bits) >> shift) * 255 + top / 2) / top);
    }
};

}  // namespace

void read_bmp(Input input, int64_t max_pixels, em_picture& picture, Buffer* pixels) {
    const uint8_t* data = input.data;
    auto corrupt = [](const char* why) { return Failure{EM_CORRUPT, std::string("BMP: ") + why}; };
    if (input.size < 26) throw corrupt("the header is cut off");
    uint64_t offset = le32(data + 10);
    uint32_t header = le32(data + 14);
    bool core = header == 12;
    if (!core && (header < 40 || header > 256)) throw corrupt("unknown header");
    if (input.size < 14 + uint64_t(header)) throw corrupt("the header is cut off");
    int64_t width = core ? int64_t(le16(data + 18)) : int64_t(int32_t(le32(data + 18)));
    int64_t height = core ? int64_t(le16(data + 20)) : int64_t(int32_t(le32(data + 22)));
    uint32_t depth = core ? le16(data + 24) : le16(data + 28);
    uint32_t compression = core ? 0 : le32(data + 30);
    bool top_down = height < 0;
    if (top_down) height = -height;
    if (width <= 0 || height <= 0 || height > 0x7fffffff) throw corrupt("the size is not positive");
    if (depth != 1 && depth != 4 && depth != 8 && depth != 16 && depth != 24 && depth != 32) throw corrupt("unknown number of bits per pixel");
    bool masked = compression == 3 || compression == 6;
    if (compression != 0 && !masked) throw Failure{EM_UNSUPPORTED, "BMP: compressed rows are not read"};
    if (masked && depth != 16 && depth != 32) throw corrupt("bit masks for a depth without masks");

    // Masks stand in the header from version 2 on, else right behind the 40 bytes: the same place.
    uint32_t red = depth == 16 ? 0x7c00u : 0xff0000u, green = depth == 16 ? 0x3e0u : 0xff00u, blue = depth == 16 ? 0x1fu : 0xffu, alpha = 0;
    if (masked) {
        if (input.size < 66) throw corrupt("the bit masks are cut off");
        red = le32(data + 54);
        green = le32(data + 58);
        blue = le32(data + 62);
        if (header >= 56 && input.size >= 70) alpha = le32(data + 66);
    }
    bool indexed = depth <= 8;
    picture.width = int32_t(width);
    picture.height = int32_t(height);
    picture.palette = indexed;
    picture.source_depth = depth == 16 ? 5 : indexed ? int32_t(depth) : 8;
    picture.channels = alpha != 0 ? 4 : 3;

    uint64_t palette_at = 14 + uint64_t(header), entry = core ? 3 : 4;
    uint64_t colours = core || !indexed ? 0 : le32(data + 46);
    if (indexed && (colours == 0 || colours > (1u << depth))) colours = 1u << depth;
    if (indexed && palette_at + colours * entry > input.size) throw corrupt("the palette is cut off");
    if (indexed) {
        bool gray = true;
        for (uint64_t i = 0; i < colours; i++) {
            const uint8_t* p = data + palette_at + i * entry;
            gray = gray && p[0] == p[1] && p[1] == p[2];
        }
        picture.channels = gray ? 1 : 3;
    }
    picture.source_channels = picture.channels;
    if (pixels == nullptr) return;
    check_size(width, height, max_pixels);

    uint64_t stride = (uint64_t(width) * depth + 31) / 32 * 4;
    if (offset > input.size || stride * uint64_t(height) > input.size - offset) throw corrupt("the pixels are cut off");
    Buffer buffer = allocate(size_t(width) * size_t(height) * size_t(picture.channels));
    Mask r(red), g(green), b(blue), a(alpha);
    uint8_t* out = buffer.get();
    for (int64_t y = 0; y < height; y++) {
        const uint8_t* row = data + offset + uint64_t(top_down ? y : height - 1 - y) * stride;
        for (int64_t x = 0; x < width; x++) {
            if (indexed) {
                uint32_t bit = uint32_t(x) * depth, index = (row[uint64_t(x) * depth / 8] >> (8 - depth - bit % 8)) & ((1u << depth) - 1);
                if (index >= colours) throw corrupt("a colour outside the palette");
                const uint8_t* p = data + palette_at + index * entry;
                if (picture.channels == 3) {
                    *out++ = p[2];
                    *out++ = p[1];
                }
                *out++ = p[0];
            } else if (depth == 24) {
                *out++ = row[3 * x + 2];
                *out++ = row[3 * x + 1];
                *out++ = row[3 * x];
            } else {
                uint32_t value = depth == 16 ? le16(row + 2 * x) : le32(row + 4 * x);
                *out++ = r.of(value);
                *out++ = g.of(value);
                *out++ = b.of(value);
                if (alpha != 0) *out++ = a.of(value);
            }
        }
    }
    *pixels = std::move(buffer);
}

}  // namespace em
