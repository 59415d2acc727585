namespace Earthmover.Torch;

/// <summary>How matrix products and convolutions treat single precision.</summary>
public enum Precision
{
    /// <summary>As it is.</summary>
    Fp32,
    /// <summary>Their inputs are rounded to ten bits behind the point (TF32), a mode of CUDA devices.</summary>
    Tf32,
    /// <summary>They and the layers between them compute in bfloat16; parameters, optimizers and losses stay single.</summary>
    Bf16,
}
