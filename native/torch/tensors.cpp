// Tensors in and out of host memory, and what can be asked of one.
#include "internal.h"

#include <cstring>

using namespace em;

int em_tensor_free(em_tensor tensor) {
    return guarded([&] {
        using Owner = c10::intrusive_ptr<c10::TensorImpl, c10::UndefinedTensorImpl>;
        if (tensor) Owner::reclaim(static_cast<c10::TensorImpl*>(tensor));
    });
}

int em_tensor_alias(em_tensor tensor, em_tensor* out) {
    return guarded([&] { *out = release(borrow(tensor)); });
}

int em_tensor_info(em_tensor tensor, em_tensor_info_t* out) {
    return guarded([&] {
        const at::Tensor t = borrow(tensor);
        out->numel = t.numel();
        out->data = t.device().is_cpu() ? t.data_ptr() : nullptr;
        out->rank = static_cast<int32_t>(t.dim());
        out->dtype = static_cast<int32_t>(t.scalar_type());
        out->device = pack(t.device());
        out->flags = (t.requires_grad() ? 1 : 0) | (t.is_leaf() ? 2 : 0) | (t.is_contiguous() ? 4 : 0) |
                     (t.dim() == 4 && t.is_contiguous(at::MemoryFormat::ChannelsLast) ? 8 : 0);
    });
}

int em_tensor_shape(em_tensor tensor, int64_t* sizes, int64_t* strides) {
    return guarded([&] {
        const at::Tensor t = borrow(tensor);
        const auto rank = static_cast<size_t>(t.dim());
        if (sizes) std::memcpy(sizes, t.sizes().data(), rank * sizeof(int64_t));
        if (strides) std::memcpy(strides, t.strides().data(), rank * sizeof(int64_t));
    });
}

int em_tensor_from_host(const void* data, const int64_t* sizes, int32_t rank, int32_t dtype, int32_t device, em_tensor* out) {
    return guarded([&] {
        const auto type = static_cast<c10::ScalarType>(dtype);
        at::Tensor host = at::empty(c10::IntArrayRef(sizes, rank), at::TensorOptions().dtype(type));
        if (host.numel() > 0) std::memcpy(host.data_ptr(), data, host.nbytes());
        *out = release(host.to(unpack(device)));
    });
}

int em_tensor_to_host(em_tensor tensor, void* data, int64_t bytes) {
    return guarded([&] {
        const at::Tensor host = borrow(tensor).detach().to(at::kCPU).contiguous();
        TORCH_CHECK(static_cast<int64_t>(host.nbytes()) == bytes, "tensor has ", host.nbytes(), " bytes, the buffer ", bytes);
        if (bytes > 0) std::memcpy(data, host.data_ptr(), bytes);
    });
}
