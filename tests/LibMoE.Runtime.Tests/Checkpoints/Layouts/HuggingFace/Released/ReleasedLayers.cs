namespace LibMoE.Runtime.Tests.Checkpoints.Layouts.HuggingFace.Released;

/// <summary>dots.llm1's.</summary>
[MoeLayer, Experts<SwiGlu>(8, Hidden = 6), SharedExperts<SwiGlu>(2, Hidden = 6), SigmoidGate(TopK = 3, Scale = 2.5), BiasBalance(0.001)]
public sealed partial class TinyDots1;

/// <summary>GLM-4.5's, whose bias stands still after a while.</summary>
[MoeLayer, Experts<SwiGlu>(8, Hidden = 6), SharedExperts<SwiGlu>(1, Hidden = 6), SigmoidGate(TopK = 3, Scale = 2.5)]
[BiasBalance(0.001, FreezeAfter = 1000), SequenceBalance(0.0001, Picks = BalancePicks.Unbiased)]
public sealed partial class TinyGlm45;

/// <summary>Solar-Open's.</summary>
[MoeLayer, Experts<SwiGlu>(8, Hidden = 6), SharedExperts<SwiGlu>(1, Hidden = 6), SigmoidGate(TopK = 3), BiasBalance(0.001)]
public sealed partial class TinySolarOpen;

/// <summary>Hy3's.</summary>
[MoeLayer, Experts<SwiGlu>(8, Hidden = 6), SharedExperts<SwiGlu>(1, Hidden = 6), SigmoidGate(TopK = 3, Scale = 2.826), BiasBalance(0.001)]
public sealed partial class TinyHy3;

/// <summary>MiniMax-M2's.</summary>
[MoeLayer, Experts<SwiGlu>(8, Hidden = 6), SigmoidGate(TopK = 3), BiasBalance(0.001)]
public sealed partial class TinyMiniMaxM2;

/// <summary>ERNIE 4.5's.</summary>
[MoeLayer, Experts<SwiGlu>(8, Hidden = 6), SharedExperts<SwiGlu>(2, Hidden = 6), SoftmaxGate(TopK = 3), BiasBalance(0.001)]
public sealed partial class TinyErnie45;

/// <summary>Ling 1's.</summary>
[MoeLayer, Experts<SwiGlu>(8, Hidden = 6), SharedExperts<SwiGlu>(2, Hidden = 6), SoftmaxGate(TopK = 3)]
public sealed partial class TinyLing;

/// <summary>Ling 2's.</summary>
[MoeLayer, Experts<SwiGlu>(8, Hidden = 6), SharedExperts<SwiGlu>(1, Hidden = 6), BiasBalance(0.001)]
[SigmoidGate(TopK = 3, Groups = 4, TopGroups = 2, Scale = 2.5)]
public sealed partial class TinyLingV2;

/// <summary>gpt-oss'.</summary>
[MoeLayer, Experts<SwiGlu>(6, Hidden = 32, Limit = 7, Slope = 1.702, UpOffset = 1, Bias = true), SoftmaxGate(TopK = 3, RouterBias = true)]
public sealed partial class TinyGptOss;

/// <summary>Hunyuan-A13B's.</summary>
[MoeLayer, Experts<SwiGlu>(8, Hidden = 6), SharedExperts<SwiGlu>(1, Hidden = 6), SoftmaxGate(TopK = 3)]
public sealed partial class TinyHunyuan;

/// <summary>dots.llm1's with groups, masked as transformers' code does.</summary>
[MoeLayer, Experts<SwiGlu>(8, Hidden = 6), SharedExperts<SwiGlu>(2, Hidden = 6), BiasBalance(0.001)]
[SigmoidGate(TopK = 3, Scale = 2.5, Groups = 4, TopGroups = 2, MaskByZero = true)]
public sealed partial class TinyGroupedDots1;

/// <summary>dots.llm1's with groups, masked as DeepSeek's code does.</summary>
[MoeLayer, Experts<SwiGlu>(8, Hidden = 6), SharedExperts<SwiGlu>(2, Hidden = 6), BiasBalance(0.001)]
[SigmoidGate(TopK = 3, Scale = 2.5, Groups = 4, TopGroups = 2)]
public sealed partial class TinyInfiniteDots1;

/// <summary>GLM-4.5's with groups.</summary>
[MoeLayer, Experts<SwiGlu>(8, Hidden = 6), SharedExperts<SwiGlu>(1, Hidden = 6), BiasBalance(0.001)]
[SigmoidGate(TopK = 3, Scale = 2.5, Groups = 4, TopGroups = 2, MaskByZero = true)]
public sealed partial class TinyGroupedGlm45;

/// <summary>Solar-Open's with groups.</summary>
[MoeLayer, Experts<SwiGlu>(8, Hidden = 6), SharedExperts<SwiGlu>(1, Hidden = 6), BiasBalance(0.001)]
[SigmoidGate(TopK = 3, Groups = 4, TopGroups = 2, MaskByZero = true)]
public sealed partial class TinyGroupedSolarOpen;

/// <summary>Ling 2's, masked by 0.</summary>
[MoeLayer, Experts<SwiGlu>(8, Hidden = 6), SharedExperts<SwiGlu>(1, Hidden = 6), BiasBalance(0.001)]
[SigmoidGate(TopK = 3, Groups = 4, TopGroups = 2, Scale = 2.5, MaskByZero = true)]
public sealed partial class TinyMaskedLingV2;

/// <summary>Granite's.</summary>
[MoeLayer, Experts<SwiGlu>(8, Hidden = 6), SoftmaxGate(TopK = 3)]
public sealed partial class TinyGranite;

/// <summary>Granite's with a shared expert.</summary>
[MoeLayer, Experts<SwiGlu>(8, Hidden = 6), SharedExperts<SwiGlu>(1, Hidden = 10), SoftmaxGate(TopK = 3)]
public sealed partial class TinyGraniteShared;

/// <summary>FlexOlmo's.</summary>
[MoeLayer, Experts<SwiGlu>(8, Hidden = 6), SoftmaxGate(TopK = 3, Normalize = false)]
public sealed partial class TinyFlexOlmo;

/// <summary>GLM-4.5's with weights as they are.</summary>
[MoeLayer, Experts<SwiGlu>(8, Hidden = 6), SharedExperts<SwiGlu>(1, Hidden = 6)]
[SigmoidGate(TopK = 3, Normalize = false), BiasBalance(0.001)]
public sealed partial class TinyPlainSigmoid;
