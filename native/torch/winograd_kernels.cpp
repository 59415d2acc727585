#include "winograd_kernels.h"

#include <cstring>

namespace em::winograd {

namespace {

typedef float Lane __attribute__((vector_size(32), aligned(4)));

// out[o] = add + sum over i of matrix[i][o] in[i], for n floats (a multiple of 8) at each of the places.
template <int I>
void combine(const float* matrix, int count, const float* in, int64_t in_step, float* out, int64_t out_step, int64_t n, const float* add) {
    for (int64_t c = 0; c < n; c += 8) {
        Lane value[I];
        for (int i = 0; i < I; ++i) value[i] = *reinterpret_cast<const Lane*>(in + i * in_step + c);
        const Lane start = add ? *reinterpret_cast<const Lane*>(add + c) : Lane{};
        for (int o = 0; o < count; ++o) {
            Lane sum = start;
            for (int i = 0; i < I; ++i) sum += matrix[i * count + o] * value[i];
            *reinterpret_cast<Lane*>(out + o * out_step + c) = sum;
        }
    }
}

// inputs and outputs of the small matrix, then as above.
void combine(int inputs, int outputs, const float* matrix, const float* in, int64_t in_step, float* out, int64_t out_step, int64_t n,
             const float* add = nullptr) {
    using Function = void (*)(const float*, int, const float*, int64_t, float*, int64_t, int64_t, const float*);
    static const Function functions[] = {combine<1>, combine<2>, combine<3>, combine<4>, combine<5>, combine<6>, combine<7>, combine<8>};
    functions[inputs - 1](matrix, outputs, in, in_step, out, out_step, n, add);
}

void add_into(float* to, const float* from, int64_t n) {
    for (int64_t c = 0; c < n; c += 8) *reinterpret_cast<Lane*>(to + c) += *reinterpret_cast<const Lane*>(from + c);
}

// Copies the window [rows, columns] that starts at (top, left) of an image [height, width, channels]; zeros outside.
void cut(const float* image, int64_t height, int64_t width, int64_t channels, int64_t top, int64_t left,
         int64_t rows, int64_t columns, float* window) {
    for (int64_t i = 0; i < rows; ++i)
        for (int64_t j = 0; j < columns; ++j, window += channels) {
            const int64_t y = top + i, x = left + j;
            if (y >= 0 && y < height && x >= 0 && x < width)
                std::memcpy(window, image + (y * width + x) * channels, channels * sizeof(float));
            else
                std::memset(window, 0, channels * sizeof(float));
        }
}

}  // namespace

bool supported() {
#if defined(__x86_64__)
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
#else
    return true;
#endif
}

int64_t Plan::scratch() const {
    const int64_t channels = inputs > outputs ? inputs : outputs;
    const int64_t rows = static_cast<int64_t>(y.stride) * y.points, columns = static_cast<int64_t>(x.stride) * x.points;
    return (rows * columns + points()) * channels;
}

bool make_axis(Axis& axis, int64_t size, int window, int stride, int padding, int outputs) {
    if (window % stride != 0) return false;
    const int taps = window / stride, points = outputs + taps - 1;
    if (points > 8 || taps < 1 || outputs < 1) return false;
    axis.size = size;
    axis.results = (size + 2 * padding - window) / stride + 1;
    axis.tiles = (axis.results + outputs - 1) / outputs;
    axis.stride = stride;
    axis.padding = padding;
    axis.taps = taps;
    axis.outputs = outputs;
    axis.points = points;
    // Values of the polynomials at these places and at infinity; small places keep the rounding small.
    static const double places[] = {0, 1, -1, 2, -2, 0.5, -0.5};
    const int finite = points - 1;
    for (int p = 0; p < points; ++p) {
        const bool infinite = p == finite;
        double product[9] = {1}; // coefficients of the product of (t - place) over the other places
        double scale = 1;
        int degree = 0;
        for (int l = 0; l < finite; ++l) {
            if (l == p) continue;
            product[degree + 1] = 0;
            for (int k = degree + 1; k > 0; --k) product[k] = product[k - 1] - places[l] * product[k];
            product[0] *= -places[l];
            ++degree;
            if (!infinite) scale *= places[p] - places[l];
        }
        for (int k = 0; k < points; ++k)
            axis.image[k * points + p] = axis.image_t[p * points + k] = static_cast<float>(k <= degree ? product[k] : 0);
        double power = 1;
        for (int q = 0; q < taps; ++q, power *= places[infinite ? 0 : p])
            axis.weight[q * points + p] = axis.weight_t[p * taps + q] = static_cast<float>(infinite ? q == taps - 1 : power / scale);
        power = 1;
        for (int j = 0; j < outputs; ++j, power *= places[infinite ? 0 : p])
            axis.result[p * outputs + j] = axis.result_t[j * points + p] = static_cast<float>(infinite ? j == outputs - 1 : power);
    }
    return true;
}

void image_to_points(const Plan& plan, const float* image, float* points, int64_t plane, float* scratch) {
    const Axis &y = plan.y, &x = plan.x;
    const int64_t channels = plan.inputs, rows = y.stride * y.points, columns = x.stride * x.points;
    float* half = scratch + rows * columns * channels;
    for (int64_t tile_y = 0, tile = 0; tile_y < y.tiles; ++tile_y)
        for (int64_t tile_x = 0; tile_x < x.tiles; ++tile_x, ++tile) {
            const int64_t top = tile_y * y.outputs * y.stride - y.padding, left = tile_x * x.outputs * x.stride - x.padding;
            const bool inside = top >= 0 && left >= 0 && top + rows <= y.size && left + columns <= x.size;
            if (!inside) cut(image, y.size, x.size, channels, top, left, rows, columns, scratch);
            const float* window = inside ? image + (top * x.size + left) * channels : scratch;
            const int64_t line = (inside ? x.size : columns) * channels;
            for (int fy = 0; fy < y.stride; ++fy)
                for (int fx = 0; fx < x.stride; ++fx) {
                    float* to = points + tile * plan.depth() + (fy * x.stride + fx) * channels;
                    const float* from = window + fy * line + fx * channels;
                    if (y.points == 1) {
                        combine(x.points, x.points, x.image, from, x.stride * channels, to, plane, channels);
                        continue;
                    }
                    for (int i = 0; i < y.points; ++i)
                        combine(x.points, x.points, x.image, from + i * y.stride * line, x.stride * channels,
                                half + i * x.points * channels, channels, channels);
                    for (int b = 0; b < x.points; ++b)
                        combine(y.points, y.points, y.image, half + b * channels, x.points * channels,
                                to + b * plane, x.points * plane, channels);
                }
        }
}

void points_to_image(const Plan& plan, const float* points, int64_t plane, float* image, float* scratch) {
    const Axis &y = plan.y, &x = plan.x;
    const int64_t channels = plan.inputs, rows = y.stride * y.points, columns = x.stride * x.points, line = columns * channels;
    float* half = scratch + rows * columns * channels;
    for (int64_t tile_y = 0, tile = 0; tile_y < y.tiles; ++tile_y)
        for (int64_t tile_x = 0; tile_x < x.tiles; ++tile_x, ++tile) {
            for (int fy = 0; fy < y.stride; ++fy)
                for (int fx = 0; fx < x.stride; ++fx) {
                    const float* from = points + tile * plan.depth() + (fy * x.stride + fx) * channels;
                    float* to = scratch + fy * line + fx * channels;
                    if (y.points == 1) {
                        combine(x.points, x.points, x.image_t, from, plane, to, x.stride * channels, channels);
                        continue;
                    }
                    for (int b = 0; b < x.points; ++b)
                        combine(y.points, y.points, y.image_t, from + b * plane, x.points * plane,
                                half + b * channels, x.points * channels, channels);
                    for (int i = 0; i < y.points; ++i)
                        combine(x.points, x.points, x.image_t, half + i * x.points * channels, channels,
                                to + i * y.stride * line, x.stride * channels, channels);
                }
            const int64_t top = tile_y * y.outputs * y.stride - y.padding, left = tile_x * x.outputs * x.stride - x.padding;
            const int64_t from_x = left < 0 ? -left : 0, to_x = left + columns > x.size ? x.size - left : columns;
            for (int64_t i = 0; i < rows; ++i)
                if (top + i >= 0 && top + i < y.size && to_x > from_x)
                    add_into(image + ((top + i) * x.size + left + from_x) * channels, scratch + i * line + from_x * channels,
                             (to_x - from_x) * channels);
        }
}

void points_to_result(const Plan& plan, const float* points, int64_t plane, const float* bias, float* result, float* scratch) {
    const Axis &y = plan.y, &x = plan.x;
    const int64_t channels = plan.outputs;
    float* half = scratch + static_cast<int64_t>(y.outputs) * x.outputs * channels;
    for (int64_t tile_y = 0, tile = 0; tile_y < y.tiles; ++tile_y)
        for (int64_t tile_x = 0; tile_x < x.tiles; ++tile_x, ++tile) {
            const int64_t top = tile_y * y.outputs, left = tile_x * x.outputs;
            const bool inside = top + y.outputs <= y.results && left + x.outputs <= x.results;
            float* window = inside ? result + (top * x.results + left) * channels : scratch;
            const int64_t line = (inside ? x.results : x.outputs) * channels;
            const float* from = points + tile * channels;
            if (y.points == 1) {
                combine(x.points, x.outputs, x.result, from, plane, window, channels, channels, bias);
            } else {
                for (int b = 0; b < x.points; ++b)
                    combine(y.points, y.outputs, y.result, from + b * plane, x.points * plane,
                            half + b * channels, x.points * channels, channels);
                for (int j = 0; j < y.outputs; ++j)
                    combine(x.points, x.outputs, x.result, half + j * x.points * channels, channels,
                            window + j * line, channels, channels, bias);
            }
            if (!inside)
                for (int64_t j = 0; j < y.outputs && top + j < y.results; ++j) {
                    const int64_t count = left + x.outputs > x.results ? x.results - left : x.outputs;
                    std::memcpy(result + ((top + j) * x.results + left) * channels, scratch + j * line, count * channels * sizeof(float));
                }
        }
}

void result_to_points(const Plan& plan, const float* result, float* points, int64_t plane, float* scratch) {
    const Axis &y = plan.y, &x = plan.x;
    const int64_t channels = plan.outputs;
    float* half = scratch + static_cast<int64_t>(y.outputs) * x.outputs * channels;
    for (int64_t tile_y = 0, tile = 0; tile_y < y.tiles; ++tile_y)
        for (int64_t tile_x = 0; tile_x < x.tiles; ++tile_x, ++tile) {
            const int64_t top = tile_y * y.outputs, left = tile_x * x.outputs;
            const bool inside = top + y.outputs <= y.results && left + x.outputs <= x.results;
            if (!inside) cut(result, y.results, x.results, channels, top, left, y.outputs, x.outputs, scratch);
            const float* window = inside ? result + (top * x.results + left) * channels : scratch;
            const int64_t line = (inside ? x.results : x.outputs) * channels;
            float* to = points + tile * channels;
            if (y.points == 1) {
                combine(x.outputs, x.points, x.result_t, window, channels, to, plane, channels);
                continue;
            }
            for (int j = 0; j < y.outputs; ++j)
                combine(x.outputs, x.points, x.result_t, window + j * line, channels, half + j * x.points * channels, channels, channels);
            for (int b = 0; b < x.points; ++b)
                combine(y.outputs, y.points, y.result_t, half + b * channels, x.points * channels,
                        to + b * plane, x.points * plane, channels);
        }
}

void weight_to_points(const Plan& plan, const float* weight, float* points, float* half, int64_t from, int64_t to) {
    const Axis &y = plan.y, &x = plan.x;
    const int64_t channels = plan.inputs, tap = plan.outputs * channels, plane = plan.outputs * plan.depth();
    const int64_t line = static_cast<int64_t>(x.stride) * x.taps * tap;
    for (int64_t o = from; o < to; ++o)
        for (int fy = 0; fy < y.stride; ++fy)
            for (int fx = 0; fx < x.stride; ++fx) {
                const float* w = weight + fy * line + fx * tap + o * channels;
                float* u = points + o * plan.depth() + (fy * x.stride + fx) * channels;
                for (int q = 0; q < y.taps; ++q)
                    combine(x.taps, x.points, x.weight, w + q * y.stride * line, x.stride * tap,
                            half + q * x.points * channels, channels, channels);
                for (int b = 0; b < x.points; ++b)
                    combine(y.taps, y.points, y.weight, half + b * channels, x.points * channels,
                            u + b * plane, x.points * plane, channels);
            }
}

void points_to_weight(const Plan& plan, const float* points, float* weight, float* half, int64_t from, int64_t to) {
    const Axis &y = plan.y, &x = plan.x;
    const int64_t channels = plan.inputs, tap = plan.outputs * channels, plane = plan.outputs * plan.depth();
    const int64_t line = static_cast<int64_t>(x.stride) * x.taps * tap;
    for (int64_t o = from; o < to; ++o)
        for (int fy = 0; fy < y.stride; ++fy)
            for (int fx = 0; fx < x.stride; ++fx) {
                float* w = weight + fy * line + fx * tap + o * channels;
                const float* u = points + o * plan.depth() + (fy * x.stride + fx) * channels;
                for (int b = 0; b < x.points; ++b)
                    combine(y.points, y.taps, y.weight_t, u + b * plane, x.points * plane,
                            half + b * channels, x.points * channels, channels);
                for (int q = 0; q < y.taps; ++q)
                    combine(x.points, x.taps, x.weight_t, half + q * x.points * channels, channels,
                            w + q * y.stride * line, x.stride * tap, channels);
            }
}

}  // namespace em::winograd
