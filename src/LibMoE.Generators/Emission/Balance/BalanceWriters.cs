using LibMoE.Generators.Models;

namespace LibMoE.Generators.Emission;

/// <summary>The writer of each built-in balancing term.</summary>
internal static class BalanceWriters
{
    private static readonly string[] EntropyOver = ["Token", "Sequence", "Batch"];
    private static readonly string[] EntropyFormulas = ["mean_t Σ_e p·ln p", "mean over sequences of Σ_e p̄·ln p̄", "Σ_e p̄·ln p̄ over all tokens"];

    private static readonly Dictionary<string, BalanceWriter> Table = new()
    {
        ["SwitchBalance"] = new(
            TermNeeds.Shares,
            _ => "E·Σ_e f_e·P_e,  f_e = n_e/Σn,  P_e = mean_t s_e/Σs",
            (_, _) => "BalanceTerms.Switch(shares_TE, counts_E, tokens.mask_T)"),
        ["SequenceBalance"] = new(
            TermNeeds.Shares,
            part => "mean over sequences of E·Σ_e f_e·P_e,  f_e = n_e/Σn"
                + (IsUnbiased(part) ? " of the K largest s" : "") + ",  P_e = mean_t s_e/Σs",
            (layer, part) => IsUnbiased(part)
                ? $"BalanceTerms.Sequence(shares_TE, Picking.Largest({Ranking(layer)}, K, tokens.mask_T), tokens.Sequences, tokens.mask_T)"
                : "BalanceTerms.Sequence(shares_TE, experts_TK, tokens.Sequences, tokens.mask_T)"),
        ["Top1Balance"] = new(
            TermNeeds.None,
            _ => "mean over sequences of E·Σ_e f_e·P_e,  f from first picks,  P_e = mean_t softmax(l)_e",
            (_, _) => "BalanceTerms.Top1(logits_TE, experts_TK, tokens.Sequences, tokens.mask_T)"),
        ["EntropyBalance"] = new(
            TermNeeds.None,
            part => EntropyFormulas[part.Int("Over")] + ",  p = softmax(l)",
            (_, part) => part.Int("Over") switch
            {
                0 => "BalanceTerms.TokenEntropy(logits_TE, tokens.mask_T)",
                1 => "BalanceTerms.SequenceEntropy(logits_TE, tokens.Sequences, tokens.mask_T)",
                _ => "BalanceTerms.BatchEntropy(logits_TE, tokens.mask_T)",
            },
            part => "." + EntropyOver[part.Int("Over")]),
        ["ImportanceBalance"] = new(
            TermNeeds.None,
            _ => "CV²(Σ_t w_e)",
            (_, _) => "BalanceTerms.Importance(weights_TK, experts_TK, E)"),
        ["LoadBalance"] = new(
            TermNeeds.None,
            _ => "CV²(Σ_t Φ((l_clean − threshold)/σ))",
            (_, _) => "BalanceTerms.Load(clean_TE, logits_TE, std_TE, K, tokens.mask_T)"),
        ["RouterZLoss"] = new(
            TermNeeds.None,
            _ => "mean_t logsumexp(l)²",
            (_, _) => "BalanceTerms.RouterZ(logits_TE, tokens.mask_T)"),
        ["HeterogeneousBalance"] = new(
            TermNeeds.Shares,
            part => $"E·Σ_e η_e·f_e·P_e,  η = 1 for FFN experts, {Text.Number(part.Double("Tau"))} for zero-compute ones",
            (layer, part) => $"BalanceTerms.Heterogeneous(shares_TE, counts_E, feedForward: {FeedForward(layer)}, {Text.Double(part.Double("Tau"))}, tokens.mask_T)"),
        ["DiversityLoss"] = new(
            TermNeeds.Outputs,
            _ => "mean_t Σ_{i≠j} relu(cos(y_i, y_j))/(K·(K−1)) over the picks' outputs",
            (_, _) => "BalanceTerms.Diversity(outputs_TKD, K, tokens.mask_T)"),
        ["BiasBalance"] = new(TermNeeds.None, _ => "sign(mean n − n_e), added to b_e after each optimiser step", null),
    };

    /// <summary>The writer of a term.</summary>
    public static BalanceWriter Of(CustomPartModel term) => term.Implementation is null
        ? Table[term.Name]
        : new(TermNeeds.Shares, _ => term.Description is { } formula ? $"({formula})" : term.Implementation.Replace("global::", ""), null);

    /// <summary>c of a built-in term, whatever its attribute calls it.</summary>
    public static double Coefficient(PartModel part) => part.Double(part.Has("Rate") ? "Rate" : "Coefficient");

    /// <summary>c in a formula: the number; "c" where a term of the user's own does not take it as an argument of that name.</summary>
    public static string CoefficientText(CustomPartModel term) =>
        term.Implementation is null ? Text.Number(Coefficient(term.Part)) : term.Part.Has("Coefficient") ? Text.Number(term.Part.Double("Coefficient")) : "c";

    private static bool IsUnbiased(PartModel part) => part.Int("Picks") == 1;

    /// <summary>What ranks experts as their scores do; logits of built-in gates do it without rounding.</summary>
    private static string Ranking(LayerModel layer) => layer.Gate.Implementation is null ? "logits_TE" : "scores_TE";

    private static int FeedForward(LayerModel layer) =>
        layer.Experts.Where(group => group.Role != ExpertRole.ZeroCompute).Sum(group => group.Count);
}
