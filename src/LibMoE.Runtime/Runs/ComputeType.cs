namespace LibMoE.Runtime;

/// <summary>What the matmuls of the experts are computed in; the parameters stay float32.</summary>
public enum ComputeType
{
    /// <summary>32 bits.</summary>
    Float32,

    /// <summary>16 bits with float32's range: faster where the processor has instructions for it.</summary>
    BFloat16,
}
