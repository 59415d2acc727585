using Earthmover.Claims.Lab;

namespace Earthmover.Claims.Tests.Lab;

public class QuadratureTests
{
    private static Func<double, double> Normal(double mean, double deviation = 1) => x => Quadrature.LogNormal(x, mean, deviation);

    [Fact]
    public void Divergences_of_gaussians_are_the_closed_forms()
    {
        Assert.Equal(1, Quadrature.Integral(x => Math.Exp(Quadrature.LogNormal(x, 1, 0.5))), 1e-12);
        Assert.Equal(2, Quadrature.KullbackLeibler(Normal(0), Normal(2)), 1e-9);
        Assert.Equal(Math.Log(2) - 3.0 / 8, Quadrature.KullbackLeibler(Normal(0), Normal(0, 2)), 1e-9);
        Assert.Equal(0.1114, Quadrature.JensenShannon(Normal(0), Normal(1)), 5e-5);
        Assert.Equal(0, Quadrature.JensenShannon(Normal(0), Normal(0)), 1e-12);
        Assert.Equal(Math.Log(2), Quadrature.JensenShannon(Normal(-8, 0.1), Normal(8, 0.1)), 1e-9);
    }

    [Fact]
    public void Sums_of_exponentials_do_not_overflow()
    {
        Assert.Equal(1000 + Math.Log(2), Quadrature.LogSum(1000, 1000), 1e-12);
        Assert.Equal(-5, Quadrature.LogSum(double.NegativeInfinity, -5));
        Assert.Equal(double.NegativeInfinity, Quadrature.LogSum(double.NegativeInfinity, double.NegativeInfinity));
    }
}
