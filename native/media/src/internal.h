// What the decoders share. Not part of the interface.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string>

#include "earthmover_media.h"

namespace em {

// A failure on its way to the C boundary.
struct Failure {
    em_status status;
    std::string message;
};

struct FreeDeleter {
    void operator()(void* memory) const noexcept { std::free(memory); }
};
// malloc'ed, because the caller gives it back through em_media_free.
using Buffer = std::unique_ptr<uint8_t, FreeDeleter>;

Buffer allocate(size_t size);

// Refuses a size that is not positive or that has more than max_pixels pixels.
void check_size(int64_t width, int64_t height, int64_t max_pixels);

// Copies one line into the caller's message buffer.
void report(char* message, int32_t capacity, const char* text) noexcept;

// Runs body and turns everything thrown into a status and a message.
template <typename Body>
int32_t guarded(char* message, int32_t capacity, Body body) noexcept;

struct Input {
    const uint8_t* data;
    size_t size;
};

// Little- and big-endian reads; the caller has checked the bounds.
inline uint32_t le16(const uint8_t* p) { return p[0] | (uint32_t(p[1]) << 8); }
inline uint32_t le32(const uint8_t* p) { return le16(p) | (le16(p + 2) << 16); }
inline uint32_t be16(const uint8_t* p) { return p[1] | (uint32_t(p[0]) << 8); }
inline uint32_t be32(const uint8_t* p) { return be16(p + 2) | (be16(p) << 16); }

// The EXIF orientation in a TIFF block ("II*\0" or "MM\0*"), 1 where there is none or it is nonsense.
int32_t exif_orientation(const uint8_t* tiff, size_t size) noexcept;

// Turns and mirrors pixels in place of the buffer; picture holds the stored size and gets the shown one.
void orient(em_picture& picture, Buffer& pixels);

// One decoder per format. With pixels == nullptr only the header is read. Width and height are as stored.
void read_png(Input input, int64_t max_pixels, em_picture& picture, Buffer* pixels);
void read_jpeg(Input input, int64_t max_pixels, em_picture& picture, Buffer* pixels);
void read_webp(Input input, int64_t max_pixels, em_picture& picture, Buffer* pixels);
void read_bmp(Input input, int64_t max_pixels, em_picture& picture, Buffer* pixels);

}  // namespace em

#include <exception>
#include <new>

template <typename Body>
int32_t em::guarded(char* message, int32_t capacity, Body body) noexcept {
    try {
        body();
        return EM_OK;
    } catch (const Failure& failure) {
        report(message, capacity, failure.message.c_str());
        return failure.status;
    } catch (const std::bad_alloc&) {
        report(message, capacity, "out of memory");
        return EM_OUT_OF_MEMORY;
    } catch (const std::exception& error) {
        report(message, capacity, error.what());
        return EM_FAILED;
    } catch (...) {
        report(message, capacity, "unknown native error");
        return EM_FAILED;
    }
}
