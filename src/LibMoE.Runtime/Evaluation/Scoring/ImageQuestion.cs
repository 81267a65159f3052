namespace LibMoE.Runtime;

/// <summary>A question on images, as it is asked of a model.</summary>
/// <param name="Images">The images, encoded, in the order in which they are shown; none where the question is asked alone.</param>
/// <param name="Prompt">The question with its instruction, without a conversation's template and without places for images.</param>
/// <param name="MaxTokens">How many tokens an answer has at most.</param>
/// <param name="Until">An answer ends before any of these texts.</param>
public sealed record ImageQuestion(IReadOnlyList<EvaluationImage> Images, string Prompt, int MaxTokens, IReadOnlyList<string> Until);
