// What stands between the convolutions of a generator of pictures, with the channels together: a few passes over memory where LibTorch's
// operators make ten; and the convolution that ends in colors. Samples are divided among the threads, and sums do not depend on how.
#include "picture_kernels.h"

#include "internal.h"

#include <ATen/Parallel.h>

#include <cmath>
#include <vector>

using namespace em;
using em::pictures::Extent;

namespace {

at::Tensor together(const at::Tensor& t) {
    TORCH_CHECK(t.scalar_type() == at::kFloat && t.device().is_cpu() && t.dim() == 4, "not float pictures on the CPU");
    return t.contiguous(at::MemoryFormat::ChannelsLast);
}

at::Tensor numbers(const at::Tensor& t, int64_t samples, int64_t channels) {
    TORCH_CHECK(t.scalar_type() == at::kFloat && t.device().is_cpu() && t.numel() == samples * channels,
                "not a number for each channel of each sample");
    return t.contiguous();
}

at::Tensor pictures_like(const at::Tensor& t, int64_t channels, int64_t height, int64_t width) {
    return at::empty({t.size(0), channels, height, width}, t.options(), at::MemoryFormat::ChannelsLast);
}

Extent extent(const at::Tensor& t) { return {t.size(2), t.size(3) * t.size(1), t.size(1)}; }

// Calls `body(sample, scratch)` for every sample, with so many numbers of scratch.
template <typename F>
void each(int64_t samples, int64_t scratch, F body) {
    at::parallel_for(0, samples, 1, [&](int64_t from, int64_t to) {
        std::vector<float> own(scratch);
        for (int64_t n = from; n < to; ++n) body(n, own.data());
    });
}

}  // namespace

int em_smooth(int32_t adjoint, em_tensor pictures, em_tensor* out) {
    return guarded([&] {
        const at::Tensor in = borrow(pictures);
        TORCH_CHECK(in.scalar_type() == at::kFloat && in.device().is_cpu() && in.dim() == 4, "not float pictures on the CPU");
        // Rows of pixels serve as well: every channel is a picture then.
        const bool rows = in.is_contiguous();
        const at::Tensor x = rows ? in : together(in);
        at::Tensor y = at::empty_like(x);
        const Extent e = rows ? Extent{x.size(2), x.size(3), 1} : extent(x);
        const int64_t count = rows ? x.size(0) * x.size(1) : x.size(0);
        const float* from = x.data_ptr<float>();
        float* to = y.data_ptr<float>();
        each(count, 2 * e.row, [&](int64_t n, float* scratch) {
            (adjoint ? pictures::smooth_adjoint : pictures::smooth)(e, from + n * e.size(), to + n * e.size(), scratch);
        });
        *out = release(std::move(y));
    });
}

int em_pixel_shuffle(int32_t inverse, em_tensor pictures, em_tensor* out) {
    return guarded([&] {
        const at::Tensor x = together(borrow(pictures));
        const int64_t channels = x.size(1), height = x.size(2), width = x.size(3);
        TORCH_CHECK(inverse ? height % 2 == 0 && width % 2 == 0 : channels % 4 == 0, "pictures of a size that cannot be shuffled");
        at::Tensor y = inverse ? pictures_like(x, 4 * channels, height / 2, width / 2)
                               : pictures_like(x, channels / 4, 2 * height, 2 * width);
        const Extent e = extent(inverse ? x : y);
        const float* from = x.data_ptr<float>();
        float* to = y.data_ptr<float>();
        each(x.size(0), 0, [&](int64_t n, float*) {
            (inverse ? pictures::gather : pictures::spread)(e, from + n * e.size(), to + n * e.size());
        });
        *out = release(std::move(y));
    });
}

