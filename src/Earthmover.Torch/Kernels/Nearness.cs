using System.Numerics;
using Earthmover.Torch.Operators;
using Earthmover.Torch.Tracing;

namespace Earthmover.Torch.Kernels;

// Σ_j exp(−‖m_ib − o_jb‖₁) of every row i and kernel b. Pairs of rows, times kernels, times coordinates, are many numbers:
// operators write tensors of that size, eight of them, where a loop needs none.
internal static class Nearness
{
    // Beyond any row: e⁻ˣ of the distance to it is 0.
    private const float Far = 1e30f;

    public static Tensor Of(Tensor m, Tensor others)
    {
        if (m.DType != DType.Float32 || m.Device.IsCuda || Runtime.IsAutocasting || TraceRecorder.IsListening)
            return Plain(m, others);
        Tensor sum;
        using (Autograd.Pause())
            sum = TensorScope.Run(() => Forward(m, others));
        return Autograd.IsRecording && (m.RequiresGrad || others.RequiresGrad)
            ? Differentiable.Record(sum, [m, others], Derivative) : sum;
    }

    private static Tensor Plain(Tensor m, Tensor others) =>
        TensorScope.Run(() => (-(others.Unsqueeze(0) - m.Unsqueeze(1)).Abs().Sum([3])).Exp().Sum([1]));

    private static Tensor?[] Derivative(Tensor g, Tensor[] saved, bool[] needed)
    {
        // Whoever differentiates the derivative gets it made of operators.
        if (!Autograd.IsRecording)
            return Backward(g, saved[0], saved[1]);
        Tensor m = saved[0].Unsqueeze(1), o = saved[1].Unsqueeze(0);
        var difference = m - o;                                                                          // [n, M, B, C]
        var pull = (g.Unsqueeze(1) * (-difference.Abs().Sum([3])).Exp()).Unsqueeze(3) * Op.Sign(difference);
        return [-pull.Sum([1]), pull.Sum([0])];
    }

    // [n, B] of m [n, B, C] and others [M, B, C].
    private static Tensor Forward(Tensor m, Tensor others)
    {
        var (n, kernels, size) = ((int)m.Size(0), (int)m.Size(1), (int)m.Size(2));
        var own = m.Contiguous().AsSpan<float>();
        var (lanes, width) = (Lanes(others, out var padded), Vector<float>.Count);
        var sum = new float[n * kernels];
        for (var b = 0; b < kernels; b++)
            for (var i = 0; i < n; i++)
            {
                var row = own.Slice((i * kernels + b) * size, size);
                var total = Vector<float>.Zero;
                for (var j = 0; j < padded; j += width)
                {
                    var distance = Vector<float>.Zero;
                    for (var c = 0; c < size; c++)
                        distance += Vector.Abs(new Vector<float>(row[c]) - new Vector<float>(lanes, (b * size + c) * padded + j));
                    total += Vector.Exp(-distance);
                }
                sum[i * kernels + b] = Vector.Sum(total);
            }
        return Tensor.From<float>(sum, [n, kernels]);
    }

    // Of g [n, B]: with respect to m and to others.
    private static Tensor[] Backward(Tensor g, Tensor m, Tensor others)
    {
        var (n, kernels, size) = ((int)m.Size(0), (int)m.Size(1), (int)m.Size(2));
        var own = m.Contiguous().AsSpan<float>();
        var (lanes, width) = (Lanes(others, out var padded), Vector<float>.Count);
        var weights = g.Contiguous().AsSpan<float>();
        var (ofOwn, ofLanes, rows) = (new float[n * kernels * size], new float[lanes.Length], (int)others.Size(0));
        Span<Vector<float>> differences = stackalloc Vector<float>[size], pulls = stackalloc Vector<float>[size];
        for (var b = 0; b < kernels; b++)
            for (var i = 0; i < n; i++)
            {
                var row = own.Slice((i * kernels + b) * size, size);
                var weight = new Vector<float>(weights[i * kernels + b]);
                pulls.Clear();
                for (var j = 0; j < padded; j += width)
                {
                    var distance = Vector<float>.Zero;
                    for (var c = 0; c < size; c++)
                    {
                        differences[c] = new Vector<float>(row[c]) - new Vector<float>(lanes, (b * size + c) * padded + j);
                        distance += Vector.Abs(differences[c]);
                    }
                    var near = weight * Vector.Exp(-distance);
                    for (var c = 0; c < size; c++)
                    {
                        // Its sign is 0 where the two are equal.
                        var pull = Vector.ConditionalSelect(Vector.GreaterThan(differences[c], Vector<float>.Zero), near,
                            Vector.ConditionalSelect(Vector.LessThan(differences[c], Vector<float>.Zero), -near, Vector<float>.Zero));
                        pulls[c] -= pull;
                        var at = (b * size + c) * padded + j;
                        (new Vector<float>(ofLanes, at) + pull).CopyTo(ofLanes, at);
                    }
                }
                for (var c = 0; c < size; c++)
                    ofOwn[(i * kernels + b) * size + c] = Vector.Sum(pulls[c]);
            }
        var ofOthers = new float[rows * kernels * size];
        for (var k = 0; k < kernels * size; k++)
            for (var j = 0; j < rows; j++)
                ofOthers[j * kernels * size + k] = ofLanes[k * padded + j];
        return [Tensor.From<float>(ofOwn, [n, kernels, size]), Tensor.From<float>(ofOthers, [rows, kernels, size])];
    }

    // Rows side by side, so that a vector holds as many of them: [B, C, M], M rounded up.
    private static float[] Lanes(Tensor others, out int padded)
    {
        var (rows, columns, width) = ((int)others.Size(0), (int)(others.Size(1) * others.Size(2)), Vector<float>.Count);
        padded = (rows + width - 1) / width * width;
        var lanes = new float[columns * padded];
        var values = others.Contiguous().AsSpan<float>();
        for (var k = 0; k < columns; k++)
        {
            for (var j = 0; j < rows; j++)
                lanes[k * padded + j] = values[j * columns + k];
            lanes.AsSpan(k * padded + rows, padded - rows).Fill(Far);
        }
        return lanes;
    }
}
