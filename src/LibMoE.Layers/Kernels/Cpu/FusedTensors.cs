using static TorchSharp.torch;

namespace LibMoE.Runtime.Kernels.Cpu;

/// <summary>The tensors of one call of <see cref="FusedExperts"/>, contiguous, in the order in which autograd keeps them.</summary>
/// <param name="X_TD">The tokens, float32.</param>
/// <param name="Weights_TK">The weights of the picks, float32; null: 1.</param>
/// <param name="Up">The first matrices, flat.</param>
/// <param name="Down">The second matrices, flat.</param>
/// <param name="UpBias">The first biases, flat, or null.</param>
/// <param name="Pick_N">The plan's pick of every row.</param>
/// <param name="Row_P">The plan's row of every pick.</param>
/// <param name="H_NW">The values before the activation; null in a forward without backward.</param>
internal sealed record FusedTensors(
    Tensor X_TD, Tensor? Weights_TK, Tensor Up, Tensor Down, Tensor? UpBias, Tensor Pick_N, Tensor Row_P, Tensor? H_NW)
{
    /// <summary>All but h, as arguments of an autograd function.</summary>
    public Tensor?[] Inputs => [X_TD, Weights_TK, Up, Down, UpBias, Pick_N, Row_P];

    public bool WantsGradient => Inputs.Any(input => input is { requires_grad: true });

    /// <summary>The same call with the matrices as the kernels take them.</summary>
    public FusedTensors As(KernelSet kernels) => this with { Up = kernels.Operand(Up), Down = kernels.Operand(Down) };

    public static FusedTensors From(IReadOnlyList<Tensor?> tensors) => new(
        tensors[0]!, tensors[1], tensors[2]!, tensors[3]!, tensors[4], tensors[5]!, tensors[6]!, tensors.Count > 7 ? tensors[7] : null);
}
