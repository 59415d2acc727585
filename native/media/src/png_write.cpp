// Writing PNG with texts.
#include <cstring>

#include "png_common.h"

namespace em {
namespace {

bool write(PngJob& job, const uint8_t* pixels, int32_t width, int32_t height, int32_t channels, png_text* texts, int text_count, int level) {
    static const int types[] = {PNG_COLOR_TYPE_GRAY, PNG_COLOR_TYPE_GRAY_ALPHA, PNG_COLOR_TYPE_RGB, PNG_COLOR_TYPE_RGB_ALPHA};
    if (setjmp(png_jmpbuf(job.png))) return false;
    png_set_write_fn(job.png, &job, PngJob::on_write, PngJob::on_flush);
    png_set_compression_level(job.png, level);
    png_set_IHDR(job.png, job.info, png_uint_32(width), png_uint_32(height), 8, types[channels - 1], PNG_INTERLACE_NONE,
                 PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
    if (text_count > 0) png_set_text(job.png, job.info, texts, text_count);
    png_write_info(job.png, job.info);
    size_t stride = size_t(width) * size_t(channels);
    for (int32_t y = 0; y < height; y++) png_write_row(job.png, pixels + size_t(y) * stride);
    png_write_end(job.png, job.info);
    return true;
}

bool is_ascii(const char* text) {
    for (; *text != 0; text++)
        if (static_cast<unsigned char>(*text) >= 0x80) return false;
    return true;
}

png_text text_of(const char* key, const char* value) {
    size_t length = key == nullptr ? 0 : std::strlen(key);
    if (length < 1 || length > 79 || !is_ascii(key) || value == nullptr)
        throw Failure{EM_BAD_ARGUMENT, "PNG: a text's keyword must have 1 to 79 ASCII characters"};
    png_text text{};
    text.key = const_cast<char*>(key);
    text.text = const_cast<char*>(value);
    text.compression = is_ascii(value) ? PNG_TEXT_COMPRESSION_NONE : PNG_ITXT_COMPRESSION_NONE;
    return text;
}

}  // namespace
}  // namespace em

extern "C" int32_t em_media_encode_png(const uint8_t* pixels, int32_t width, int32_t height, int32_t channels,
                                       const char* const* keys, const char* const* values, int32_t text_count,
                                       int32_t level, uint8_t** out, int64_t* out_size, char* message, int32_t capacity) {
    using namespace em;
    if (out != nullptr) *out = nullptr;
    return guarded(message, capacity, [&] {
        if (pixels == nullptr || out == nullptr || out_size == nullptr || width <= 0 || height <= 0 || channels < 1 ||
            channels > 4 || text_count < 0 || (text_count > 0 && (keys == nullptr || values == nullptr)) || level < 0 || level > 9)
            throw Failure{EM_BAD_ARGUMENT, "PNG: bad argument to the encoder"};
        std::vector<png_text> texts;
        for (int32_t i = 0; i < text_count; i++) texts.push_back(text_of(keys[i], values[i]));
        PngJob job;
        job.png = png_create_write_struct(PNG_LIBPNG_VER_STRING, &job, PngJob::on_error, PngJob::on_warning);
        if (job.png == nullptr) throw std::bad_alloc();
        job.info = png_create_info_struct(job.png);
        if (job.info == nullptr) throw std::bad_alloc();
        // libpng's default limit of a million columns and rows is for readers.
        png_set_user_limits(job.png, 0x7fffffff, 0x7fffffff);
        if (!write(job, pixels, width, height, channels, texts.data(), text_count, level)) {
            if (job.out_of_memory) throw std::bad_alloc();
            throw Failure{EM_FAILED, std::string("PNG: ") + job.error};
        }
        Buffer result = allocate(job.output.size());
        std::memcpy(result.get(), job.output.data(), job.output.size());
        *out_size = int64_t(job.output.size());
        *out = result.release();
    });
}
