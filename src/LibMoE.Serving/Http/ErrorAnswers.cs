using LibMoE.Runtime;
using LibMoE.Serving.Engine;
using LibMoE.Serving.OpenAi;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace LibMoE.Serving.Http;

/// <summary>Answers everything that goes wrong in OpenAI's error shape.</summary>
internal static partial class ErrorAnswers
{
    /// <summary>Runs the rest of the pipeline, and answers in its place where it throws.</summary>
    public static async Task Catch(HttpContext context, RequestDelegate next, ILogger log)
    {
        try
        {
            await next(context).ConfigureAwait(false);
            if (context.Response is { HasStarted: false, StatusCode: >= 400 })
            {
                await Answer(context, Bare(context)).ConfigureAwait(false);
            }
        }
        catch (Exception failed) when (failed is SlowReaderException || context.RequestAborted.IsCancellationRequested)
        {
            // Nobody reads an answer.
        }
#pragma warning disable CA1031 // Every failure is an answer.
        catch (Exception failed) when (!context.Response.HasStarted)
#pragma warning restore CA1031
        {
            var refusal = RefusalOf(failed);
            if (refusal.Status >= StatusCodes.Status500InternalServerError)
            {
                Failed(log, context.Request.Path, failed);
            }

            await Answer(context, refusal).ConfigureAwait(false);
        }
    }

    /// <summary>What a failure is in OpenAI's terms. What a client cannot mend is not told it in detail.</summary>
    public static RequestRefusedException RefusalOf(Exception failed) => failed switch
    {
        RequestRefusedException refused => refused,
        ConfigurationException wrong => new(StatusCodes.Status400BadRequest, wrong.Message),
        TooManyRequestsException many => new(StatusCodes.Status429TooManyRequests, many.Message, code: "rate_limit_exceeded"),
        BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge } =>
            new(StatusCodes.Status413PayloadTooLarge, "The body is longer than Serving:MaxBody allows.", code: "request_too_large"),
        BadHttpRequestException bad => new(bad.StatusCode, bad.Message),
        InvalidDataException noToken => new(StatusCodes.Status500InternalServerError, noToken.Message),
        OperationCanceledException => new(StatusCodes.Status503ServiceUnavailable, "The server is stopping."),
        _ => new(StatusCodes.Status500InternalServerError, "The server failed; its log says why."),
    };

    /// <summary>The error as an object.</summary>
    public static ErrorBody BodyOf(RequestRefusedException refusal) => new(new ErrorDetail(
        refusal.Message,
        refusal.Status switch
        {
            StatusCodes.Status429TooManyRequests => "rate_limit_error",
            >= StatusCodes.Status500InternalServerError => "server_error",
            _ => "invalid_request_error",
        },
        refusal.Param,
        refusal.Code));

    /// <summary>Writes the error as the whole answer.</summary>
    public static async Task Answer(HttpContext context, RequestRefusedException refusal)
    {
        var response = context.Response;
        response.StatusCode = refusal.Status;
        if (refusal.Status == StatusCodes.Status429TooManyRequests)
        {
            response.Headers.RetryAfter = "1";
        }

        if (refusal.Status == StatusCodes.Status401Unauthorized)
        {
            response.Headers.WWWAuthenticate = "Bearer";
        }

        if (refusal.Status == StatusCodes.Status413PayloadTooLarge)
        {
            // The rest of the body is not worth reading.
            response.Headers.Connection = "close";
        }

        await response.WriteAsJsonAsync(BodyOf(refusal), OpenAiJson.Options, context.RequestAborted).ConfigureAwait(false);
    }

    private static RequestRefusedException Bare(HttpContext context) => context.Response.StatusCode switch
    {
        StatusCodes.Status404NotFound => new(
            StatusCodes.Status404NotFound, $"There is no {context.Request.Method} {context.Request.Path}.", code: "unknown_url"),
        StatusCodes.Status405MethodNotAllowed => new(
            StatusCodes.Status405MethodNotAllowed, $"{context.Request.Path} takes no {context.Request.Method}.",
            code: "method_not_supported"),
        var status => new(status, "The request cannot be served."),
    };

    [LoggerMessage(Level = LogLevel.Error, Message = "A request to {path} failed.")]
    private static partial void Failed(ILogger log, string? path, Exception failed);
}
