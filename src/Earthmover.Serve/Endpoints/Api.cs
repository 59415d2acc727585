using Earthmover.Serve.Answers;
using Earthmover.Serve.Models;
using Earthmover.Serve.Requests;
using Earthmover.Serve.Work;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.AspNetCore.Routing;
using Microsoft.OpenApi;

namespace Earthmover.Serve.Endpoints;

/// <summary>The addresses of a server and what each does.</summary>
internal static class Api
{
    /// <summary>Where the description of all of them is.</summary>
    public const string Document = "/openapi/v1.json";

    private static readonly string[] s_errors = ["400", "401", "404", "406", "409", "413", "415", "429", "503"];

    /// <summary>Puts them into a program.</summary>
    /// <param name="app">The program.</param>
    /// <param name="shelf">The models.</param>
    /// <param name="calls">What requests to models have in common.</param>
    /// <param name="actions">What models do.</param>
    /// <param name="gate">Says whether the server stops.</param>
    /// <param name="metrics">Counts.</param>
    public static void Map(IEndpointRouteBuilder app, ModelShelf shelf, ModelCalls calls, Actions actions, Gate gate, ServerMetrics metrics)
    {
        Get(app, "/healthz", http => Health(shelf, gate).Write(http), "Whether it serves: 200, or 503 while it stops. Needs no key.");
        Get(app, "/v1/models", http => Cards.Of(shelf.All).Write(http), "The models, and what each can do.");
        app.MapGet("/v1/models/{name}", (string name, HttpContext http) => Cards.Of(calls.Find(name)).Write(http))
            .WithSummary("What a model is and can do.").Produces(200, contentType: MediaTypes.Json);
        const string Text = "text/plain; version=0.0.4; charset=utf-8";
        Get(app, "/metrics", async http => await Payload.Write(http, Text, await metrics.Text()),
            "What it has done, in the text form of Prometheus.", MediaTypes.Text);
        string[] samples = [MediaTypes.Png, MediaTypes.Zip, MediaTypes.Npy, MediaTypes.Csv, MediaTypes.Text, MediaTypes.Json];
        Post(app, "sample", actions.Sample, "Draws samples. A seed gives what it gives on the command line.",
            new(typeof(SampleOrder), [MediaTypes.Json], samples));
        Post(app, "translate", actions.Translate, "Translates pictures or points to another domain. "
            + "Beside a picture, ?to= may stand in the address.", new(typeof(TranslateOrder), s_sent, samples));
        Post(app, "project", actions.Project, "Finds latent vectors of pictures or points. "
            + "Beside a picture, ?encoder=, ?steps= and ?seed= may stand in the address.",
            new(typeof(ProjectOrder), s_sent, [MediaTypes.Json, MediaTypes.Npy, MediaTypes.Png]));
        Post(app, "score", actions.Score, "Asks the critic how real pictures or points are. "
            + "Beside a picture, ?class= may stand in the address.", new(typeof(ScoreOrder), s_sent, [MediaTypes.Json, MediaTypes.Npy]));
        Post(app, "classify", actions.Classify, "Says which class pictures or points are of, with the probability of each class.",
            new(typeof(ClassifyOrder), s_sent, [MediaTypes.Json, MediaTypes.Npy]));
        // Whatever else is asked of a model is told what it can.
        app.MapPost("/v1/models/{name}/{action}", (string name, string action) => calls.RefuseAction(name, action))
            .ExcludeFromDescription();
        app.MapOpenApi("/openapi/{documentName}.json");
    }

    private static readonly string[] s_sent = [MediaTypes.Json, .. Body.PictureTypes];

    // What a request sends and is sent, for the description alone: bodies are looked at where they are read, which can say what is wrong.
    private sealed record Exchange(Type Order, string[] Sent, string[] Answers);

    /// <summary>Says what stands in the description beside the addresses.</summary>
    /// <param name="options">How the description is made.</param>
    /// <param name="hasKey">Whether a key is needed.</param>
    public static void Describe(OpenApiOptions options, bool hasKey)
    {
        options.AddDocumentTransformer((document, _, _) =>
        {
            document.Info = new()
            {
                Title = "Earthmover",
                Version = "v1",
                Description = "Trained generators: samples, translations, latent vectors, scores, classes. "
                    + "Errors are application/problem+json.",
            };
            // Whoever reads it reaches it by some name; this server does not know which.
            document.Servers = [];
            if (hasKey)
            {
                document.Components ??= new();
                document.AddComponent("key", new OpenApiSecurityScheme { Type = SecuritySchemeType.Http, Scheme = "bearer" });
                document.Security = [new() { [new OpenApiSecuritySchemeReference("key", document)] = [] }];
            }
            return Task.CompletedTask;
        });
        options.AddOperationTransformer(async (operation, context, cancellation) =>
        {
            operation.Tags = null;
            operation.Responses ??= [];
            if (context.Description.ActionDescriptor.EndpointMetadata.OfType<Exchange>().FirstOrDefault() is not { } exchange)
                return;
            var schema = await context.GetOrCreateSchemaAsync(exchange.Order, null, cancellation);
            operation.RequestBody = new OpenApiRequestBody
            {
                Content = exchange.Sent.ToDictionary(type => type, type => Content(type, schema)),
            };
            operation.Responses["200"] = new OpenApiResponse
            {
                Description = "In the form that the header Accept asks for.",
                Content = exchange.Answers.ToDictionary(type => type, _ => new OpenApiMediaType()),
            };
            foreach (var status in s_errors)
                operation.Responses.TryAdd(status, new OpenApiResponse
                {
                    Description = "Why not, in one line.",
                    Content = new Dictionary<string, OpenApiMediaType> { [Problem.ContentType] = new() },
                });
        });
    }

    private static OpenApiMediaType Content(string type, OpenApiSchema order) =>
        new() { Schema = type == MediaTypes.Json ? order : new OpenApiSchema { Type = JsonSchemaType.String, Format = "binary" } };

    private static void Get(IEndpointRouteBuilder app, string at, Func<HttpContext, Task> handler, string summary,
        string type = MediaTypes.Json) =>
        app.MapGet(at, (Delegate)handler).WithSummary(summary).Produces(200, contentType: type);

    private static void Post(IEndpointRouteBuilder app, string action, Func<string, HttpContext, Task> handler, string summary,
        Exchange exchange) =>
        app.MapPost($"/v1/models/{{name}}/{action}", handler).WithSummary(summary).WithName(action).WithMetadata(exchange);

    private static Payload Health(ModelShelf shelf, Gate gate) => Payload.Json(json =>
    {
        json.WriteString("status", gate.IsClosed ? "stopping" : "ok");
        json.WriteNumber("models", shelf.All.Count);
    });
}
