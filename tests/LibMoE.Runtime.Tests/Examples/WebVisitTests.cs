using Recommendation;

namespace LibMoE.Runtime.Tests.Examples;

/// <summary>By which area routing is looked at apart.</summary>
public sealed class WebVisitTests
{
    /// <summary>Area a is in 10 − a sessions, but areas 2 and 3, which are in as many.</summary>
    private static readonly WebVisits Visits = new(
        [.. Enumerable.Range(0, 10).Select(area => $"area {area}")],
        [.. Enumerable.Range(0, 10).SelectMany(area => Enumerable.Repeat(new[] { area }, area == 3 ? 8 : 10 - area))], []);

    [Fact]
    public void The_eight_most_visited_areas_lead_and_of_equal_ones_the_first() => Assert.Equal([0, 1, 2, 3, 4, 5, 6, 7], Visits.Leading);

    [Theory]
    [InlineData(0, 9, 4, 0)]
    [InlineData(2, 5, 2, 7)]
    [InlineData(3, 3)]
    [InlineData(8, 8, 9)]
    public void A_question_belongs_to_the_most_visited_area_that_is_given_or_to_none_of_the_eight(int lead, params int[] given) =>
        Assert.Equal(lead, Visits.LeadOf(new Question("given 2", given, new HashSet<int>())));
}
