// Samples an exported generator where no LibTorch is: managed code and ONNX Runtime.  OnnxGenerator [FILE.onnx]
using Earthmover.Onnx;

using var generator = Generator.Open(args.ElementAtOrDefault(0) ?? "points.onnx");
Console.WriteLine($"latent vectors of {generator.Card.Latent!.Size} numbers");

// The same samples as the run's own of this seed.
var samples = generator.Sample(5, seed: 1);
for (var k = 0; k < samples.Count; k++)
    Console.WriteLine($"sample {k}: {string.Join(", ", samples.Point(k).Select(v => v.ToString("0.0000")))}");
