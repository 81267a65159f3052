using System.Text.Json.Serialization;

namespace LibMoE.Serving.OpenAi;

/// <summary>An error.</summary>
internal sealed record ErrorBody(ErrorDetail Error);

/// <summary>What an error says.</summary>
internal sealed record ErrorDetail(
    string Message,
    string Type,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? Param,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? Code);

/// <summary>The models there are.</summary>
internal sealed record ModelList(string Object, IReadOnlyList<ModelBody> Data);

/// <summary>A model.</summary>
internal sealed record ModelBody(string Id, string Object, long Created, string OwnedBy);

/// <summary>How the server does.</summary>
internal sealed record HealthBody(string Status, string Model, int Open);

/// <summary>How many tokens a request took.</summary>
internal sealed record Usage(int PromptTokens, int CompletionTokens, int TotalTokens);

/// <summary>The experts of a token.</summary>
/// <param name="Token">Its text.</param>
/// <param name="Layers">For each MoE layer in their order the picks of the position that the token was drawn after, best first.</param>
internal sealed record TokenExperts(string Token, IReadOnlyList<IReadOnlyList<long>> Layers);

/// <summary>A text, whole or a chunk of it.</summary>
internal sealed record CompletionBody(
    string Id, string Object, long Created, string Model, string SystemFingerprint, IReadOnlyList<CompletionChoice> Choices,
    Usage? Usage = null);

/// <summary>The text of a completion.</summary>
internal sealed record CompletionChoice(int Index, string Text)
{
    /// <summary>Probabilities, where they were asked for.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public CompletionLogprobs? Logprobs { get; init; }

    /// <summary>stop or length; null where the text goes on.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public string? FinishReason { get; init; }

    /// <summary>The experts of each token, where the header asked for them.</summary>
    public IReadOnlyList<TokenExperts>? Experts { get; init; }
}

/// <summary>Probabilities of a completion's tokens.</summary>
internal sealed record CompletionLogprobs(
    IReadOnlyList<string> Tokens,
    IReadOnlyList<double> TokenLogprobs,
    IReadOnlyList<IReadOnlyDictionary<string, double>> TopLogprobs,
    IReadOnlyList<int> TextOffset);

/// <summary>An answer in a conversation.</summary>
internal sealed record ChatBody(
    string Id, string Object, long Created, string Model, string SystemFingerprint, IReadOnlyList<ChatChoice> Choices,
    Usage? Usage = null);

/// <summary>The answer, or in a chunk what is new of it.</summary>
internal sealed record ChatChoice(int Index)
{
    /// <summary>The whole answer.</summary>
    public ChatWords? Message { get; init; }

    /// <summary>What is new.</summary>
    public ChatWords? Delta { get; init; }

    /// <summary>Probabilities, where they were asked for.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public ChatLogprobs? Logprobs { get; init; }

    /// <summary>stop or length; null where the answer goes on.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public string? FinishReason { get; init; }

    /// <summary>The experts of each token, where the header asked for them.</summary>
    public IReadOnlyList<TokenExperts>? Experts { get; init; }
}

/// <summary>Words of the assistant.</summary>
internal sealed record ChatWords(string? Role, string? Content);

/// <summary>Probabilities of an answer's tokens.</summary>
internal sealed record ChatLogprobs(IReadOnlyList<ChatTokenLogprob> Content);

/// <summary>The probability of a token.</summary>
internal sealed record ChatTokenLogprob(string Token, double Logprob, IReadOnlyList<int> Bytes)
{
    /// <summary>The most probable tokens there.</summary>
    public IReadOnlyList<ChatTokenLogprob>? TopLogprobs { get; init; }
}
