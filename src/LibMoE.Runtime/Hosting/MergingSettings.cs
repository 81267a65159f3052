namespace LibMoE.Runtime;

/// <summary>What the verb <c>merge</c> does; configuration section <c>Merging</c>.</summary>
public sealed record MergingSettings
{
    /// <summary>The mixture's file or folder.</summary>
    public string Model { get; init; } = "";

    /// <summary>How experts become one FFN.</summary>
    public MergeKind Kind { get; init; } = MergeKind.Concatenate;

    /// <summary>How many experts stand side by side; 0 takes as many as a token picks.</summary>
    public int Experts { get; init; }

    /// <summary>Optimiser steps to train the dense model on for; 0 trains none.</summary>
    public int Steps { get; init; }

    /// <summary>What is wrong, one sentence each; empty where all is well.</summary>
    public IReadOnlyList<string> Problems() =>
    [
        .. Steps >= 0 ? Array.Empty<string>() : [$"Merging:Steps is {Steps}; it must be at least 0."],
        .. Experts >= 0 ? Array.Empty<string>() : [$"Merging:Experts is {Experts}; it must be at least 0."],
    ];
}
