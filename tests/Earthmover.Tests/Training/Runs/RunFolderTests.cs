using Earthmover.Training;
using Earthmover.Training.Runs;

namespace Earthmover.Tests.Training.Runs;

/// <summary>What a run may touch: names that it makes itself, in its own folder, never through links.</summary>
public sealed class RunFolderTests : Playground
{
    private static readonly string[] s_short = [.. Toy[..3], "grid_samples=4", "health_share=0"];

    private string At(params string[] parts) => Path.Combine([Folder, "run", .. parts]);

    private void PlayTo(long steps, params string[] more) =>
        Play("gaussians-8", "wgan-gp", new(Steps: steps), [.. s_short, "keep_checkpoints=1", .. more], "run");

    [Fact]
    public void Files_of_the_user_in_and_behind_the_folder_stay()
    {
        PlayTo(2);
        Put("downloads/film.iso.part", "mine");
        Put("downloads/.earthmover-0123456789abcdef.part", "mine");
        Directory.CreateSymbolicLink(At("data"), Path.Combine(Folder, "downloads"));
        string[] copies = ["best.safetensors", "2.safetensors", "0000002.safetensors", "000001.safetensors.bak", "-00001.safetensors"];
        foreach (var copy in copies)
            File.Copy(At("checkpoints", "000002.safetensors"), At("checkpoints", copy));
        PlayTo(3);
        PlayTo(4);
        Assert.Equal([.. copies, "000004.safetensors"],
            new HashSet<string>(Directory.GetFiles(At("checkpoints")).Select(f => Path.GetFileName(f)!)));
        Assert.Equal(2, Directory.GetFiles(Path.Combine(Folder, "downloads"), "*", new EnumerationOptions { AttributesToSkip = 0 }).Length);
    }

    [Theory]
    [InlineData("samples")]
    [InlineData("checkpoints")]
    [InlineData("log.jsonl")]
    [InlineData("recipe.json")]
    public void A_run_whose_own_parts_are_links_is_refused_before_it_is_touched(string part)
    {
        PlayTo(2);
        if (Directory.Exists(At(part)))
            Directory.Move(At(part), Path.Combine(Folder, "foreign"));
        else
            File.Move(At(part), Path.Combine(Folder, "foreign"));
        File.CreateSymbolicLink(At(part), Path.Combine(Folder, "foreign"));
        using var folder = RunFolder.Open(At());
        var message = Assert.Throws<UserException>(folder.RequirePlain).Message;
        Assert.Contains(At(part), message, StringComparison.Ordinal);
        var before = Contents();
        Assert.Throws<UserException>(() => PlayTo(3));
        Assert.Equal(before, Contents());
    }

    [Theory]
    [InlineData("samples")]
    [InlineData("checkpoints")]
    [InlineData("checkpoints/000002.safetensors")]
    [InlineData("log.jsonl")]
    [InlineData("metrics.json")]
    [InlineData("running.json")]
    [InlineData(".lock")]
    public void A_run_whose_files_are_folders_or_the_reverse_is_refused_before_it_is_touched(string part)
    {
        PlayTo(2);
        if (Directory.Exists(At(part)))
        {
            Directory.Delete(At(part), recursive: true);
            File.WriteAllText(At(part), "mine");
        }
        else
        {
            File.Delete(At(part));
            Directory.CreateDirectory(At(part));
        }
        var before = Contents();
        Assert.StartsWith($"{At(part)} is a ", Assert.Throws<UserException>(() => PlayTo(3)).Message, StringComparison.Ordinal);
        Assert.Equal(before, Contents());
    }

    [Fact]
    public void A_checkpoint_that_is_a_link_to_nothing_is_said_to_be_one()
    {
        PlayTo(2);
        File.Delete(At("checkpoints", "000002.safetensors"));
        File.CreateSymbolicLink(At("checkpoints", "000002.safetensors"), Path.Combine(Folder, "nowhere"));
        var message = Assert.Throws<UserException>(() => RunFolder.Open(At())).Message;
        Assert.Contains("000002.safetensors is a link to nothing", message, StringComparison.Ordinal);
    }

    private string[] Contents() =>
        [.. Directory.GetFiles(Folder, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal)
            .Select(f => $"{f} {Convert.ToHexString(File.ReadAllBytes(f))}")];

    [Fact]
    public void Links_among_samples_and_checkpoints_are_replaced_or_left_and_never_followed()
    {
        PlayTo(2);
        Put("mine", "mine");
        string[] links = ["checkpoints/000001.safetensors", "checkpoints/000003.safetensors", "samples/000003.png",
            "samples/000099.png", "log.jsonl.part", "recipe.json.part", "note"];
        foreach (var link in links)
            File.CreateSymbolicLink(At(link), Path.Combine(Folder, "mine"));
        using (var folder = RunFolder.Open(At()))
        {
            Assert.Equal(links.Order(StringComparer.Ordinal), folder.Links());
            File.Delete(At("checkpoints/000003.safetensors"));
        }
        PlayTo(3);
        Assert.Equal("mine", File.ReadAllText(Path.Combine(Folder, "mine")));
        Assert.Equal(3, Checkpoint.Read(At("checkpoints/000003.safetensors")).Standing.Step);
        Assert.NotNull(new FileInfo(At("checkpoints/000001.safetensors")).LinkTarget);
    }

    // The log that is appended to is the run's own, however it came there.
    [Fact]
    public void A_log_that_becomes_a_link_is_not_written_through()
    {
        PlayTo(2);
        Put("bashrc", "mine\n");
        File.Delete(At("log.jsonl"));
        File.CreateSymbolicLink(At("log.jsonl"), Path.Combine(Folder, "bashrc"));
        using var folder = RunFolder.Open(At());
        var record = new TrainingRecord(1, 1, 1, 1, [], new Dictionary<string, double>());
        Assert.Contains("log.jsonl", Assert.ThrowsAny<IOException>(() => folder.Log(record)).Message, StringComparison.Ordinal);
        Assert.ThrowsAny<IOException>(() => folder.ShortenLog(1));
        Assert.ThrowsAny<IOException>(() => folder.ReadHealth());
        Assert.Equal("mine\n", File.ReadAllText(Path.Combine(Folder, "bashrc")));
    }

    [Fact]
    public void Pictures_carry_the_name_of_the_data_and_the_recipe_its_path()
    {
        var file = PutPictures();
        Play(file, "dcgan", new(Steps: 1), ["width=8", "batch=4", "latent_size=4", "grid_samples=4", "health_share=0"], "run");
        Assert.Contains(Folder, File.ReadAllText(At("recipe.json")), StringComparison.Ordinal);
        Assert.NotEmpty(Directory.GetFiles(At("samples"), "*.png"));
        foreach (var picture in Directory.GetFiles(At("samples"), "*.png"))
        {
            var texts = Media.ImageFile.ReadPngText(File.ReadAllBytes(picture));
            Assert.DoesNotContain(texts, t => t.Value.Contains(Folder, StringComparison.Ordinal));
            Assert.Equal("noise-images-idx3-ubyte", Recipe.FromJson(texts.Single(t => t.Key == "earthmover").Value, picture).Data);
        }
    }
}
