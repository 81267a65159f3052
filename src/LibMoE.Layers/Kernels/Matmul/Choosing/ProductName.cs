namespace LibMoE.Runtime.Kernels.Matmul.Choosing;

/// <summary>The float32 matmuls that there are to choose from.</summary>
internal enum ProductName
{
    /// <summary><see cref="BlasProduct"/>.</summary>
    Blas,

    /// <summary><see cref="PanelProduct"/>.</summary>
    Panel,
}
