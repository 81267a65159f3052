namespace LibMoE.Runtime.Tests.Models.Vision;

/// <summary>LibMoE's vision mixture: six experts, three picked, biases on both projections.</summary>
[MoeLayer, Experts<GeluTanh>(6, Bias = true), SoftmaxGate(TopK = 3), SwitchBalance(0.01), RouterZLoss(0.001)]
public sealed partial class SixTanh;

[MoeLayer, Experts<QuickGelu>(4, Bias = true), SoftmaxGate(TopK = 2), SwitchBalance(0.01)]
public sealed partial class FourQuick;

[MoeLayer, Experts<Gelu>(6, Bias = true), SoftmaxGate(TopK = 3), SwitchBalance(0.01), RouterZLoss(0.001)]
public sealed partial class SixGelu;

[MoeLayer, Experts<Gelu>(4, Bias = true), SigmoidGate(TopK = 2)]
public sealed partial class FourSigmoidGelu;

[MoeLayer, Experts<QuickGelu>(4), SoftmaxGate(TopK = 2)]
public sealed partial class FourQuickWithoutBias;

[MoeLayer, Experts<QuickGelu>(4, Bias = true), SharedExperts<QuickGelu>(1), SoftmaxGate(TopK = 2)]
public sealed partial class SharedQuick;

[MoeLayer, Experts<Gelu>(4, Bias = true), Experts<Copy>(1), SoftmaxGate(TopK = 2)]
public sealed partial class GeluAndCopy;

[MoeLayer, Experts<SwiGlu>(4), SoftmaxGate(TopK = 2), SwitchBalance(0.01)]
public sealed partial class FourSwiGlu;

[MoeLayer, Experts<QuickGelu>(4, Bias = true), ExpertChoiceGate(2)]
public sealed partial class ChosenQuick;
