using System.CommandLine;
using Earthmover.Serve;
using Earthmover.Sessions;

namespace Earthmover.Cli.Commands;

/// <summary><c>earthmover serve</c>: lets programs ask trained runs and exported models over HTTP.</summary>
internal static class ServeCommand
{
    internal static Command Create()
    {
        var source = new Argument<string>("source")
        {
            Description = "Folder of a run, an exported model (.onnx), or a folder with such in it",
        };
        var urls = new Option<string>("--urls")
        {
            Description = "Where to listen, with semicolons between several; port 0 takes a free one",
            DefaultValueFactory = _ => ServeOptions.DefaultUrls,
        };
        var key = new Option<string?>("--key-file")
        {
            Description = "File with the key that requests show as 'Authorization: Bearer KEY'; needed where others than this machine ask",
        };
        var samples = NumberOption.Whole("--most-samples", "Most samples of one request", 1, 100_000, ServeLimits.DefaultSamples);
        var pictures = NumberOption.Whole("--most-pictures", "Most pictures or points of one request",
            1, 10_000, ServeLimits.DefaultPictures);
        var body = NumberOption.Whole("--most-megabytes", "Largest body of a request, MB", 1, 1_000, ServeLimits.DefaultMegabytes);
        var pixels = NumberOption.Whole("--most-megapixels", "Largest picture, megapixels", 1, 1_000, ServeLimits.DefaultMegapixels);
        var steps = NumberOption.Whole("--most-steps", "Most steps of a search for a latent vector",
            1, 1_000_000, ServeLimits.DefaultSteps);
        var queue = NumberOption.Whole("--queue", "Most requests at once; the next is told to come again",
            1, 10_000, ServeLimits.DefaultQueue);
        var seconds = NumberOption.Whole("--timeout", "Most seconds from a request to its answer", 1, 86_400, ServeLimits.DefaultSeconds);
        var json = new Option<bool>("--json") { Description = "Print one JSON document with the addresses and the models, once it serves" };
        var command = new Command("serve",
            "Serve trained runs and exported models over HTTP: samples, translations, latent vectors, scores, classes")
        {
            source, urls, key, samples, pictures, body, pixels, steps, queue, seconds, json,
        };
        command.SetAction(parsed =>
        {
            var options = new ServeOptions(parsed.GetValue(source)!)
            {
                Urls = parsed.GetValue(urls)!,
                KeyFile = parsed.GetValue(key),
                Limits = new()
                {
                    Samples = parsed.GetValue(samples),
                    Pictures = parsed.GetValue(pictures),
                    Megabytes = parsed.GetValue(body),
                    Megapixels = parsed.GetValue(pixels),
                    Steps = parsed.GetValue(steps),
                    Queue = parsed.GetValue(queue),
                    Seconds = parsed.GetValue(seconds),
                },
            };
            return Serve(options, parsed.GetValue(json));
        });
        return command;
    }

    // Apart from what describes the command, so that nothing of a server is loaded by other commands.
    private static int Serve(ServeOptions options, bool isJson)
    {
        using var stop = new StopSignals();
        using var server = Opened(options);
        server.Run(() => Tell(server, isJson), stop.Token).GetAwaiter().GetResult();
        return ErrorBoundary.Success;
    }

    // What is said while bars move is said when they are gone.
    private static ModelServer Opened(ServeOptions options)
    {
        var (said, isOpen) = (new List<string>(), false);
        void Say(string line)
        {
            if (isOpen)
                Output.Note(line);
            else
                said.Add(line);
        }
        try
        {
            return PatientProgress.While("opening the models", progress => ModelServer.Open(options, Say, progress));
        }
        finally
        {
            said.ForEach(Output.Note);
            isOpen = true;
        }
    }

    private static void Tell(ModelServer server, bool isJson)
    {
        if (isJson)
            Output.Json(new
            {
                server.Urls,
                Models = server.Models.Select(model => new { model.Name, model.System, model.Can, model.Steps }),
            });
        else
        {
            foreach (var model in server.Models)
                Output.Line($"{model.Name}: {model.System}, {model.Steps:N0} steps, {model.Spec.Shape.Words}; "
                    + $"can {string.Join(", ", model.Can)}");
            Output.Line($"serving at {string.Join(" and ", server.Urls)}; what can be asked: {server.Urls[0]}{ModelServer.Description}");
            Output.Note("each run is served as its newest checkpoint is now; Ctrl-C stops, once everybody who has asked has an answer");
        }
        Console.Out.Flush();
    }
}
