namespace Earthmover.Transport;

/// <summary>An exact solver of transport problems. Solvers hold no state and are safe to share between threads.</summary>
public interface ITransportSolver
{
    /// <summary>Solves and certifies.</summary>
    /// <param name="problem">The problem.</param>
    /// <param name="options">Tolerance, limits, threads; null for the defaults.</param>
    /// <param name="warm">Potentials of a similar problem: the answer is the same, the search may be shorter. Solvers
    /// that cannot use them ignore them.</param>
    /// <param name="cancellation">Ends the solve with an <see cref="OperationCanceledException"/>.</param>
    /// <returns>A result that states whether it is proven.</returns>
    /// <exception cref="ArgumentException">The solver cannot solve this kind of problem, or an option is out of range.</exception>
    TransportResult Solve(
        TransportProblem problem,
        TransportOptions? options = null,
        TransportPotentials? warm = null,
        CancellationToken cancellation = default);
}
