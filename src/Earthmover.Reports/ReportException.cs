namespace Earthmover.Reports;

/// <summary>A report or figure could not be made; the message is one line that says why and what to do.</summary>
public sealed class ReportException : Exception
{
    /// <summary>A failure that the message explains.</summary>
    /// <param name="message">One line.</param>
    /// <param name="cause">What went wrong underneath.</param>
    public ReportException(string message, Exception? cause = null)
        : base(message, cause)
    {
    }
}
