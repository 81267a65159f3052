namespace LibMoE.Runtime.Evaluation.Scoring.Answers;

/// <summary>What a rule makes of an answer.</summary>
/// <param name="Score">From 0, wrong, to 1, right.</param>
/// <param name="Read">What was read out of the answer, in the words of the key; null where the rule finds nothing in it.</param>
internal readonly record struct Verdict(double Score, string? Read)
{
    /// <summary>Right or wrong by what was read.</summary>
    public static Verdict Of(string? read, string target) => new(read == target ? 1 : 0, read);
}
