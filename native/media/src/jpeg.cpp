// Reading JPEG. libjpeg reports errors by longjmp: see png_common.h for the rule about what may live on the stack.
#include <cstddef>
#include <cstdio>

#include <jpeglib.h>
#include <jerror.h>

#include <csetjmp>
#include <cstring>

#include "internal.h"

namespace em {
namespace {

struct JpegJob {
    jpeg_error_mgr errors{};
    jpeg_decompress_struct jpeg{};
    jmp_buf escape;
    char error[JMSG_LENGTH_MAX] = {};
    bool created = false;
    bool broken = false;

    ~JpegJob() {
        if (created) jpeg_destroy_decompress(&jpeg);
    }

    static JpegJob& of(j_common_ptr common) { return *static_cast<JpegJob*>(common->client_data); }

    static void on_error(j_common_ptr common) {
        auto& job = of(common);
        common->err->format_message(common, job.error);
        std::longjmp(job.escape, 1);
    }

    static void on_message(j_common_ptr common, int level) {
        if (level >= 0) return;  // traces
        auto& job = of(common);
        // libjpeg goes on after these and fills the rest with gray; a data set must not contain such pictures.
        // Other warnings (stray bytes between markers, odd JFIF versions) leave the pixels whole.
        switch (common->err->msg_code) {
            case JWRN_JPEG_EOF:
            case JWRN_HIT_MARKER:
            case JWRN_HUFF_BAD_CODE:
            case JWRN_ARITH_BAD_CODE:
            case JWRN_MUST_RESYNC:
                if (!job.broken) common->err->format_message(common, job.error);
                job.broken = true;
                break;
            default: break;
        }
    }

    static void on_output(j_common_ptr) {}

    [[noreturn]] void fail() const { throw Failure{EM_CORRUPT, std::string("JPEG: ") + error}; }
};

bool read_header(JpegJob& job, Input input, em_picture& picture) {
    if (setjmp(job.escape)) return false;
    jpeg_create_decompress(&job.jpeg);
    job.created = true;
    job.jpeg.client_data = &job;
    jpeg_mem_src(&job.jpeg, const_cast<unsigned char*>(input.data), static_cast<unsigned long>(input.size));
    jpeg_save_markers(&job.jpeg, JPEG_APP0 + 1, 0xffff);
    jpeg_read_header(&job.jpeg, TRUE);
    picture.width = int32_t(job.jpeg.image_width);
    picture.height = int32_t(job.jpeg.image_height);
    picture.source_depth = job.jpeg.data_precision;
    picture.source_channels = job.jpeg.num_components;
    picture.cmyk = job.jpeg.jpeg_color_space == JCS_CMYK || job.jpeg.jpeg_color_space == JCS_YCCK;
    picture.channels = job.jpeg.num_components == 1 ? 1 : 3;
    for (jpeg_saved_marker_ptr marker = job.jpeg.marker_list; marker != nullptr; marker = marker->next)
        if (marker->data_length >= 6 && std::memcmp(marker->data, "Exif\0\0", 6) == 0) {
            picture.orientation = exif_orientation(marker->data, marker->data_length);
            break;
        }
    return true;
}

bool read_rows(JpegJob& job, const em_picture& picture, uint8_t* pixels, uint8_t* cmyk_row) {
    if (setjmp(job.escape)) return false;
    job.jpeg.out_color_space = picture.channels == 1 ? JCS_GRAYSCALE : picture.cmyk ? JCS_CMYK : JCS_RGB;
    job.jpeg.dct_method = JDCT_ISLOW;
    jpeg_start_decompress(&job.jpeg);
    size_t stride = size_t(picture.width) * size_t(picture.channels);
    while (job.jpeg.output_scanline < job.jpeg.output_height) {
        uint8_t* row = pixels + size_t(job.jpeg.output_scanline) * stride;
        JSAMPROW target = picture.cmyk ? cmyk_row : row;
        jpeg_read_scanlines(&job.jpeg, &target, 1);
        if (!picture.cmyk) continue;
        // Files with Adobe's marker store inverted inks (255 = no ink); others store them as they are.
        bool inverted = job.jpeg.saw_Adobe_marker;
        for (int32_t x = 0; x < picture.width; x++)
            for (int c = 0; c < 3; c++) {
                unsigned ink = cmyk_row[4 * x + c], black = cmyk_row[4 * x + 3];
                unsigned paper = inverted ? ink * black : (255 - ink) * (255 - black);
                row[3 * x + c] = uint8_t((paper + 127) / 255);
            }
    }
    jpeg_finish_decompress(&job.jpeg);
    return true;
}

}  // namespace

void read_jpeg(Input input, int64_t max_pixels, em_picture& picture, Buffer* pixels) {
    JpegJob job;
    job.jpeg.err = jpeg_std_error(&job.errors);
    job.errors.error_exit = JpegJob::on_error;
    job.errors.emit_message = JpegJob::on_message;
    job.errors.output_message = JpegJob::on_output;
    // jpeg_create_decompress keeps err and client_data and clears the rest.
    job.jpeg.client_data = &job;
    if (!read_header(job, input, picture)) job.fail();
    if (picture.source_channels != 1 && picture.source_channels != 3 && !picture.cmyk)
        throw Failure{EM_UNSUPPORTED, "JPEG: " + std::to_string(picture.source_channels) + " components of an unknown kind"};
    if (pixels == nullptr) return;
    check_size(picture.width, picture.height, max_pixels);
    *pixels = allocate(size_t(picture.width) * size_t(picture.height) * size_t(picture.channels));
    Buffer cmyk_row = allocate(picture.cmyk ? size_t(picture.width) * 4 : 1);
    bool done = read_rows(job, picture, pixels->get(), cmyk_row.get());
    if (!done || job.broken) {
        pixels->reset();
        job.fail();
    }
}

}  // namespace em
