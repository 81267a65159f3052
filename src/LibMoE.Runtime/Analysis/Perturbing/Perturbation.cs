namespace LibMoE.Runtime;

/// <summary>One disturbance of the routing of a model, through <see cref="MoeContext.Reroute"/>.</summary>
/// <param name="Name">The family.</param>
/// <param name="Reroute">A layer and what it decided by itself, to the picks that take their place.</param>
internal sealed record Perturbation(string Name, Func<MoeLayer, Routing, Picks> Reroute)
{
    /// <summary>What varies in the family; null where nothing does.</summary>
    public double? Value { get; init; }

    /// <summary>The only MoE layer that is disturbed, counted over MoE layers; null for all.</summary>
    public int? Block { get; init; }

    /// <summary>The only expert that is disturbed; null where it is about all.</summary>
    public int? Expert { get; init; }

    /// <summary>The disturbance for <see cref="LanguageModel.Disturbance"/>.</summary>
    public Func<MoeLayer, Routing, Picks> On(LanguageModel model) => (layer, own) =>
        Block is null || model.MoeLayers[Block.Value] == layer ? Reroute(layer, own) : new Picks(own.Experts!, own.Weights);

    /// <summary>The context that disturbs one forward pass of a model. It counts the layers that ask: one context for one pass.</summary>
    public MoeContext Context(LanguageModel model)
    {
        var layer = 0;
        return new MoeContext
        {
            Losses = false,
            Reroute = own =>
            {
                var here = layer++;
                return Block is null || Block == here ? Reroute(model.MoeLayers[here], own) : new Picks(own.Experts!, own.Weights);
            },
        };
    }
}
