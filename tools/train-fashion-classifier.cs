#:property PublishAot=false
#:property Configuration=Release
#:project ../src/Earthmover/Earthmover.csproj
// Trains the classifier whose features fd-fmnist is measured in, and writes its weights (about 7 minutes on two cores):
//   EARTHMOVER_NATIVE=artifacts/native dotnet run tools/train-fashion-classifier.cs [FILE]
// The seed, the order of the pictures and the implementations of every convolution are fixed, so the same machine and LibTorch make the
// same weights;
// elsewhere they agree up to rounding, which training amplifies. Results name the hash of the weights, so the numbers of two files never
// mix.
using System.Diagnostics;
using Earthmover.Data;
using Earthmover.Data.Dealing;
using Earthmover.Networks;
using Earthmover.Nn.Optimizers;
using Earthmover.Torch;
using Earthmover.Torch.Kernels;
using Earthmover.Torch.Operators;

const int Seed = 1, Epochs = 9, BatchSize = 128;
var output = args.Length > 0 ? args[0] : Path.Combine("src", "Earthmover", "Networks", "fd-fmnist.safetensors");
KernelChoices.Measure = false;
using var streams = new RandomStreams(Seed);
using var use = streams.Use();
var train = new BatchSource(DataCatalog.Open("fashion-mnist"), BatchSize, Seed);
var test = new BatchSource(DataCatalog.Open("fashion-mnist?split=test"), 500, Seed);
using var scope = TensorScope.Open();
using var network = new FashionClassifier();
using var adam = new AdamOptions(1e-3, 0.9, 0.999).Create(network.Flat);
var steps = train.Data.Count / BatchSize * Epochs;
var schedule = Schedule.Cosine();
var clock = Stopwatch.StartNew();
for (var step = 0; step < steps; step++)
{
    using var inner = TensorScope.Open();
    using var batch = train.At(step);
    var loss = Op.CrossEntropyLoss(network.Forward(batch.X), batch.Labels!);
    network.Flat.WriteGradients(Autograd.Gradients(loss, network.Flat.Leaves));
    adam.Step(schedule((double)step / steps));
    if ((step + 1) % (steps / Epochs) == 0)
        Console.WriteLine($"epoch {(step + 1) / (steps / Epochs)}: loss {loss.Item():0.000}, "
            + $"test accuracy {Accuracy():0.0000}, {clock.Elapsed.TotalSeconds:0} s");
}
WeightFile.SaveHalf(network, output, new Dictionary<string, string>
{
    ["name"] = "fd-fmnist",
    ["data"] = $"fashion-mnist {train.Data.Fingerprint}",
    ["recipe"] = "tools/train-fashion-classifier.cs",
    ["seed"] = $"{Seed}",
});
WeightFile.Load(network, Earthmover.Torch.Files.Safetensors.Read(output).Tensors, output);
Console.WriteLine($"{output}: {new FileInfo(output).Length:N0} bytes, weights {WeightFile.Hash(network)}, "
    + $"test accuracy as written {Accuracy():0.0000}");

double Accuracy() => network.Evaluating(() =>
{
    using var pause = Autograd.Pause();
    var right = 0.0;
    for (var i = 0; i < test.Data.Count / test.Size; i++)
    {
        using var inner = TensorScope.Open();
        using var batch = test.At(i);
        right += Op.Eq(network.Forward(batch.X).Argmax(1), batch.Labels!).To(DType.Float32).Sum().Item();
    }
    return right / test.Data.Count;
});
