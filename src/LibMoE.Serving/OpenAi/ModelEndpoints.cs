using LibMoE.Serving.Engine;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace LibMoE.Serving.OpenAi;

/// <summary>The table of addresses.</summary>
internal static class ModelEndpoints
{
    private const string Json = "application/json";

    /// <summary>Maps them.</summary>
    public static void Map(IEndpointRouteBuilder app, ServedModel served)
    {
        var model = new ModelBody(served.Id, "model", served.Since.ToUnixTimeSeconds(), "libmoe");
        app.MapGet("/health", () => new HealthBody("ok", served.Id, served.Engine.Open)).WithSummary("Whether the server answers.");
        app.MapGet("/v1/models", () => new ModelList("list", [model])).WithSummary("The models there are: one.");
        app.MapGet("/v1/models/{**id}", (string id) =>
        {
            SamplingRules.RequireModel(served, id);
            return model;
        }).WithSummary("The model of that name.");
        Post<CompletionRequest, CompletionBody>("/v1/completions", CompletionEndpoint.AnswerAsync, "Continues a text.");
        Post<ChatRequest, ChatBody>("/v1/chat/completions", ChatEndpoint.AnswerAsync, "Answers in a conversation.");
        app.MapOpenApi("/openapi/{documentName}.json");

        void Post<TRequest, TBody>(string path, Func<HttpContext, ServedModel, Task> answer, string summary)
            where TRequest : notnull => app.MapPost(path, (Delegate)((HttpContext context) => answer(context, served)))
                .Accepts<TRequest>(Json)
                .Produces<TBody>()
                .Produces<ErrorBody>(StatusCodes.Status400BadRequest)
                .Produces<ErrorBody>(StatusCodes.Status401Unauthorized)
                .Produces<ErrorBody>(StatusCodes.Status404NotFound)
                .Produces<ErrorBody>(StatusCodes.Status413PayloadTooLarge)
                .Produces<ErrorBody>(StatusCodes.Status429TooManyRequests)
                .WithSummary(summary);
    }
}
