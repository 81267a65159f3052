namespace LibMoE.Generators.Emission;

/// <summary>What the forward pass calls the tensors that other parts of it read, each with the letters of its shape.</summary>
/// <param name="Logits">The logits.</param>
/// <param name="Scores">All scores.</param>
/// <param name="Weights">The combine weights.</param>
/// <param name="Shares">The scores as shares that sum to 1: the scores themselves where they are such.</param>
internal sealed record TensorNames(
    string Logits = "logits_TE", string Scores = "scores_TE", string Weights = "weights_TK", string Shares = "shares_TE");
