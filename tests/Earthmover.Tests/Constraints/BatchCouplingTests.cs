using Earthmover.Constraints;
using Earthmover.Data;
using Earthmover.Networks;
using Earthmover.Nn.Layers;
using Earthmover.Nn;
using Earthmover.Testing;
using Earthmover.Torch;

namespace Earthmover.Tests.Constraints;

public class BatchCouplingTests : LeakTest
{
    /// <summary>Subtracts the batch mean, the essence of batch normalization.</summary>
    private sealed class Centered : Module
    {
        public override bool CouplesBatch => true;

        protected override Tensor Compute(Tensor x) => x - x.Mean([0], keep: true);
    }

    /// <summary>Subtracts each sample's own mean, the essence of layer normalization.</summary>
    private sealed class CenteredAlone : Module
    {
        protected override Tensor Compute(Tensor x) => x - x.Mean([1], keep: true);
    }

    private static Sequential Critic(Module? normalization) =>
        new Sequential([new Linear(3, 8), .. normalization is null ? Array.Empty<Module>() : [normalization], Activation.Tanh(),
            new Linear(8, 1)]);

    // ∂D(x₀)/∂x_j for j ≠ 0.
    private static double Crosstalk(Module critic)
    {
        using var scope = TensorScope.Open();
        var x = Tensor.Normal([5, 3], RandomStreams.Current["data"]).RequireGrad();
        return Autograd.Gradient(critic.Forward(x).Narrow(0, 0, 1), x).Narrow(0, 1, 4).Square().Sum().Item();
    }

    [Fact]
    public void A_declared_coupling_is_a_real_one_and_per_sample_penalties_refuse_it()
    {
        using var streams = new RandomStreams(1);
        using var use = streams.Use();
        using Module coupled = Critic(new Centered()), alone = Critic(new CenteredAlone()), plain = Critic(null);
        Assert.True(Crosstalk(coupled) > 1e-6);
        Assert.Equal(0, Crosstalk(alone));
        Assert.Equal(0, Crosstalk(plain));
        foreach (var constraint in Constraint.All.Select(entry => Constraint.Named(entry.Name)).Where(c => !c.NeedsSpectralNorm))
        {
            constraint.Admit(plain.CouplesBatch, plain.HasSpectralNorm);
            constraint.Admit(alone.CouplesBatch, alone.HasSpectralNorm);
            if (constraint.IsPerSample)
                Assert.Contains("batch", Refusal(constraint, coupled));
            else
                constraint.Admit(coupled.CouplesBatch, coupled.HasSpectralNorm);
        }
        using var divided = Mlp.Critic(new SampleShape.Points(2), [4], Normalization.Spectral);
        Constraint.Named("spectral").Admit(divided.CouplesBatch, divided.HasSpectralNorm);
        Assert.Contains("has none such", Refusal(Constraint.Named("spectral"), plain));
        Assert.Equal(["none", "clipping", "spectral"],
            Constraint.All.Select(entry => Constraint.Named(entry.Name)).Where(c => !c.IsPerSample).Select(c => c.Name));
    }

    private static string Refusal(Constraint constraint, Module critic) =>
        Assert.Throws<ArgumentException>(() => constraint.Admit(critic.CouplesBatch, critic.HasSpectralNorm)).Message;
}
