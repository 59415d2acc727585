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

void slopes(const Extent& e, const float* g, const float* x, const float* y, const float* mean, float* sum, float* product, float* scratch) {
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

}  // namespace em::pictures
