namespace LibMoE.Runtime.Testing.Oracle;

/// <summary>Numbers that the formulas take from a declaration.</summary>
internal static class OracleShape
{
    /// <summary>K: the picks that are declared; gates without a fixed number have E.</summary>
    public static int Picks(MoeDeclaration declaration) => declaration.Gate switch
    {
        PickingGateAttribute gate => gate.TopK,
        HashGateAttribute gate => gate.TopK,
        _ => declaration.RoutableExperts,
    };
}
