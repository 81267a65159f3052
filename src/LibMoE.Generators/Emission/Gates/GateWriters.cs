namespace LibMoE.Generators.Emission;

/// <summary>The writer of each built-in gate.</summary>
internal static class GateWriters
{
    private static readonly Dictionary<string, GateWriter> Table = new()
    {
        ["SoftmaxGate"] = new SoftmaxGateWriter(),
        ["SigmoidGate"] = new SigmoidGateWriter(),
        ["SqrtSoftplusGate"] = new SqrtSoftplusGateWriter(),
        ["CosineGate"] = new CosineGateWriter(),
        ["PerturbedCosineGate"] = new PerturbedCosineGateWriter(),
        ["XMoeGate"] = new XMoeGateWriter(),
        ["HyperGate"] = new HyperGateWriter(),
        ["ResidualGate"] = new ResidualGateWriter(),
        ["NoisyTopKGate"] = new NoisyTopKGateWriter(),
        ["SparseMixerGate"] = new SparseMixerGateWriter(),
        ["TopPGate"] = new TopPGateWriter(),
        ["ThresholdGate"] = new ThresholdGateWriter(),
        ["ReluGate"] = new ReluGateWriter(),
        ["TernaryGate"] = new TernaryGateWriter(),
        ["ExpertChoiceGate"] = new ExpertChoiceGateWriter(),
        ["HashGate"] = new HashGateWriter(),
        ["SoftSlotsGate"] = new SoftSlotsGateWriter(),
    };

    /// <summary>The writer of a gate.</summary>
    public static GateWriter Of(string gate) => Table[gate];
}
