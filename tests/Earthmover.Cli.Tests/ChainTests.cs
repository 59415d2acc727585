using Earthmover.Media;

namespace Earthmover.Cli.Tests;

/// <summary>Chains from samples to a class, where the run's own data are gone.</summary>
public sealed class ChainTests : CommandLine
{
    private void Train(string system, string run = "run", params string[] settings)
    {
        for (var i = 0; i < 8; i++)
        {
            PutPicture($"pets/cat/{i}.png", 16, 16, 1, i);
            PutPicture($"pets/dog/{i}.png", 16, 16, 1, 10 + i);
        }
        Done(["train", "pets", "--system", system, "--run", run, "--threads", "1", "--steps", "4",
            "--set", "width=4", "batch=8", .. settings]);
        Directory.Delete(At("pets"), recursive: true);
    }

    [Fact]
    public void A_chain_ends_at_the_same_sample_beside_whatever_others()
    {
        Train("ppgn", settings: "code_size=6");
        var json = Done("sample", "run", "--class", "dog", "--steps", "3", "-n", "3", "--out", "all", "--chain", "ways.png", "--json").Json;
        Assert.Equal(3, json.GetProperty("probabilities").GetArrayLength());
        Assert.Equal(1, json.GetProperty("class").GetInt32());
        Assert.Equal(["all", "ways.png"], json.GetProperty("written").EnumerateArray().Select(file => file.GetString()));
        Assert.True(File.Exists(At("ways.png")));
        Done("sample", "run", "--class", "DOG", "--steps", "3", "--index", "2", "--out", "one.png");
        Assert.Equal(PixelsOf("all/000002.png"), PixelsOf("one.png"));
        Done("sample", "run", "--class", "dog", "--steps", "3", "--index", "2", "--seed", "2", "--out", "other.png");
        Assert.NotEqual(PixelsOf("one.png"), PixelsOf("other.png"));
        var words = Done("sample", "run", "--class", "0", "--steps", "1", "-n", "1", "--out", "two.png").Out;
        Assert.Contains("of 1 chains end at", words, StringComparison.Ordinal);
    }

    [Fact]
    public void Any_run_that_tells_classes_can_say_where_a_chain_is_to_go()
    {
        Train("ppgn", settings: "code_size=6");
        Train("acgan", "judge", "latent_size=5");
        var json = Done("sample", "run", "--class", "cat", "--steps", "2", "-n", "2",
            "--classifier", "judge", "--grid", "g.png", "--json").Json;
        Assert.Equal("the classifier of acgan", json.GetProperty("classifier").GetString());
        Assert.Equal(0, json.GetProperty("class").GetInt32());
    }

    [Fact]
    public void A_run_with_an_encoder_and_no_classes_climbs_by_another()
    {
        Train("bigan", settings: "latent_size=5");
        Train("acgan", "judge", "latent_size=5");
        Refused("name a run that does with --classifier", "sample", "run", "--class", "cat", "--steps", "2");
        Done("sample", "run", "--class", "cat", "--steps", "2", "-n", "2", "--classifier", "judge", "--grid", "g.png");
        Refused("ppgn", "sample", "judge", "--class", "cat", "--steps", "2");
    }

    [Fact]
    public void What_cannot_be_is_refused_in_one_line()
    {
        Train("ppgn", settings: "code_size=6");
        Refused("say which with --class", "sample", "run", "--steps", "2");
        Refused("add --steps 200", "sample", "run", "--class", "cat", "--chain", "w.png");
        Refused("use a number from 0 to 1", "sample", "run", "--class", "bag", "--steps", "2");
        Refused("does not go with --steps", "sample", "run", "--class", "cat", "--steps", "2", "--latent", "z.npy");
        Refused("--prior takes a number of at least 0", "sample", "run", "--class", "cat", "--steps", "2", "--prior", "-1");
        Refused("use w.png", "sample", "run", "--class", "cat", "--steps", "2", "--chain", "w.jpg");
    }

    [Fact]
    public void Generator_and_encoder_leave_the_run_and_a_chain_stays()
    {
        Train("ppgn", settings: "code_size=6");
        foreach (var part in (string[])["generator", "encoder", "critic", "classifier"])
        {
            var made = Done("export", "run", "--to", "onnx", "--part", part, $"{part}.onnx", "--json").Json;
            Assert.Equal(part, made.GetProperty("part").GetString());
            Assert.InRange(made.GetProperty("relative").GetDouble(), 0, 1e-4);
        }
        Refused("export the generator and the encoder", "export", "run", "--to", "onnx", "--part", "chain", "chain.onnx");
    }

    private byte[] PixelsOf(string name) => [.. ImageFile.Load(At(name)).Pixels];
}
