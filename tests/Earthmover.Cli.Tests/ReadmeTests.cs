using System.Text.RegularExpressions;

namespace Earthmover.Cli.Tests;

/// <summary>The commands of the documents, run as they stand but for their length.</summary>
public sealed partial class ReadmeTests : CommandLine
{
    private static string Root()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (File.Exists(Path.Combine(folder.FullName, "Earthmover.slnx")))
                return folder.FullName;
        throw new InvalidOperationException("the tests lie outside of the repository");
    }

    private static string Text(string document) => File.ReadAllText(Path.Combine(Root(), document));

    // Lines of ```sh blocks that call the program.
    private static IEnumerable<string> Commands(string document) =>
        Blocks().Matches(Text(document)).SelectMany(block => block.Groups[1].Value.Split('\n'))
            .Where(line => line.StartsWith("./earthmover ", StringComparison.Ordinal));

    // The same command with a budget of a step or two, and small networks.
    private static string[] Shortened(string line)
    {
        var isTraining = line.StartsWith("./earthmover train", StringComparison.Ordinal);
        var text = Budgets().Replace(line["./earthmover ".Length..], isTraining ? "" : " --steps 2");
        if (text.StartsWith("train", StringComparison.Ordinal))
            text += text.Contains("--resume", StringComparison.Ordinal) ? (Budgets().IsMatch(line) ? " --steps 2" : "")
                : (text.Contains("--quick", StringComparison.Ordinal) ? "" : " --steps 1")
                    + " --threads 1 --set width=8 batch=4 grid_samples=4";
        // The pictures of the test are few.
        text = text.Replace("-n 5000", "-n 32", StringComparison.Ordinal).Replace("size=64", "size=32", StringComparison.Ordinal);
        return [.. text.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(word => word.Trim('\''))];
    }

    [Theory]
    [InlineData("README.md")]
    [InlineData("docs/guide/training.md")]
    [InlineData("docs/guide/data.md")]
    [InlineData("docs/guide/evaluation.md")]
    [InlineData("docs/guide/editing.md")]
    [InlineData("docs/guide/export.md")]
    [InlineData("docs/guide/health.md")]
    [InlineData("docs/guide/reports.md")]
    public void Its_commands_run(string document)
    {
        var before = Environment.GetEnvironmentVariable("EARTHMOVER_DATA");
        try
        {
            Environment.SetEnvironmentVariable("EARTHMOVER_DATA", At("named"));
            var pixels = new byte[64 * 784];
            new Random(1).NextBytes(pixels);
            foreach (var part in new[] { "train", "t10k" })
                Put($"named/fashion-mnist/{part}-images-idx3-ubyte", [0, 0, 8, 3, 0, 0, 0, 64, 0, 0, 0, 28, 0, 0, 0, 28, .. pixels]);
            for (var i = 0; i < 8; i++)
            {
                PutPicture($"my-images/{i}.png", 32, 32, 3, i);
                string[] folders =
                    ["horse2zebra/trainA", "horse2zebra/trainB", "photos", "paintings", "letters", "facades", "birds"];
                foreach (var folder in folders)
                    PutPicture($"{folder}/{i}.png", 32, 32, 3, i);
                File.WriteAllText(At($"birds/{i}.txt"), "a bird");
            }
            Put("strokes.json", """{"strokes": [{"brush": "color", "color": "white", "width": 9, "points": [[9, 9], [20, 16]]}]}""");
            PutPicture("paint.png", 32, 32, 4, 9);
            PutPicture("bag.png", 28, 28, 1, 8);
            PutPicture("hole.png", 28, 28, 1, 9); // half of its pixels are bright
            var draw = new Random(2);
            foreach (var table in new[] { "people.csv", "synthetic.csv", "others.csv" })
                Put(table, "age,town\n" + string.Concat(Enumerable.Range(0, 200).Select(_ => $"{draw.Next(18, 90)},t{draw.Next(3)}\n")));
            var commands = Commands(document).ToArray();
            Assert.NotEmpty(commands);
            foreach (var command in commands)
                Done(Shortened(command));
        }
        finally
        {
            Environment.SetEnvironmentVariable("EARTHMOVER_DATA", before);
        }
    }

    [Fact]
    public void Both_languages_show_the_same_commands() => Assert.Equal(Commands("README.md"), Commands("README.zh-CN.md"));

    [Theory]
    [InlineData("README.md")]
    [InlineData("README.zh-CN.md")]
    public void Every_system_is_in_the_table_and_every_link_leads_somewhere(string document)
    {
        var text = Text(document);
        foreach (var system in Systems.SystemCatalog.All)
            Assert.Contains($"[`{system.Name}`](docs/systems/{system.Name}.md)", text, StringComparison.Ordinal);
        foreach (Match link in Links().Matches(text))
            Assert.True(Path.Exists(Path.Combine(Root(), link.Groups[1].Value)),
                $"{document} links to {link.Groups[1].Value}, which is not there");
    }

    [Theory]
    [InlineData("wgan-gp", "Constraints/GradientPenalty.cs")]
    [InlineData("wgan-gp", "Objectives/Wasserstein.cs")]
    [InlineData("cyclegan", "Systems/CycleGan.cs")]
    [InlineData("projection", "Systems/ProjectionGan.cs")]
    public void From_the_table_it_is_two_hops_to_the_mathematics(string system, string file)
    {
        var page = $"docs/systems/{system}.md";
        Assert.Contains($"({page})", Text("README.md"), StringComparison.Ordinal);
        Assert.Contains($"](../../src/Earthmover/{file})", Text(page), StringComparison.Ordinal);
        Assert.True(File.Exists(Path.Combine(Root(), "src", "Earthmover", file)), file);
    }

    [GeneratedRegex("```sh\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Blocks();

    [GeneratedRegex(" --(time|steps|images) [^ ]+")]
    private static partial Regex Budgets();

    [GeneratedRegex(@"\]\(([^)#]+)\)")]
    private static partial Regex Links();
}
