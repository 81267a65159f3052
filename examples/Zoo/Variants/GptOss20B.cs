namespace Zoo;

/// <summary>
/// gpt-oss-20b (OpenAI 2025, arXiv:2508.10925): four picks out of 32 clamped experts with an offset, biases everywhere.
/// </summary>
/// <remarks>Departs: no balancing loss is named, and none is here; the router is float32, theirs of the model's type.</remarks>
[MoeLayer, Experts<SwiGlu>(32, Limit = 7, Slope = 1.702, UpOffset = 1, Bias = true), SoftmaxGate(TopK = 4, RouterBias = true)]
public sealed partial class GptOss20B;
