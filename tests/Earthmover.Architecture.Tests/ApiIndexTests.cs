namespace Earthmover.Architecture.Tests;

/// <summary>docs/api lists the public types of the packages.</summary>
public sealed class ApiIndexTests
{
    private static readonly string s_folder = Path.Combine(Repository.Root, "docs", "api");

    [Fact]
    public void The_pages_are_those_of_the_sources()
    {
        var pages = ApiIndex.Pages(ApiIndex.Types());
        if (Environment.GetEnvironmentVariable("EARTHMOVER_ACCEPT") == "1")
        {
            Directory.CreateDirectory(s_folder);
            foreach (var old in Directory.EnumerateFiles(s_folder).Where(file => !pages.ContainsKey(Path.GetFileName(file))))
                File.Delete(old);
            foreach (var (name, text) in pages)
                File.WriteAllText(Path.Combine(s_folder, name), text);
        }
        var differing = pages.Where(page => !File.Exists(Path.Combine(s_folder, page.Key))
            || File.ReadAllText(Path.Combine(s_folder, page.Key)) != page.Value).Select(page => page.Key);
        var all = differing.Concat(Directory.EnumerateFiles(s_folder).Select(file => Path.GetFileName(file)).Except(pages.Keys)).ToList();
        Assert.True(all.Count == 0, $"{string.Join(", ", all)} of docs/api: EARTHMOVER_ACCEPT=1 ./test ApiIndexTests writes them");
    }

    [Fact]
    public void Every_public_type_is_found_and_described()
    {
        var types = ApiIndex.Types();
        Assert.All((string[])["Tensor", "ExactTransport", "TrainingRun", "Generator", "ImageFile", "Part<T>", "Derivative", "IBatchPeers"],
            name => Assert.Contains(types, type => type.Name == name));
        Repository.AssertNone(types.Where(type => type.Summary.Length == 0).Select(type => $"{type.Path}: {type.Name} has no summary"));
    }

    [Fact]
    public void A_file_is_read_as_it_is_written()
    {
        const string text = """
            namespace A.B;

            /// <summary>One of <see cref="Other"/>, as <c>x</c>
            /// &lt; 1.</summary>
            /// <param name="X">x.</param>
            [Serializable]
            public sealed record First<T>(int X)
            {
                /// <summary>Within.</summary>
                public sealed class Inner;
            }

            /// <summary>Two.</summary>
            public delegate Tensor?[] Second(Tensor gradient);

            internal sealed class Hidden;

            /// <summary>Three.</summary>
            public readonly record struct Third(int A);

            /// <summary>Four.</summary>
            public static unsafe partial class Fourth
            {
            }
            """;
        Assert.Equal(
            [
                new("P", "A.B", "First<T>", "record", "One of `Other`, as `x` < 1.", "f.cs"),
                new("P", "A.B", "Second", "delegate", "Two.", "f.cs"),
                new("P", "A.B", "Third", "record struct", "Three.", "f.cs"),
                new("P", "A.B", "Fourth", "class", "Four.", "f.cs"),
            ],
            ApiIndex.TypesOf("P", new("f.cs", text)));
    }
}
