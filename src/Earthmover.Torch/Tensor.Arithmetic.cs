using Earthmover.Torch.Operators;

namespace Earthmover.Torch;

// Arithmetic, element by element.
public sealed partial class Tensor
{
#pragma warning disable CS1591, CA2225 // the usual meaning, with broadcasting
    public static Tensor operator +(Tensor a, Tensor b) => Op.Add(a, b);
    public static Tensor operator +(Tensor a, double b) => Op.Add(a, (Scalar)b);
    public static Tensor operator +(double a, Tensor b) => Op.Add(b, (Scalar)a);
    public static Tensor operator -(Tensor a, Tensor b) => Op.Sub(a, b);
    public static Tensor operator -(Tensor a, double b) => Op.Sub(a, (Scalar)b);
    public static Tensor operator -(double a, Tensor b) => Op.Rsub(b, a);
    public static Tensor operator -(Tensor a) => Op.Neg(a);
    public static Tensor operator *(Tensor a, Tensor b) => Op.Mul(a, b);
    public static Tensor operator *(Tensor a, double b) => Op.Mul(a, (Scalar)b);
    public static Tensor operator *(double a, Tensor b) => Op.Mul(b, (Scalar)a);
    public static Tensor operator /(Tensor a, Tensor b) => Op.Div(a, b);
    public static Tensor operator /(Tensor a, double b) => Op.Div(a, (Scalar)b);
    public static Tensor operator /(double a, Tensor b) => Op.Reciprocal(b) * a;
#pragma warning restore CS1591, CA2225

    /// <summary>x².</summary>
    public Tensor Square() => Op.Mul(this, this);
    /// <summary>√x.</summary>
    public Tensor Sqrt() => Op.Sqrt(this);
    /// <summary>|x|.</summary>
    public Tensor Abs() => Op.Abs(this);
    /// <summary>eˣ.</summary>
    public Tensor Exp() => Op.Exp(this);
    /// <summary>log x.</summary>
    public Tensor Log() => Op.Log(this);
    /// <summary>xᵖ.</summary>
    public Tensor Pow(double exponent) => Op.Pow(this, (Scalar)exponent);
    /// <summary>tanh x.</summary>
    public Tensor Tanh() => Op.Tanh(this);
    /// <summary>1 / (1 + e⁻ˣ).</summary>
    public Tensor Sigmoid() => Op.Sigmoid(this);
    /// <summary>log(1 + eˣ).</summary>
    public Tensor Softplus() => Op.Softplus(this);
    /// <summary>max(x, 0).</summary>
    public Tensor Relu() => Op.Relu(this);
    /// <summary>x limited to [low, high].</summary>
    public Tensor Clamp(double low, double high) => Op.Clamp(this, low, high);
    /// <summary>The smaller of two, element by element.</summary>
    public Tensor Minimum(Tensor other) => Op.Minimum(this, other);
    /// <summary>The larger of two, element by element.</summary>
    public Tensor Maximum(Tensor other) => Op.Maximum(this, other);
    /// <summary>Matrix product [N, K] × [K, M] → [N, M].</summary>
    public Tensor MatMul(Tensor other) => Op.Matmul(this, other);

    /// <summary>Sum of all elements.</summary>
    public Tensor Sum() => Op.Sum(this);
    /// <summary>Sum over axes.</summary>
    public Tensor Sum(ReadOnlySpan<long> axes, bool keep = false) => Op.Sum(this, axes, keep);
    /// <summary>Mean of all elements.</summary>
    public Tensor Mean() => Op.Mean(this);
    /// <summary>Mean over axes.</summary>
    public Tensor Mean(ReadOnlySpan<long> axes, bool keep = false) => Op.Mean(this, axes, keep);
    /// <summary>Largest value along an axis.</summary>
    public Tensor Amax(long axis, bool keep = false) => Op.Amax(this, [axis], keep);
    /// <summary>Smallest value along an axis.</summary>
    public Tensor Amin(long axis, bool keep = false) => Op.Amin(this, [axis], keep);
    /// <summary>Index of the largest value along an axis.</summary>
    public Tensor Argmax(long axis) => Op.Argmax(this, axis);

    /// <summary>
    /// Euclidean norm of every sample over all its axes but the first: [N, …] → [N], √(Σx² + 1e-12), which has a gradient at 0.
    /// </summary>
    public Tensor NormPerSample() => (SquaredNormPerSample() + 1e-12).Sqrt();
    /// <summary>Squared Euclidean norm of every sample: [N, …] → [N].</summary>
    public Tensor SquaredNormPerSample() => Flatten(1).Square().Sum([1]);
}
