#include <cstring>

#include "internal.h"

namespace em {

Buffer allocate(size_t size) {
    auto* memory = static_cast<uint8_t*>(std::malloc(size == 0 ? 1 : size));
    if (memory == nullptr) throw std::bad_alloc();
    return Buffer(memory);
}

void check_size(int64_t width, int64_t height, int64_t max_pixels) {
    if (width <= 0 || height <= 0) throw Failure{EM_CORRUPT, "the picture has no pixels"};
    // Division instead of multiplication: both sides may be near 2^31.
    if (width > max_pixels / height)
        throw Failure{EM_TOO_LARGE, std::to_string(width) + "x" + std::to_string(height) + " is more than the limit of " +
                                        std::to_string(max_pixels) + " pixels"};
}

void report(char* message, int32_t capacity, const char* text) noexcept {
    if (message == nullptr || capacity <= 0) return;
    size_t length = std::strlen(text);
    if (length > size_t(capacity) - 1) length = size_t(capacity) - 1;
    for (size_t i = 0; i < length; i++) message[i] = text[i] == '\n' || text[i] == '\r' ? ' ' : text[i];
    message[length] = 0;
}

}  // namespace em

extern "C" int32_t em_media_abi(void) { return 1; }

extern "C" void em_media_free(void* memory) { std::free(memory); }
