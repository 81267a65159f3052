using System.Globalization;
using System.Text.Json;
using LibMoE.Runtime;
using LibMoE.Serving.Engine;
using LibMoE.Serving.Http;
using LibMoE.Serving.Texts;
using Microsoft.AspNetCore.Http;

namespace LibMoE.Serving.OpenAi;

/// <summary>How a text goes out: whole, or as server-sent events.</summary>
/// <param name="Id">The answer's id.</param>
/// <param name="Whole">Makes the body of a whole text, of its pieces joined and the count of its tokens.</param>
/// <param name="Chunk">Makes the body of a piece.</param>
/// <param name="First">The body of a chunk before the first piece; null for none.</param>
/// <param name="Last">Makes the body of the chunk that counts the tokens.</param>
internal sealed record Answer(
    string Id, Func<TextPiece, Usage, object> Whole, Func<TextPiece, object> Chunk, object? First, Func<Usage, object> Last)
{
    private static readonly byte[] Data = "data: "u8.ToArray();
    private static readonly byte[] Done = "data: [DONE]\n\n"u8.ToArray();
    private static readonly byte[] Gap = "\n\n"u8.ToArray();

    /// <summary>Continues a text and sends it.</summary>
    /// <param name="context">The request.</param>
    /// <param name="served">The model.</param>
    /// <param name="sampling">Whether and how it is streamed.</param>
    /// <param name="request">The text.</param>
    /// <exception cref="RequestRefusedException">A veto could not be written down.</exception>
    /// <exception cref="SlowReaderException">The client does not read the answer.</exception>
    public async Task SendAsync(HttpContext context, ServedModel served, SamplingRequest sampling, TextRequest request)
    {
        using var run = new TextRun(served, request, context.RequestAborted);
        if (request.Order is { } order)
        {
            context.Response.Headers[OrderHeaders.Entry] = WriteDown(order, served);
        }

        if (sampling.Stream == true)
        {
            await StreamAsync(context, run, served.Patience, sampling.StreamOptions?.IncludeUsage == true).ConfigureAwait(false);
            return;
        }

        var piece = await run.WholeAsync(context.RequestAborted).ConfigureAwait(false);
        var writing = context.Response.WriteAsJsonAsync(Whole(piece, Count(run)), OpenAiJson.Options, context.RequestAborted);
        await served.Patience.For(context, writing).ConfigureAwait(false);
    }

    /// <summary>An order is on the disk before the first token of its text goes out, and only where the text was taken.</summary>
    private string WriteDown(SignedOrder order, ServedModel served)
    {
        try
        {
            var entry = served.Audit!.Append(
                order.Who,
                order.Action,
                new Dictionary<string, string>(order.Experts())
                {
                    ["request"] = Id,
                    ["model"] = served.Id,
                    ["sha256"] = served.Sha256,
                },
                order.Reason);
            return entry.Number.ToString(CultureInfo.InvariantCulture);
        }
        catch (StorageException)
        {
            throw new RequestRefusedException(
                StatusCodes.Status503ServiceUnavailable,
                "The order on experts could not be written to the audit log, so that it was not obeyed.");
        }
    }

    private async Task StreamAsync(HttpContext context, TextRun run, Patience patience, bool counts)
    {
        var response = context.Response;
        response.ContentType = "text/event-stream";
        response.Headers.CacheControl = "no-cache";
        try
        {
            if (First is not null)
            {
                await SendEvent(First).ConfigureAwait(false);
            }

            await foreach (var piece in run.Pieces(context.RequestAborted).ConfigureAwait(false))
            {
                await SendEvent(Chunk(piece)).ConfigureAwait(false);
            }

            if (counts)
            {
                await SendEvent(Last(Count(run))).ConfigureAwait(false);
            }

            await response.Body.WriteAsync(Done, context.RequestAborted).ConfigureAwait(false);
        }
#pragma warning disable CA1031 // The status is out already: the failure is the last event.
        catch (Exception failed) when (failed is not SlowReaderException && !context.RequestAborted.IsCancellationRequested)
#pragma warning restore CA1031
        {
            await SendEvent(ErrorAnswers.BodyOf(ErrorAnswers.RefusalOf(failed))).ConfigureAwait(false);
        }

        Task SendEvent(object body) => patience.For(context, EventAsync(context, body));
    }

    private static async Task EventAsync(HttpContext context, object body)
    {
        var output = context.Response.Body;
        await output.WriteAsync(Data, context.RequestAborted).ConfigureAwait(false);
        await output.WriteAsync(JsonSerializer.SerializeToUtf8Bytes(body, body.GetType(), OpenAiJson.Options), context.RequestAborted)
            .ConfigureAwait(false);
        await output.WriteAsync(Gap, context.RequestAborted).ConfigureAwait(false);
        await output.FlushAsync(context.RequestAborted).ConfigureAwait(false);
    }

    private static Usage Count(TextRun run) => new(run.PromptTokens, run.DrawnTokens, run.PromptTokens + run.DrawnTokens);
}
