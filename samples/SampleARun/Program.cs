// Samples a trained run, without its data, and exports its generator.  SampleARun [RUN]
using Earthmover.Data;
using Earthmover.Sessions;
using Earthmover.Sessions.Exports;
using Earthmover.Sessions.Sampling;
using Earthmover.Torch;

using var run = TrainedRun.Open(args.ElementAtOrDefault(0) ?? "points-run", new DataContext());
using var streams = run.Streams.Use();
using var scope = TensorScope.Open();

// Sample k of a seed is always the same, however many are drawn.
var samples = SampleWriter.Draw(run, 256, SampleWriter.Random(run, seed: 1));
foreach (var file in SampleWriter.Write(run, samples, new(Grid: "samples.png", Output: "samples.csv"), k => $"sample {k} of seed 1"))
    Console.WriteLine($"{file}: 256 samples of {run.Entry.Name}, trained for {run.Checkpoint.Standing.Step} steps");

var model = RunExport.ToOnnx(run, part: null, "points.onnx");
Console.WriteLine($"{model.Path}: {model.Nodes} operators, within {model.Relative:0.0e+0} of LibTorch in ONNX Runtime");
