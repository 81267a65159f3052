using static TorchSharp.torch;

namespace LibMoE.Runtime.Analysis.Perturbing;

/// <summary>One disturbance of the routing of a model, through <see cref="MoeContext.Reroute"/>.</summary>
/// <param name="Name">The family.</param>
/// <param name="Reroute">A layer, what it decided by itself and the tokens [S, L], to the picks that take their place.</param>
internal sealed record Perturbation(string Name, Func<MoeLayer, Routing, Tensor, Picks> Reroute)
{
    /// <summary>What varies in the family; null where nothing does.</summary>
    public double? Value { get; init; }

    /// <summary>The only MoE layer that is disturbed, counted over MoE layers; null for all.</summary>
    public int? Block { get; init; }

    /// <summary>The only expert that is disturbed; null where it is about all.</summary>
    public int? Expert { get; init; }

    /// <summary>The disturbance for <see cref="LanguageModel.Disturbance"/>.</summary>
    public Func<MoeLayer, Routing, Tensor, Picks> On(LanguageModel model) => (layer, own, ids_SL) =>
        Block is null || model.MoeLayers[Block.Value] == layer ? Reroute(layer, own, ids_SL) : new Picks(own.Experts!, own.Weights);
}
