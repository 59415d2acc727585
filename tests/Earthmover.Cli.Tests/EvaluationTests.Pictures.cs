namespace Earthmover.Cli.Tests;

// Pictures with a training and a test part.
public sealed partial class EvaluationTests
{
    // Noise whose brightness is the label.
    private void PutNamedPictures(string split, int count, int seed)
    {
        var random = new Random(seed);
        var pixels = new byte[count * 784];
        for (var i = 0; i < pixels.Length; i++)
            pixels[i] = (byte)(i / 784 % 2 * 100 + random.Next(156));
        Put($"named/fashion-mnist/{split}-images-idx3-ubyte",
            [0, 0, 8, 3, 0, 0, (byte)(count >> 8), (byte)count, 0, 0, 0, 28, 0, 0, 0, 28, .. pixels]);
    }

    [Fact]
    public void Pictures_are_measured_in_every_way_and_the_test_split_is_held_out()
    {
        var before = Environment.GetEnvironmentVariable("EARTHMOVER_DATA");
        try
        {
            Environment.SetEnvironmentVariable("EARTHMOVER_DATA", At("named"));
            PutNamedPictures("train", 300, 1);
            PutNamedPictures("t10k", 100, 2);
            string[] line = ["evaluate", "fashion-mnist?limit=100", "--against", "fashion-mnist", "-n", "100"];
            var outcome = Done([.. line, "--json"]);
            var metrics = outcome.Json.GetProperty("metrics").EnumerateArray().ToDictionary(m => m.GetProperty("name").GetString()!);
            string[] expected =
            [
                "fd-fmnist", "kid-fmnist", "is-fmnist", "class-kl-fmnist", "precision-fmnist",
                "recall-fmnist", "density-fmnist", "coverage-fmnist",
                "w1", "sliced", "w1-fmnist", "ms-ssim", "laplacian", "1nn-fmnist", "memorization-fmnist",
            ];
            foreach (var name in expected)
                Assert.True(metrics.ContainsKey(name), $"{name} is missing");
            Assert.DoesNotContain("fid", metrics.Keys);
            Assert.Matches("fmnist@[0-9a-f]{12};28x28x1;u8", metrics["fd-fmnist"].GetProperty("protocol").GetString()!);
            Assert.True(Value(metrics["memorization-fmnist"], "p_value") is > 0 and <= 1);
            // The second time, features of real data come from the cache, and everything is the same.
            static string Stable(string json) => System.Text.RegularExpressions.Regex.Replace(json, "\"seconds\": .*", "");
            Assert.Equal(Stable(outcome.Out), Stable(Done([.. line, "--json"]).Out));

            var table = Done([.. line, "--metrics", "fd,w1", "--features", "pca"]).Out;
            Assert.Contains("fd-pca", table, StringComparison.Ordinal);
            Assert.Contains("real against real", table, StringComparison.Ordinal);
            Assert.DoesNotContain("sliced", table, StringComparison.Ordinal);
        }
        finally
        {
            Environment.SetEnvironmentVariable("EARTHMOVER_DATA", before);
        }
    }
}
