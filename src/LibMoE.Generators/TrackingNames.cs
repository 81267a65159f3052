namespace LibMoE.Generators;

/// <summary>The names of the incremental steps, in the order of the pipeline.</summary>
internal static class TrackingNames
{
    /// <summary>One declaration, read and checked.</summary>
    public const string Declarations = nameof(Declarations);

    /// <summary>What is wrong with a declaration, with places; nothing is emitted from here.</summary>
    public const string Diagnostics = nameof(Diagnostics);

    /// <summary>The layers to emit, without places.</summary>
    public const string Layers = nameof(Layers);

    /// <summary>The stand-ins to emit for wrong declarations.</summary>
    public const string Skeletons = nameof(Skeletons);

    /// <summary>The files of the assembly whose names need a number, because only upper and lower case tell them from another.</summary>
    public const string HintNames = nameof(HintNames);

    /// <summary>The layers of the assembly in the order of their declaration.</summary>
    public const string Registration = nameof(Registration);
}
