using Earthmover.Torch.Native;

namespace Earthmover.Torch.Kernels;

/// <summary>A step of Adam with decoupled weight decay (arXiv:1412.6980, arXiv:1711.05101) where the parameters are.</summary>
public static class AdamStep
{
    /// <summary>
    /// m ← β₁m + (1 − β₁)g, v ← β₂v + (1 − β₂)g², and a step along m / (√v + ε), both corrected for their start at zero. In one kernel from
    /// LibTorch 2.4 on.
    /// </summary>
    /// <param name="values">Parameters [P].</param>
    /// <param name="gradients">g [P].</param>
    /// <param name="mean">m [P].</param>
    /// <param name="square">v [P].</param>
    /// <param name="steps">Steps taken [1]; counted here.</param>
    /// <param name="rate">Step size [1].</param>
    /// <param name="halt">1 where nothing may move, else 0 [1].</param>
    /// <param name="beta1">β₁.</param>
    /// <param name="beta2">β₂.</param>
    /// <param name="epsilon">ε.</param>
    /// <param name="decay">Weight decay per step and unit of step size.</param>
    public static void Take(Tensor values, Tensor gradients, Tensor mean, Tensor square,
        Tensor steps, Tensor rate, Tensor halt, double beta1, double beta2, double epsilon, double decay) =>
        NativeMethods.Check(NativeMethods.em_adam_step(values.Handle, gradients.Handle, mean.Handle, square.Handle,
            steps.Handle, rate.Handle, halt.Handle, beta1, beta2, epsilon, decay), "a step of Adam");
}
