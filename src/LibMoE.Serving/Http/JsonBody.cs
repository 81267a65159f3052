using System.Text.Json;
using LibMoE.Serving.OpenAi;
using Microsoft.AspNetCore.Http;

namespace LibMoE.Serving.Http;

/// <summary>Reads the body of a request.</summary>
internal static class JsonBody
{
    /// <summary>Reads it as one object.</summary>
    /// <exception cref="RequestRefusedException">It is no JSON of that form, or does not say that it is JSON: a page elsewhere could send
    /// such a body from a browser without being asked.</exception>
    public static async Task<T> ReadAsync<T>(HttpRequest request)
        where T : class
    {
        if (!request.HasJsonContentType())
        {
            throw new RequestRefusedException(
                StatusCodes.Status415UnsupportedMediaType, "The body must be JSON, and its Content-Type application/json.");
        }

        try
        {
            return await JsonSerializer.DeserializeAsync<T>(request.Body, OpenAiJson.Options, request.HttpContext.RequestAborted)
                .ConfigureAwait(false) ?? throw new RequestRefusedException(StatusCodes.Status400BadRequest, "The body is null.");
        }
        catch (JsonException wrong)
        {
            var field = wrong.Path is null or "$" ? null : wrong.Path.TrimStart('$', '.');
            throw new RequestRefusedException(
                StatusCodes.Status400BadRequest,
                field is null
                    ? $"The body is not a JSON object (line {wrong.LineNumber + 1}, byte {wrong.BytePositionInLine})."
                    : $"{field} has a value of another type than it must have.",
                field,
                field is null ? null : "invalid_type");
        }
    }
}
