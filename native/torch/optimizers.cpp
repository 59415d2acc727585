// Adam where the parameters are: in one kernel where LibTorch has it, whose step size, step count and permission to move are tensors, so
// that it can be recorded.
#include "internal.h"

#if EM_TORCH_AT_LEAST(2, 4)
#include <ATen/ops/_fused_adamw.h>
#endif

using namespace em;

int em_adam_step(em_tensor values, em_tensor gradients, em_tensor mean, em_tensor square,
                 em_tensor steps, em_tensor rate, em_tensor halt, double beta1, double beta2, double epsilon, double decay) {
    return guarded([&] {
        at::Tensor p = borrow(values), g = borrow(gradients), m = borrow(mean), v = borrow(square), t = borrow(steps), stop = borrow(halt);
        const at::Tensor lr = borrow(rate);
        t.add_(1).sub_(stop);
#if EM_TORCH_AT_LEAST(2, 4)
        at::_fused_adamw_({p}, {g}, {m}, {v}, {}, {t}, lr, beta1, beta2, decay, epsilon, /*amsgrad=*/false, /*maximize=*/false,
                          /*grad_scale=*/{}, stop);
#else
        const at::Tensor moves = stop.eq(0);
        m.copy_(at::where(moves, m * beta1 + g * (1 - beta1), m));
        v.copy_(at::where(moves, v * beta2 + g * g * (1 - beta2), v));
        // t is 0 only where nothing has moved yet, and then nothing is taken.
        const at::Tensor first = 1 - at::pow(beta1, t), second = 1 - at::pow(beta2, t);
        p.copy_(at::where(moves, p * (1 - lr * decay) - m * (lr / first) / ((v / second).sqrt() + epsilon), p));
#endif
    });
}
