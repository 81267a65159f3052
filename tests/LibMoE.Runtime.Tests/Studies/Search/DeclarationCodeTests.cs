using LibMoE.Runtime.Studies.Search;
using LibMoE.Runtime.Tests.Hosting;

namespace LibMoE.Runtime.Tests.Studies.Search;

/// <summary>A declaration is written as it was declared.</summary>
public sealed class DeclarationCodeTests
{
    [Fact]
    public void Arguments_and_options_that_are_not_the_default_are_written() => Assert.Equal(
        "[MoeLayer, Experts<Relu>(4, Hidden = 4), SoftmaxGate(Normalize = false, TopK = 1), SwitchBalance(0.01)]\n"
        + "public sealed partial class SearchedMoe;",
        DeclarationCode.Of(SearchedMoe.Family.Single(variant => variant.Name == nameof(SearchedMoe)).Declaration));

    [Fact]
    public void Every_declared_layer_of_the_tests_can_be_written() => Assert.All(
        LibMoERuntimeTestsVariants.All,
        variant => Assert.StartsWith("[MoeLayer, ", DeclarationCode.Of(variant.Declaration), StringComparison.Ordinal));
}
