// Reading PNG: pixels and texts.
#include <cstring>

#include "png_common.h"

namespace em {
namespace {

// Each step runs under its own setjmp and holds only plain data.
bool read_header(PngJob& job, em_picture& picture) {
    if (setjmp(png_jmpbuf(job.png))) return false;
    png_read_info(job.png, job.info);
    picture.width = int32_t(png_get_image_width(job.png, job.info));
    picture.height = int32_t(png_get_image_height(job.png, job.info));
    picture.source_depth = png_get_bit_depth(job.png, job.info);
    int type = png_get_color_type(job.png, job.info);
    bool key = png_get_valid(job.png, job.info, PNG_INFO_tRNS) != 0;
    picture.palette = type == PNG_COLOR_TYPE_PALETTE;
    bool colour = (type & PNG_COLOR_MASK_COLOR) != 0;
    bool alpha = (type & PNG_COLOR_MASK_ALPHA) != 0 || key;
    picture.channels = (colour ? 3 : 1) + (alpha ? 1 : 0);
    picture.source_channels = picture.channels;
    png_bytep exif = nullptr;
    png_uint_32 exif_size = 0;
    if (png_get_eXIf_1(job.png, job.info, &exif_size, &exif) != 0 && exif != nullptr)
        picture.orientation = exif_orientation(exif, exif_size);
    return true;
}

bool set_up(PngJob& job, size_t& row_bytes) {
    if (setjmp(png_jmpbuf(job.png))) return false;
    png_set_expand(job.png);     // palettes, small depths and transparency keys
    png_set_scale_16(job.png);   // 65535 -> 255, rounded; stripping would map 65535 and 65280 alike
    png_set_interlace_handling(job.png);
    png_read_update_info(job.png, job.info);
    row_bytes = png_get_rowbytes(job.png, job.info);
    return true;
}

bool read_rows(PngJob& job) {
    if (setjmp(png_jmpbuf(job.png))) return false;
    png_read_image(job.png, job.rows.data());
    png_read_end(job.png, job.end);
    return true;
}

// Reads everything but does not keep the pixels: one row of memory, whatever the size.
bool skip_pixels(PngJob& job, uint8_t* row, png_uint_32 height, int passes) {
    if (setjmp(png_jmpbuf(job.png))) return false;
    for (int pass = 0; pass < passes; pass++)
        for (png_uint_32 y = 0; y < height; y++) png_read_row(job.png, row, nullptr);
    png_read_end(job.png, job.end);
    return true;
}

bool prepare_skip(PngJob& job, size_t& row_bytes, int& passes) {
    if (setjmp(png_jmpbuf(job.png))) return false;
    passes = png_set_interlace_handling(job.png);
    png_read_update_info(job.png, job.info);
    row_bytes = png_get_rowbytes(job.png, job.info);
    return true;
}

// tEXt and zTXt are Latin-1, iTXt is UTF-8; the interface speaks UTF-8 only.
std::string utf8(const png_text& text) {
    bool unicode = text.compression == PNG_ITXT_COMPRESSION_NONE || text.compression == PNG_ITXT_COMPRESSION_zTXt;
    size_t length = unicode ? text.itxt_length : text.text_length;
    std::string result;
    if (text.text == nullptr) return result;
    if (unicode) return std::string(text.text, length);
    for (size_t i = 0; i < length; i++) {
        auto c = static_cast<unsigned char>(text.text[i]);
        if (c < 0x80) {
            result += char(c);
        } else {
            result += char(0xc0 | (c >> 6));
            result += char(0x80 | (c & 0x3f));
        }
    }
    return result;
}

void append32(std::string& out, size_t value) {
    for (int shift = 0; shift < 32; shift += 8) out += char((value >> shift) & 0xff);
}

void collect(PngJob& job, png_infop info, std::string& packed, int32_t& count) {
    png_textp texts = nullptr;
    int n = png_get_text(job.png, info, &texts, nullptr);
    for (int i = 0; i < n; i++) {
        std::string key = texts[i].key == nullptr ? "" : texts[i].key, value = utf8(texts[i]);
        append32(packed, key.size());
        append32(packed, value.size());
        packed += key;
        packed += value;
        count++;
    }
}

}  // namespace

void read_png(Input input, int64_t max_pixels, em_picture& picture, Buffer* pixels) {
    PngJob job;
    job.start_reading(input);
    if (!read_header(job, picture)) job.fail();
    if (pixels == nullptr) return;
    check_size(picture.width, picture.height, max_pixels);
    size_t row_bytes = 0;
    if (!set_up(job, row_bytes)) job.fail();
    if (row_bytes != size_t(picture.width) * size_t(picture.channels))
        throw Failure{EM_UNSUPPORTED, "PNG: an unusual combination of colour type and depth"};
    *pixels = allocate(row_bytes * size_t(picture.height));
    job.rows.resize(size_t(picture.height));
    for (size_t y = 0; y < job.rows.size(); y++) job.rows[y] = pixels->get() + y * row_bytes;
    if (!read_rows(job)) {
        pixels->reset();
        job.fail();
    }
}

}  // namespace em

extern "C" int32_t em_media_png_text(const uint8_t* data, int64_t size, uint8_t** out, int64_t* out_size,
                                     int32_t* count, char* message, int32_t capacity) {
    using namespace em;
    if (out != nullptr) *out = nullptr;
    return guarded(message, capacity, [&] {
        if (data == nullptr || size < 0 || out == nullptr || out_size == nullptr || count == nullptr)
            throw Failure{EM_BAD_ARGUMENT, "null argument"};
        if (size < 8 || png_sig_cmp(data, 0, 8) != 0) throw Failure{EM_UNKNOWN_FORMAT, "not a PNG file"};
        PngJob job;
        job.start_reading({data, size_t(size)});
        em_picture picture{};
        if (!read_header(job, picture)) job.fail();
        size_t row_bytes = 0;
        int passes = 1;
        if (!prepare_skip(job, row_bytes, passes)) job.fail();
        Buffer row = allocate(row_bytes);
        if (!skip_pixels(job, row.get(), png_uint_32(picture.height), passes)) job.fail();
        std::string packed;
        *count = 0;
        collect(job, job.info, packed, *count);
        collect(job, job.end, packed, *count);
        Buffer result = allocate(packed.size());
        std::memcpy(result.get(), packed.data(), packed.size());
        *out_size = int64_t(packed.size());
        *out = result.release();
    });
}
