namespace LibMoE.Benchmarks.Contenders;

/// <summary>The sizes of one layer and call.</summary>
/// <param name="Name">The name of the shape.</param>
/// <param name="Tokens">T.</param>
/// <param name="Dim">D.</param>
/// <param name="Hidden">H.</param>
/// <param name="Experts">E.</param>
/// <param name="Picks">K.</param>
internal sealed record LayerSize(string Name, int Tokens, int Dim, int Hidden, int Experts, int Picks)
{
    /// <summary>Rows of the expert matmuls.</summary>
    public int Rows => Tokens * Picks;
}
