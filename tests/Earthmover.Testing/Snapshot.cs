using System.Runtime.CompilerServices;

namespace Earthmover.Testing;

/// <summary>Compares text with the text that was accepted before, kept beside the test as <c>Class.Test[.name].verified.txt</c>.</summary>
/// <remarks>
/// On a difference the new text lies beside it as <c>.received.txt</c>; run the test with <c>EARTHMOVER_ACCEPT=1</c> to accept it.
/// </remarks>
public static class Snapshot
{
    /// <summary>Passes when the text is the accepted one, line endings aside.</summary>
    /// <param name="text">What the test produced.</param>
    /// <param name="name">Tells several snapshots of one test apart.</param>
    /// <param name="test">The test; left to the compiler.</param>
    /// <param name="file">Its file; left to the compiler.</param>
    public static void Match(string text, string? name = null, [CallerMemberName] string test = "", [CallerFilePath] string file = "")
    {
        var stem = $"{file[..^".cs".Length]}.{test}{(name is null ? "" : "." + name)}";
        string verified = stem + ".verified.txt", received = stem + ".received.txt";
        var actual = text.ReplaceLineEndings("\n").TrimEnd('\n') + "\n";
        var accepted = File.Exists(verified) ? File.ReadAllText(verified).ReplaceLineEndings("\n") : null;
        if (actual == accepted)
        {
            File.Delete(received);
            return;
        }
        if (Environment.GetEnvironmentVariable("EARTHMOVER_ACCEPT") == "1")
        {
            File.WriteAllText(verified, actual);
            File.Delete(received);
            return;
        }
        File.WriteAllText(received, actual);
        Assert.Fail(accepted is null
            ? $"there is no accepted text yet: read {received}, then run the test again with EARTHMOVER_ACCEPT=1"
            : $"{FirstDifference(accepted, actual)}\ncompare {received} with {verified}; EARTHMOVER_ACCEPT=1 accepts it");
    }

    private static string FirstDifference(string accepted, string actual)
    {
        string[] before = accepted.Split('\n'), now = actual.Split('\n');
        var i = 0;
        while (i < Math.Min(before.Length, now.Length) && before[i] == now[i])
            i++;
        return $"line {i + 1}\n  accepted: {before.ElementAtOrDefault(i) ?? "(end)"}\n  received: {now.ElementAtOrDefault(i) ?? "(end)"}";
    }
}
