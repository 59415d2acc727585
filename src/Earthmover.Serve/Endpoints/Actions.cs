using System.Text.Json;
using Earthmover.Data;
using Earthmover.Editing;
using Earthmover.Serve.Answers;
using Earthmover.Serve.Requests;
using Earthmover.Serve.Work;
using Earthmover.Sessions.Sampling;
using Earthmover.Sessions.Walks;
using Microsoft.AspNetCore.Http;

namespace Earthmover.Serve.Endpoints;

/// <summary>What models do: each reads what is asked for, has the worker do it, and says it in the form that is accepted.</summary>
/// <param name="calls">What they have in common.</param>
/// <param name="worker">Computes.</param>
/// <param name="limits">What may be asked for.</param>
internal sealed class Actions(ModelCalls calls, Worker worker, ServeLimits limits)
{
    /// <summary>Draws samples.</summary>
    public Task Sample(string name, HttpContext http) => calls.Answer(http, name, "sample", async call =>
    {
        var type = MediaTypes.Choose(http.Request, MediaTypes.OfSamples(call.Model.Spec));
        var order = await call.Body.Json(OrderJson.Default.SampleOrder);
        var wish = Wishes.Of(order, call.Model, limits);
        if (order.Where is { } where)
            return await Rows(call, wish, where, type);
        // As networks make them, and as what is sent.
        call.Ticket.Hold((long)wish.Count * call.Model.Spec.Shape.Size * 2 * sizeof(float));
        var drawn = await Worked(worker.Draw(call.Model, wish, call.Cancellation));
        return SampleForms.Of(drawn, type, order.Columns ?? 0, json =>
        {
            Head(json, call);
            if (wish.Latents is null)
            {
                json.WriteNumber("seed", wish.Seed);
                json.WriteNumber("index", wish.First);
            }
            JsonText.WordOrNull(json, "class", wish.Told?.Label is { } k ? call.Model.Card.Classes![k] : null);
            JsonText.WordOrNull(json, "text", wish.Told?.Text);
            if (order.Truncation is { } truncation)
                json.WriteNumber("truncation", truncation);
            json.WriteNumber("count", wish.Count);
        });
    });

    // Rows that are asked for are waited for, and known by no latent vector.
    private async Task<Payload> Rows(ModelCall call, SampleWish wish, string where, string type)
    {
        if (type == MediaTypes.Npy)
            type = MediaTypes.Choose(call.Http.Request, [MediaTypes.Json, MediaTypes.Csv]);
        using var turns = call.Model.Rows(wish, where, call.Cancellation).GetEnumerator();
        call.Ticket.Hold((long)wish.Count * call.Model.Spec.Code!.Fields.Count * 2 * sizeof(double));
        // After each turn the others have theirs: what is rare may take many.
        TableSet? found = null;
        while (found is null && await Worked(worker.Do(turns.MoveNext, call.Cancellation)))
            found = turns.Current.Made;
        var (made, drawn) = (found!, turns.Current.Drawn);
        return SampleForms.Of(new(made, i => wish.HowMade(i), call.Model.Texts), type, 0, json =>
        {
            Head(json, call);
            json.WriteNumber("seed", wish.Seed);
            json.WriteNumber("index", wish.First);
            json.WriteString("where", where);
            json.WriteNumber("drawn", drawn);
            json.WriteNumber("count", made.Count);
        });
    }

    /// <summary>Translates.</summary>
    public Task Translate(string name, HttpContext http) => calls.Answer(http, name, "translate", async call =>
    {
        var (order, sent) = await call.Body.Samples(OrderJson.Default.TranslateOrder, Options.Translate);
        var ways = call.Model.Card.Ways;
        var way = order.To is null ? ways[0] : ways.FirstOrDefault(one => one.Way.To == order.To);
        if (way.Way is null)
            throw Refusal.Bad($"{name} translates to {string.Join(" or ", ways.Select(one => one.Way.To))}, not to '{order.To}'");
        var type = MediaTypes.Choose(http.Request, MediaTypes.OfSamples(way.To));
        var work = call.Model.Translate(sent, order.To, order.Style, call.Cancellation);
        var (made, direction, style) = await Worked(worker.Do(work, call.Cancellation));
        var samples = new DrawnSamples(made,
            i => $"picture {i}, translated from {direction.From} to {direction.To}", call.Model.Texts);
        return SampleForms.Of(samples, type, 0, json =>
        {
            Head(json, call);
            json.WriteString("from", direction.From);
            json.WriteString("to", direction.To);
            if (style is not null)
                json.WriteString("style", style);
            json.WriteNumber("count", made.Count);
        });
    });

