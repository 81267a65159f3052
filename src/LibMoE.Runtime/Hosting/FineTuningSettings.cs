using LibMoE.Runtime.Common;

namespace LibMoE.Runtime;

/// <summary>What the verb <c>finetune</c> does; configuration section <c>FineTuning</c>.</summary>
public sealed record FineTuningSettings
{
    private const string AttentionName = "attention";
    private const string ExpertsName = "experts";

    /// <summary>The model's file or folder.</summary>
    public string Model { get; init; } = "";

    /// <summary>The conversations to learn from: <c>.json</c> or <c>.jsonl</c>, as <see cref="ConversationFile"/> reads them.</summary>
    public string Data { get; init; } = "";

    /// <summary>The conversations to be measured by; empty takes the last tenth of <see cref="Data"/>.</summary>
    public string HeldOut { get; init; } = "";

    /// <summary>What stands between turns: plain, phi3, vicuna or llama; empty takes the chat template that the model's tokenizer came
    /// with, or plain where it has none.</summary>
    public string Template { get; init; } = "";

    /// <summary>The most tokens of a conversation, which is cut at the end; 0 takes the model's context.</summary>
    public int Length { get; init; }

    /// <summary>r of the adapters; 0 trains all of the model's parameters.</summary>
    public int Rank { get; init; } = 8;

    /// <summary>α: a change is α/r times the adapters' product.</summary>
    public double Alpha { get; init; } = 16;

    /// <summary>What gets adapters, separated by commas: attention, experts (dense FFNs too).</summary>
    public string Targets { get; init; } = $"{AttentionName},{ExpertsName}";

    /// <summary>Whether each expert has adapters of its own, or all of a stack have one.</summary>
    public ExpertAdapters Experts { get; init; } = ExpertAdapters.PerExpert;

    /// <summary>What is wrong, one sentence each; empty where all is well.</summary>
    public IReadOnlyList<string> Problems() =>
    [
        .. Rank >= 0 ? Array.Empty<string>() : [$"FineTuning:Rank is {Rank}; it must be at least 0, which trains all parameters."],
        .. Alpha > 0 && double.IsFinite(Alpha)
            ? Array.Empty<string>() : [FormattableString.Invariant($"FineTuning:Alpha is {Alpha}; it must be above 0.")],
        .. Length >= 0 ? Array.Empty<string>() : [$"FineTuning:Length is {Length}; it must be at least 0, which takes the context."],
        .. Template.Length == 0 || ConversationTemplate.All.Any(template => template.Name == Template) ? Array.Empty<string>()
            : [$"FineTuning:Template is '{Template}'; "
                + $"{NearestName.Advice(Template, [.. ConversationTemplate.All.Select(template => template.Name)])}."],
        .. Names.Length > 0 && Names.All(name => name is AttentionName or ExpertsName) ? Array.Empty<string>()
            : [$"FineTuning:Targets is '{Targets}'; it must be {AttentionName}, {ExpertsName}, or both with a comma between."],
    ];

    /// <summary>The adapters that they ask for; null where the model itself trains.</summary>
    /// <param name="seed">Decides their initial values.</param>
    internal AdapterOptions? Adapters(long seed) => Rank == 0 ? null : new AdapterOptions
    {
        Rank = Rank,
        Alpha = Alpha,
        Attention = Names.Contains(AttentionName),
        Experts = Names.Contains(ExpertsName),
        Sharing = Experts,
        Seed = seed,
    };

    private string[] Names => Targets.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
}
