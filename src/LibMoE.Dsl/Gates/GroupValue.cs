namespace LibMoE.Runtime;

/// <summary>How a group of experts is valued when a token may pick from its best groups only. Experts that were removed do not
/// count.</summary>
/// <remarks>Numbers stay: programs that were compiled hold them.</remarks>
public enum GroupValue
{
    /// <summary>As the gate has it: the largest for SoftmaxGate, the sum of the two largest for SigmoidGate and SqrtSoftplusGate.</summary>
    Default = 3,

    /// <summary>The largest selection value in it (DeepSeek-V2).</summary>
    Largest = 0,

    /// <summary>The sum of its two largest selection values, or its only one (DeepSeek-V3; Mistral Small 4 also for softmax).</summary>
    TopTwo = 1,

    /// <summary>The sum of all its selection values.</summary>
    Sum = 2,

    /// <summary>Another name of <see cref="TopTwo"/>.</summary>
    TwoLargest = TopTwo,
}