int em_norm(em_tensor pictures, em_tensor gain, em_tensor bias, int32_t rectify, double epsilon,
            em_tensor* out, em_tensor* mean, em_tensor* variance) {
    return guarded([&] {
        const at::Tensor x = together(borrow(pictures));
        const Extent e = extent(x);
        const int64_t samples = x.size(0), channels = e.channels;
        const at::Tensor gains = numbers(borrow(gain), samples, channels), biases = numbers(borrow(bias), samples, channels);
        const float *from = x.data_ptr<float>(), *g = gains.data_ptr<float>(), *b = biases.data_ptr<float>();

        std::vector<float> means(samples * channels), squares(samples * channels);
        each(samples, 2 * e.row, [&](int64_t n, float* scratch) {
            pictures::moments(e, from + n * e.size(), means.data() + n * channels, squares.data() + n * channels, scratch);
        });
        at::Tensor mu = at::empty({channels}, x.options()), sigma = at::empty({channels}, x.options());
        std::vector<float> inverse(channels);
        const double places = static_cast<double>(e.size()) / static_cast<double>(channels);
        for (int64_t c = 0; c < channels; ++c) {
            double sum = 0, square = 0;
            for (int64_t n = 0; n < samples; ++n) sum += means[n * channels + c];
            const double center = sum / static_cast<double>(samples);
            for (int64_t n = 0; n < samples; ++n) {
                const double far = means[n * channels + c] - center;
                square += squares[n * channels + c] + places * far * far;
            }
            const double spread = square / (places * static_cast<double>(samples));
            mu.data_ptr<float>()[c] = static_cast<float>(center);
            sigma.data_ptr<float>()[c] = static_cast<float>(spread);
            inverse[c] = static_cast<float>(1 / std::sqrt(spread + epsilon));
        }

        at::Tensor y = at::empty_like(x);
        float* to = y.data_ptr<float>();
        each(samples, 2 * (e.row + channels), [&](int64_t n, float* scratch) {
            float *scale = scratch + 2 * e.row, *shift = scale + channels;
            for (int64_t c = 0; c < channels; ++c) {
                scale[c] = inverse[c] * g[n * channels + c];
                shift[c] = b[n * channels + c] - mu.data_ptr<float>()[c] * scale[c];
            }
            pictures::scale(e, from + n * e.size(), scale, shift, rectify != 0, to + n * e.size(), scratch);
        });
        *out = release(std::move(y));
        *mean = release(std::move(mu));
        *variance = release(std::move(sigma));
    });
}

int em_norm_gradients(em_tensor gradient, em_tensor pictures, em_tensor result, em_tensor gain, em_tensor mean, em_tensor variance,
                      double epsilon, em_tensor* of_pictures, em_tensor* of_gain, em_tensor* of_bias) {
    return guarded([&] {
        const at::Tensor x = together(borrow(pictures)), slope = together(borrow(gradient));
        const at::Tensor y = result ? together(borrow(result)) : at::Tensor();
        const Extent e = extent(x);
        const int64_t samples = x.size(0), channels = e.channels;
        TORCH_CHECK(slope.sizes() == x.sizes() && (!result || y.sizes() == x.sizes()), "pictures of another size");
        const at::Tensor gains = numbers(borrow(gain), samples, channels);
        const at::Tensor means = numbers(borrow(mean), 1, channels), variances = numbers(borrow(variance), 1, channels);
        const float *g = slope.data_ptr<float>(), *from = x.data_ptr<float>(), *rectified = result ? y.data_ptr<float>() : nullptr;
        const float *factor = gains.data_ptr<float>(), *mu = means.data_ptr<float>();
        at::Tensor gain_gradient = at::empty({samples, channels}, x.options()), bias_gradient = at::empty({samples, channels}, x.options());
        float *dg = gain_gradient.data_ptr<float>(), *db = bias_gradient.data_ptr<float>();
        std::vector<float> inverse(channels), b(channels), c(channels);
        for (int64_t i = 0; i < channels; ++i)
            inverse[i] = static_cast<float>(1 / std::sqrt(static_cast<double>(variances.data_ptr<float>()[i]) + epsilon));

        each(samples, 3 * e.row, [&](int64_t n, float* scratch) {
            const int64_t at = n * e.size();
            pictures::slopes(e, g + at, from + at, rectified ? rectified + at : nullptr, mu, db + n * channels, dg + n * channels, scratch);
            for (int64_t i = 0; i < channels; ++i) dg[n * channels + i] *= inverse[i];
        });
        // Every pixel moves its channel's mean and variance.
        const double places = static_cast<double>(samples) * static_cast<double>(e.size()) / static_cast<double>(channels);
        for (int64_t i = 0; i < channels; ++i) {
            double sum = 0, product = 0;
            for (int64_t n = 0; n < samples; ++n) {
                sum += static_cast<double>(factor[n * channels + i]) * db[n * channels + i];
                product += static_cast<double>(factor[n * channels + i]) * dg[n * channels + i];
            }
            const double scale = inverse[i], of_variance = -scale * scale * product / places;
            b[i] = static_cast<float>(of_variance);
            c[i] = static_cast<float>(-scale * sum / places - of_variance * mu[i]);
        }
        at::Tensor dx = at::empty_like(x);
        float* to = dx.data_ptr<float>();
        each(samples, 3 * e.row + channels, [&](int64_t n, float* scratch) {
            const int64_t at = n * e.size();
            float* a = scratch + 3 * e.row;
            for (int64_t i = 0; i < channels; ++i) a[i] = inverse[i] * factor[n * channels + i];
            pictures::combine(e, g + at, from + at, rectified ? rectified + at : nullptr, a, b.data(), c.data(), to + at, scratch);
        });
        *of_pictures = release(std::move(dx));
        *of_gain = release(std::move(gain_gradient));
        *of_bias = release(std::move(bias_gradient));
    });
}

