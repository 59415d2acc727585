using System.Net.Http.Headers;
using System.Text.RegularExpressions;

namespace Earthmover.Serve.Tests;

/// <summary>The examples of docs/guide/serve.md, asked as they stand there, and the numbers of its table.</summary>
public sealed partial class GuideTests(TrainedModels models) : ServerTest(models)
{
    private static string Page()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Earthmover.slnx")))
            folder = folder.Parent ?? throw new InvalidOperationException("the tests lie outside of the repository");
        return File.ReadAllText(Path.Combine(folder.FullName, "docs", "guide", "serve.md"));
    }

    // The models of the page, by what the tests have trained.
    private static string Here(string line) => line.Replace("garments", "pets", StringComparison.Ordinal)
        .Replace("painter", "sketches", StringComparison.Ordinal).Replace("class=bag", "class=dog", StringComparison.Ordinal)
        .Replace("\"class\": \"bag\"", "\"class\": \"dog\"", StringComparison.Ordinal).Replace("judge/", "told/", StringComparison.Ordinal);

    [Fact]
    public async Task Its_examples_are_answered()
    {
        var lines = Page().Split('\n').Where(line => line.StartsWith("curl ", StringComparison.Ordinal));
        var examples = lines.Where(line => line.Contains("$U/", StringComparison.Ordinal)).ToList();
        Assert.True(examples.Count >= 7, $"{examples.Count} examples");
        foreach (var example in examples)
        {
            string[] words = [.. Words().Matches(Here(example)).Select(word => word.Value.Trim('\'', '"'))];
            string? After(string option) => Array.IndexOf(words, option) is >= 0 and var at ? words[at + 1] : null;
            var headers = words.Index().Where(word => word.Item == "-H").Select(word => words[word.Index + 1].Split(": ")).ToList();
            var type = headers.Where(header => header[0] == "Content-Type").Select(header => header[1]).SingleOrDefault();
            HttpContent? body = After("-d") is { } json ? new StringContent(json)
                : After("--data-binary") is not null ? new ByteArrayContent(TrainedModels.Picture(3)) : null;
            if (body is not null)
                body.Headers.ContentType = MediaTypeHeaderValue.Parse(type!);
            var accept = headers.Where(header => header[0] == "Accept").Select(header => header[1]).SingleOrDefault();
            var path = words.Single(word => word.StartsWith("$U", StringComparison.Ordinal))[2..];
            Right(await Send(new(After("-X") ?? "GET"), path, body, accept));
        }
    }

    [Fact]
    public void Its_limits_are_those_of_the_server()
    {
        var page = Page();
        foreach (var (option, most) in new[]
        {
            ("--most-samples", ServeLimits.DefaultSamples), ("--most-pictures", ServeLimits.DefaultPictures),
            ("--most-megabytes", ServeLimits.DefaultMegabytes), ("--most-megapixels", ServeLimits.DefaultMegapixels),
            ("--most-steps", ServeLimits.DefaultSteps), ("--queue", ServeLimits.DefaultQueue), ("--timeout", ServeLimits.DefaultSeconds),
        })
            Assert.Matches($@"\| `{option}` \| [^|]*\b{most:N0}\b", page);
    }

    // 'one in quotes', "another" or plain; a quoted JSON keeps its own quotes.
    [GeneratedRegex("""'[^']*'|"[^"]*"|\S+""")]
    private static partial Regex Words();
}
