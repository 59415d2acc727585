using System.Text.Json;

namespace Earthmover.Serve.Answers;

/// <summary>Lists in JSON.</summary>
internal static class JsonText
{
    /// <summary>A list of words.</summary>
    public static void Words(Utf8JsonWriter json, string name, IEnumerable<string> words)
    {
        json.WriteStartArray(name);
        foreach (var word in words)
            json.WriteStringValue(word);
        json.WriteEndArray();
    }

    /// <summary>A list of whole numbers.</summary>
    public static void Wholes(Utf8JsonWriter json, string name, IEnumerable<int> numbers)
    {
        json.WriteStartArray(name);
        foreach (var number in numbers)
            json.WriteNumberValue(number);
        json.WriteEndArray();
    }

    /// <summary>A list of numbers within another.</summary>
    public static void Numbers(Utf8JsonWriter json, ReadOnlySpan<double> numbers)
    {
        json.WriteStartArray();
        foreach (var number in numbers)
            json.WriteNumberValue(number);
        json.WriteEndArray();
    }

    /// <summary>A list of numbers within another, with no more digits than they have.</summary>
    public static void Numbers(Utf8JsonWriter json, ReadOnlySpan<float> numbers)
    {
        json.WriteStartArray();
        foreach (var number in numbers)
            json.WriteNumberValue(number);
        json.WriteEndArray();
    }

    /// <summary>A word, or null.</summary>
    public static void WordOrNull(Utf8JsonWriter json, string name, string? word)
    {
        if (word is null)
            json.WriteNull(name);
        else
            json.WriteString(name, word);
    }
}
