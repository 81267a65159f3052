using System.Text;
using System.Text.Json;
using LibMoE.Runtime;
using LibMoE.Runtime.Data.Conversations;
using LibMoE.Serving.Engine;
using LibMoE.Serving.Http;
using LibMoE.Serving.Texts;
using Microsoft.AspNetCore.Http;

namespace LibMoE.Serving.OpenAi;

/// <summary><c>POST /v1/chat/completions</c>: answers in a conversation.</summary>
internal static class ChatEndpoint
{
    /// <summary>Answers a request.</summary>
    /// <exception cref="RequestRefusedException">The request is wrong, or asks for what is not served.</exception>
    public static async Task AnswerAsync(HttpContext context, ServedModel served)
    {
        var asked = await JsonBody.ReadAsync<ChatRequest>(context.Request).ConfigureAwait(false);
        SamplingRules.RequireModel(served, asked.Model);
        SamplingRules.Require(SamplingRules.IsEmpty(asked.Tools), "tools", "must be empty: the model calls none");
        SamplingRules.Require(IsText(asked.ResponseFormat), "response_format", "must be of type text");
        SamplingRules.Require(
            asked.TopLogprobs is null || asked.Logprobs == true, "top_logprobs", "needs logprobs to be true");
        var chat = served.Chat;
        var prompt = Prompt(chat, asked.Messages);
        var text = SamplingRules.Text(
            served, asked, prompt, asked.MaxCompletionTokens ?? asked.MaxTokens, Math.Max(1, served.Context - prompt.Length + 1));
        var request = text with
        {
            Stops = [.. text.Stops, .. chat.Stops],
            Ends = chat.Ends,
            Lead = chat.Lead,
            Best = asked.Logprobs == true ? SamplingRules.Best(asked.TopLogprobs, "top_logprobs") ?? 0 : null,
            Experts = ExpertsHeader.IsSet(context.Request),
            Order = OrderHeaders.Of(context, served),
        };
        var head = new Head("chatcmpl", served);
        var answer = new Answer(
            head.Id,
            (piece, usage) => Body(
                "chat.completion", [Choice(piece) with { Message = new ChatWords(ChatMessage.Assistant, piece.Text) }], usage),
            piece => Chunk([Choice(piece) with { Delta = new ChatWords(null, piece.Text) }], null),
            Chunk([new ChatChoice(0) { Delta = new ChatWords(ChatMessage.Assistant, "") }], null),
            usage => Chunk([], usage));
        await answer.SendAsync(context, served, asked, request).ConfigureAwait(false);

        ChatBody Chunk(IReadOnlyList<ChatChoice> choices, Usage? usage) => Body("chat.completion.chunk", choices, usage);

        ChatBody Body(string kind, IReadOnlyList<ChatChoice> choices, Usage? usage) =>
            new(head.Id, kind, head.Created, head.Model, head.Fingerprint, choices, usage);

        ChatChoice Choice(TextPiece piece) => new(0)
        {
            Logprobs = request.Best is null ? null : new ChatLogprobs([.. piece.Tokens.Select(Logprob)]),
            FinishReason = piece.Finish,
            Experts = ExpertsHeader.Of(request, piece),
        };
    }

    private static ChatTokenLogprob Logprob(TextToken token) => Logprob(token.Text, token.LogProbability!.Value) with
    {
        TopLogprobs = [.. token.Best.Select(best => Logprob(best.Text, best.LogProbability))],
    };

    private static ChatTokenLogprob Logprob(string text, double value) =>
        new(text, value, [.. Encoding.UTF8.GetBytes(text).Select(part => (int)part)]);

    private static int[] Prompt(ChatPrompts chat, IReadOnlyList<ChatMessageBody>? messages)
    {
        if (chat.Refusal is { } reason)
        {
            throw new RequestRefusedException(StatusCodes.Status400BadRequest, reason, "messages", "no_chat_template");
        }

        SamplingRules.Require(messages is { Count: > 0 }, "messages", "must hold at least one message");
        var told = new List<ChatMessage>();
        foreach (var (index, message) in messages!.Index())
        {
            var field = $"messages[{index}]";
            SamplingRules.Require(message is not null, field, "must be a message");
            var role = message!.Role switch
            {
                ChatMessage.Developer => chat.KnowsDevelopers ? ChatMessage.Developer : ChatMessage.System,
                ChatMessage.System or ChatMessage.User or ChatMessage.Assistant => message.Role,
                _ => "",
            };
            SamplingRules.Require(role.Length > 0, $"{field}.role", "must be system, developer, user or assistant");
            var isLate = chat.IsForm && role == ChatMessage.System && told.Exists(before => before.Role != ChatMessage.System);
            SamplingRules.Require(!isLate, $"{field}.role", "must not be system behind a question");
            told.Add(new ChatMessage(role, Words(message, field)));
        }

        try
        {
            return chat.Prompt(told);
        }
        catch (ConfigurationException wrong)
        {
            throw new RequestRefusedException(StatusCodes.Status400BadRequest, wrong.Message, "messages", "invalid_value");
        }
    }

    private static string Words(ChatMessageBody message, string field)
    {
        var content = message.Content ?? default;
        if (content.ValueKind == JsonValueKind.String)
        {
            return SamplingRules.Words(content, $"{field}.content");
        }

        var parts = content.ValueKind == JsonValueKind.Array ? content.EnumerateArray().Select(Part).ToList() : [null];
        SamplingRules.Require(
            parts.All(part => part is not null), $"{field}.content", "must be a text, or a list of parts of type text");
        return string.Concat(parts);
    }

    private static string? Part(JsonElement part) =>
        part.ValueKind == JsonValueKind.Object
        && part.TryGetProperty("type", out var type) && type.ValueKind == JsonValueKind.String && type.ValueEquals("text")
        && part.TryGetProperty("text", out var text) && text.ValueKind == JsonValueKind.String
            ? SamplingRules.Words(text, "messages")
            : null;

    private static bool IsText(JsonElement? format) => SamplingRules.IsEmpty(format)
        || (format is { ValueKind: JsonValueKind.Object } asked && asked.TryGetProperty("type", out var type)
            && type.ValueKind == JsonValueKind.String && type.ValueEquals("text"));
}
