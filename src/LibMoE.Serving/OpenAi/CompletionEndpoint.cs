using System.Text.Json;
using LibMoE.Serving.Engine;
using LibMoE.Serving.Http;
using LibMoE.Serving.Texts;
using Microsoft.AspNetCore.Http;

namespace LibMoE.Serving.OpenAi;

/// <summary><c>POST /v1/completions</c>: continues a text.</summary>
internal static class CompletionEndpoint
{
    private const string Kind = "text_completion";

    /// <summary>As OpenAI has it.</summary>
    private const int StandardTokens = 16;

    /// <summary>Answers a request.</summary>
    /// <exception cref="RequestRefusedException">The request is wrong, or asks for what is not served.</exception>
    public static async Task AnswerAsync(HttpContext context, ServedModel served)
    {
        var asked = await JsonBody.ReadAsync<CompletionRequest>(context.Request).ConfigureAwait(false);
        SamplingRules.RequireModel(served, asked.Model);
        SamplingRules.Require(asked.Echo is null or false, "echo", "must be false: only what is new is given back");
        SamplingRules.Require(string.IsNullOrEmpty(asked.Suffix), "suffix", "must be empty: texts are continued at their end");
        SamplingRules.Require(asked.BestOf is null or 1, "best_of", "must be 1");
        var request = SamplingRules.Text(served, asked, Prompt(served, asked.Prompt), asked.MaxTokens, StandardTokens) with
        {
            Best = SamplingRules.Best(asked.Logprobs, "logprobs"),
            Experts = ExpertsHeader.IsSet(context.Request),
            Order = OrderHeaders.Of(context, served),
        };
        var (head, offset) = (new Head("cmpl", served), 0);
        var answer = new Answer(
            head.Id,
            (piece, usage) => Body([Choice(piece)], usage),
            piece => Body([Choice(piece)], null),
            First: null,
            usage => Body([], usage));
        await answer.SendAsync(context, served, asked, request).ConfigureAwait(false);

        CompletionBody Body(IReadOnlyList<CompletionChoice> choices, Usage? usage) =>
            new(head.Id, Kind, head.Created, head.Model, head.Fingerprint, choices, usage);

        CompletionChoice Choice(TextPiece piece) => new(0, piece.Text)
        {
            Logprobs = request.Best is null ? null : Logprobs(piece, ref offset),
            FinishReason = piece.Finish,
            Experts = ExpertsHeader.Of(request, piece),
        };
    }

    private static CompletionLogprobs Logprobs(TextPiece piece, ref int offset)
    {
        var offsets = new List<int>();
        foreach (var token in piece.Tokens)
        {
            offsets.Add(offset);
            offset += token.Text.Length;
        }

        return new CompletionLogprobs(
            [.. piece.Tokens.Select(token => token.Text)],
            [.. piece.Tokens.Select(token => token.LogProbability!.Value)],
            [
                // Two ids may have one text: the more probable one stands for both.
                .. piece.Tokens.Select(token => token.Best.GroupBy(best => best.Text)
                    .ToDictionary(best => best.Key, best => best.Max(one => one.LogProbability))),
            ],
            offsets);
    }

    private static int[] Prompt(ServedModel served, JsonElement? prompt)
    {
        const string rule = "must be a text, a list of one text, or a list of token ids";
        var given = prompt is { ValueKind: JsonValueKind.Array } list
            && list.GetArrayLength() == 1 && list[0].ValueKind != JsonValueKind.Number ? list[0] : prompt ?? default;
        switch (given.ValueKind)
        {
            case JsonValueKind.Undefined or JsonValueKind.Null when served.Tokenizer.Bos is not null:
                return served.Prompt("");
            case JsonValueKind.String:
                var ids = served.Prompt(SamplingRules.Words(given, "prompt"));
                SamplingRules.Require(ids.Length > 0, "prompt", "must have a beginning: the model's tokenizer has no start id");
                return ids;
            case JsonValueKind.Array:
                var numbers = given.EnumerateArray().ToList();
                SamplingRules.Require(
                    numbers.Count > 0 && numbers.All(id => id.ValueKind == JsonValueKind.Number && id.TryGetInt32(out _)), "prompt", rule);
                return [.. numbers.Select(id => id.GetInt32())];
            default:
                SamplingRules.Require(false, "prompt", rule);
                return [];
        }
    }
}
