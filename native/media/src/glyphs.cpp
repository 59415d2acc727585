// One line of text as a coverage mask, through FreeType.
#include <ft2build.h>
#include FT_FREETYPE_H

#include <algorithm>
#include <cstring>
#include <vector>

#include "internal.h"

namespace {

using namespace em;

struct Face {
    FT_Library library = nullptr;
    FT_Face face = nullptr;

    explicit Face(const char* file) {
        if (FT_Init_FreeType(&library) != 0) throw Failure{EM_FAILED, "FreeType could not be started"};
        if (FT_New_Face(library, file, 0, &face) != 0) {
            FT_Done_FreeType(library);
            throw Failure{EM_CORRUPT, std::string("the font ") + file + " could not be read"};
        }
    }
    Face(const Face&) = delete;
    Face& operator=(const Face&) = delete;
    ~Face() {
        FT_Done_Face(face);
        FT_Done_FreeType(library);
    }
};

// Malformed bytes become U+FFFD, one per byte.
std::vector<uint32_t> code_points(const char* text) {
    std::vector<uint32_t> result;
    auto* p = reinterpret_cast<const unsigned char*>(text);
    while (*p != 0) {
        int extra = *p < 0x80 ? 0 : (*p >> 5) == 6 ? 1 : (*p >> 4) == 14 ? 2 : (*p >> 3) == 30 ? 3 : -1;
        uint32_t code = extra <= 0 ? *p : *p & (0x3fu >> extra);
        bool valid = extra >= 0;
        for (int i = 1; valid && i <= extra; i++) {
            valid = (p[i] & 0xc0) == 0x80;
            if (valid) code = (code << 6) | (p[i] & 0x3f);
        }
        result.push_back(valid ? code : 0xfffd);
        p += valid ? extra + 1 : 1;
    }
    return result;
}

struct Pen {
    FT_Face face;
    FT_UInt previous = 0;
    FT_Pos x = 0;  // 1/64 pixel

    // Advances to the glyph's origin and loads it; false where the font has no usable outline.
    bool place(uint32_t code, FT_Pos& origin) {
        FT_UInt index = FT_Get_Char_Index(face, code);
        if (FT_HAS_KERNING(face) && previous != 0 && index != 0) {
            FT_Vector kerning{};
            if (FT_Get_Kerning(face, previous, index, FT_KERNING_DEFAULT, &kerning) == 0) x += kerning.x;
        }
        previous = index;
        if (FT_Load_Glyph(face, index, FT_LOAD_RENDER | FT_LOAD_TARGET_LIGHT) != 0) return false;
        origin = (x + 32) >> 6;
        x += face->glyph->advance.x;
        return true;
    }
};

}  // namespace

extern "C" int32_t em_media_text(const char* font_file, const char* text, int32_t pixel_size, int32_t* width,
                                 int32_t* height, int32_t* baseline, uint8_t** coverage, char* message, int32_t capacity) {
    if (coverage != nullptr) *coverage = nullptr;
    return guarded(message, capacity, [&] {
        if (font_file == nullptr || text == nullptr || width == nullptr || height == nullptr || baseline == nullptr ||
            coverage == nullptr || pixel_size < 1 || pixel_size > 1000 || std::strlen(text) > 10000)
            throw Failure{EM_BAD_ARGUMENT, "bad argument for drawing text (size 1 to 1000 pixels, at most 10000 bytes)"};
        Face font(font_file);
        FT_Face face = font.face;
        if (FT_Set_Pixel_Sizes(face, 0, FT_UInt(pixel_size)) != 0) throw Failure{EM_UNSUPPORTED, "the font cannot be scaled"};
        auto codes = code_points(text);

        // First pass: how far the ink reaches, which may be outside of the advances (italics, accents).
        FT_Pos left = 0, right = 0, origin = 0;
        Pen measure{face};
        for (uint32_t code : codes)
            if (measure.place(code, origin)) {
                left = std::min(left, origin + face->glyph->bitmap_left);
                right = std::max(right, origin + face->glyph->bitmap_left + FT_Pos(face->glyph->bitmap.width));
            }
        right = std::max(right, (measure.x + 63) >> 6);
        int64_t ascent = (face->size->metrics.ascender + 63) >> 6, descent = (-face->size->metrics.descender + 63) >> 6;
        int64_t w = std::max<int64_t>(1, right - left), h = std::max<int64_t>(1, ascent + descent);
        check_size(w, h, int64_t(1) << 28);
        Buffer mask = allocate(size_t(w * h));
        std::memset(mask.get(), 0, size_t(w * h));

        Pen draw{face};
        for (uint32_t code : codes) {
            if (!draw.place(code, origin)) continue;
            const FT_Bitmap& bitmap = face->glyph->bitmap;
            if (bitmap.pixel_mode != FT_PIXEL_MODE_GRAY) continue;  // empty glyphs, bitmap-only fonts
            for (unsigned row = 0; row < bitmap.rows; row++) {
                int64_t y = ascent - face->glyph->bitmap_top + int64_t(row);
                if (y < 0 || y >= h) continue;
                for (unsigned column = 0; column < bitmap.width; column++) {
                    int64_t x = origin + face->glyph->bitmap_left + int64_t(column) - left;
                    uint8_t& target = mask.get()[y * w + x];
                    target = std::max(target, bitmap.buffer[int64_t(row) * bitmap.pitch + int64_t(column)]);
                }
            }
        }
        *width = int32_t(w);
        *height = int32_t(h);
        *baseline = int32_t(ascent);
        *coverage = mask.release();
    });
}
