namespace LibMoE.Runtime;

/// <summary>What gradients are sent and added up in.</summary>
public enum GradientType
{
    /// <summary>As they are.</summary>
    Float32,

    /// <summary>Rounded to bfloat16 before they are added up: half the bytes, and about three digits.</summary>
    BFloat16,
}
