// The boxed call: every LibTorch operator through one function.
#include "internal.h"

#include <ATen/core/dispatch/Dispatcher.h>

#include <sstream>
#include <vector>

namespace em {

std::string& last_error() {
    thread_local std::string message;
    return message;
}

namespace {

using Handle = c10::OperatorHandle;

c10::IValue to_ivalue(const em_value& v) {
    switch (v.tag) {
        case EM_NONE: return {};
        case EM_INT: return v.as.i;
        case EM_DOUBLE: return v.as.d;
        case EM_BOOL: return v.as.i != 0;
        case EM_TENSOR: return borrow(v.as.p);
        case EM_TENSOR_LIST: {
            c10::List<at::Tensor> list;
            list.reserve(v.count);
            for (int k = 0; k < v.count; ++k) list.push_back(borrow(static_cast<em_tensor*>(v.as.p)[k]));
            return list;
        }
        case EM_OPTIONAL_TENSOR_LIST: {
            c10::List<c10::optional<at::Tensor>> list;
            list.reserve(v.count);
            for (int k = 0; k < v.count; ++k) {
                em_tensor handle = static_cast<em_tensor*>(v.as.p)[k];
                list.push_back(handle ? c10::optional<at::Tensor>(borrow(handle)) : c10::nullopt);
            }
            return list;
        }
        case EM_INT_LIST: return c10::IntArrayRef(static_cast<const int64_t*>(v.as.p), v.count);
        case EM_DOUBLE_LIST: {
            c10::List<double> list;
            for (int k = 0; k < v.count; ++k) list.push_back(static_cast<const double*>(v.as.p)[k]);
            return list;
        }
        case EM_BOOL_LIST: {
            c10::List<bool> list;
            for (int k = 0; k < v.count; ++k) list.push_back(static_cast<const uint8_t*>(v.as.p)[k] != 0);
            return list;
        }
        case EM_STRING: return std::string(static_cast<const char*>(v.as.p), v.count);
        case EM_DEVICE: return unpack(v.as.i);
        case EM_GENERATOR: return *static_cast<at::Generator*>(v.as.p);
        default: TORCH_CHECK(false, "argument with unknown tag ", v.tag);
    }
}

em_value to_value(c10::IValue& v) {
    em_value out{};
    if (v.isTensor()) {
        out.tag = EM_TENSOR;
        out.as.p = release(std::move(v).toTensor());
    } else if (v.isInt()) {
        out.tag = EM_INT;
        out.as.i = v.toInt();
    } else if (v.isDouble()) {
        out.tag = EM_DOUBLE;
        out.as.d = v.toDouble();
    } else if (v.isBool()) {
        out.tag = EM_BOOL;
        out.as.i = v.toBool();
    } else if (!v.isNone()) {
        TORCH_CHECK(false, "result of type ", v.tagKind(), " has no representation");
    }
    return out;
}

}  // namespace
}  // namespace em

using namespace em;

const char* em_last_error(void) { return last_error().c_str(); }

int em_error_set(const char* message) {
    last_error() = message;
    return EM_OK;
}

int em_operator_find(const char* name, const char* overload, em_operator* out) {
    return guarded([&] { *out = new Handle(c10::Dispatcher::singleton().findSchemaOrThrow(name, overload)); });
}

int em_operator_schema(em_operator op, char* buffer, int32_t size) {
    return guarded([&] {
        std::ostringstream text;
        text << static_cast<Handle*>(op)->schema();
        text.str().copy(buffer, size - 1);
        buffer[std::min<size_t>(text.str().size(), size - 1)] = 0;
    });
}

int em_operator_call(em_operator op, const em_value* arguments, int32_t count, em_value* results, int32_t capacity) {
    return guarded([&] {
        torch::jit::Stack stack;
        stack.reserve(std::max(count, 4));
        for (int k = 0; k < count; ++k) stack.push_back(to_ivalue(arguments[k]));
        static_cast<Handle*>(op)->callBoxed(&stack);
        // An in-place operator returns its own argument: the caller asks for no result and keeps the object it has.
        int written = 0;
        for (auto& value : stack) {
            if (written >= capacity) break;
            if (value.isTensorList()) {  // split, unbind: one result per element
                for (const at::Tensor& element : value.toTensorVector()) {
                    TORCH_CHECK(written < capacity, "more than ", capacity, " results");
                    results[written].tag = EM_TENSOR;
                    results[written].count = 0;
                    results[written++].as.p = release(element);
                }
            } else {
                results[written++] = to_value(value);
            }
        }
        for (; written < capacity; ++written) results[written] = em_value{};
    });
}
