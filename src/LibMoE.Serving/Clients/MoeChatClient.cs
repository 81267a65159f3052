using System.Runtime.CompilerServices;
using LibMoE.Runtime;
using LibMoE.Serving.Engine;
using LibMoE.Serving.Texts;
using Microsoft.Extensions.AI;
using RuntimeMessage = LibMoE.Runtime.Data.Conversations.ChatMessage;

namespace LibMoE.Serving.Clients;

/// <summary>The chat client of a loaded model: calls are continued together, as requests over HTTP are.</summary>
internal sealed class MoeChatClient(ServedModel served) : IChatClient
{
    private readonly ChatClientMetadata _metadata = new("libmoe", null, served.Id);

    /// <inheritdoc />
    public async Task<ChatResponse> GetResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        using var run = new TextRun(served, Request(messages, options), cancellationToken);
        var piece = await run.WholeAsync(cancellationToken).ConfigureAwait(false);
        return new ChatResponse(new ChatMessage(ChatRole.Assistant, piece.Text))
        {
            ResponseId = NewId(),
            ModelId = served.Id,
            CreatedAt = TimeProvider.System.GetUtcNow(),
            FinishReason = Reason(piece),
            Usage = Usage(run),
        };
    }

    /// <inheritdoc />
    public async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null,
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        using var run = new TextRun(served, Request(messages, options), cancellationToken);
        var (id, created) = (NewId(), TimeProvider.System.GetUtcNow());
        await foreach (var piece in run.Pieces(cancellationToken).ConfigureAwait(false))
        {
            var update = Update(piece.Text.Length > 0 ? [new TextContent(piece.Text)] : []);
            update.FinishReason = Reason(piece);
            yield return update;
        }

        yield return Update([new UsageContent(Usage(run))]);

        ChatResponseUpdate Update(IList<AIContent> contents) => new(ChatRole.Assistant, contents)
        {
            ResponseId = id,
            MessageId = id,
            ModelId = served.Id,
            CreatedAt = created,
        };
    }

    /// <inheritdoc />
    public object? GetService(Type serviceType, object? serviceKey = null)
    {
        ArgumentNullException.ThrowIfNull(serviceType);
        return serviceKey is not null ? null
            : serviceType == typeof(ChatClientMetadata) ? _metadata
            : serviceType.IsInstanceOfType(this) ? this
            : null;
    }

    /// <summary>The model is disposed with the services.</summary>
    public void Dispose()
    {
    }

    private TextRequest Request(IEnumerable<ChatMessage> messages, ChatOptions? options)
    {
        Refuse(options);
        var told = new List<RuntimeMessage>();
        if (!string.IsNullOrEmpty(options?.Instructions))
        {
            told.Add(new RuntimeMessage(RuntimeMessage.System, options.Instructions));
        }

        foreach (var message in messages)
        {
            if (message.Contents.FirstOrDefault(content => content is not TextContent) is { } other)
            {
                throw new ConfigurationException($"A message holds {other.GetType().Name}; this model reads words only.");
            }

            var role = message.Role == ChatRole.System ? RuntimeMessage.System
                : message.Role == ChatRole.User ? RuntimeMessage.User
                : message.Role == ChatRole.Assistant ? RuntimeMessage.Assistant
                : throw new ConfigurationException($"A message is of role {message.Role}; it must be system, user or assistant.");
            told.Add(new RuntimeMessage(role, message.Text));
        }

        var chat = served.Chat;
        var prompt = chat.Prompt(told);
        return new TextRequest(prompt, Drawing(options, prompt.Length))
        {
            Stops = [.. options?.StopSequences ?? [], .. chat.Stops],
            Ends = chat.Ends,
            Lead = chat.Lead,
        };
    }

    private GenerationOptions Drawing(ChatOptions? options, int prompt) => new()
    {
        Tokens = options?.MaxOutputTokens ?? served.Standard(prompt),
        Temperature = options?.Temperature ?? 1,
        TopP = options?.TopP ?? 1,
        TopK = options?.TopK ?? 0,
        Seed = options?.Seed ?? Random.Shared.NextInt64(),
    };

    private void Refuse(ChatOptions? options)
    {
        List<string> problems =
        [
            .. options?.Tools is { Count: > 0 } ? ["ChatOptions.Tools must be empty: the model calls none."] : Array.Empty<string>(),
            .. options?.ResponseFormat is not (null or ChatResponseFormatText)
                ? ["ChatOptions.ResponseFormat must be text."] : Array.Empty<string>(),
            .. options?.FrequencyPenalty is not (null or 0) || options?.PresencePenalty is not (null or 0)
                ? ["ChatOptions' penalties must be 0: tokens are not penalised."] : Array.Empty<string>(),
            .. options?.MaxOutputTokens is { } tokens && (tokens < 1 || tokens > served.Options.MaxTokens)
                ? [$"ChatOptions.MaxOutputTokens is {tokens}; it must be from 1 to {served.Options.MaxTokens}."] : Array.Empty<string>(),
            .. options?.StopSequences?.Any(stop => stop.Length == 0) == true
                ? ["ChatOptions.StopSequences has an empty text, which would end every answer before it begins."] : Array.Empty<string>(),
            .. options?.ModelId is { } id && id != served.Id
                ? [$"ChatOptions.ModelId is '{id}'; the model is '{served.Id}'."] : Array.Empty<string>(),
        ];
        ConfigurationException.ThrowIfAny(problems);
    }

    private static ChatFinishReason? Reason(TextPiece piece) => piece.Finish switch
    {
        null => null,
        "length" => ChatFinishReason.Length,
        _ => ChatFinishReason.Stop,
    };

    private static UsageDetails Usage(TextRun run) => new()
    {
        InputTokenCount = run.PromptTokens,
        OutputTokenCount = run.DrawnTokens,
        TotalTokenCount = run.PromptTokens + run.DrawnTokens,
    };

    private static string NewId() => Guid.NewGuid().ToString("N");
}
