// Loops over one picture whose channels are together: [height, width, channels]. They know nothing of LibTorch.
#pragma once
#include <cstdint>

namespace em::pictures {

// A picture's rows, each of `row` = width x channels numbers.
struct Extent {
    int64_t rows, row, channels;
    int64_t size() const { return rows * row; }
};

// The mean of every pixel, its left, its upper and its upper left neighbor; those beyond the border repeat it. `scratch`: 2 rows.
// A step of 1 channel and one picture per channel serves rows of pixels.
void smooth(const Extent& e, const float* in, float* out, float* scratch);
// Its transpose.
void smooth_adjoint(const Extent& e, const float* in, float* out, float* scratch);

// Every four channels of `in` [height, width, 4 channels] become 2 x 2 pixels; `e` is of the larger picture.
void spread(const Extent& e, const float* in, float* out);
// Its inverse.
void gather(const Extent& e, const float* in, float* out);

// Per channel, the mean and the sum of squares around it. `scratch`: 2 rows.
void moments(const Extent& e, const float* x, float* mean, float* squares, float* scratch);
// out = scale x + shift per channel, 0 where that is less and `rectify`. `scratch`: 2 rows.
void scale(const Extent& e, const float* x, const float* scale, const float* shift, bool rectify, float* out, float* scratch);
// Per channel, the sums of g and of g (x - mean), where `y` is positive if `y` is given. `scratch`: 3 rows.
void slopes(const Extent& e, const float* g, const float* x, const float* y, const float* mean, float* sum, float* product,
            float* scratch);
// out = a g + b x + c per channel, with g as 0 where `y` is given and not positive. `scratch`: 3 rows.
void combine(const Extent& e, const float* g, const float* x, const float* y, const float* a, const float* b, const float* c, float* out,
             float* scratch);

// Windows of 3 x 3 pixels over pictures of `e`, whose channels are a multiple of 8, and 1 to 4 results at each pixel, zeros around.
// `weight`: [results, 3, 3, channels]. `scratch`: see `framed`.
void few_results(const Extent& e, int results, const float* x, const float* weight, const float* bias, float* y, float* scratch);
// The gradient of `x` from that of `y`.
void few_results_input(const Extent& e, int results, const float* g, const float* weight, float* x, float* scratch);
// The gradient of `weight`.
void few_results_weight(const Extent& e, int results, const float* x, const float* g, float* weight, float* scratch);
// Numbers of a picture of so many channels with a frame of zeros.
inline int64_t framed(const Extent& e, int64_t channels) { return (e.rows + 2) * (e.row / e.channels + 2) * channels; }

}  // namespace em::pictures
