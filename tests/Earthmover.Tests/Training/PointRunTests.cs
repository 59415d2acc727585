using Earthmover.Data;
using Earthmover.Sessions;
using Earthmover.Testing;
using Earthmover.Torch;
using Earthmover.Training;

namespace Earthmover.Tests.Training;

/// <summary>Runs on points of a file: what they scale by, and which files they know again.</summary>
public sealed class PointRunTests : LeakTest
{
    private readonly string _folder = Directory.CreateTempSubdirectory("earthmover-points-").FullName;

    private static DataContext Context => new() { DataFolder = "/nowhere", PackageFolder = "/nowhere" };

    private string Put(string name, string text)
    {
        var path = Path.Combine(_folder, name);
        File.WriteAllText(path, text);
        return path;
    }

    private static string Rows(Func<int, string> row) => string.Join('\n', Enumerable.Range(0, 40).Select(row));

    private static (Recipe Recipe, DataSet Data) Resolve(string path, params string[] settings) =>
        new RunPlan(path)
        {
            System = "wgan-gp",
            Settings = ["batch=8", "width=8", "health_share=0", .. settings],
            Budget = new(Steps: 2),
            Threads = 1,
        }.Resolve(Context);

    [Fact]
    public void Columns_are_scaled_one_by_one_unless_the_recipe_is_older_than_the_choice()
    {
        var path = Put("p.csv", "age,score\n" + Rows(i => FormattableString.Invariant($"{1000 * i},{0.1 * (i % 7)}")));
        var (recipe, data) = Resolve(path);
        Assert.Equal("per-column", recipe.Training["scaling"]);
        using (var session = Session.Start(recipe, data))
        {
            using var batch = session.Source.Of([.. Enumerable.Range(0, 40)]);
            using var scope = TensorScope.Open();
            var deviations = batch.X.Square().Mean([0]).ToArray<float>();
            Assert.All(deviations, squares => Assert.Equal(1, squares, 1e-4));
        }
        var older = recipe with { Training = new(recipe.Training.Where(o => o.Key != "scaling").ToDictionary(), StringComparer.Ordinal) };
        // As a version that kept float32 wrote it.
        older = older with { DataFingerprint = ((PointSet)data).SingleFingerprint() };
        Assert.NotEqual(recipe.DataFingerprint, older.DataFingerprint);
        using var resumed = Session.Start(older, RunData.Open(older, Context));
        Assert.Equal(resumed.Source.Scaling.Scale[0], resumed.Source.Scaling.Scale[1]);
        Assert.Throws<UserException>(() => RunData.Open(recipe with { DataFingerprint = older.DataFingerprint }, Context));
        Assert.Throws<UserException>(() => Resolve(path, "scaling=some"));
    }

    [Fact]
    public void There_are_as_many_latent_numbers_as_coordinates()
    {
        Assert.Equal("2", Resolve(Put("two.csv", "a,b\n" + Rows(i => $"{i % 7},{i % 3}"))).Recipe.Options["latent_size"]);
        Assert.Equal("4",
            Resolve(Put("four.csv", "a,b,c,d\n" + Rows(i => $"{i % 7},{i % 3},{i % 5},{i * i}"))).Recipe.Options["latent_size"]);
        Assert.Equal("1",
            Resolve(Put("set.csv", "a,b,c\n" + Rows(i => $"{i % 7},{i % 3},{i % 5}")), "latent_size=1").Recipe.Options["latent_size"]);
    }

    [Fact]
    public void Columns_in_another_order_are_the_same_data()
    {
        var (recipe, data) = Resolve(Put("p.csv", "height,mass\n" + Rows(i => $"{i * i % 11},{i % 3}")));
        Assert.Equal(["height", "mass"], recipe.Columns!);
        Put("p.csv", "mass,height\n" + Rows(i => $"{i % 3},{i * i % 11}"));
        var again = RunData.Open(recipe, Context);
        Assert.Equal(((PointSet)data).Values, ((PointSet)again).Values);
        Assert.Contains(again.Notes, note => note.Contains("height, mass", StringComparison.Ordinal));
        Put("p.csv", "mass,depth\n" + Rows(i => $"{i % 3},{i * i % 11}"));
        Assert.Throws<UserException>(() => RunData.Open(recipe, Context));
    }

    [Fact]
    public void Training_sees_the_law_that_masses_say()
    {
        var (recipe, data) = Resolve(Put("p.csv", "x,y,w\n" + Rows(i => $"{(i < 20 ? 0 : 10)},{i % 3},{(i < 20 ? 3 : 1)}")) + "?masses=w");
        using var session = Session.Start(recipe, data);
        var scaling = session.Source.Scaling;
        Assert.Equal(2.5, scaling.Mean[0], 12);
        var heavy = 0;
        for (var index = 0; index < 200; index++)
        {
            using var batch = session.Source.At(index);
            var x = batch.X.ToArray<float>();
            heavy += Enumerable.Range(0, 8).Count(i => x[2 * i] < 0);
        }
        Assert.InRange(heavy / 1600.0, 0.7, 0.8);
    }

    protected override void TearDown() => Directory.Delete(_folder, recursive: true);
}
