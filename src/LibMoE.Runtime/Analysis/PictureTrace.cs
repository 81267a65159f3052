namespace LibMoE.Runtime;

/// <summary>An image with a question, what the model answers, and which experts handled each patch, in each MoE layer that
/// sees.</summary>
public sealed record PictureTrace
{
    /// <summary>The kind of question; empty for none.</summary>
    public required string Kind { get; init; }

    /// <summary>The question; empty where the data have no tokenizer.</summary>
    public required string Question { get; init; }

    /// <summary>The answer that is right.</summary>
    public required string Answer { get; init; }

    /// <summary>The model's answer: the most likely token in the place of each of the right ones.</summary>
    public required string Said { get; init; }

    /// <summary>Whether the two are the same, token by token.</summary>
    public required bool IsRight { get; init; }

    /// <summary>The square that the encoder saw, as PNG.</summary>
    public required byte[] Png { get; init; }

    /// <summary>Patches of a side.</summary>
    public required int Grid { get; init; }

    /// <summary>The MoE layers that see, from the first to the last.</summary>
    public required IReadOnlyList<PatchTrace> Layers { get; init; }
}

/// <summary>What one MoE layer did with the patches of an image.</summary>
/// <param name="Name">Where the layer stands, such as <c>encoder block 0</c> or <c>connector</c>.</param>
/// <param name="Patches">The picks of its Grid·Grid patches, row by row.</param>
public sealed record PatchTrace(string Name, BlockTrace Patches);