int em_few_results(int32_t face, em_tensor first, em_tensor second, em_tensor bias, int32_t results, em_tensor* out) {
    return guarded([&] {
        const at::Tensor a = together(borrow(first)), b = together(borrow(second));
        const at::Tensor added = bias ? numbers(borrow(bias), 1, results) : at::Tensor();
        const int64_t samples = a.size(0), height = a.size(2), width = a.size(3);
        const int64_t channels = face == 1 ? b.size(1) : a.size(1);
        TORCH_CHECK(channels > 0 && channels % 8 == 0 && results >= 1 && results <= 4, "not a convolution to few results");
        const bool fits = face == 2 ? b.size(0) == samples && b.size(1) == results && b.size(2) == height && b.size(3) == width
                                    : b.size(0) == results && b.size(2) == 3 && b.size(3) == 3 && (face == 1 || b.size(1) == channels);
        TORCH_CHECK(fits && (face != 1 || a.size(1) == results), "tensors that do not fit each other");
        const Extent e{height, width * channels, channels};
        const int64_t plane = height * width;
        // With the channels together a weight is [results, 3, 3, channels] in memory.
        at::Tensor y = face == 0 ? pictures_like(a, results, height, width)
                     : face == 1 ? pictures_like(a, channels, height, width)
                                 : at::empty({results, channels, 3, 3}, a.options(), at::MemoryFormat::ChannelsLast);
        const float *from = a.data_ptr<float>(), *with = b.data_ptr<float>(), *add = bias ? added.data_ptr<float>() : nullptr;
        float* to = y.data_ptr<float>();
        if (face == 2) {
            const int64_t size = y.numel();
            std::vector<float> sums(samples * size);
            each(samples, pictures::framed(e, channels), [&](int64_t n, float* scratch) {
                pictures::few_results_weight(e, results, from + n * e.size(), with + n * plane * results, sums.data() + n * size, scratch);
            });
            for (int64_t i = 0; i < size; ++i) {
                double sum = 0;
                for (int64_t n = 0; n < samples; ++n) sum += sums[n * size + i];
                to[i] = static_cast<float>(sum);
            }
        } else {
            each(samples, pictures::framed(e, face == 0 ? channels : results), [&](int64_t n, float* scratch) {
                if (face == 0)
                    pictures::few_results(e, results, from + n * e.size(), with, add, to + n * plane * results, scratch);
                else
                    pictures::few_results_input(e, results, from + n * plane * results, with, to + n * e.size(), scratch);
            });
        }
        *out = release(std::move(y));
    });
}
