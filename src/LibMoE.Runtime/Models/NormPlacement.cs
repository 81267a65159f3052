namespace LibMoE.Runtime;

/// <summary>Where a block normalises: before its parts read the residual stream, or after them, before what they gave is added.</summary>
public enum NormPlacement
{
    /// <summary>x += f(norm(x)) (Llama and most others).</summary>
    Before,

    /// <summary>x += norm(f(x)) (OLMo 2, Team OLMo 2024; FlexOlmo).</summary>
    After,

    /// <summary>x += norm(f(norm(x))), with weights of their own (Gemma 2, Gemma Team 2024).</summary>
    Both,
}
