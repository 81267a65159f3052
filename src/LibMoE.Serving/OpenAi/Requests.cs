using System.Text.Json;

namespace LibMoE.Serving.OpenAi;

/// <summary>What both kinds of requests say of how a text is drawn. Fields that are not here are not read.</summary>
internal abstract record SamplingRequest
{
    /// <summary>The model; null takes the one there is.</summary>
    public string? Model { get; init; }

    /// <summary>How many tokens to add at most.</summary>
    public int? MaxTokens { get; init; }

    /// <summary>τ, from 0 to 2; 1 by default.</summary>
    public double? Temperature { get; init; }

    /// <summary>The nucleus, above 0 and at most 1; 1 by default.</summary>
    public double? TopP { get; init; }

    /// <summary>How many texts: 1.</summary>
    public int? N { get; init; }

    /// <summary>Whether the text comes piece by piece, as server-sent events.</summary>
    public bool? Stream { get; init; }

    /// <summary>What a stream ends with.</summary>
    public StreamOptions? StreamOptions { get; init; }

    /// <summary>A text, or up to four in a list, that end the text.</summary>
    public JsonElement? Stop { get; init; }

    /// <summary>Decides what is drawn; drawn itself by default.</summary>
    public long? Seed { get; init; }

    /// <summary>Must be 0.</summary>
    public double? PresencePenalty { get; init; }

    /// <summary>Must be 0.</summary>
    public double? FrequencyPenalty { get; init; }

    /// <summary>Must be empty.</summary>
    public JsonElement? LogitBias { get; init; }
}

/// <summary>What a stream ends with.</summary>
internal sealed record StreamOptions
{
    /// <summary>Whether a last chunk counts the tokens.</summary>
    public bool? IncludeUsage { get; init; }
}

/// <summary>The body of <c>/v1/completions</c>.</summary>
internal sealed record CompletionRequest : SamplingRequest
{
    /// <summary>A text, a list of one text, or a list of token ids.</summary>
    public JsonElement? Prompt { get; init; }

    /// <summary>How many of the most probable tokens are named beside each drawn one, from 0 to 20.</summary>
    public int? Logprobs { get; init; }

    /// <summary>Must be false.</summary>
    public bool? Echo { get; init; }

    /// <summary>Must be empty.</summary>
    public string? Suffix { get; init; }

    /// <summary>Must be 1.</summary>
    public int? BestOf { get; init; }
}

/// <summary>The body of <c>/v1/chat/completions</c>.</summary>
internal sealed record ChatRequest : SamplingRequest
{
    /// <summary>The conversation, a question last.</summary>
    public IReadOnlyList<ChatMessageBody>? Messages { get; init; }

    /// <summary>The newer name of max_tokens.</summary>
    public int? MaxCompletionTokens { get; init; }

    /// <summary>Whether probabilities are given.</summary>
    public bool? Logprobs { get; init; }

    /// <summary>How many of the most probable tokens are named beside each drawn one, from 0 to 20.</summary>
    public int? TopLogprobs { get; init; }

    /// <summary>Must be empty.</summary>
    public JsonElement? Tools { get; init; }

    /// <summary>Must be of type text.</summary>
    public JsonElement? ResponseFormat { get; init; }
}

/// <summary>A message of a conversation.</summary>
internal sealed record ChatMessageBody
{
    /// <summary>system, developer, user or assistant.</summary>
    public string? Role { get; init; }

    /// <summary>A text, or a list of parts of type text.</summary>
    public JsonElement? Content { get; init; }
}
