// Differentiation: gradients of outputs with respect to inputs, and operations whose derivative is written in managed code.
#include "internal.h"

#include <torch/csrc/autograd/autograd.h>
#include <torch/csrc/autograd/function.h>
#include <torch/csrc/autograd/functions/utils.h>
#include <torch/csrc/autograd/grad_mode.h>
#include <torch/csrc/autograd/saved_variable.h>

#include <memory>
#include <type_traits>
#include <vector>

using namespace em;
using torch::autograd::Node;
using torch::autograd::SavedVariable;
using torch::autograd::variable_list;

namespace {

// A node of the graph that asks managed code for its derivative. The derivative is itself made of recorded operations when the engine
// records (create_graph), so derivatives of any order follow.
struct ManagedNode final : Node {
    ManagedNode(em_backward backward, em_release release, void* context) : backward_(backward), release_(release), context_(context) {}
    ~ManagedNode() override { release_(context_); }

    variable_list apply(variable_list&& incoming) override {
        const auto count = static_cast<int32_t>(saved_.size());
        variable_list results(count);
        if (!incoming[0].defined()) return results;

        std::vector<int32_t> needed(count);
        std::vector<at::Tensor> inputs(count);
        std::vector<em_tensor> handles(count), gradients(count, nullptr);
        for (int32_t k = 0; k < count; ++k) {
            needed[k] = task_should_compute_output(k);  // prunes, e.g., weight gradients inside a gradient penalty
            inputs[k] = saved_[k].unpack();
            handles[k] = inputs[k].defined() ? inputs[k].unsafeGetTensorImpl() : nullptr;
        }
        const int32_t status = backward_(context_, incoming[0].unsafeGetTensorImpl(), handles.data(),
                                         needed.data(), count, gradients.data());
        for (int32_t k = 0; k < count; ++k)
            if (gradients[k]) results[k] = at::Tensor(c10::intrusive_ptr<c10::TensorImpl, c10::UndefinedTensorImpl>::reclaim(
                                  static_cast<c10::TensorImpl*>(gradients[k])));
        TORCH_CHECK(status == 0, last_error());
        return results;
    }

    void release_variables() override {
        for (auto& variable : saved_) variable.reset_data();  // an empty one stays empty
    }

    std::vector<SavedVariable> saved_;

   private:
    em_backward backward_;
    em_release release_;
    void* context_;
};

// Nodes are held by shared_ptr, and since 2.8 or so by a count of their own.
using NodeHandle = decltype(torch::autograd::Edge::function);

template <typename Handle, typename T>
Handle own(T* node) {
    if constexpr (std::is_same_v<Handle, std::shared_ptr<Node>>) {
        return Handle(node, [](T* dead) { deleteNode(dead); });
    } else {
        return Handle::unsafe_steal_from_new(node);
    }
}

}  // namespace

int em_grad_mode_get(int32_t* enabled) {
    *enabled = c10::GradMode::is_enabled();
    return EM_OK;
}

int em_grad_mode_set(int32_t enabled) {
    c10::GradMode::set_enabled(enabled != 0);
    return EM_OK;
}

int em_requires_grad_set(em_tensor tensor, int32_t value) {
    return guarded([&] { borrow(tensor).set_requires_grad(value != 0); });
}

int em_gradients(const em_tensor* outputs, const em_tensor* seeds, int32_t output_count, const em_tensor* inputs, int32_t input_count,
                 int32_t retain_graph, int32_t create_graph, int32_t allow_unused, em_tensor* gradients) {
    return guarded([&] {
        variable_list roots, ones, leaves;
        for (int k = 0; k < output_count; ++k) {
            roots.push_back(borrow(outputs[k]));
            if (seeds) ones.push_back(borrow(seeds[k]));
        }
        for (int k = 0; k < input_count; ++k) leaves.push_back(borrow(inputs[k]));
        variable_list result = torch::autograd::grad(roots, leaves, ones, retain_graph != 0, create_graph != 0, allow_unused != 0);
        for (int k = 0; k < input_count; ++k) gradients[k] = release(std::move(result[k]));
    });
}

int em_graph_attach(em_tensor output, const em_tensor* inputs, const int32_t* saves, int32_t count,
                    em_backward backward, em_release release, void* context, int32_t* attached) {
    *attached = 0;
    return guarded([&] {
        std::vector<at::Tensor> sources;
        bool any = false;
        for (int k = 0; k < count; ++k) {
            sources.push_back(borrow(inputs[k]));
            any |= sources.back().defined() && sources.back().requires_grad();
        }
        if (!any || !c10::GradMode::is_enabled()) return;  // the caller keeps the context
        auto* node = new ManagedNode(backward, release, context);
        const NodeHandle handle = own<NodeHandle>(node);
        *attached = 1;
        torch::autograd::edge_list edges;
        for (auto& source : sources) {
            edges.push_back(source.defined() ? torch::autograd::impl::gradient_edge(source) : torch::autograd::Edge());
            const bool save = saves[node->saved_.size()] != 0;
            node->saved_.push_back(save ? SavedVariable(source, false) : SavedVariable());
        }
        node->set_next_edges(std::move(edges));
        at::Tensor result = borrow(output);
        torch::autograd::set_history(result, handle);
    });
}
