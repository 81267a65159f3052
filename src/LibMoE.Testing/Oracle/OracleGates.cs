namespace LibMoE.Runtime.Testing.Oracle;

/// <summary>The gates by attribute type.</summary>
internal static class OracleGates
{
    /// <summary>What the declared gate decides about the tokens that count.</summary>
    /// <exception cref="ArgumentException">The oracle does not know the gate, or needs something that it was not given.</exception>
    public static OracleChoice Choose(OracleInput input) => input.Declaration.Gate switch
    {
        TopKGateAttribute gate => OracleTopK.Choose(gate, input),
        NoisyTopKGateAttribute gate => OracleNoisyTopK.Choose(gate, input),
        SparseMixerGateAttribute gate => OracleSparseMixer.Choose(gate, input),
        TopPGateAttribute gate => OracleTopP.Choose(gate, input),
        ThresholdGateAttribute => OracleThreshold.Choose(input),
        TernaryGateAttribute gate => OracleTernary.Choose(gate, input),
        ReluGateAttribute => OracleRelu.Choose(input),
        ExpertChoiceGateAttribute gate => OracleExpertChoice.Choose(gate, input),
        HashGateAttribute gate => OracleHash.Choose(gate, input),
        var gate => throw new ArgumentException($"{input.Declaration.Name}: the oracle has no formula for {gate.GetType().Name}."),
    };
}
