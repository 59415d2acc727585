// What a device was asked to do, recorded once and repeated as a whole: CUDA graphs. Without CUDA every call says so.
#include "internal.h"

#ifdef EM_CUDA
#include <ATen/cuda/CUDAGraph.h>
#include <c10/cuda/CUDACachingAllocator.h>
#include <c10/cuda/CUDAGuard.h>
#include <c10/cuda/CUDAStream.h>
#endif

#include <memory>

using namespace em;

#ifdef EM_CUDA
namespace {

// Until 2.7 or so a graph had to be told of every generator that is drawn from; later it notices by itself.
template <typename Graph>
auto announce(Graph& graph, const at::Generator& generator, int) -> decltype(graph.register_generator_state(generator), void()) {
    graph.register_generator_state(generator);
}

template <typename Graph>
void announce(Graph&, const at::Generator&, long) {}

// Other threads, such as one that loads batches, go on with their own streams meanwhile; before 2.1 they could not.
template <typename Graph>
auto begin(Graph& graph, int) -> decltype(graph.capture_begin({0, 0}, cudaStreamCaptureModeThreadLocal)) {
    graph.capture_begin({0, 0}, cudaStreamCaptureModeThreadLocal);
}

template <typename Graph>
void begin(Graph& graph, long) {
    graph.capture_begin({0, 0});
}

}  // namespace

int em_recording_stream(int32_t device) {
    return guarded([&] {
        const auto index = unpack(device).index();
        const auto now = c10::cuda::getCurrentCUDAStream(index);
        // The default stream cannot be recorded. What was asked of it so far comes before what follows.
        if (now != c10::cuda::getDefaultCUDAStream(index)) return;
        now.synchronize();
        c10::cuda::setCurrentCUDAStream(c10::cuda::getStreamFromPool(/*isHighPriority=*/false, index));
    });
}

int em_recording_begin(const em_generator* generators, int32_t count, em_recording* out) {
    return guarded([&] {
        auto graph = std::make_unique<at::cuda::CUDAGraph>();
        for (int32_t k = 0; k < count; ++k) announce(*graph, *static_cast<at::Generator*>(generators[k]), 0);
        begin(*graph, 0);
        *out = graph.release();
    });
}

int em_recording_end(em_recording recording) {
    return guarded([&] { static_cast<at::cuda::CUDAGraph*>(recording)->capture_end(); });
}

int em_recording_play(em_recording recording) {
    return guarded([&] { static_cast<at::cuda::CUDAGraph*>(recording)->replay(); });
}

int em_recording_free(em_recording recording) {
    return guarded([&] { delete static_cast<at::cuda::CUDAGraph*>(recording); });
}

int em_tensor_used_here(em_tensor tensor) {
    return guarded([&] {
        const at::Tensor t = borrow(tensor);
        if (!t.is_cuda()) return;
        c10::cuda::CUDACachingAllocator::recordStream(t.storage().data_ptr(), c10::cuda::getCurrentCUDAStream(t.device().index()));
    });
}

#else

namespace {

int unavailable() { return fail(EM_ERROR, "this LibTorch has no CUDA, so nothing can be recorded"); }

}  // namespace

int em_recording_stream(int32_t) { return unavailable(); }
int em_recording_begin(const em_generator*, int32_t, em_recording*) { return unavailable(); }
int em_recording_end(em_recording) { return unavailable(); }
int em_recording_play(em_recording) { return unavailable(); }
int em_recording_free(em_recording) { return unavailable(); }
int em_tensor_used_here(em_tensor) { return EM_OK; }

#endif
