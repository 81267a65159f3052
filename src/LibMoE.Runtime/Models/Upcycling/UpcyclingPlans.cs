namespace LibMoE.Runtime.Models.Upcycling;

/// <summary>The plans of a variant's layers: one, or several where blocks differ.</summary>
internal sealed class UpcyclingPlans
{
    private readonly IReadOnlyList<(MoeDeclaration Layer, UpcyclingPlan Plan)> _plans;

    /// <summary>Matches a variant's layers with the FFN of a dense model.</summary>
    /// <exception cref="ConfigurationException">A layer cannot hold the dense FFN; the message says why and what would do.</exception>
    public UpcyclingPlans(FeedForwardShape dense, MoeDeclaration declaration, UpcyclingOptions options) =>
        _plans = [.. declaration.Layers.Select(layer => (layer, new UpcyclingPlan(dense, layer, options)))];

    /// <summary>Why the mixture does not start at what the dense FFN computed, of all layers together.</summary>
    public IReadOnlyList<string> Departures => [.. _plans.SelectMany(entry => entry.Plan.Departures).Distinct()];

    /// <summary>The plan of a layer.</summary>
    public UpcyclingPlan Of(MoeDeclaration layer) => _plans.First(entry => entry.Layer == layer).Plan;
}
