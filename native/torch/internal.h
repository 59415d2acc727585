// Shared by the shim's sources: error capture and the handle conversions. All LibTorch version differences live here.
#pragma once
#include "earthmover_torch.h"

#include <ATen/ATen.h>
#include <c10/core/CPUAllocator.h>
#include <torch/version.h>

#include <string>

#define EM_TORCH_AT_LEAST(major, minor) \
    (TORCH_VERSION_MAJOR > (major) || (TORCH_VERSION_MAJOR == (major) && TORCH_VERSION_MINOR >= (minor)))

namespace em {

std::string& last_error();

inline int fail(em_status status, const std::string& message) {
    last_error() = message;
    return status;
}

// Runs `body`; whatever it throws becomes a status and a message, so that no exception crosses the C boundary.
template <typename F>
int guarded(F&& body) {
    try {
        body();
        return EM_OK;
    } catch (const c10::OutOfMemoryError& e) {
        return fail(EM_OUT_OF_MEMORY, e.what_without_backtrace());
    } catch (const c10::Error& e) {
        const std::string text = e.what_without_backtrace();
        return fail(text.find("can't allocate memory") != std::string::npos ? EM_OUT_OF_MEMORY : EM_ERROR, text);
    } catch (const std::bad_alloc&) {
        return fail(EM_OUT_OF_MEMORY, "out of memory");
    } catch (const std::exception& e) {
        return fail(EM_ERROR, e.what());
    } catch (...) {
        return fail(EM_ERROR, "unknown native exception");
    }
}

// A second reference to the tensor behind a borrowed handle.
inline at::Tensor borrow(em_tensor handle) {
    if (!handle) return at::Tensor();
    auto* impl = static_cast<c10::TensorImpl*>(handle);
    return at::Tensor(c10::intrusive_ptr<c10::TensorImpl, c10::UndefinedTensorImpl>::reclaim_copy(impl));
}

// Hands one reference to the caller; an undefined tensor becomes NULL.
inline em_tensor release(at::Tensor tensor) {
    return tensor.defined() ? static_cast<em_tensor>(tensor.unsafeReleaseTensorImpl()) : nullptr;
}

inline int32_t pack(c10::Device device) { return static_cast<int32_t>(device.type()) * 256 + device.index() + 1; }

inline c10::Device unpack(int64_t packed) {
    return c10::Device(static_cast<c10::DeviceType>(packed / 256), static_cast<c10::DeviceIndex>(packed % 256 - 1));
}

// c = a' b' + beta c for matrices whose columns are dense, as BLAS's sgemm has it: a' is a [m, k] or, where `transpose_a`, the transpose of
// a [k, m].
void sgemm(bool transpose_a, bool transpose_b, int m, int n, int k, const float* a, int lda,
           const float* b, int ldb, float beta, float* c, int ldc);

}  // namespace em
