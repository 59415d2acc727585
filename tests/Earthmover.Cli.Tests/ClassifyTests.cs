namespace Earthmover.Cli.Tests;

/// <summary>What new pictures show, by a run that tells classes, where the run's own data are gone.</summary>
public sealed class ClassifyTests : CommandLine
{
    private void Train(string system)
    {
        for (var i = 0; i < 8; i++)
        {
            PutPicture($"pets/cat/{i}.png", 16, 16, 1, i);
            PutPicture($"pets/dog, big/{i}.png", 16, 16, 1, 10 + i);
        }
        Done("train", "pets", "--system", system, "--run", "run",
            "--set", "width=8", "batch=8", "latent_size=5", "--threads", "1", "--steps", "3");
        Directory.Delete(At("pets"), recursive: true);
        PutPicture("new/1.png", 16, 16, 1, 30);
        PutPicture("new/2.png", 50, 40, 3, 31);
    }

    [Fact]
    public void Each_picture_gets_a_class_and_its_probability()
    {
        Train("acgan");
        var json = Done("classify", "run", "new", "--out", "t.csv", "--json").Json;
        Assert.Equal(["cat", "dog, big"], json.GetProperty("classes").EnumerateArray().Select(name => name.GetString()));
        var rows = json.GetProperty("classified").EnumerateArray().ToList();
        Assert.Equal(2, rows.Count);
        var lines = File.ReadAllLines(At("t.csv"));
        Assert.Equal("file,class,probability,cat,\"dog, big\"", lines[0]);
        foreach (var (row, line) in rows.Zip(lines.Skip(1)))
        {
            double[] probabilities = [.. row.GetProperty("probabilities").EnumerateArray().Select(p => p.GetDouble())];
            Assert.Equal(1, probabilities.Sum(), 1e-5);
            Assert.Equal(probabilities.Max(), row.GetProperty("probability").GetDouble(), 1e-6);
            Assert.Equal(probabilities[0] > probabilities[1] ? "cat" : "dog, big", row.GetProperty("class").GetString());
            Assert.StartsWith(row.GetProperty("sample").GetString()!, line, StringComparison.Ordinal);
        }
        // What is said of a picture does not depend on the others.
        var alone = Done("classify", "run", "new/2.png", "--json").Json.GetProperty("classified")[0];
        Assert.Equal(rows[1].GetProperty("probability").GetDouble(), alone.GetProperty("probability").GetDouble());
        Assert.Contains("new/2.png: ", Done("classify", "run", "new/2.png").Out, StringComparison.Ordinal);
    }

    [Fact]
    public void What_cannot_be_is_refused_in_one_line()
    {
        Train("cgan");
        Refused("acgan", "classify", "run", "new");
        Refused("use t.csv", "classify", "run", "new", "--out", "t.png");
    }

    private void Refused(string says, params string[] line)
    {
        var outcome = Run(line);
        Assert.Equal(2, outcome.Code);
        Assert.Contains(says, Assert.Single(outcome.Error.TrimEnd('\n').Split('\n')), StringComparison.Ordinal);
    }
}
