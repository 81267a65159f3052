namespace LibMoE.Runtime.Tests.Checkpoints.Layouts.HuggingFace;

/// <summary>The mixture of <see cref="HuggingFaceFolder"/>'s Mixtral.</summary>
[MoeLayer, Experts<SwiGlu>(4, Hidden = 10), SoftmaxGate(TopK = 2), SwitchBalance(0.02)]
public sealed partial class TinyMixtral;

/// <summary>OLMoE's, at the model's own width.</summary>
[MoeLayer, Experts<SwiGlu>(4), SoftmaxGate(TopK = 2, Normalize = false)]
public sealed partial class TinyOlmoe;

/// <summary>Qwen2-MoE's, with two shared experts that make up one.</summary>
[MoeLayer, Experts<SwiGlu>(4, Hidden = 6), SharedExperts<SwiGlu>(2, Hidden = 4, Gated = true), SoftmaxGate(TopK = 2, Normalize = false)]
public sealed partial class TinyQwen2Moe;

/// <summary>Qwen3-MoE's.</summary>
[MoeLayer, Experts<SwiGlu>(4, Hidden = 6), SoftmaxGate(TopK = 2)]
public sealed partial class TinyQwen3Moe;

/// <summary>DeepSeekMoE's.</summary>
[MoeLayer, Experts<SwiGlu>(4, Hidden = 6), SharedExperts<SwiGlu>(2, Hidden = 6), SoftmaxGate(TopK = 2, Normalize = false)]
public sealed partial class TinyDeepSeekMoe;

/// <summary>Qwen2-MoE's with normalised weights.</summary>
[MoeLayer, Experts<SwiGlu>(4, Hidden = 6), SharedExperts<SwiGlu>(1, Hidden = 8, Gated = true), SoftmaxGate(TopK = 2)]
public sealed partial class TinyNormalizedQwen2Moe;

/// <summary>Qwen3-MoE's with weights as they are.</summary>
[MoeLayer, Experts<SwiGlu>(4, Hidden = 6), SoftmaxGate(TopK = 2, Normalize = false)]
public sealed partial class TinyPlainQwen3Moe;

#pragma warning disable MOE101 // Its router is not trained here.
/// <summary>Mixtral's with one pick.</summary>
[MoeLayer, Experts<SwiGlu>(4, Hidden = 10), SoftmaxGate(TopK = 1)]
public sealed partial class TinySingleMixtral;
#pragma warning restore MOE101

/// <summary>DeepSeekMoE's with normalised weights.</summary>
[MoeLayer, Experts<SwiGlu>(4, Hidden = 6), SharedExperts<SwiGlu>(2, Hidden = 6), SoftmaxGate(TopK = 2)]
public sealed partial class TinyNormalizedDeepSeekMoe;

/// <summary>DeepSeekMoE's with one pick, whose weight stays its score.</summary>
[MoeLayer, Experts<SwiGlu>(4, Hidden = 6), SharedExperts<SwiGlu>(2, Hidden = 6), SoftmaxGate(TopK = 1, Normalize = false)]
public sealed partial class TinySingleDeepSeekMoe;
