namespace LibMoE.Runtime;

/// <summary>The content of <c>diagnosis.json</c>: where the numbers of a run that had to stop are not finite.</summary>
public sealed record NonFiniteReport
{
    /// <summary>The file's name in the run's folder.</summary>
    public const string FileName = "diagnosis.json";

    /// <summary>The step, from 0.</summary>
    public required int Step { get; init; }

    /// <summary>Task loss of the step in nats per token.</summary>
    public required double Loss { get; init; }

    /// <summary>Its balancing terms.</summary>
    public required double AuxiliaryLoss { get; init; }

    /// <summary>The global norm of its gradients.</summary>
    public required double GradientNorm { get; init; }

    /// <summary>How many steps in a row were like this.</summary>
    public required int SkippedInARow { get; init; }

    /// <summary>The first block whose output is not finite; null where all are, or the trouble is before the first block.</summary>
    public required int? FirstBlock { get; init; }

    /// <summary>How many tokens of the batch leave that block with a number that is not finite.</summary>
    public required long Tokens { get; init; }

    /// <summary>The experts of that block of whose picks the largest share is by those tokens; empty without counts.</summary>
    public required IReadOnlyList<int> Experts { get; init; }

    /// <summary>Whether that block's router made logits that are not finite from tokens that are.</summary>
    public bool Router { get; init; }

    /// <summary>The first balancing term that is not finite, with its block; null where all are.</summary>
    public NonFiniteTerm? Term { get; init; }

    /// <summary>Parameters with numbers that are not finite.</summary>
    public required IReadOnlyList<NonFiniteTensor> Parameters { get; init; }

    /// <summary>Parameters whose gradients have numbers that are not finite, in the order of the forward pass.</summary>
    public required IReadOnlyList<NonFiniteTensor> Gradients { get; init; }

    /// <summary>The token ids of the batch's sequences, with the last target.</summary>
    public required IReadOnlyList<IReadOnlyList<long>> Batch { get; init; }

    /// <summary>Where it begins, in a few words.</summary>
    public string Place => (Parameters, FirstBlock) switch
    {
        ([var parameter, ..], _) => $"the parameter {parameter}",
        (_, { } block) when Router => $"the router of block {block}",
        (_, { } block) => $"the output of block {block}" + (Experts.Count > 0 ? $", expert {string.Join(", ", Experts)}" : ""),
        _ when Term is { } term => $"the balancing term {term.Name} of the router of block {term.Block}",

        // Gradients flow from the last parameter to the first, and a bad one spoils all that come after it.
        _ => Gradients is [.., var gradient] ? $"the gradient of {gradient}" : "the loss",
    };
}

/// <summary>A balancing term that is not finite.</summary>
/// <param name="Name">Its key in <see cref="Routing.Losses"/>.</param>
/// <param name="Block">The block.</param>
public sealed record NonFiniteTerm(string Name, int Block);

/// <summary>A tensor with numbers that are not finite.</summary>
/// <param name="Name">Its state-dict name.</param>
/// <param name="Block">The block that it belongs to; null outside the blocks.</param>
/// <param name="Experts">Of a tensor of stacked experts, which of them; empty for others.</param>
/// <param name="Count">How many numbers.</param>
public sealed record NonFiniteTensor(string Name, int? Block, IReadOnlyList<int> Experts, long Count)
{
    /// <inheritdoc/>
    public override string ToString() => Name + (Experts.Count > 0 ? $" of expert {string.Join(", ", Experts)}" : "");
}
