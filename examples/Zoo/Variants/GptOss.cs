namespace Zoo;

/// <summary>
/// In the style of gpt-oss-20b (OpenAI 2025, arXiv:2508.10925): four picks out of 32 experts, biases everywhere.
/// </summary>
/// <remarks>
/// Departs: plain SwiGLU, not theirs (clamped at 7, sigmoid of slope 1.702, linear half plus 1); they name no balancing loss.
/// </remarks>
[MoeLayer, Experts<SwiGlu>(32, Bias = true), SoftmaxGate(TopK = 4, RouterBias = true), SwitchBalance(0.01)]
public sealed partial class GptOss;
