namespace Earthmover.Transport;

/// <summary>The price of moving one unit of mass from x to y.</summary>
public enum GroundCost
{
    /// <summary>‖x − y‖₂, in units of the coordinates. Its optimal mean is W₁.</summary>
    Euclidean,

    /// <summary>‖x − y‖₂², in squared units. Its optimal mean is W₂², not W₂.</summary>
    SquaredEuclidean,

    /// <summary>Σ|xₖ − yₖ|, in units of the coordinates.</summary>
    Cityblock,
}
