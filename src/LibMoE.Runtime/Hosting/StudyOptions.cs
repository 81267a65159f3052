using LibMoE.Runtime.Hosting.Studies.Presets;
using Microsoft.Extensions.Configuration;

namespace LibMoE.Runtime;

/// <summary>What a study compares; configuration section <c>Study</c>.</summary>
public sealed record StudyOptions
{
    /// <summary>Names of the variants, separated by commas; empty takes the dense baseline and every registered variant.</summary>
    public string Variants { get; init; } = "";

    /// <summary>How many seeds each variant is trained with: Training:Seed, Training:Seed + 1, and so on.</summary>
    public int Seeds { get; init; } = 1;

    /// <summary>What decides how wide the FFN of the dense baseline of language models is.</summary>
    public DenseWidth DenseWidth { get; init; }

    /// <summary>A study with a question, by its name in <see cref="StudyPresets"/>; empty compares the variants as they are.</summary>
    public string Preset { get; init; } = "";

    /// <summary>
    /// Settings to vary, with their values: <c>Study:Grid:Training:LearningRate = 0.001,0.003</c>. Every variant and seed is trained with
    /// every combination. Any setting of Model, Training and Corpus can be varied.
    /// </summary>
    public IConfigurationSection? Grid { get; init; }

    /// <summary>Only write down the cells of the study, in <c>cells.jsonl</c>, for <c>run-cell</c>.</summary>
    public bool PlanOnly { get; init; }

    /// <summary>Prints the indices of the cells that are not done, and merges nothing.</summary>
    public bool MissingOnly { get; init; }

    /// <summary>Which cell of <c>cells.jsonl</c> the verb <c>run-cell</c> trains, from 0.</summary>
    public int? Index { get; init; }

    /// <summary>What is wrong, one sentence each; empty where all is well.</summary>
    public IReadOnlyList<string> Problems() =>
    [
        .. Seeds is >= 1 and <= 1000 ? Array.Empty<string>() : [$"Study:Seeds is {Seeds}; it must be from 1 to 1000."],
        .. StudyPresets.Problem(Preset) is { } problem ? [problem] : Array.Empty<string>(),
    ];
}
