using Earthmover.Serve.Answers;
using Earthmover.Serve.Models;
using Earthmover.Serve.Requests;
using Earthmover.Serve.Work;
using Microsoft.AspNetCore.Http;

namespace Earthmover.Serve.Endpoints;

/// <summary>One request to a model, let in and within its time.</summary>
/// <param name="Http">The request.</param>
/// <param name="Model">The model, which can do what is asked for.</param>
/// <param name="Body">Reads what is sent.</param>
/// <param name="Ticket">What its memory is taken from.</param>
/// <param name="Cancellation">Canceled when the client is gone or the time is up.</param>
internal sealed record ModelCall(HttpContext Http, IServedModel Model, Body Body, Admission.Ticket Ticket, CancellationToken Cancellation);

/// <summary>What all requests to models have in common.</summary>
/// <param name="shelf">The models.</param>
/// <param name="admission">Lets requests in.</param>
/// <param name="limits">What may be asked for.</param>
internal sealed class ModelCalls(ModelShelf shelf, Admission admission, ServeLimits limits)
{
    /// <summary>Where the model and the action of a request are noted, for those that count.</summary>
    public static readonly object ModelKey = new(), ActionKey = new();

    /// <summary>Answers a request to a model.</summary>
    /// <param name="http">The request.</param>
    /// <param name="name">The model's name.</param>
    /// <param name="action">What it should do.</param>
    /// <param name="work">Does it.</param>
    public async Task Answer(HttpContext http, string name, string action, Func<ModelCall, Task<Payload>> work)
    {
        var model = Find(name);
        http.Items[ModelKey] = model.Card.Name;
        http.Items[ActionKey] = action;
        if (!model.Card.Can.Contains(action))
            throw new Refusal(StatusCodes.Status409Conflict, $"{name} ({model.Card.System}) cannot {action}; "
                + $"it can {string.Join(", ", model.Card.Can)}");
        using var ticket = admission.Enter();
        using var time = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted);
        time.CancelAfter(TimeSpan.FromSeconds(limits.Seconds));
        try
        {
            var answer = await work(new(http, model, new(http, limits, ticket, time.Token), ticket, time.Token));
            await answer.Write(http);
        }
        catch (UserException e)
        {
            throw Refusal.Bad(e.Message);
        }
        catch (OperationCanceledException) when (!http.RequestAborted.IsCancellationRequested)
        {
            throw new Refusal(503, $"this took longer than {limits.Seconds} seconds; ask for less, or when fewer others do")
            {
                RetryAfter = limits.Seconds,
            };
        }
    }

    /// <summary>The model of a name.</summary>
    /// <exception cref="Refusal">There is none; it is told the names.</exception>
    public IServedModel Find(string name)
    {
        const int Most = 20;
        if (shelf.Find(name) is { } model)
            return model;
        var known = string.Join(", ", shelf.All.Take(Most).Select(one => one.Card.Name));
        throw new Refusal(StatusCodes.Status404NotFound,
            $"there is no model '{name}'; there are {known}{(shelf.All.Count > Most ? ", …" : "")}");
    }

    /// <summary>Refuses what no model does.</summary>
    public void RefuseAction(string name, string action) => throw new Refusal(StatusCodes.Status404NotFound,
        $"'{action}' is nothing that a model does; {name} can {string.Join(", ", Find(name).Card.Can)}");
}
