// The three faces of a convolution by interpolation: transform, one small matrix product per point, transform back; samples divided among
// the threads.
#include "winograd_kernels.h"

#include "internal.h"

#include <ATen/Parallel.h>

#include <algorithm>
#include <vector>

using namespace em;
using em::winograd::Plan;

namespace {

// Row-major c[m, n] = beta c + op(a) op(b), op being the transpose where said; all dense.
void product(bool transpose_a, bool transpose_b, int64_t m, int64_t n, int64_t k, const float* a, const float* b, float beta, float* c) {
    const int im = static_cast<int>(m), in = static_cast<int>(n), ik = static_cast<int>(k);
    const int lda = transpose_a ? im : ik, ldb = transpose_b ? ik : in;
    // Row-major c is the transpose of what BLAS writes: c' = b' a'.
    sgemm(transpose_b, transpose_a, in, im, ik, b, ldb, a, lda, beta, c, in);
}

at::Tensor nhwc(const at::Tensor& t, int64_t channels) {
    TORCH_CHECK(t.scalar_type() == at::kFloat && t.device().is_cpu() && t.dim() == 4 && t.size(1) == channels,
                "not a float image with ", channels, " channels");
    return t.permute({0, 2, 3, 1}).contiguous();
}

// A result that LibTorch sees as [N, C, H, W] with the channels together.
at::Tensor nchw(const at::Tensor& t) { return t.permute({0, 3, 1, 2}); }

constexpr int64_t cache = 96 * 1024; // floats of points that one thread works on at a time: most of a core's second-level cache

}  // namespace

int em_winograd(int32_t face, em_tensor first, em_tensor second, em_tensor bias, const int64_t* shape, em_tensor* out) {
    return guarded([&] {
        const int64_t batch = shape[0], height = shape[2], width = shape[3], window_y = shape[5], window_x = shape[6];
        Plan plan;
        plan.inputs = shape[1];
        plan.outputs = shape[4];
        TORCH_CHECK(winograd::supported() && plan.inputs % 8 == 0 && plan.outputs % 8 == 0 &&
                        winograd::make_axis(plan.y, height, static_cast<int>(window_y),
                                            static_cast<int>(shape[7]), static_cast<int>(shape[9]), static_cast<int>(shape[11])) &&
                        winograd::make_axis(plan.x, width, static_cast<int>(window_x),
                                            static_cast<int>(shape[8]), static_cast<int>(shape[10]), static_cast<int>(shape[12])),
                    "this convolution has no such form");
        const int64_t points = plan.points(), tiles = plan.tiles(), depth = plan.depth(), outputs = plan.outputs, u_plane = outputs * depth;
        const int64_t image = height * width * plan.inputs, result = plan.y.results * plan.x.results * outputs;
        const auto options = borrow(first).options();
        const int64_t threads = at::get_num_threads();

        std::vector<float> u(points * u_plane * (face == 2 ? threads : 1), 0.0f);
        if (face != 2) {
            const at::Tensor weight = borrow(second).permute({2, 3, 0, 1}).contiguous();
            TORCH_CHECK(weight.numel() == window_y * window_x * outputs * plan.inputs, "weight of another shape");
            at::parallel_for(0, outputs, std::max<int64_t>(1, outputs / threads), [&](int64_t from, int64_t to) {
                std::vector<float> scratch(plan.scratch());
                winograd::weight_to_points(plan, weight.data_ptr<float>(), u.data(), scratch.data(), from, to);
            });
        }
        const at::Tensor images = face == 1 ? at::zeros({batch, height, width, plan.inputs}, options) : nhwc(borrow(first), plan.inputs);
        const at::Tensor results = face == 0   ? at::empty({batch, plan.y.results, plan.x.results, outputs}, options)
                                   : face == 1 ? nhwc(borrow(first), outputs)
                                               : nhwc(borrow(second), outputs);
        TORCH_CHECK(images.numel() == batch * image && results.numel() == batch * result, "images of another shape");
        const at::Tensor added = bias ? borrow(bias).contiguous() : at::Tensor();
        const float* add = bias ? added.data_ptr<float>() : nullptr;
        float *x = images.data_ptr<float>(), *y = results.data_ptr<float>();

        // Few samples at a time so that their points stay in the cache; more for the weights, whose sums are read and written once per
        // block.
        const int64_t least = face == 2 ? 256 : 32;
        const int64_t fitting = std::max(cache / (points * tiles * (depth + outputs)), (least + tiles - 1) / tiles);
        const int64_t block = std::clamp<int64_t>(fitting, 1, (batch + threads - 1) / threads);
        at::parallel_for(0, threads, 1, [&](int64_t part_from, int64_t part_to) {
            std::vector<float> scratch(plan.scratch());
            std::vector<float> v(points * block * tiles * depth), m(points * block * tiles * outputs);
            for (int64_t part = part_from; part < part_to; ++part)
                for (int64_t from = batch * part / threads, end = batch * (part + 1) / threads; from < end; from += block) {
                    const int64_t count = std::min(block, end - from), rows = count * tiles;
                    const int64_t v_plane = rows * depth, m_plane = rows * outputs;
                    for (int64_t n = 0; n < count; ++n) {
                        if (face != 1)
                            winograd::image_to_points(plan, x + (from + n) * image, v.data() + n * tiles * depth, v_plane, scratch.data());
                        if (face != 0)
                            winograd::result_to_points(plan, y + (from + n) * result, m.data() + n * tiles * outputs,
                                                       m_plane, scratch.data());
                    }
                    for (int64_t p = 0; p < points; ++p) {
                        float *vp = v.data() + p * v_plane, *mp = m.data() + p * m_plane, *up = u.data() + p * u_plane;
                        if (face == 0) product(false, true, rows, outputs, depth, vp, up, 0, mp);
                        if (face == 1) product(false, false, rows, depth, outputs, mp, up, 0, vp);
                        if (face == 2) product(true, false, outputs, depth, rows, mp, vp, 1, up + part * points * u_plane);
                    }
                    for (int64_t n = 0; n < count; ++n) {
                        if (face == 0)
                            winograd::points_to_result(plan, m.data() + n * tiles * outputs, m_plane, add,
                                                       y + (from + n) * result, scratch.data());
                        if (face == 1)
                            winograd::points_to_image(plan, v.data() + n * tiles * depth, v_plane, x + (from + n) * image, scratch.data());
                    }
                }
        });
        if (face == 2) {
            at::Tensor weight = at::empty({window_y, window_x, outputs, plan.inputs}, options);
            at::parallel_for(0, outputs, std::max<int64_t>(1, outputs / threads), [&](int64_t from, int64_t to) {
                for (int64_t part = 1; part < threads; ++part)
                    for (int64_t p = 0; p < points; ++p)
                        for (int64_t i = p * u_plane + from * depth; i < p * u_plane + to * depth; ++i)
                            u[i] += u[part * points * u_plane + i];
                std::vector<float> scratch(plan.scratch());
                winograd::points_to_weight(plan, u.data(), weight.data_ptr<float>(), scratch.data(), from, to);
            });
            *out = release(weight.permute({2, 3, 0, 1}));
        } else {
            *out = release(nchw(face == 0 ? results : images));
        }
    });
}
