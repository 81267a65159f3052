namespace LibMoE.Runtime;

/// <summary>How a group of experts is valued when a token may pick from its best groups only. Experts that were removed do not
/// count.</summary>
public enum GroupValue
{
    /// <summary>As the gate has it: the largest for SoftmaxGate, the sum of the two largest for SigmoidGate and SqrtSoftplusGate.</summary>
    Default,

    /// <summary>The largest selection value in it (DeepSeek-V2).</summary>
    Largest,

    /// <summary>The sum of its two largest selection values, or its only one (DeepSeek-V3; Mistral Small 4 also for softmax).</summary>
    TopTwo,

    /// <summary>The sum of all its selection values.</summary>
    Sum,

    /// <summary>Another name of <see cref="TopTwo"/>.</summary>
    TwoLargest = TopTwo,
}