    /// <summary>Finds latent vectors.</summary>
    public Task Project(string name, HttpContext http) => calls.Answer(http, name, "project", async call =>
    {
        string[] forms = [MediaTypes.Json, MediaTypes.Npy, MediaTypes.Png];
        // A grid shows what is made of the vectors, which takes a generator.
        var hasGrid = call.Model.Spec.Kind == SampleSpec.Images && call.Model.Card.Can.Contains("sample");
        var type = MediaTypes.Choose(http.Request, hasGrid ? forms : forms[..2]);
        var (order, sent) = await call.Body.Samples(OrderJson.Default.ProjectOrder, Options.Project);
        var options = new ProjectionOptions { Steps = order.Steps ?? Math.Min(new ProjectionOptions().Steps, limits.Steps) };
        if (options.Steps < 1 || options.Steps > limits.Steps)
            throw Refusal.Bad($"\"steps\" is {options.Steps:N0}; it is from 1 to {limits.Steps:N0}");
        var seed = order.Seed ?? 1;
        var work = call.Model.Project(sent, order.Encoder, seed, options, call.Cancellation);
        var found = await Worked(worker.Do(work, call.Cancellation));
        return type switch
        {
            MediaTypes.Png => new(type, found.ToGrid!()),
            MediaTypes.Npy => SampleForms.Npy(found.Latents, found.Latents.Length / found.Size, found.Size),
            _ => Payload.Json(json =>
            {
                Head(json, call);
                Projections.Write(json, found, call.Model.Spec, options.Steps, seed);
            }),
        };
    });

    /// <summary>Asks the critic.</summary>
    public Task Score(string name, HttpContext http) => calls.Answer(http, name, "score", async call =>
    {
        var type = MediaTypes.Choose(http.Request, [MediaTypes.Json, MediaTypes.Npy]);
        var (order, sent) = await call.Body.Samples(OrderJson.Default.ScoreOrder, Options.Score);
        var work = call.Model.Score(sent, order.Class, order.Text, call.Cancellation);
        var scores = await Worked(worker.Do(work, call.Cancellation));
        return type == MediaTypes.Npy ? SampleForms.Npy(scores.Values, [sent.Count, .. scores.Shape]) : Payload.Json(json =>
        {
            Head(json, call);
            JsonText.WordOrNull(json, "class", order.Class);
            JsonText.WordOrNull(json, "text", order.Text);
            JsonText.Wholes(json, "shape", scores.Shape);
            json.WritePropertyName("scores");
            JsonText.Numbers(json, [.. scores.Means]);
            if (scores.Values.Length == sent.Count)
                return;
            json.WriteStartArray("maps");
            foreach (var map in scores.Values.Chunk(scores.Values.Length / sent.Count))
                JsonText.Numbers(json, map);
            json.WriteEndArray();
        });
    });

    /// <summary>Says which class samples are of.</summary>
    public Task Classify(string name, HttpContext http) => calls.Answer(http, name, "classify", async call =>
    {
        var type = MediaTypes.Choose(http.Request, [MediaTypes.Json, MediaTypes.Npy]);
        var (_, sent) = await call.Body.Samples(OrderJson.Default.ClassifyOrder, Options.Classify);
        var work = call.Model.Classify(sent, call.Cancellation);
        var found = await Worked(worker.Do(work, call.Cancellation));
        var classes = found.Classes.Count;
        return type == MediaTypes.Npy ? SampleForms.Npy([.. found.Probabilities.SelectMany(row => row)], sent.Count, classes)
            : Payload.Json(json =>
            {
                Head(json, call);
                JsonText.Words(json, "classes", found.Classes);
                Classifications.Write(json, found);
            });
    });

    private static void Head(Utf8JsonWriter json, ModelCall call)
    {
        json.WriteString("model", call.Model.Card.Name);
        json.WriteString("system", call.Model.Card.System);
    }

    // What was asked for was right; it is the model that cannot give it.
    private static async Task<T> Worked<T>(Task<T> work)
    {
        try
        {
            return await work;
        }
        catch (UserException e)
        {
            throw new Refusal(StatusCodes.Status409Conflict, e.Message);
        }
        catch (OutOfMemoryException)
        {
            throw new Refusal(503, "there is no memory left for this; ask for less") { RetryAfter = 10 };
        }
    }
}
