namespace Earthmover.Transport;

/// <summary>
/// Constants of the float exponential: e^x = 2ⁿ·e^r with n = round(x·log₂e) and r = x − n·ln 2 split in two parts, and a
/// degree-6 Taylor polynomial (remainder 1.2e-7 at the ends) for e^r on [−ln 2/2, ln 2/2] (Cody and Waite's scheme).
/// </summary>
internal static class ExpConstants
{
    public const float Log2E = 1.44269504f;
    public const float Ln2High = 0.693359375f;
    public const float Ln2Low = -2.12194440e-4f;
    public const float C1 = 0.5f;
    public const float C2 = 1f / 6;
    public const float C3 = 1f / 24;
    public const float C4 = 1f / 120;
    public const float C5 = 1f / 720;
}
