// Random generators, devices, threads and flags.
#include "internal.h"

#include <ATen/Config.h>
#include <ATen/Context.h>
#include <ATen/Parallel.h>
#include <ATen/Version.h>
#include <ATen/autocast_mode.h>
#include <torch/cuda.h>

#include <dlfcn.h>
#include <malloc.h>

#include <cstring>
#include <mutex>
#include <set>
#include <sstream>

using namespace em;

namespace {

// A training step frees and asks for the same few megabytes again and again. Keeping them in the heap, instead of returning them to the
// kernel, spares a page fault for every four kilobytes of every result.
struct KeepFreedMemory {
    KeepFreedMemory() {
        mallopt(M_MMAP_THRESHOLD, 1 << 30);
        mallopt(M_TRIM_THRESHOLD, 2047 << 20);
        mallopt(M_TOP_PAD, 16 << 20);
    }
} keep_freed_memory;

using ThreadsGet = int (*)();
using ThreadsSet = void (*)(int);
using ConfigGet = char* (*)();

// OpenBLAS has its own thread pool; another BLAS may not export these.
template <typename F>
F blas_symbol(const char* name) {
    return reinterpret_cast<F>(dlsym(RTLD_DEFAULT, name));
}

#if EM_TORCH_AT_LEAST(2, 0)
// What has no deterministic form LibTorch tells at every call. Handlers belong to threads.
struct EachOnce final : c10::WarningHandler {
    void process(const c10::Warning& warning) override {
        {
            const std::lock_guard<std::mutex> lock(mutex_);
            if (!told_.insert(warning.msg()).second) return;
        }
        c10::WarningHandler::process(warning);
    }

   private:
    std::mutex mutex_;
    std::set<std::string> told_;
};

struct Silent final : c10::WarningHandler {
    void process(const c10::Warning&) override {}
};
#endif

// From 2.9 on these have newer names, and say so. Both kinds must not be mixed; these set what the newer ones read.
void allow_tf32(bool value) {
#if EM_TORCH_AT_LEAST(2, 0)
    Silent silent;
    const c10::WarningUtils::WarningHandlerGuard guard(&silent);
#endif
    at::globalContext().setAllowTF32CuBLAS(value);
    at::globalContext().setAllowTF32CuDNN(value);
}

// LibTorch lets cuDNN round to TF32 from the start. Here single precision is what it says until em_flags_set allows otherwise.
struct FullPrecision {
    FullPrecision() { allow_tf32(false); }
} full_precision;

}  // namespace

int em_generator_create(int64_t seed, int32_t device, em_generator* out) {
    return guarded([&] {
        at::Generator generator = at::globalContext().defaultGenerator(unpack(device)).clone();
        generator.set_current_seed(static_cast<uint64_t>(seed));
        *out = new at::Generator(generator);
    });
}

int em_generator_free(em_generator generator) {
    return guarded([&] { delete static_cast<at::Generator*>(generator); });
}

int em_generator_state_get(em_generator generator, em_tensor* out) {
    return guarded([&] { *out = release(static_cast<at::Generator*>(generator)->get_state()); });
}

int em_generator_state_set(em_generator generator, em_tensor state) {
    return guarded([&] { static_cast<at::Generator*>(generator)->set_state(borrow(state)); });
}

int em_cuda_count(int32_t* count) {
    return guarded([&] { *count = static_cast<int32_t>(torch::cuda::device_count()); });
}

int em_cuda_synchronize(int32_t index) {
    return guarded([&] { torch::cuda::synchronize(index); });
}

int em_threads_get(int32_t* omp, int32_t* blas) {
    return guarded([&] {
        const auto get = blas_symbol<ThreadsGet>("openblas_get_num_threads");
        *omp = at::get_num_threads();
        *blas = get ? get() : 0;
    });
}

int em_threads_set(int32_t omp, int32_t blas) {
    return guarded([&] {
        const auto get = blas_symbol<ThreadsGet>("openblas_get_num_threads");
        const auto set = blas_symbol<ThreadsSet>("openblas_set_num_threads");
        if (omp > 0 && omp != at::get_num_threads()) at::set_num_threads(omp);
        if (blas > 0 && set && (!get || get() != blas)) set(blas);
    });
}

int em_flags_set(int32_t tf32, int32_t cudnn_benchmark, int32_t deterministic, int32_t onednn) {
    return guarded([&] {
        auto& context = at::globalContext();
        if (tf32 >= 0) allow_tf32(tf32 != 0);
        if (cudnn_benchmark >= 0) context.setBenchmarkCuDNN(cudnn_benchmark != 0);
        if (deterministic >= 0) {
            context.setDeterministicAlgorithms(deterministic != 0, true);
            context.setDeterministicCuDNN(deterministic != 0);
#if EM_TORCH_AT_LEAST(2, 0)
            static EachOnce once;
            c10::WarningUtils::set_warning_handler(&once);
#endif
#if EM_TORCH_AT_LEAST(2, 2)
            context.setDeterministicFillUninitializedMemory(false);
#endif
        }
        if (onednn >= 0) context.setUserEnabledMkldnn(onednn != 0);
    });
}

int em_autocast_set(int32_t device_type, int32_t enabled, int32_t dtype) {
    return guarded([&] {
        const auto type = static_cast<at::ScalarType>(dtype);
        // A cast that was kept from an unrecorded pass would have no gradient in a recorded one.
        at::autocast::set_autocast_cache_enabled(enabled == 0);
#if EM_TORCH_AT_LEAST(2, 4)
        const auto device = static_cast<at::DeviceType>(device_type);
        at::autocast::set_autocast_enabled(device, enabled != 0);
        at::autocast::set_autocast_dtype(device, type);
#else
        if (static_cast<at::DeviceType>(device_type) == at::kCPU) {
            at::autocast::set_cpu_enabled(enabled != 0);
            at::autocast::set_autocast_cpu_dtype(type);
        } else {
            at::autocast::set_enabled(enabled != 0);
            at::autocast::set_autocast_gpu_dtype(type);
        }
#endif
    });
}

int em_versions(char* buffer, int32_t size) {
    return guarded([&] {
        std::ostringstream text;
        text << "torch=" << TORCH_VERSION << ";dnnl=" << (at::hasMKLDNN() ? at::get_mkldnn_version() : "none");
        const auto config = blas_symbol<ConfigGet>("openblas_get_config");
        text << ";blas=" << (config ? config() : at::hasMKL() ? "MKL" : "unknown (reference BLAS?)");
#if EM_TORCH_AT_LEAST(2, 0)
        text << ";cpu=" << at::get_cpu_capability();
#endif
        text << ";parallel=" << at::get_parallel_info();
        std::string line = text.str();
        line.copy(buffer, size - 1);
        buffer[std::min<size_t>(line.size(), size - 1)] = 0;
    });
}
