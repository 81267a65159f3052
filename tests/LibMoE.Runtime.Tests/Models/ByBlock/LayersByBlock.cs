namespace LibMoE.Runtime.Tests.Models.ByBlock;

/// <summary>As DeepSeek-V4: the first blocks look their picks up; other experts there, to see that nothing is taken for equal.</summary>
[MoeLayer, Experts<SwiGlu>(4, Hidden = 16), SqrtSoftplusGate(TopK = 2), BiasBalance(0.01), SequenceBalance(0.01)]
public sealed partial class LearnedLate
{
    /// <summary>The first two blocks.</summary>
    [MoeLayer(Blocks = "0-1"), Experts<SwiGlu>(6, Hidden = 16), HashGate(TopK = 2, Table = true, Learned = true)]
    public sealed partial class First;
}

/// <summary>As Llama 4 Maverick: every second block.</summary>
[MoeLayer(Blocks = "1-:2"), Experts<SwiGlu>(4, Hidden = 16), SoftmaxGate(TopK = 2), SwitchBalance(0.01)]
public sealed partial class EverySecond;

/// <summary>Expert counts and gates by block, with a dense block between.</summary>
[MoeLayer(Blocks = "3-"), Experts<SwiGlu>(5, Hidden = 16), SoftmaxGate(TopK = 2), RouterZLoss(0.001)]
public sealed partial class Growing
{
    [MoeLayer(Blocks = "0"), Experts<SwiGlu>(2, Hidden = 16), SigmoidGate(TopK = 1, Normalize = false)]
    public sealed partial class Two;

    [MoeLayer(Blocks = "2"), Experts<SwiGlu>(3, Hidden = 16), SoftmaxGate(TopK = 2), Capacity(1)]
    public sealed partial class Three;
}

/// <summary>Equal to <see cref="EverySecond"/> but for the coefficient of a layer inside.</summary>
[MoeLayer, Experts<SwiGlu>(4), SoftmaxGate(TopK = 2)]
public sealed partial class WeakFirst
{
    [MoeLayer(Blocks = "0"), Experts<SwiGlu>(4), SoftmaxGate(TopK = 2), SwitchBalance(0.01)]
    public sealed partial class First;
}

/// <summary>Another coefficient in the first block than <see cref="WeakFirst"/>.</summary>
[MoeLayer, Experts<SwiGlu>(4), SoftmaxGate(TopK = 2)]
public sealed partial class StrongFirst
{
    [MoeLayer(Blocks = "0"), Experts<SwiGlu>(4), SoftmaxGate(TopK = 2), SwitchBalance(1)]
    public sealed partial class First;
}

/// <summary>Another block than <see cref="WeakFirst"/>.</summary>
[MoeLayer, Experts<SwiGlu>(4), SoftmaxGate(TopK = 2)]
public sealed partial class WeakSecond
{
    [MoeLayer(Blocks = "1"), Experts<SwiGlu>(4), SoftmaxGate(TopK = 2), SwitchBalance(0.01)]
    public sealed partial class Second;
}

/// <summary>What all three are without a layer inside.</summary>
[MoeLayer, Experts<SwiGlu>(4), SoftmaxGate(TopK = 2)]
public sealed partial class Uniform;

/// <summary>DeepSeekMoE's mixtures, which come after a dense block.</summary>
[MoeLayer(Blocks = "1-"), Experts<SwiGlu>(4, Hidden = 6), SharedExperts<SwiGlu>(2, Hidden = 6)]
[SoftmaxGate(TopK = 2, Normalize = false)]
public sealed partial class AfterFirst;

/// <summary>The same layer in other blocks.</summary>
[MoeLayer(Blocks = "0"), Experts<SwiGlu>(4, Hidden = 6), SharedExperts<SwiGlu>(2, Hidden = 6)]
[SoftmaxGate(TopK = 2, Normalize = false)]
public sealed partial class OnlyFirst;

/// <summary>Blocks without counts of picks before those with them.</summary>
[MoeLayer, Experts<SwiGlu>(4, Hidden = 16), SoftmaxGate(TopK = 2)]
public sealed partial class AfterSlots
{
    [MoeLayer(Blocks = "0-1"), Experts<SwiGlu>(2, Hidden = 16), SoftSlotsGate(1)]
    public sealed partial class Slots;
}
