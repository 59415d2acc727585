namespace Earthmover.Training;

/// <summary>Why a run ended.</summary>
public enum Ending
{
    /// <summary>The budget is used up.</summary>
    Finished,
    /// <summary>It was asked to stop; everything is saved.</summary>
    Stopped,
    /// <summary>Its health is red, and it was to stop then; everything is saved.</summary>
    Sick,
}
