using System.Text.Json;
using LibMoE.Runtime;
using LibMoE.Serving.Engine;
using LibMoE.Serving.Http;
using LibMoE.Serving.Texts;
using Microsoft.AspNetCore.Http;

namespace LibMoE.Serving.OpenAi;

/// <summary>Turns what a request says into what a text needs; what this server does not do is refused by name, not left out.</summary>
internal static class SamplingRules
{
    private const int MostStops = 4;
    private const int MostBest = 20;

    /// <summary>Makes the text of a request.</summary>
    /// <param name="served">The model.</param>
    /// <param name="request">What was asked.</param>
    /// <param name="prompt">The prompt's ids.</param>
    /// <param name="tokens">The most tokens that were asked for; null takes what <paramref name="standard"/> says.</param>
    /// <param name="standard">How many tokens are added where nothing is said.</param>
    /// <exception cref="RequestRefusedException">A field has a value that is not served.</exception>
    public static TextRequest Text(ServedModel served, SamplingRequest request, int[] prompt, int? tokens, int standard)
    {
        Require(request.Temperature is null or (>= 0 and <= 2), "temperature", "must be from 0 to 2");
        Require(request.TopP is null or (> 0 and <= 1), "top_p", "must be above 0 and at most 1");
        Require(request.N is null or 1, "n", "must be 1; send several requests, which are continued together");
        Require(request.PresencePenalty is null or 0, "presence_penalty", "must be 0: tokens are not penalised here");
        Require(request.FrequencyPenalty is null or 0, "frequency_penalty", "must be 0: tokens are not penalised here");
        Require(IsEmpty(request.LogitBias), "logit_bias", "must be empty: logits are not changed here");
        var most = served.Options.MaxTokens;
        Require(tokens is null || (tokens >= 1 && tokens <= most), "max_tokens", $"must be from 1 to {most}, this server's limit");
        RequireRoom(served, prompt.Length);
        var options = new GenerationOptions
        {
            Tokens = tokens ?? served.Standard(prompt.Length, standard),
            Temperature = request.Temperature ?? 1,
            TopP = request.TopP ?? 1,
            Seed = request.Seed ?? Random.Shared.NextInt64(),
        };
        return new TextRequest(prompt, options) { Stops = Stops(request.Stop) };
    }

    /// <summary>Refuses a request for another model.</summary>
    /// <exception cref="RequestRefusedException">There is no such model.</exception>
    public static void RequireModel(ServedModel served, string? model)
    {
        if (model is not null && model != served.Id)
        {
            throw new RequestRefusedException(
                StatusCodes.Status404NotFound, $"There is no model '{Short(model)}' here; there is '{served.Id}'.", "model",
                "model_not_found");
        }
    }

    /// <summary>How many of the most probable tokens to name.</summary>
    /// <exception cref="RequestRefusedException">It is out of range.</exception>
    public static int? Best(int? count, string field)
    {
        Require(count is null or (>= 0 and <= MostBest), field, $"must be from 0 to {MostBest}");
        return count;
    }

    /// <summary>Refuses a value.</summary>
    /// <exception cref="RequestRefusedException">The condition does not hold.</exception>
    public static void Require(bool holds, string field, string rule)
    {
        if (!holds)
        {
            throw new RequestRefusedException(StatusCodes.Status400BadRequest, $"{field} {rule}.", field, "invalid_value");
        }
    }

    /// <summary>Whether a field says nothing.</summary>
    public static bool IsEmpty(JsonElement? value) => value switch
    {
        null or { ValueKind: JsonValueKind.Null or JsonValueKind.Undefined } => true,
        { ValueKind: JsonValueKind.Array } list => list.GetArrayLength() == 0,
        { ValueKind: JsonValueKind.Object } entries => !entries.EnumerateObject().Any(),
        _ => false,
    };

    private static void RequireRoom(ServedModel served, int prompt)
    {
        var context = served.Context;
        if (prompt > context)
        {
            throw new RequestRefusedException(
                StatusCodes.Status400BadRequest, $"The prompt has {prompt} tokens; the model's context is {context}.", "prompt",
                "context_length_exceeded");
        }
    }

    private static IReadOnlyList<string> Stops(JsonElement? stop)
    {
        if (IsEmpty(stop))
        {
            return [];
        }

        JsonElement[] texts = stop is { ValueKind: JsonValueKind.Array } list ? [.. list.EnumerateArray()] : [stop!.Value];
        Require(
            texts.Length <= MostStops && texts.All(text => text.ValueKind == JsonValueKind.String && Words(text, "stop").Length > 0),
            "stop", $"must be a text, or a list of up to {MostStops} texts, none of them empty");
        return [.. texts.Select(text => Words(text, "stop"))];
    }

    /// <summary>A string of the body as text.</summary>
    /// <exception cref="RequestRefusedException">It is not Unicode: half of a surrogate pair, or bytes that are no UTF-8.</exception>
    public static string Words(JsonElement text, string field)
    {
        try
        {
            return text.GetString()!;
        }
        catch (InvalidOperationException)
        {
            throw new RequestRefusedException(StatusCodes.Status400BadRequest, $"{field} is not Unicode text.", field, "invalid_value");
        }
    }

    private static string Short(string text) => text.Length <= 80 ? text : text[..80] + "…";
}
