using static TorchSharp.torch;

namespace LibMoE.Runtime;

/// <summary>A text that a <see cref="ContinuousBatch"/> is to continue.</summary>
/// <param name="prompt">The ids that it starts with, start id included; at least one.</param>
/// <param name="options">How tokens are drawn; <see cref="GenerationOptions.Model"/> and <see cref="GenerationOptions.Prompt"/> are not
/// read.</param>
public sealed class BatchedText(IReadOnlyList<int> prompt, GenerationOptions options)
{
    /// <summary>The ids that it starts with, start id included.</summary>
    public IReadOnlyList<int> Prompt { get; } = prompt;

    /// <summary>How tokens are drawn.</summary>
    public GenerationOptions Options { get; } = options;

    /// <summary>The ids that end the text, and are not given back.</summary>
    public IReadOnlySet<int> Ends { get; init; } = new HashSet<int>();

    /// <summary>The first id that stands for no piece of text, and ends it as an end id does; null where all ids have pieces.</summary>
    public int? Vocabulary { get; init; }

    /// <summary>How many of the most probable tokens are given back beside each drawn one; null gives no probabilities at all.</summary>
    public int? Best { get; init; }

    /// <summary>Whether the experts that worked on each token are given back.</summary>
    public bool Experts { get; init; }

    /// <summary>
    /// Replaces the picks of this text's tokens, its prompt's among them, and of no other's, as <c>ExpertOrders</c> do: a layer, what it
    /// decided of the text's T tokens and their ids [1, T], to picks [T, K']; null leaves them alone. Where several texts of a batch
    /// have one, all give weights or none does.
    /// </summary>
    public Func<MoeLayer, Routing, Tensor, Picks>? Reroute { get; init; }

    /// <summary>Takes the text out of the batch, at the next step.</summary>
    public CancellationToken Cancellation { get; init; }

    /// <summary>How many tokens its cache can come to hold: all but the last drawn one, and never more than the context.</summary>
    /// <param name="context">The model's context.</param>
    public long CacheTokens(int context) => Math.Min((long)Prompt.Count + Options.Tokens - 1, context);
}
