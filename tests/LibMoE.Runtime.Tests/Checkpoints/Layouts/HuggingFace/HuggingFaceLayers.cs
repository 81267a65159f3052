namespace LibMoE.Runtime.Tests.Layouts;

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
