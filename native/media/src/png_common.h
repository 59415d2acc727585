// State of one libpng job. libpng reports errors by longjmp, so between setjmp and the end of a job only
// plain data may live on the stack: everything else is a member of the job, which the caller destroys.
#pragma once

#include <png.h>

#include <csetjmp>
#include <cstdio>
#include <string>
#include <vector>

#include "internal.h"

namespace em {

struct PngJob {
    png_structp png = nullptr;
    png_infop info = nullptr;
    png_infop end = nullptr;
    char error[200] = {};

    // reading
    bool reading = false;
    Input input{};
    size_t position = 0;
    std::vector<png_bytep> rows;

    // writing
    std::vector<uint8_t> output;
    bool out_of_memory = false;

    static void on_error(png_structp png, png_const_charp message) {
        auto* job = static_cast<PngJob*>(png_get_error_ptr(png));
        std::snprintf(job->error, sizeof job->error, "%s", message);
        png_longjmp(png, 1);
    }

    // Warnings are about colour profiles and the like; the pixels are fine.
    static void on_warning(png_structp, png_const_charp) {}

    static void on_read(png_structp png, png_bytep target, png_size_t length) {
        auto* job = static_cast<PngJob*>(png_get_io_ptr(png));
        if (length > job->input.size - job->position) png_error(png, "the file ends too early");
        for (size_t i = 0; i < length; i++) target[i] = job->input.data[job->position + i];
        job->position += length;
    }

    static void on_write(png_structp png, png_bytep source, png_size_t length) {
        auto* job = static_cast<PngJob*>(png_get_io_ptr(png));
        // An exception must not travel through libpng's C frames.
        try {
            job->output.insert(job->output.end(), source, source + length);
        } catch (...) {
            job->out_of_memory = true;
        }
        if (job->out_of_memory) png_error(png, "out of memory");
    }

    static void on_flush(png_structp) {}

    void start_reading(Input source) {
        reading = true;
        input = source;
        png = png_create_read_struct(PNG_LIBPNG_VER_STRING, this, on_error, on_warning);
        if (png == nullptr) throw std::bad_alloc();
        info = png_create_info_struct(png);
        end = png_create_info_struct(png);
        if (info == nullptr || end == nullptr) throw std::bad_alloc();
        png_set_read_fn(png, this, on_read);
        // Limits for chunks that inflate: texts and profiles cannot take more than this.
        png_set_chunk_malloc_max(png, 16 << 20);
        png_set_chunk_cache_max(png, 1000);
        // The size limit is ours, checked before any row is allocated.
        png_set_user_limits(png, 0x7fffffff, 0x7fffffff);
    }

    ~PngJob() {
        if (png == nullptr) return;
        if (reading)
            png_destroy_read_struct(&png, &info, &end);
        else
            png_destroy_write_struct(&png, &info);
    }

    [[noreturn]] void fail() const {
        if (out_of_memory) throw std::bad_alloc();
        throw Failure{EM_CORRUPT, std::string("PNG: ") + error};
    }
};

}  // namespace em
