namespace LibMoE.Generators.Reading;

/// <summary>What an attribute is in a declaration.</summary>
internal enum PartRole
{
    /// <summary>The gate.</summary>
    Gate,

    /// <summary>A group of routed experts.</summary>
    Experts,

    /// <summary>The shared experts.</summary>
    SharedExperts,

    /// <summary>The latent space of the routed experts.</summary>
    LatentExperts,

    /// <summary>A balancing or regularising term.</summary>
    Balance,

    /// <summary>The capacity.</summary>
    Capacity,

    /// <summary>The expert dropout.</summary>
    ExpertDropout,

    /// <summary>An option that varies over a family.</summary>
    Vary,
}
