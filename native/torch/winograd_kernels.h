// Fast convolution by interpolation (Toom–Cook, Winograd; arXiv:1509.09308): the loops, on plain memory.
// No LibTorch header here: winograd_kernels.cpp is compiled for AVX2, and an inline function of a shared header must not be.
#pragma once
#include <cstdint>

namespace em::winograd {

// One axis: tiles of `outputs` results each read `points` = outputs + taps - 1 inputs, for each of the `stride` phases of the axis.
struct Axis {
    int64_t size, results, tiles; // pixels of the image, of the result, tiles that cover the result
    int stride, padding, taps, outputs, points;
    float image[64], weight[64], result[64];    // [from][to]: pixels to points, taps to points, points to results
    float image_t[64], weight_t[64], result_t[64]; // their transposes: the adjoint maps
};

// Fills an axis of a window of `window` pixels; false where there is no such form.
bool make_axis(Axis& axis, int64_t size, int window, int stride, int padding, int outputs);

struct Plan {
    Axis y, x;
    int64_t inputs, outputs; // channels, multiples of 8

    int64_t points() const { return static_cast<int64_t>(y.points) * x.points; }
    int64_t tiles() const { return y.tiles * x.tiles; }             // of one sample
    int64_t phases() const { return static_cast<int64_t>(y.stride) * x.stride; }
    int64_t depth() const { return phases() * inputs; }            // terms of one product
    int64_t scratch() const;                                       // floats that each thread needs
};

// image [H, W, in] of one sample -> points [points][tile][depth], a plane being `plane` floats; and the adjoint, which adds into image.
void image_to_points(const Plan& plan, const float* image, float* points, int64_t plane, float* scratch);
void points_to_image(const Plan& plan, const float* points, int64_t plane, float* image, float* scratch);
// result [H', W', out] of one sample <-> points [points][tile][out].
void points_to_result(const Plan& plan, const float* points, int64_t plane, const float* bias, float* result, float* scratch);
void result_to_points(const Plan& plan, const float* result, float* points, int64_t plane, float* scratch);
// weight [kH, kW, out, in] <-> points [points][out][depth], for output channels from..to - 1.
void weight_to_points(const Plan& plan, const float* weight, float* points, float* scratch, int64_t from, int64_t to);
void points_to_weight(const Plan& plan, const float* points, float* weight, float* scratch, int64_t from, int64_t to);

bool supported();

}  // namespace em::winograd
