using System.ComponentModel;

namespace LibMoE;

/// <summary>What an entropy is taken over.</summary>
public enum Over
{
    /// <summary>Each token's own distribution.</summary>
    Token,

    /// <summary>The mean distribution of a sequence.</summary>
    Sequence,

    /// <summary>The mean distribution of all tokens of the call.</summary>
    Batch,
}

/// <summary>
/// c·mean(−H(p)), p = softmax(l), H in nats: per token, of the mean p of a sequence, or of the mean p of the call. Lowest when p is
/// uniform.
/// </summary>
/// <param name="coefficient">c, the factor on the term.</param>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = true, Inherited = false)]
public sealed class EntropyBalanceAttribute(double coefficient) : BalanceAttribute(coefficient)
{
    /// <summary>What the entropy is taken over.</summary>
    [DefaultValue(Over.Token)]
    public Over Over { get; init; } = Over.Token;

    /// <summary>
    /// Whether each of several processes that train together looks at its own part of the batch, as at a micro-batch. By default the term
    /// looks at the whole batch. For <see cref="Over.Batch"/> alone; the others are means over tokens or sequences.
    /// </summary>
    [DefaultValue(false)]
    public bool PerRank { get; init; }
}
