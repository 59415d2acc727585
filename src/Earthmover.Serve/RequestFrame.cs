using System.Diagnostics;
using Earthmover.Serve.Answers;
using Earthmover.Serve.Endpoints;
using Earthmover.Serve.Work;
using Microsoft.AspNetCore.Http;

namespace Earthmover.Serve;

/// <summary>
/// What stands around every request: it is let in or not, counted, and answered with a problem where it cannot be answered otherwise.
/// </summary>
/// <param name="gate">Lets in.</param>
/// <param name="key">What requests have to show; null where nothing.</param>
/// <param name="isLocal">Whether only this machine reaches the server.</param>
/// <param name="metrics">Counts.</param>
/// <param name="log">Told what should not happen.</param>
internal sealed class RequestFrame(Gate gate, AccessKey? key, bool isLocal, ServerMetrics metrics, Action<string> log)
{
    private const int ClientClosed = 499;

    /// <summary>Answers a request.</summary>
    /// <param name="http">The request.</param>
    /// <param name="next">Answers it where nothing stands against it.</param>
    public async Task Invoke(HttpContext http, RequestDelegate next)
    {
        var since = Stopwatch.GetTimestamp();
        http.Response.OnStarting(() =>
        {
            // Nobody should come again on a connection that is about to be closed.
            if (gate.IsClosed)
                http.Response.Headers.Connection = "close";
            return Task.CompletedTask;
        });
        var isIn = gate.TryEnter();
        try
        {
            if (!isIn && http.Request.Path == "/healthz")
                http.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            else if (!isIn)
                throw Refusal.Stopping();
            RefuseStrangers(http);
            await next(http);
            if (http.Response is { HasStarted: false, StatusCode: >= 400, ContentType: null })
                throw Unanswered(http);
        }
#pragma warning disable CA1031 // Whatever happens, whoever asked is told, and the server goes on.
        catch (Exception e)
        {
            await Problem.Write(http, RefusalOf(e, http));
        }
#pragma warning restore CA1031
        finally
        {
            Count(http, Stopwatch.GetElapsedTime(since).TotalSeconds);
            if (isIn)
                gate.Leave();
        }
    }

    private void RefuseStrangers(HttpContext http)
    {
        // A page of somebody else in a browser here could ask under a name of its own that points to this machine.
        if (isLocal && key is null && http.Request.Host.Host is not ("localhost" or "127.0.0.1" or "[::1]" or "::1"))
            throw new Refusal(StatusCodes.Status421MisdirectedRequest,
                "this server is known as localhost (127.0.0.1, ::1) and by no other name");
        if (key is not null && http.Request.Path != "/healthz" && !key.Admits(http.Request.Headers.Authorization))
            throw new Refusal(StatusCodes.Status401Unauthorized,
                "the key is missing or wrong; send it as the header Authorization: Bearer KEY");
    }

    // Answers of the framework that say nothing but their status.
    private static Refusal Unanswered(HttpContext http) => http.Response.StatusCode switch
    {
        StatusCodes.Status404NotFound => new(StatusCodes.Status404NotFound,
            $"there is nothing here; GET {Api.Document} says what there is"),
        StatusCodes.Status405MethodNotAllowed => new(StatusCodes.Status405MethodNotAllowed,
            $"this is not asked for with {http.Request.Method}, but with {http.Response.Headers.Allow}"),
        var status => new(status, $"the request cannot be answered; GET {Api.Document} says what can"),
    };

    private Refusal RefusalOf(Exception e, HttpContext http)
    {
        switch (e)
        {
            case Refusal refusal:
                return refusal;
            case BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge }:
                return new(StatusCodes.Status413PayloadTooLarge, "the body is larger than this server reads; send less at once");
            case BadHttpRequestException bad:
                return new(bad.StatusCode, bad.Message.TrimEnd('.'));
            case OperationCanceledException or IOException when http.RequestAborted.IsCancellationRequested:
                return new(ClientClosed, "the client is gone");
            default:
                log($"{http.Request.Method} {http.Request.Path}: {FailureLine.Of(e)}");
                return new(StatusCodes.Status500InternalServerError, "the server has failed; its log says how");
        }
    }

    private void Count(HttpContext http, double seconds)
    {
        var status = http.RequestAborted.IsCancellationRequested && !http.Response.HasStarted ? ClientClosed : http.Response.StatusCode;
        // Names that nobody has chosen here would be a label each.
        var (model, action) = (http.Items[ModelCalls.ModelKey] as string ?? "", http.Items[ModelCalls.ActionKey] as string ?? "other");
        metrics.Answered(model, action, status, seconds);
    }
}
