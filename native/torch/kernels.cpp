// Matrix products divided among the OpenMP threads.
#include "internal.h"

#include <ATen/Parallel.h>

#include <algorithm>
#include <cstring>
#include <vector>

using namespace em;

// Every BLAS exports the Fortran names; a LibTorch that keeps its BLAS to itself does not.
extern "C" __attribute__((weak)) void sgemm_(const char* transa, const char* transb, const int* m, const int* n, const int* k,
                                             const float* alpha, const float* a, const int* lda, const float* b, const int* ldb,
                                             const float* beta, float* c, const int* ldc);

void em::sgemm(bool transpose_a, bool transpose_b, int m, int n, int k, const float* a, int lda, const float* b, int ldb,
               float beta, float* c, int ldc) {
    if (sgemm_) {
        const float one = 1;
        sgemm_(transpose_a ? "T" : "N", transpose_b ? "T" : "N", &m, &n, &k, &one, a, &lda, b, &ldb, &beta, c, &ldc);
        return;
    }
    const auto view = [](const float* data, int rows, int columns, int step, bool transposed) {
        const std::vector<int64_t> strides = transposed ? std::vector<int64_t>{step, 1} : std::vector<int64_t>{1, step};
        return at::from_blob(const_cast<float*>(data), {rows, columns}, strides, at::kFloat);
    };
    at::Tensor result = view(c, m, n, ldc, false);
    const at::Tensor left = view(a, m, k, lda, transpose_a), right = view(b, k, n, ldb, transpose_b);
    if (beta == 0)
        at::mm_out(result, left, right);
    else
        at::addmm_out(result, result, left, right, beta, 1);
}

namespace {

// A matrix in memory: element (i, j) is at data[i * rows + j * columns], and one of the two steps is 1.
struct Matrix {
    const float* data;
    int64_t rows, columns;

    explicit Matrix(const at::Tensor& t) : data(t.data_ptr<float>()), rows(t.stride(0)), columns(t.stride(1)) {
        // The step along an axis of length one may be anything; BLAS wants it to make sense.
        if (t.size(1) == 1) columns = 1;
        if (t.size(0) == 1) rows = columns == 1 ? t.size(1) : 1;
        valid = row_major() ? rows >= t.size(1) : rows == 1 && columns >= t.size(0);
    }
    bool valid;
    bool row_major() const { return columns == 1; }
    const float* at(int64_t i, int64_t j) const { return data + i * rows + j * columns; }
};

at::Tensor dense(const at::Tensor& t) {
    TORCH_CHECK(t.dim() == 2 && t.scalar_type() == at::kFloat && t.device().is_cpu(), "not a float matrix on the CPU");
    return Matrix(t).valid ? t : t.clone(at::MemoryFormat::Contiguous);
}

// c[m, n] (row-major, step ldc) = beta c + a b, for the block that starts at row i, column j, term l.
void block(const Matrix& a, const Matrix& b, float* c, int64_t ldc, int64_t i, int64_t j, int64_t l,
           int64_t m, int64_t n, int64_t k, float beta) {
    if (m == 0 || n == 0) return;
    // Row-major c is the transpose of what BLAS writes: c' = b' a'.
    const int im = static_cast<int>(m), in = static_cast<int>(n), ik = static_cast<int>(k), ic = static_cast<int>(ldc);
    const int ib = static_cast<int>(std::max<int64_t>(1, b.row_major() ? b.rows : b.columns));
    const int ia = static_cast<int>(std::max<int64_t>(1, a.row_major() ? a.rows : a.columns));
    sgemm(!b.row_major(), !a.row_major(), in, im, ik, b.at(l, j), ib, a.at(i, l), ia, beta, c + i * ldc + j, ic);
}

int64_t share(int64_t total, int64_t part, int64_t parts) {  // boundaries at multiples of 16, the width of the BLAS kernels
    return part >= parts ? total : std::min(total, (total * part / parts + 15) / 16 * 16);
}

}  // namespace

int em_matrix_product(em_tensor left, em_tensor right, em_tensor bias, em_tensor* out) {
    return guarded([&] {
        const at::Tensor at = dense(borrow(left)), bt = dense(borrow(right));
        const int64_t m = at.size(0), k = at.size(1), n = bt.size(1);
        TORCH_CHECK(bt.size(0) == k, "cannot multiply [", m, ", ", k, "] by [", bt.size(0), ", ", n, "]");
        at::Tensor result = at::empty({m, n}, at.options());
        float* c = result.data_ptr<float>();
        float beta = 0;
        if (bias) {
            const at::Tensor added = borrow(bias).contiguous();
            TORCH_CHECK(added.numel() == n, "a bias of ", added.numel(), " for ", n, " columns");
            for (int64_t i = 0; i < m; ++i) std::memcpy(c + i * n, added.data_ptr<float>(), n * sizeof(float));
            beta = 1;
        }
        const Matrix a(at), b(bt);
        const int64_t parts = at::get_num_threads();
        if (parts == 1 || m * n * k < (1 << 18)) {
            block(a, b, c, n, 0, 0, 0, m, n, k, beta);
        } else if (std::max(m, n) >= 32 * parts || k < 32 * parts) {
            at::parallel_for(0, parts, 1, [&](int64_t from, int64_t to) {
                for (int64_t p = from; p < to; ++p)
                    if (m >= n) {
                        const int64_t i = share(m, p, parts);
                        block(a, b, c, n, i, 0, 0, share(m, p + 1, parts) - i, n, k, beta);
                    } else {
                        const int64_t j = share(n, p, parts);
                        block(a, b, c, n, 0, j, 0, m, share(n, p + 1, parts) - j, k, beta);
                    }
            });
        } else {  // few results of many terms: each thread sums its own terms
            std::vector<float> sums((parts - 1) * m * n);
            at::parallel_for(0, parts, 1, [&](int64_t from, int64_t to) {
                for (int64_t p = from; p < to; ++p) {
                    const int64_t l = share(k, p, parts);
                    float* sum = p == 0 ? c : sums.data() + (p - 1) * m * n;
                    block(a, b, sum, n, 0, 0, l, m, n, share(k, p + 1, parts) - l, p == 0 ? beta : 0);
                }
            });
            for (int64_t p = 0; p + 1 < parts; ++p)
                for (int64_t i = 0; i < m * n; ++i) c[i] += sums[p * m * n + i];
        }
        *out = release(std::move(result));
    });
}
