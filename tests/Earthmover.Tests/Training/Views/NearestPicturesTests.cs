using Earthmover.Data;
using Earthmover.Data.Dealing;
using Earthmover.Testing;
using Earthmover.Torch;
using Earthmover.Training;
using Earthmover.Training.Views;

namespace Earthmover.Tests.Training.Views;

public sealed class NearestPicturesTests : LeakTest
{
    private readonly RandomGenerator _random = new(7);

    protected override void TearDown() => _random.Dispose();

    [Fact]
    public void A_picture_with_noise_is_found_again_in_whatever_block_it_is()
    {
        using var scope = TensorScope.Open();
        var data = new BatchSource(Subset.Of(DataCatalog.Open("fashion-mnist", new()), [.. Enumerable.Range(0, 2500)]), 1, 1);
        int[] rows = [3, 1023, 1024, 2499];
        using var batch = data.Of(rows);
        var found = NearestPictures.Find(batch.X + 0.05 * Tensor.Normal(batch.X.Shape, _random), data, 3);
        Assert.Equal(rows, found.Select(f => f[0]));
        // Each later one is farther: the distances come from the pictures themselves.
        Assert.All(found.Zip(rows), f => Assert.Equal([.. f.First.OrderBy(row => Distance(row, f.Second))], f.First));

        double Distance(int a, int b)
        {
            using var pair = data.Of([a, b]);
            return (pair.X.Narrow(0, 0, 1) - pair.X.Narrow(0, 1, 1)).Square().Sum().Item();
        }
    }

    [Fact]
    public void Data_of_two_pictures_has_two_neighbors()
    {
        using var scope = TensorScope.Open();
        var data = new BatchSource(new ImageSet("two", new(1, 1, 2), [0, 0, 255, 255]), 1, 1);
        Assert.Equal([[1, 0], [0, 1]], NearestPictures.Find(Tensor.From<float>([0.9f, 1, -1, -0.8f], [2, 1, 1, 2]), data, 3));
    }
}
