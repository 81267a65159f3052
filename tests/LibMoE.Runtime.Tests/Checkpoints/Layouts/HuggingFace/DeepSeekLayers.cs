namespace LibMoE.Runtime.Tests.Checkpoints.Layouts.HuggingFace;

/// <summary>The mixture of <see cref="DeepSeekFolder"/>'s DeepSeek-V2-Lite.</summary>
[MoeLayer, Experts<SwiGlu>(8, Hidden = 6), SharedExperts<SwiGlu>(2, Hidden = 6), SoftmaxGate(TopK = 3, Normalize = false, Scale = 1.5)]
public sealed partial class TinyDeepSeekV2Lite;

/// <summary>DeepSeek-V2's, with groups.</summary>
[MoeLayer, Experts<SwiGlu>(8, Hidden = 6), SharedExperts<SwiGlu>(2, Hidden = 6)]
[SoftmaxGate(TopK = 3, Groups = 4, TopGroups = 2, Normalize = false, Scale = 4)]
public sealed partial class TinyDeepSeekV2;

/// <summary>DeepSeek-V3's.</summary>
[MoeLayer, Experts<SwiGlu>(8, Hidden = 6), SharedExperts<SwiGlu>(2, Hidden = 6), BiasBalance(0.001)]
[SigmoidGate(TopK = 3, Groups = 4, TopGroups = 2, Scale = 2.5)]
public sealed partial class TinyDeepSeekV3;

/// <summary>Kimi K2's, without groups.</summary>
[MoeLayer, Experts<SwiGlu>(8, Hidden = 6), SharedExperts<SwiGlu>(2, Hidden = 6), SigmoidGate(TopK = 3, Scale = 2.827), BiasBalance(0.001)]
public sealed partial class TinyKimiK2;

/// <summary>DeepSeek-V3's with weights as they are.</summary>
[MoeLayer, Experts<SwiGlu>(8, Hidden = 6), SharedExperts<SwiGlu>(2, Hidden = 6), BiasBalance(0.001)]
[SigmoidGate(TopK = 3, Groups = 4, TopGroups = 2, Scale = 2.5, Normalize = false)]
public sealed partial class TinyPlainDeepSeekV3;

/// <summary>DeepSeek-V3's as transformers' code masks its groups.</summary>
[MoeLayer, Experts<SwiGlu>(8, Hidden = 6), SharedExperts<SwiGlu>(2, Hidden = 6), BiasBalance(0.001)]
[SigmoidGate(TopK = 3, Groups = 4, TopGroups = 2, Scale = 2.5, MaskByZero = true)]
public sealed partial class TinyMaskedDeepSeekV3;

/// <summary>DeepSeek-V2's, whose scores are all above 0, so that a mask of 0 picks the same.</summary>
[MoeLayer, Experts<SwiGlu>(8, Hidden = 6), SharedExperts<SwiGlu>(2, Hidden = 6)]
[SoftmaxGate(TopK = 3, Groups = 4, TopGroups = 2, Normalize = false, Scale = 4, MaskByZero = true)]
public sealed partial class TinyMaskedDeepSeekV2;
