/* Compiled as C: proves that the header is C, that the library loads, and that one operator can be called. */
#include "earthmover_torch.h"

#include <stdio.h>

int main(void) {
    const float one = 1.0f, two = 2.0f;
    em_tensor a = 0, b = 0;
    em_operator add = 0;
    em_value arguments[3] = {{EM_TENSOR, 0, {0}}, {EM_TENSOR, 0, {0}}, {EM_INT, 0, {1}}}, result;
    float sum = 0;
    if (em_tensor_from_host(&one, 0, 0, 6, 0, &a) || em_tensor_from_host(&two, 0, 0, 6, 0, &b)
        || em_operator_find("aten::add", "Tensor", &add)) {
        fprintf(stderr, "%s\n", em_last_error());
        return 1;
    }
    arguments[0].as.p = a;
    arguments[1].as.p = b;
    if (em_operator_call(add, arguments, 3, &result, 1) || em_tensor_to_host(result.as.p, &sum, sizeof sum)) {
        fprintf(stderr, "%s\n", em_last_error());
        return 1;
    }
    em_tensor_free(result.as.p);
    em_tensor_free(a);
    em_tensor_free(b);
    printf("1 + 2 = %g\n", sum);
    return sum == 3.0f ? 0 : 1;
}
