#include "picture_kernels.h"

#include <cstring>

namespace em::pictures {

namespace {

// A row in which every pixel has the same numbers.
void repeat(const Extent& e, const float* numbers, float* row) {
    for (int64_t i = 0; i < e.row; i += e.channels) std::memcpy(row + i, numbers, e.channels * sizeof(float));
}

// Per channel, the sum over a row's pixels.
void fold(const Extent& e, const float* row, float* sums) {
    std::memset(sums, 0, e.channels * sizeof(float));
    for (int64_t i = 0; i < e.row; i += e.channels)
        for (int64_t c = 0; c < e.channels; ++c) sums[c] += row[i + c];
}

// Every pixel and its left neighbor.
void add_left(const Extent& e, const float* in, float* out) {
    for (int64_t i = 0; i < e.channels; ++i) out[i] = 2 * in[i];
    for (int64_t i = e.channels; i < e.row; ++i) out[i] = in[i] + in[i - e.channels];
}

// Its transpose.
void add_right(const Extent& e, const float* in, float* out) {
    const int64_t last = e.row - e.channels;
    for (int64_t i = 0; i < last; ++i) out[i] = in[i] + in[i + e.channels];
    for (int64_t i = last; i < e.row; ++i) out[i] = in[i];
    for (int64_t i = 0; i < e.channels; ++i) out[i] += in[i];
}

typedef float Lane __attribute__((vector_size(32), aligned(4)));

const Lane& at(const float* numbers) { return *reinterpret_cast<const Lane*>(numbers); }
Lane& at(float* numbers) { return *reinterpret_cast<Lane*>(numbers); }

float sum(const Lane& a) { return ((a[0] + a[4]) + (a[2] + a[6])) + ((a[1] + a[5]) + (a[3] + a[7])); }

// A copy of [height, width, channels] with a frame of zeros.
void frame(int64_t height, int64_t width, int64_t channels, const float* in, float* out) {
    const int64_t row = (width + 2) * channels;
    std::memset(out, 0, (height + 2) * row * sizeof(float));
    for (int64_t y = 0; y < height; ++y)
        std::memcpy(out + (y + 1) * row + channels, in + y * width * channels, width * channels * sizeof(float));
}

// R results of N channels, known to the compiler, or of any number if N is 0.
template <int R, int N>
void few(const Extent& e, const float* x, const float* weight, const float* bias, float* y, float* scratch) {
    const int64_t n = N ? N : e.channels, width = e.row / n, row = (width + 2) * n;
    frame(e.rows, width, n, x, scratch);
    for (int64_t i = 0; i < e.rows; ++i)
        for (int64_t j = 0; j < width; ++j, y += R) {
            Lane sums[R] = {};
            for (int down = 0; down < 3; ++down)
                for (int right = 0; right < 3; ++right)
                    for (int64_t c = 0; c < n; c += 8) {
                        const Lane value = at(scratch + (i + down) * row + (j + right) * n + c);
                        for (int r = 0; r < R; ++r) sums[r] += value * at(weight + (r * 9 + down * 3 + right) * n + c);
                    }
            for (int r = 0; r < R; ++r) y[r] = sum(sums[r]) + (bias ? bias[r] : 0);
        }
}

template <int R, int N>
void few_input(const Extent& e, const float* g, const float* weight, float* x, float* scratch) {
    const int64_t n = N ? N : e.channels, width = e.row / n, row = (width + 2) * R;
    frame(e.rows, width, R, g, scratch);
    for (int64_t i = 0; i < e.rows; ++i)
        for (int64_t j = 0; j < width; ++j, x += n)
            for (int64_t c = 0; c < n; c += 8) {
                Lane sums[3] = {};
                for (int down = 0; down < 3; ++down)
                    for (int right = 0; right < 3; ++right) {
                        const float* from = scratch + (i + 2 - down) * row + (j + 2 - right) * R;
                        for (int r = 0; r < R; ++r) sums[right] += from[r] * at(weight + (r * 9 + down * 3 + right) * n + c);
                    }
                at(x + c) = sums[0] + sums[1] + sums[2];
            }
}

template <int R, int N>
void few_weight(const Extent& e, const float* x, const float* g, float* weight, float* scratch) {
    const int64_t n = N ? N : e.channels, width = e.row / n, row = (width + 2) * n;
    frame(e.rows, width, n, x, scratch);
    for (int r = 0; r < R; ++r)
        for (int64_t c = 0; c < n; c += 8) {
            Lane sums[9] = {};
            for (int64_t i = 0; i < e.rows; ++i) {
                Lane of_row[9] = {}; // large pictures have too many numbers for one sum
                const float* from = scratch + i * row + c;
                for (int64_t j = 0; j < width; ++j, from += n) {
                    const float slope = g[(i * width + j) * R + r];
                    for (int down = 0; down < 3; ++down)
                        for (int right = 0; right < 3; ++right) of_row[down * 3 + right] += slope * at(from + down * row + right * n);
                }
                for (int window = 0; window < 9; ++window) sums[window] += of_row[window];
            }
            for (int window = 0; window < 9; ++window) at(weight + (r * 9 + window) * n + c) = sums[window];
        }
}

}  // namespace

void smooth(const Extent& e, const float* in, float* out, float* scratch) {
    float *above = scratch, *here = scratch + e.row;
    add_left(e, in, above);
    for (int64_t y = 0; y < e.rows; ++y, in += e.row, out += e.row) {
        add_left(e, in, here);
        for (int64_t i = 0; i < e.row; ++i) out[i] = 0.25f * (above[i] + here[i]);
        float* next = above;
        above = here;
        here = next;
    }
}

void smooth_adjoint(const Extent& e, const float* in, float* out, float* scratch) {
    float *here = scratch, *below = scratch + e.row;
    add_right(e, in, here);
    for (int64_t y = 0; y < e.rows; ++y, out += e.row) {
        const float first = y == 0 ? 2.0f : 1.0f; // the first row is its own upper neighbor
        if (y + 1 < e.rows)
            add_right(e, in + (y + 1) * e.row, below);
        else
            std::memset(below, 0, e.row * sizeof(float));
        for (int64_t i = 0; i < e.row; ++i) out[i] = 0.25f * (first * here[i] + below[i]);
        float* next = here;
        here = below;
        below = next;
    }
}

void spread(const Extent& e, const float* in, float* out) {
    const int64_t n = e.channels;
    for (int64_t y = 0; y < e.rows; y += 2) {
        float *upper = out + y * e.row, *lower = upper + e.row;
        for (int64_t x = 0; x < e.row; x += 2 * n, in += 4 * n)
            for (int64_t c = 0; c < n; ++c) {
                upper[x + c] = in[4 * c];
                upper[x + n + c] = in[4 * c + 1];
                lower[x + c] = in[4 * c + 2];
                lower[x + n + c] = in[4 * c + 3];
            }
    }
}

void gather(const Extent& e, const float* in, float* out) {
    const int64_t n = e.channels;
    for (int64_t y = 0; y < e.rows; y += 2) {
        const float *upper = in + y * e.row, *lower = upper + e.row;
        for (int64_t x = 0; x < e.row; x += 2 * n, out += 4 * n)
            for (int64_t c = 0; c < n; ++c) {
                out[4 * c] = upper[x + c];
                out[4 * c + 1] = upper[x + n + c];
                out[4 * c + 2] = lower[x + c];
                out[4 * c + 3] = lower[x + n + c];
            }
    }
}

void moments(const Extent& e, const float* x, float* mean, float* squares, float* scratch) {
    float *sums = scratch, *means = scratch + e.row;
    std::memset(sums, 0, e.row * sizeof(float));
    for (int64_t y = 0; y < e.rows; ++y)
        for (int64_t i = 0; i < e.row; ++i) sums[i] += x[y * e.row + i];
    fold(e, sums, mean);
    for (int64_t c = 0; c < e.channels; ++c) mean[c] *= static_cast<float>(e.channels) / static_cast<float>(e.size());
    repeat(e, mean, means);
    std::memset(sums, 0, e.row * sizeof(float));
    for (int64_t y = 0; y < e.rows; ++y)
        for (int64_t i = 0; i < e.row; ++i) {
            const float far = x[y * e.row + i] - means[i];
            sums[i] += far * far;
        }
    fold(e, sums, squares);
}

void scale(const Extent& e, const float* x, const float* scale, const float* shift, bool rectify, float* out, float* scratch) {
    float *scales = scratch, *shifts = scratch + e.row;
    repeat(e, scale, scales);
    repeat(e, shift, shifts);
    for (int64_t y = 0; y < e.rows; ++y, x += e.row, out += e.row)
        if (rectify)
            for (int64_t i = 0; i < e.row; ++i) {
                const float moved = scales[i] * x[i] + shifts[i];
                out[i] = moved < 0 ? 0 : moved; // what is not a number stays so
            }
        else
            for (int64_t i = 0; i < e.row; ++i) out[i] = scales[i] * x[i] + shifts[i];
}

void slopes(const Extent& e, const float* g, const float* x, const float* y, const float* mean, float* sum, float* product,
            float* scratch) {
    float *sums = scratch, *products = scratch + e.row, *means = scratch + 2 * e.row;
    std::memset(scratch, 0, 2 * e.row * sizeof(float));
    repeat(e, mean, means);
    for (int64_t at = 0; at < e.size(); at += e.row)
        for (int64_t i = 0; i < e.row; ++i) {
            const float slope = y && y[at + i] <= 0 ? 0 : g[at + i];
            sums[i] += slope;
            products[i] += slope * (x[at + i] - means[i]);
        }
    fold(e, sums, sum);
    fold(e, products, product);
}

void combine(const Extent& e, const float* g, const float* x, const float* y, const float* a, const float* b, const float* c, float* out,
             float* scratch) {
    float *as = scratch, *bs = scratch + e.row, *cs = scratch + 2 * e.row;
    repeat(e, a, as);
    repeat(e, b, bs);
    repeat(e, c, cs);
    for (int64_t at = 0; at < e.size(); at += e.row)
        for (int64_t i = 0; i < e.row; ++i) {
            const float slope = y && y[at + i] <= 0 ? 0 : g[at + i];
            out[at + i] = as[i] * slope + bs[i] * x[at + i] + cs[i];
        }
}

// One of `name`'s functions for so many results, and 8 channels or any number.
#define EM_FEW(name) \
    constexpr decltype(&name<1, 0>) functions[2][4] = {{name<1, 8>, name<2, 8>, name<3, 8>, name<4, 8>}, \
                                                       {name<1, 0>, name<2, 0>, name<3, 0>, name<4, 0>}}; \
    const auto function = functions[e.channels != 8][results - 1]

void few_results(const Extent& e, int results, const float* x, const float* weight, const float* bias, float* y, float* scratch) {
    EM_FEW(few);
    function(e, x, weight, bias, y, scratch);
}

void few_results_input(const Extent& e, int results, const float* g, const float* weight, float* x, float* scratch) {
    EM_FEW(few_input);
    function(e, g, weight, x, scratch);
}

void few_results_weight(const Extent& e, int results, const float* x, const float* g, float* weight, float* scratch) {
    EM_FEW(few_weight);
    function(e, x, g, weight, scratch);
}

}  // namespace em::pictures
