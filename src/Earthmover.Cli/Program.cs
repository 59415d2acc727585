using Earthmover.Cli.Benchmarks;

if (args is ["bench", var workload, .. var rest])
{
    int Number(string name, int otherwise) => Array.IndexOf(rest, name) is >= 0 and var i ? int.Parse(rest[i + 1], System.Globalization.CultureInfo.InvariantCulture) : otherwise;
    return Bench.Run(new(workload)
    {
        Threads = Number("--threads", 0),
        Dim = Number("--dim", 64),
        Batch = Number("--batch", 0) is > 0 and var batch ? batch : null,
        Steps = Number("--steps", 15),
        Warmup = Number("--warmup", 3),
        Json = rest.Contains("--json"),
    }, Console.Out);
}
return 0;
