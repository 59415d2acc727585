using Earthmover.Torch;

namespace Earthmover.Health;

/// <summary>Whether a system that tells classes has learned to.</summary>
internal static class Recognition
{
    /// <summary>Compares what the classifier names with the classes that are known.</summary>
    public static void Measure(Subject subject, Values values)
    {
        if (subject is not { Classify: { } classify, Examples: { } samples, ExampleLabels: { } labels })
            return;
        using var scope = TensorScope.Open();
        using var pause = Autograd.Pause();
        long[] known = labels.ToArray<long>(), named = classify(samples).Argmax(1).ToArray<long>();
        var right = known.Zip(named).Count(pair => pair.First == pair.Second) / (double)known.Length;
        var guessed = known.CountBy(k => k).Max(count => count.Value) / (double)known.Length;
        // Of one class nothing can be told apart.
        if (guessed < 1)
            values[Signals.ClassGain] = (right - guessed) / (1 - guessed);
    }
}
