using LibMoE.Generators.Models;

namespace LibMoE.Generators.Emission;

/// <summary>The writer of each built-in balancing term.</summary>
internal static class BalanceWriters
{
    private static readonly string[] EntropyOver = ["Token", "Sequence", "Batch"];
    private static readonly string[] EntropyFormulas =
        ["mean_t Σ_e p·ln p", "mean over sequences of Σ_e p̄·ln p̄", "Σ_e p̄·ln p̄ over all tokens"];

    private static readonly Dictionary<string, BalanceWriter> Table = new()
    {
        ["SwitchBalance"] = new(
            TermNeeds.Shares,
            _ => "E·Σ_e f_e·P_e,  f_e = n_e/Σn,  P_e = mean_t s_e/Σs",
            at => $"BalanceTerms.Switch({at.Names.Shares}, counts_E, tokens.mask_T{Ranks(at)})"),
        ["GlobalBatchBalance"] = new(
            TermNeeds.Shares | TermNeeds.StepPicks,
            _ => "E·Σ_e f_e·P_e,  f_e = n_e/Σn over the step's micro-batches so far,  P_e = mean_t s_e/Σs",
            at => $"BalanceTerms.Switch({at.Names.Shares}, stepCounts_E, tokens.mask_T)"),
        ["SequenceBalance"] = new(
            TermNeeds.Shares,
            part => "mean over sequences of E·Σ_e f_e·P_e,  f_e = n_e/Σn"
                + (IsUnbiased(part) ? " of the K largest s" : "") + ",  P_e = mean_t s_e/Σs",
            at => IsUnbiased(at.Part)
                ? $"BalanceTerms.Sequence({at.Names.Shares}, Picking.Largest({Ranking(at)}, K, tokens.mask_T), "
                    + "tokens.Sequences, tokens.mask_T)"
                : $"BalanceTerms.Sequence({at.Names.Shares}, experts_TK, tokens.Sequences, tokens.mask_T)"),
        ["Top1Balance"] = new(
            TermNeeds.None,
            _ => "mean over sequences of E·Σ_e f_e·P_e,  f from first picks,  P_e = mean_t softmax(l)_e",
            at => $"BalanceTerms.Top1({at.Names.Logits}, experts_TK, tokens.Sequences, tokens.mask_T)"),
        ["EntropyBalance"] = new(
            TermNeeds.None,
            part => EntropyFormulas[part.Int("Over")] + ",  p = softmax(l)",
            at => at.Part.Int("Over") switch
            {
                0 => $"BalanceTerms.TokenEntropy({at.Names.Logits}, tokens.mask_T)",
                1 => $"BalanceTerms.SequenceEntropy({at.Names.Logits}, tokens.Sequences, tokens.mask_T)",
                _ => $"BalanceTerms.BatchEntropy({at.Names.Logits}, tokens.mask_T{Ranks(at)})",
            },
            part => "." + EntropyOver[part.Int("Over")]),
        ["ImportanceBalance"] = new(
            TermNeeds.None,
            _ => "CV²(Σ_t w_e)",
            at => $"BalanceTerms.Importance({at.Names.Weights}, experts_TK, E{Ranks(at)})"),
        ["LoadBalance"] = new(
            TermNeeds.None,
            _ => "CV²(Σ_t Φ((l_clean − threshold)/σ))",
            at => $"BalanceTerms.Load(clean_TE, {at.Names.Logits}, std_TE, K, tokens.mask_T{Ranks(at)})"),
        ["RouterZLoss"] = new(
            TermNeeds.None,
            _ => "mean_t logsumexp(l)²",
            at => $"BalanceTerms.RouterZ({at.Names.Logits}, tokens.mask_T)"),
        ["HeterogeneousBalance"] = new(
            TermNeeds.Shares,
            part => $"E·Σ_e η_e·f_e·P_e,  η = 1 for FFN experts, {Text.Number(part.Double("Tau"))} for zero-compute ones",
            at => $"BalanceTerms.Heterogeneous({at.Names.Shares}, counts_E, {FeedForward(at.Layer)}, "
                + $"{Text.Double(at.Part.Double("Tau"))}, tokens.mask_T{Ranks(at)})"),
        ["DiversityLoss"] = new(
            TermNeeds.Outputs,
            _ => "mean_t Σ_{i≠j} relu(cos(y_i, y_j))/(K·(K−1)) over the picks' outputs",
            at => $"BalanceTerms.Diversity({new LatentSpace(at.Layer).Outputs}, K, tokens.mask_T)"),
        ["BiasBalance"] = new(TermNeeds.None, ScoreBias.Formula, null) { AfterStep = ScoreBias.AfterStep },
    };

    /// <summary>The writer of a term.</summary>
    public static BalanceWriter Of(CustomPartModel term) => term.Implementation is null
        ? Table[term.Name]
        : new(TermNeeds.Inputs, _ => term.Description is { } formula ? $"({formula})" : term.Implementation.Replace("global::", ""), null);

    /// <summary>c of a built-in term, whatever its attribute calls it.</summary>
    public static double Coefficient(PartModel part) => part.Double(part.Has("Rate") ? "Rate" : "Coefficient");

    /// <summary>c in a formula: the number; "c" where a term of the user's own does not take it as an argument of that name.</summary>
    public static string CoefficientText(CustomPartModel term) =>
        term.Implementation is null
            ? Text.Number(Coefficient(term.Part))
            : term.Part.Has("Coefficient") ? Text.Number(term.Part.Double("Coefficient")) : "c";

    /// <summary>The argument by which a term of a whole batch sees the parts that other processes compute.</summary>
    private static string Ranks(TermPlace at) => at.Part.Bool("PerRank") ? "" : ", BatchRanks";

    private static bool IsUnbiased(PartModel part) => part.Int("Picks") == 1;

    /// <summary>What ranks experts as their scores do; logits of built-in gates do it without rounding.</summary>
    private static string Ranking(TermPlace at) => at.Layer.Gate.Implementation is null ? at.Names.Logits : at.Names.Scores;

    /// <summary>How many experts are FFNs: the sum of the groups' constants.</summary>
    private static string FeedForward(LayerModel layer) =>
        string.Join(" + ", new ExpertLayout(layer).FeedForwardCounts.DefaultIfEmpty("0"));
}
