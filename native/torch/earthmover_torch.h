/* Earthmover's C interface to LibTorch: one boxed operator call, and what is not an operator.
 *
 * Rules
 *  - every function returns 0 on success; otherwise an em_status, and em_last_error() tells why (per thread);
 *  - an em_tensor is a TensorImpl* holding one reference. Arguments are borrowed; results are owned by the caller,
 *    who releases them with em_tensor_free;
 *  - no C++ type crosses this header, no exception leaves it. */
#ifndef EARTHMOVER_TORCH_H
#define EARTHMOVER_TORCH_H
#include <stdint.h>

#if defined(__cplusplus)
#define EM_API extern "C" __attribute__((visibility("default")))
#else
#define EM_API extern
#endif

typedef void* em_tensor;
typedef void* em_operator;  /* lives as long as the process */
typedef void* em_generator; /* owned; em_generator_free */
typedef void* em_recording; /* owned; em_recording_free */

enum em_status { EM_OK = 0, EM_ERROR = 1, EM_OUT_OF_MEMORY = 2 };

enum em_tag {
    EM_NONE = 0,
    EM_INT = 1,               /* also ScalarType, Layout, MemoryFormat */
    EM_DOUBLE = 2,
    EM_BOOL = 3,
    EM_TENSOR = 4,
    EM_TENSOR_LIST = 5,       /* p: em_tensor[count] */
    EM_OPTIONAL_TENSOR_LIST = 6, /* p: em_tensor[count], NULL where absent */
    EM_INT_LIST = 7,          /* p: int64_t[count] */
    EM_DOUBLE_LIST = 8,       /* p: double[count] */
    EM_STRING = 9,            /* p: char[count] */
    EM_DEVICE = 10,           /* i: type * 256 + index + 1 */
    EM_GENERATOR = 11,        /* p: em_generator */
    EM_BOOL_LIST = 12,        /* p: uint8_t[count] */
};

typedef struct em_value { /* 16 bytes */
    int32_t tag;
    int32_t count;
    union { int64_t i; double d; void* p; } as;
} em_value;

typedef struct em_tensor_info {
    int64_t numel;
    void* data;           /* NULL for a tensor that is not on the CPU */
    int32_t rank;
    int32_t dtype;        /* c10::ScalarType */
    int32_t device;       /* type * 256 + index + 1 */
    int32_t flags;        /* 1 requires grad, 2 leaf, 4 contiguous, 8 channels-last */
} em_tensor_info_t;

EM_API const char* em_last_error(void);

/* operators */
EM_API int em_operator_find(const char* name, const char* overload, em_operator* out);
EM_API int em_operator_schema(em_operator op, char* buffer, int32_t size); /* UTF-8, truncated to size - 1 */
EM_API int em_operator_call(em_operator op, const em_value* arguments, int32_t count, em_value* results, int32_t capacity);

/* tensors */
EM_API int em_tensor_free(em_tensor tensor);
EM_API int em_tensor_alias(em_tensor tensor, em_tensor* out); /* another reference to the same tensor */
EM_API int em_tensor_info(em_tensor tensor, em_tensor_info_t* out);
EM_API int em_tensor_shape(em_tensor tensor, int64_t* sizes, int64_t* strides);
EM_API int em_tensor_from_host(const void* data, const int64_t* sizes, int32_t rank, int32_t dtype, int32_t device, em_tensor* out);
EM_API int em_tensor_to_host(em_tensor tensor, void* data, int64_t bytes); /* contiguous copy */

/* automatic differentiation */
EM_API int em_grad_mode_get(int32_t* enabled);
EM_API int em_grad_mode_set(int32_t enabled);
EM_API int em_requires_grad_set(em_tensor tensor, int32_t value);
/* d outputs / d inputs; seeds may be NULL (ones). A gradient that does not exist is NULL when allow_unused, else an error. */
EM_API int em_gradients(const em_tensor* outputs, const em_tensor* seeds, int32_t output_count,
                        const em_tensor* inputs, int32_t input_count, int32_t retain_graph,
                        int32_t create_graph, int32_t allow_unused, em_tensor* gradients);
/* The derivative of a managed operation: called with the gradient of the output (borrowed), the saved inputs (borrowed) and the inputs
 * whose gradients are needed; fills gradients (owned references, NULL where not needed). Returns 0, or 1 after em_error_set. */
typedef int32_t (*em_backward)(void* context, em_tensor gradient, const em_tensor* inputs,
                               const int32_t* needed, int32_t count, em_tensor* gradients);
typedef void (*em_release)(void* context);
/* saves[k] == 0: input k is only differentiated, its value is not kept for the derivative, which sees NULL in its place. */
EM_API int em_graph_attach(em_tensor output, const em_tensor* inputs, const int32_t* saves, int32_t count,
                           em_backward backward, em_release release, void* context, int32_t* attached);
