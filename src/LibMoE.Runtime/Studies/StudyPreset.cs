using LibMoE.Runtime.Hosting.Studies.Presets;

namespace LibMoE.Runtime.Studies;

/// <summary>A study with a question: settings that ask it, and words that answer it. Adding one is a row in
/// <see cref="StudyPresets"/>.</summary>
/// <param name="Name">What <c>--preset</c> takes.</param>
/// <param name="Question">The question, for help.</param>
/// <param name="Settings">Configuration keys that it sets; whatever else is given overrides them.</param>
/// <param name="Answer">The sentences that answer it, from the cells that finished.</param>
/// <param name="Choose">Changes the plan to the variants that the question is about; null takes it as it is.</param>
internal sealed record StudyPreset(
    string Name,
    string Question,
    IReadOnlyDictionary<string, string?> Settings,
    Func<IReadOnlyList<AnalysedCell>, IReadOnlyList<string>> Answer,
    Func<StudyPlan, StudyPlan>? Choose = null)
{
    /// <summary>Whether it can be asked of a program's own learner, too; otherwise of language models alone.</summary>
    public bool AnyLearner { get; init; }
}

/// <summary>A cell that is done, with its analysis.</summary>
/// <param name="Label">The variant's name.</param>
/// <param name="Result">The result of training.</param>
/// <param name="Analysis">What is known of its routing; null where that was not looked at.</param>
internal sealed record AnalysedCell(string Label, TrainingResult Result, CellAnalysis? Analysis)
{
    /// <summary>The declared layer; null for the dense baseline.</summary>
    public MoeDeclaration? Declaration { get; init; }
}
