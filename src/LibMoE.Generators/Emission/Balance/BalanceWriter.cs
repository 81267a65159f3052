using LibMoE.Generators.Models;

namespace LibMoE.Generators.Emission;

/// <summary>What a balancing term reads, besides the coefficient.</summary>
[Flags]
internal enum TermNeeds
{
    /// <summary>Nothing but logits and picks.</summary>
    None = 0,

    /// <summary>All scores.</summary>
    Scores = 1,

    /// <summary>All scores, as shares that sum to 1.</summary>
    Shares = 2 | Scores,

    /// <summary>Each pick's own output.</summary>
    Outputs = 4,

    /// <summary>The picks of the step's calls so far.</summary>
    StepPicks = 16,

    /// <summary>Everything that the runtime hands to a term of the user's own.</summary>
    Inputs = 8 | Scores,
}

/// <summary>A term where it is computed.</summary>
/// <param name="Layer">The declaration.</param>
/// <param name="Part">The term's attribute.</param>
/// <param name="Names">What the forward pass calls the tensors that terms read.</param>
internal sealed record TermPlace(LayerModel Layer, PartModel Part, TensorNames Names);

/// <summary>One balancing term: its formula, what it reads, and the expression that computes it.</summary>
/// <param name="Needs">What it reads.</param>
/// <param name="Formula">The formula after "c·", from the part's options.</param>
/// <param name="Expression">The emitted call, without the coefficient; null where the term is no loss.</param>
/// <param name="Key">What follows the name in the key of the losses.</param>
internal sealed record BalanceWriter(
    TermNeeds Needs, Func<PartModel, string> Formula, Func<TermPlace, string>? Expression, Func<PartModel, string>? Key = null)
{
    /// <summary>What a term does after each optimiser step; null for most.</summary>
    public Func<TermPlace, string>? AfterStep { get; init; }
}
