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
    public void A_few_labels_are_enough_and_the_classes_are_those_of_the_data()
    {
        for (var i = 0; i < 10; i++)
            PutPicture($"pets/{i}.png", 16, 16, 1, i);
        File.WriteAllText(At("pets/dataset.json"), """{"labels": [["0.png", 0], ["1.png", 1], ["2.png", 1], ["3.png", null]]}""");
        Assert.Contains("3 of 10 labeled", Done("data", "check", "pets").Out, StringComparison.Ordinal);
        Assert.Equal(3, Done("data", "check", "pets", "--json").Json.GetProperty("labeled").GetInt32());
        Refused("told the class of every sample", "train", "pets", "--system", "cgan", "--run", "no", "--steps", "1");
        Assert.False(Directory.Exists(At("no")));
        // The default of such data.
        Done("train", "pets", "--run", "run", "--set", "width=8", "batch=5", "--threads", "1", "--steps", "3");
        PutPicture("new.png", 16, 16, 1, 30);
        var json = Done("classify", "run", "new.png", "--json").Json;
        Assert.Equal(["0", "1"], json.GetProperty("classes").EnumerateArray().Select(name => name.GetString()));
        Assert.Equal(1, json.GetProperty("classified")[0].GetProperty("probabilities").EnumerateArray().Sum(p => p.GetDouble()), 1e-5);
    }

    [Fact]
    public void What_cannot_be_is_refused_in_one_line()
    {
        Train("cgan");
        Refused("acgan", "classify", "run", "new");
        Refused("use t.csv", "classify", "run", "new", "--out", "t.png");
    }
}
