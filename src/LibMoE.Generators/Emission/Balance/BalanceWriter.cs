using LibMoE.Generators.Models;

namespace LibMoE.Generators.Emission;

/// <summary>What a balancing term reads, beside the coefficient.</summary>
[Flags]
internal enum TermNeeds
{
    /// <summary>Nothing but logits and picks.</summary>
    None = 0,

    /// <summary>All scores, as shares that sum to 1.</summary>
    Shares = 1,

    /// <summary>Each pick's own output.</summary>
    Outputs = 2,
}

/// <summary>One balancing term: its formula, what it reads, and the expression that computes it.</summary>
/// <param name="Needs">What it reads.</param>
/// <param name="Formula">The formula after "c·", from the part's options.</param>
/// <param name="Expression">The emitted call, without the coefficient; null where the term is no loss.</param>
/// <param name="Key">What follows the name in the key of the losses.</param>
internal sealed record BalanceWriter(
    TermNeeds Needs, Func<PartModel, string> Formula, Func<LayerModel, PartModel, string>? Expression, Func<PartModel, string>? Key = null);
