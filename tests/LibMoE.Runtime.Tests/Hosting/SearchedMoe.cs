namespace LibMoE.Runtime.Tests.Hosting;

/// <summary>A family of four for searches: itself and three members.</summary>
[MoeLayer, Experts<Relu>(4, Hidden = 4), SoftmaxGate(TopK = 1, Normalize = false), SwitchBalance(0.01)]
[Vary("TopK", 1, 2), Vary("Hidden", 4, 8)]
public sealed partial class SearchedMoe
{
    /// <summary>The family.</summary>
    internal static IReadOnlyList<MoeVariant> Family =>
        [.. LibMoERuntimeTestsVariants.All.Where(variant => variant.Name.StartsWith(nameof(SearchedMoe), StringComparison.Ordinal))];
}
