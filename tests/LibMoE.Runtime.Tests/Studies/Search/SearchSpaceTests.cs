using LibMoE.Runtime.Studies;
using LibMoE.Runtime.Tests.Hosting;

namespace LibMoE.Runtime.Tests.Studies.Search;

/// <summary>Members, their values, and what a step leads to.</summary>
public sealed class SearchSpaceTests
{
    private static readonly SearchSpace Holed = new(
    [
        Member(("a", "1"), ("b", "1"), ("c", "1")),
        Member(("a", "1"), ("b", "2"), ("c", "1")),
        Member(("a", "2"), ("b", "2"), ("c", "1")),
        Member(("a", "2"), ("c", "1"), ("d", "x")),
    ]);

    [Fact]
    public void What_all_have_alike_is_no_axis_and_what_one_lacks_is_a_value()
    {
        Assert.Equal(["a", "b", "d"], Holed.Axes);
        Assert.Equal(["1", "2", "none"], Holed.Values(1));
        Assert.Equal("none", Holed.Gene(0, 2));
    }

    [Fact]
    public void A_step_to_what_does_not_exist_leads_to_the_nearest_with_the_value_wanted()
    {
        Assert.Equal(1, Holed.With(0, 1, "2"));
        Assert.Equal(2, Holed.With(1, 0, "2"));
        Assert.Equal(3, Holed.With(0, 2, "x"));
    }

    [Fact]
    public void A_mutation_changes_and_a_child_of_one_parent_is_that_parent()
    {
        var random = new Random(1);
        Assert.All(Enumerable.Range(0, 100), number => Assert.NotEqual(number % 4, Holed.Mutate(number % 4, random)));
        Assert.All(Enumerable.Range(0, 100), number => Assert.NotEqual(
            Holed.Gene(number % 4, number % 2), Holed.Gene(Holed.Mutate(number % 4, number % 2, random), number % 2)));
        Assert.All(Enumerable.Range(0, 4), member => Assert.Equal(member, Holed.Cross(member, member, random)));
    }

    [Fact]
    public void The_axes_of_a_family_are_what_it_varies_and_the_settings()
    {
        var space = SearchSpace.Of(
            from variant in SearchedMoe.Family
            from rate in (string[])["0.001", "0.01"]
            select (variant.Declaration, (IReadOnlyDictionary<string, string>)new Dictionary<string, string> { ["Rate"] = rate }));

        Assert.Equal(8, space.Count);
        Assert.Equal(["Experts.Hidden", "Gate.TopK", "Rate"], space.Axes.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void The_kind_of_the_experts_is_an_axis_of_layers_declared_by_hand()
    {
        var one = SearchedMoe.Family[0].Declaration;
        var space = SearchSpace.Of(
            [(one, StudyPlan.NoSettings), (MoeVariant.Of<HostedSmoe>().Declaration, StudyPlan.NoSettings)]);

        Assert.Contains("Experts", space.Axes);
        Assert.DoesNotContain("Declaration", space.Axes);
        Assert.Equal(["SwiGlu", "Relu"], new[] { 1, 0 }.Select(member => space.Gene(member, space.Axes.ToList().IndexOf("Experts"))));
    }

    private static Dictionary<string, string> Member(params (string Axis, string Value)[] genes) =>
        genes.ToDictionary(gene => gene.Axis, gene => gene.Value);
}
