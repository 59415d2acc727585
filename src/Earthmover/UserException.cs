namespace Earthmover;

/// <summary>
/// The user gave something that cannot work: a wrong name, a broken file, an impossible option. The message is one
/// line that says what was wrong, with what, and what to do; the command line prints it and ends with exit code 2.
/// </summary>
/// <param name="message">One line, without a full stop at the end.</param>
public sealed class UserException(string message) : Exception(message);