EM_API int em_error_set(const char* message);

/* a[m, k] b[k, n] + bias[n] for float matrices on the CPU with one dense axis each; bias may be NULL. The work is divided among the OpenMP
 * threads, each of which calls the BLAS for its part: no second thread pool competes for the cores. */
EM_API int em_matrix_product(em_tensor a, em_tensor b, em_tensor bias, em_tensor* out);

/* A face of a convolution by interpolation (0 forward: image, weight; 1 input gradient: gradient, weight; 2 weight gradient: image,
 * gradient), in tiles of tileY x tileX results. shape: N, in, H, W, out, kH, kW, strideY, strideX, paddingY, paddingX, tileY, tileX.
 * Channel counts are multiples of 8, a stride divides its window, and tile + window / stride - 1 is at most 8. An error where
 * there is no such form. */
EM_API int em_winograd(int32_t face, em_tensor first, em_tensor second, em_tensor bias, const int64_t* shape, em_tensor* out);

/* What stands between convolutions, for float pictures on the CPU [N, C, H, W]; results have their channels together.
 * The mean of every pixel, its left, upper and upper left neighbor, borders repeated; or the transpose of that. */
EM_API int em_smooth(int32_t adjoint, em_tensor pictures, em_tensor* out);
/* [N, 4 C, H, W] to [N, C, 2 H, 2 W], or back. */
EM_API int em_pixel_shuffle(int32_t inverse, em_tensor pictures, em_tensor* out);
/* Normalization by the batch's mean and (biased) variance of every channel [C], which are given back, then gain [N, C] and bias
 * [N, C], then rectification if asked for. */
EM_API int em_norm(em_tensor pictures, em_tensor gain, em_tensor bias, int32_t rectify, double epsilon,
                   em_tensor* out, em_tensor* mean, em_tensor* variance);
/* Its gradients; result is what it gave where that was rectified, else NULL. */
EM_API int em_norm_gradients(em_tensor gradient, em_tensor pictures, em_tensor result, em_tensor gain, em_tensor mean, em_tensor variance,
                             double epsilon, em_tensor* of_pictures, em_tensor* of_gain, em_tensor* of_bias);

/* A face of a convolution, as of em_winograd, of 3 x 3 windows with zeros around to 1 to 4 results; channels are a multiple of 8. */
EM_API int em_few_results(int32_t face, em_tensor first, em_tensor second, em_tensor bias, int32_t results, em_tensor* out);

/* A step of Adam with decoupled decay over flat buffers [P]. steps, rate and halt hold one float32 each, on the same device: the steps
 * taken, the step size, and 1 where nothing may move (0 elsewhere). Waits for nothing. */
EM_API int em_adam_step(em_tensor values, em_tensor gradients, em_tensor mean, em_tensor square,
                        em_tensor steps, em_tensor rate, em_tensor halt, double beta1, double beta2, double epsilon, double decay);

/* Recordings (CUDA graphs): what this thread asks of the device between begin and end is not done but recorded, and done as a whole
 * by every play. Between the two nothing may wait for the device; random numbers go on from play to play.
 * The thread leaves the default stream first: em_recording_stream, once. */
EM_API int em_recording_stream(int32_t device);
EM_API int em_recording_begin(const em_generator* generators, int32_t count, em_recording* out); /* every generator that is drawn from */
EM_API int em_recording_end(em_recording recording);
EM_API int em_recording_play(em_recording recording);
EM_API int em_recording_free(em_recording recording);
/* A tensor from another thread's stream is read by this thread's: its memory is not given away before. */
EM_API int em_tensor_used_here(em_tensor tensor);

/* random numbers */
EM_API int em_generator_create(int64_t seed, int32_t device, em_generator* out);
EM_API int em_generator_free(em_generator generator);
EM_API int em_generator_state_get(em_generator generator, em_tensor* out); /* uint8 */
EM_API int em_generator_state_set(em_generator generator, em_tensor state);

/* devices and the runtime */
EM_API int em_cuda_count(int32_t* count);
EM_API int em_cuda_synchronize(int32_t index);
EM_API int em_threads_get(int32_t* omp, int32_t* blas); /* blas is 0 where the BLAS has no thread switch */
EM_API int em_threads_set(int32_t omp, int32_t blas);   /* 0 leaves a pool as it is */
EM_API int em_flags_set(int32_t tf32, int32_t cudnn_benchmark, int32_t deterministic, int32_t onednn); /* -1 leaves a flag as it is */
EM_API int em_autocast_set(int32_t device_type, int32_t enabled, int32_t dtype); /* of this thread; casts are not kept */
EM_API int em_versions(char* buffer, int32_t size); /* "torch=1.13.1;blas=…;dnnl=…;cuda=…;cpu=AVX2" */
#endif
