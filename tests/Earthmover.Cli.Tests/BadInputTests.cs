using System.IO.Compression;

namespace Earthmover.Cli.Tests;

/// <summary>Whatever a user gets wrong: one line that names it, an exit code, and nothing changed on disk.</summary>
public sealed class BadInputTests : CommandLine
{
    private void Refused(int code, string names, params string[] args)
    {
        var before = Everything();
        var outcome = Run(args);
        var line = Assert.Single(outcome.Error.TrimEnd('\n').Split('\n'));
        Assert.StartsWith("earthmover: ", line, StringComparison.Ordinal);
        Assert.Contains(names, line, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("Exception", line, StringComparison.Ordinal);
        Assert.DoesNotContain("Parameter", line, StringComparison.Ordinal);
        Assert.Equal(code, outcome.Code);
        Assert.Empty(outcome.Out);
        Assert.Equal(before, Everything());
    }

    private void PutMany()
    {
        Directory.CreateDirectory(At("empty"));
        Put("words/readme.txt", "no pictures here");
        Put("broken/a.png", "not a picture");
        byte[] idx = [0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 4, 0, 0, 0, 4, .. new byte[32]];
        Put("cut-images-idx3-ubyte", idx.AsSpan(0, 40));
        Put("magic-images-idx3-ubyte", [1, 2, .. idx.AsSpan(2)]);
        Put("none-images-idx3-ubyte", [0, 0, 8, 3, 0, 0, 0, 0, 0, 0, 0, 4, 0, 0, 0, 4]);
        using (var memory = new MemoryStream())
        {
            using (var gzip = new GZipStream(memory, CompressionLevel.Fastest, leaveOpen: true))
                gzip.Write(idx);
            Put("cut.gz", memory.ToArray().AsSpan(0, (int)memory.Length - 12));
        }
        Put("data_batch_1.bin", new byte[3000]);
        Put("mislabeled.bin", [200, .. new byte[3072]]);
        Put("nan.csv", "1,2\n3,4\n5,nan\n");
        Put("empty.txt", "\n\n");
        Put("a.zip", "PK");
        Put("file", "a file, not a folder");
    }

    [Theory]
    [InlineData("nowhere", "nowhere")]
    [InlineData("fashion-mnits", "fashion-mnist")]
    [InlineData("empty", "empty")]
    [InlineData("words", "words")]
    [InlineData("broken", "a.png")]
    [InlineData("cut-images-idx3-ubyte", "cut off")]
    [InlineData("magic-images-idx3-ubyte", "magic-images")]
    [InlineData("none-images-idx3-ubyte", "none-images")]
    [InlineData("cut.gz", "cut")]
    [InlineData("data_batch_1.bin", "data_batch_1.bin")]
    [InlineData("mislabeled.bin", "label")]
    [InlineData("nan.csv", "3")]
    [InlineData("empty.txt", "empty.txt")]
    [InlineData("a.zip", "archive")]
    [InlineData("gaussians-8?nonsense=1", "nonsense")]
    [InlineData("", "empty")]
    public void Data_that_cannot_be_used(string data, string names)
    {
        PutMany();
        Refused(2, names, "train", data, "--run", "r", "--steps", "1");
    }

    [Theory]
    [InlineData("--system nope", "nope")]
    [InlineData("--system dcgan", "dcgan")] // plays with pictures only
    [InlineData("--set nope=1", "nope")]
    [InlineData("--set batch=many", "batch")]
    [InlineData("--set batch", "batch")]
    [InlineData("--set batch=0", "batch")]
    [InlineData("--set batch=100000000", "batch")]
    [InlineData("--set objective=nope", "nope")]
    [InlineData("--set constraint=nope", "nope")]
    [InlineData("--set constraint=gradient-penalty?weight=x", "weight")]
    [InlineData("--set constraint=gradient-penalty?nope=1", "nope")]
    [InlineData("--set architecture=nope", "nope")]
    [InlineData("--set architecture=dcgan", "dcgan")]
    [InlineData("--set optimizer=nope", "nope")]
    [InlineData("--set augment=nope", "nope")]
    [InlineData("--set critic_steps=0", "critic_steps")]
    [InlineData("--set critic_normalization=nope", "nope")]
    [InlineData("--set decay=nope", "decay")]
    [InlineData("--set decay_start=1", "decay_start")]
    [InlineData("--set keep_checkpoints=0", "keep_checkpoints")]
    [InlineData("--set average_images=-1", "average_images")]
    [InlineData("--set learning_rate=-1", "learning_rate must be above 0 and at most 1000, not -1")]
    [InlineData("--set learning_rate=1e38", "learning_rate")]
    [InlineData("--set beta1=1.5", "beta1 must be at least 0 and below 1, not 1.5")]
    [InlineData("--set critic_learning_rate=-0.1", "critic_learning_rate")]
    [InlineData("--set health_share=2", "health_share")]
    [InlineData("--set width=1000000000", "width")]
    [InlineData("--set latent_size=99999999999", "latent_size takes a whole number")]
    [InlineData("--set objective=hinje", "did you mean hinge?")]
    [InlineData("--set constraint=r1?gamma=-1", "negative, as in 'r1?gamma=-1'")]
    [InlineData("--set constraint=r1?every=0", "constraint")]
    [InlineData("--set constraint=clipping?limit=0", "limit")]
    [InlineData("--set objective=epsilon-transform?epsilon=-1", "epsilon")]
    [InlineData("--set =x", "name=value")]
    [InlineData("--system quantum-gan", "no system 'quantum-gan'; known are")] // near to none
    [InlineData("--system wgan-pg", "did you mean wgan-gp?")]
    [InlineData("--set learning_rate=nan", "learning_rate")]
    [InlineData("--set width=0", "width")]
    [InlineData("--set latent_size=0", "latent")]
    [InlineData("--device cuda:99", "cuda:99")]
    [InlineData("--device tpu", "tpu")]
    [InlineData("--precision fp8", "fp8")]
    [InlineData("--precision tf32", "tf32")]
    [InlineData("--steps 0", "--steps")]
    [InlineData("--steps -5", "--steps")]
    [InlineData("--steps many", "many")]
    [InlineData("--images -1", "--images")]
    [InlineData("--time soon", "soon")]
    [InlineData("--time -5m", "-5m")]
    [InlineData("--time infinitym", "infinitym")]
    [InlineData("--time 0s", "0s")]
    [InlineData("--threads -1", "--threads")]
    [InlineData("--threads 99999", "--threads")]
    [InlineData("--nonsense", "--nonsense")]
    [InlineData("--run file/r", "file/r")]
    [InlineData("--run full", "not empty")]
    [InlineData("--resume", "runs/")]
    [InlineData("--resume --run full", "full")]
    public void Options_that_cannot_be(string options, string names)
    {
        Put("file", "a file, not a folder");
        Put("full/thesis.txt", "dear to me");
        string[] run = options.Contains("--run", StringComparison.Ordinal) || options == "--resume" ? [] : ["--run", "r"];
        Refused(2, names, ["train", "gaussians-8", .. run, .. options.Split(' ')]);
    }

    // What a real start refuses, a dry run refuses too, in the same words.
    [Theory]
    [InlineData("objective=nope")]
    [InlineData("constraint=nope")]
    [InlineData("architecture=nope")]
    [InlineData("architecture=dcgan")]
    [InlineData("optimizer=nope")]
    [InlineData("critic_normalization=nope")]
    [InlineData("augment=nope")]
    [InlineData("critic_steps=0")]
    [InlineData("batch=20000")]
    [InlineData("hold_out=0.99999")]
    [InlineData("constraint=gradient-penalty critic_normalization=batch architecture=mlp")]
    public void What_a_dry_run_accepts_starts(string settings)
    {
        string[] line = ["train", "gaussians-8", "--set", .. settings.Split(' ')];
        Refused(2, settings.Split('=')[1].Split(' ')[0], [.. line, "--dry-run"]);
        Assert.Equal(Run([.. line, "--run", "r"]).Error, Run([.. line, "--dry-run"]).Error);
    }

    // A variable of a script that was not set.
    [Theory]
    [InlineData("train|gaussians-8|--quick|--run|", "--run")]
    [InlineData("train|gaussians-8|--quick|--run| ", "--run")]
    [InlineData("train||--quick", "'data' is empty")]
    [InlineData("train|--resume|--run|", "--run")]
    [InlineData("train|gaussians-8|--system|", "--system")]
    [InlineData("train|gaussians-8|--set|", "--set")]
    [InlineData("train|gaussians-8|--time|", "--time")]
    [InlineData("train|gaussians-8|--steps|", "--steps")]
    [InlineData("train|gaussians-8|--device|", "--device")]
    [InlineData("report|", "'run' is empty")]
    [InlineData("evaluate|", "'samples' is empty")]
    [InlineData("evaluate|gaussians-8|--against|", "--against")]
    [InlineData("evaluate|gaussians-8|--against|gaussians-8|--metrics|", "--metrics")]
    [InlineData("diagnose|", "'run' is empty")]
    [InlineData("sample|", "'run' is empty")]
    [InlineData("sample|r|--out|", "--out")]
    [InlineData("sample|r|--class|", "--class")]
    [InlineData("interpolate|", "'run' is empty")]
    [InlineData("interpolate|r|--grid|", "--grid")]
    [InlineData("distance|gaussians-8|", "'b' is empty")]
    [InlineData("data|show|", "'data' is empty")]
    [InlineData("data|show|gaussians-8|--out|", "--out")]
    [InlineData("data|check|", "'data' is empty")]
    [InlineData("systems|", "'name' is empty")]
    [InlineData("claims|run|", "'name' is empty")]
    [InlineData("claims|run|parallel-lines|--out|", "--out")]
    [InlineData("bench|", "'workload' is empty")]
    [InlineData("", "''")]
    public void Nothing_where_a_name_is_wanted(string line, string names) => Refused(2, names, line.Split('|'));

    [Fact]
    public void Files_where_folders_are_wanted_and_folders_where_files_are()
    {
        Put("file", "dear to me");
        Directory.CreateDirectory(At("folder"));
        Done(["train", "gaussians-8", "--run", "r", "--steps", "1", .. Small]);
        foreach (var run in new[] { "file", "r/recipe.json", "r/checkpoints/000001.safetensors" })
            foreach (var command in new[] { "report", "diagnose", "sample", "evaluate", "train --resume --run" })
                Refused(2, run, [.. command.Split(' '), run]);
        Refused(2, "folder", "report", "r", "--out", "folder");
        Refused(2, "file", "report", "r", "--out", "file/report.html");
        Refused(2, "folder", "data", "show", "gaussians-8", "--out", "folder");
        Refused(2, "file", "data", "show", "gaussians-8", "--out", "file/x.png");
        PutPicture("pictures/a/1.png", 16, 16, 1, 1);
        Refused(2, "--out pictures/a/1.png would replace a file of pictures", "data", "show", "pictures", "--out", "pictures/a/1.png");
        Refused(2, "file", "sample", "r", "--out", "file");
        Refused(2, "folder", "sample", "r", "--grid", "folder");
        Refused(2, "folder", "sample", "r", "--out", "folder/");
        Refused(2, "folder", "interpolate", "r", "--grid", "folder");
        Refused(2, "file", "claims", "run", "parallel-lines", "--out", "file");
        Refused(2, "file", "train", "gaussians-8", "--run", "file");
        Refused(2, "already holds a run", "train", "gaussians-8", "--run", "r", "--dry-run");
        Refused(2, "already holds a run", "train", "nowhere", "--run", "r"); // before the data is looked for
        Refused(2, "file", "train", "gaussians-8", "--run", "file/r");
        Refused(2, "folder", "evaluate", "folder", "--against", "gaussians-8");
    }

    [Fact]
    public void Training_without_data() => Refused(2, "fashion-mnist", "train");

    [Theory]
    [InlineData("-n", "0")]
    [InlineData("-n", "-3")]
    [InlineData("-n", "some")]
    [InlineData("--out", "a.jpg")]
    [InlineData("--out", "A.JPG")]
    [InlineData("--out", "r")] // holds something
    [InlineData("--out", "r/recipe.json")]
    [InlineData("--out", "r/recipe.json/x.csv")]
    [InlineData("--grid", "a.jpg")]
    [InlineData("--grid", "a")]
    [InlineData("--grid", "r")]
    [InlineData("--index", "-1")]
    [InlineData("--index", "1000000")]
    [InlineData("--out", "a.txt")]
    [InlineData("--seed", "x")]
    public void Samples_that_cannot_be(string option, string value)
    {
        Done(["train", "gaussians-8", "--run", "r", "--steps", "1", .. Small]);
        Refused(2, value, "sample", "r", option, value);
    }

    [Fact]
    public void A_class_of_a_system_without_classes()
    {
        Done(["train", "gaussians-8", "--run", "r", "--steps", "1", .. Small]);
        Refused(2, "wgan-gp does not learn classes", "sample", "r", "--class", "1");
    }

    [Fact]
    public void Runs_that_are_not_there()
    {
        Directory.CreateDirectory(At("empty"));
        Put("odd/recipe.json", "{}");
        Put("worse/recipe.json", "[");
        Refused(2, "nowhere", "sample", "nowhere");
        Refused(2, "empty", "sample", "empty");
        Refused(2, "nowhere", "train", "--resume", "--run", "nowhere");
        Refused(2, "odd", "train", "--resume", "--run", "odd");
        Refused(2, "worse", "train", "--resume", "--run", "worse");
        Refused(2, "empty", "interpolate", "empty", "--out", "walk.png");
        Refused(2, "where the walk goes", "interpolate", "empty");
        Refused(2, "nowhere", "report", "nowhere");
        Refused(2, "recipe.json", "report", "empty");
        Refused(2, "folder", "report", "odd", "--out", "empty");
    }

    [Fact]
    public void Runs_that_cannot_go_on()
    {
        Put("points.csv", string.Join('\n', Enumerable.Range(0, 64).Select(i => $"{i},{i * i % 7}")));
        string[] settings = ["--steps", "2", .. Small];
        Done(["train", "points.csv", "--run", "r", .. settings]);
        Done(["train", "gaussians-8", "--run", "other", "--system", "wgan", .. settings]);
        Refused(2, "already holds a run", ["train", "gaussians-8", "--run", "r", .. settings]);
        Refused(2, "batch is part of what the run has become", "train", "--resume", "--run", "r", "--set", "batch=16");
        Refused(2, "--system", "train", "--resume", "--run", "r", "--system", "gan");

        var file = At("r", "checkpoints", "000002.safetensors");
        var whole = File.ReadAllBytes(file);
        File.WriteAllBytes(file, whole[..(whole.Length / 2)]);
        Refused(2, "000002.safetensors", "train", "--resume", "--run", "r", "--steps", "4");
        Refused(2, "000002.safetensors", "sample", "r");
        // In the middle of a small file is its header, at the end are its numbers.
        foreach (var (place, says) in new[] { (whole.Length / 2, "000002.safetensors"), (whole.Length - 8, "checksum") })
        {
            var damaged = whole.ToArray();
            damaged[place] ^= 4;
            File.WriteAllBytes(file, damaged);
            Refused(2, says, "train", "--resume", "--run", "r", "--steps", "4");
        }
        File.Copy(At("other", "checkpoints", "000002.safetensors"), file, overwrite: true);
        Refused(2, "another run", "train", "--resume", "--run", "r", "--steps", "4");
        File.WriteAllBytes(file, whole);
        File.AppendAllText(At("points.csv"), "\n99,99\n");
        Refused(2, "changed", "train", "--resume", "--run", "r", "--steps", "4");
        File.Delete(At("points.csv"));
        Refused(2, "points.csv", "train", "--resume", "--run", "r", "--steps", "4");
        File.Delete(file);
        Refused(2, "no checkpoint", "sample", "r");
        Refused(2, "no checkpoint", "diagnose", "r");
    }

    [Theory]
    [InlineData("systems nope", "nope")]
    [InlineData("data show nope", "nope")]
    [InlineData("data show gaussians-8 -n 0", "-n")]
    [InlineData("data check nope", "nope")]
    [InlineData("nope", "nope")]
    [InlineData("data", "list|show|check")]
    [InlineData("sample", "<run>: folder of the run")]
    [InlineData("distance gaussians-8", "<b>")]
    [InlineData("bench nope", "no workload 'nope'")]
    [InlineData("bench toy --device tpu", "unknown device 'tpu'")]
    [InlineData("bench toy --device cuda:99", "no CUDA device here")]
    [InlineData("bench toy --precision fp8", "unknown precision 'fp8'")]
    [InlineData("bench toy --precision tf32", "tf32 is a mode of CUDA devices")]
    [InlineData("bench pix2pix --size 48", "32, 64, 128")]
    [InlineData("bench pix2pix --size 16", "--size")]
    [InlineData("evaluate gaussians-8 --against gaussians-8 --metrics ,", "--metrics")]
    public void Other_commands(string line, string names) => Refused(2, names, line.Split(' '));

    [Fact]
    public void Training_that_diverges_says_where_and_keeps_the_last_checkpoint()
    {
        var outcome = Run("train", "gaussians-8", "--run", "r", "--system", "wgan", "--steps", "500", "--threads", "1",
            "--set", "constraint=none", "learning_rate=10", "checkpoint_every=1", "width=16", "batch=32");
        Assert.Equal(1, outcome.Code);
        var line = Assert.Single(outcome.Error.Split('\n'), l => l.StartsWith("earthmover: ", StringComparison.Ordinal));
        Assert.Matches("(critic|generator): (term 'wasserstein'|gradient of .+|the norm of the gradient) "
            + "is not finite at step [0-9]+; it was not applied", line);
        var last = Directory.GetFiles(At("r", "checkpoints")).Max()!;
        Assert.Contains(Path.GetFileName(last), line, StringComparison.Ordinal);
        Assert.Equal(0, Run("sample", "r", "-n", "4", "--out", "x.npy").Code);
    }
}
