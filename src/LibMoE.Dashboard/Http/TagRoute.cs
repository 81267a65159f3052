using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using LibMoE.Runtime;
using LibMoE.Runtime.Reporting.Index;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace LibMoE.Dashboard.Http;

/// <summary>The one thing that can be changed: the tags of a run, by who brings the token. It takes JSON with a header, which no form of
/// another page can send.</summary>
internal static class TagRoute
{
    private const string Scheme = "Bearer ";
    private const int MostTags = 32;

    /// <summary>Maps <c>POST /tags?run=NAME</c> with <c>{"add": […], "remove": […]}</c>.</summary>
    public static void Map(WebApplication app, WatchedRuns watched, string token)
    {
        var wanted = SHA256.HashData(Encoding.UTF8.GetBytes(token));
        app.MapPost("/tags", async (HttpContext context, string run) =>
        {
            if (!Brings(context.Request.Headers.Authorization.ToString(), wanted))
            {
                return Results.Unauthorized();
            }

            if (!context.Request.HasJsonContentType())
            {
                return Results.StatusCode(StatusCodes.Status415UnsupportedMediaType);
            }

            return watched.All.FirstOrDefault(one => one.Name == run) is { } known
                ? Change(known, await ReadAsync(context).ConfigureAwait(false))
                : Results.NotFound();
        });
    }

    /// <summary>Hashes have one length, and are compared in a time that says nothing of them.</summary>
    private static bool Brings(string header, byte[] wanted) => header.StartsWith(Scheme, StringComparison.Ordinal)
        && CryptographicOperations.FixedTimeEquals(SHA256.HashData(Encoding.UTF8.GetBytes(header[Scheme.Length..])), wanted);

    private static async Task<TagChange?> ReadAsync(HttpContext context)
    {
        try
        {
            return await JsonSerializer.DeserializeAsync<TagChange>(
                context.Request.Body, JsonSerializerOptions.Web, context.RequestAborted).ConfigureAwait(false);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static IResult Change(RunSummary run, TagChange? change)
    {
        string?[] all = [.. change?.Add ?? [], .. change?.Remove ?? []];
        if (all.Length is 0 or > MostTags || all.Any(tag => tag is null || !RunTags.IsTag(tag)))
        {
            return Results.Text(
                $"There must be 1 to {MostTags} tags to add or remove, each of {RunTags.Rule}.",
                statusCode: StatusCodes.Status400BadRequest);
        }

        try
        {
            return Results.Json(RunTags.Change(run.Folder, change?.Add ?? [], change?.Remove ?? []));
        }
        catch (StorageException full)
        {
            return Results.Text(full.Message, statusCode: StatusCodes.Status507InsufficientStorage);
        }
    }

    /// <summary>What is asked for.</summary>
    /// <param name="Add">Tags that the run gets.</param>
    /// <param name="Remove">Tags that it loses.</param>
    private sealed record TagChange(string[]? Add, string[]? Remove);
}
