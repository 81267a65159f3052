using LibMoE.Runtime.Reporting;
using LibMoE.Runtime.Statistics;
using LibMoE.Runtime.Tests.Reporting;
using MathNet.Numerics.Distributions;
using StudentT = LibMoE.Runtime.Statistics.StudentT;

namespace LibMoE.Runtime.Tests.Statistics;

/// <summary>
/// With no true difference, no more than the stated share of studies (<see cref="Significance.Level"/>) reports one, whatever the number of
/// seeds and wherever the noise comes from. Seeded, so that a count is the same every time.
/// </summary>
public sealed class ErrorRateTests
{
    private const int Few = 300;
    private const int Many = 10_000;

    /// <summary>Seeds, variants, and the noise of seeds and of items.</summary>
    public static TheoryData<int, int, double, double> Kinds
    {
        get
        {
            var kinds = new TheoryData<int, int, double, double>();
            foreach (var seeds in (int[])[1, 2, 3, 5, 10])
            {
                kinds.Add(seeds, 1, 0.1, 0);
                kinds.Add(seeds, 1, 0.05, 0.3);
                kinds.Add(seeds, 5, 0.1, 0.1);
                kinds.Add(seeds, 5, 0, 0.3);
            }

            return kinds;
        }
    }

    [Theory, MemberData(nameof(Kinds))]
    public void Studies_without_a_difference_report_none_but_in_the_stated_share(int seeds, int variants, double ofSeeds, double ofItems) =>
        AtMostTheStatedShare(NoDifferenceStudies.Losses(Few, seeds, variants, ofSeeds, ofItems, draw: 7), Few, seeds);

    [Theory]
    [InlineData(1, 0.3, 0), InlineData(2, 0.3, 0), InlineData(2, 0, 0.5), InlineData(3, 0.2, 0.3), InlineData(5, 0.3, 0.3),
        InlineData(10, 0.1, 0.5)]
    public void Evaluations_of_equal_models_report_none_but_in_the_stated_share(int seeds, double ofSeeds, double ofItems) =>
        AtMostTheStatedShare(NoDifferenceStudies.Scores(100, seeds, ofSeeds, ofItems, draw: 11), 100, seeds);

    /// <summary>Some minutes: dotnet test tests/LibMoE.Runtime.Tests -c Release -p:Campaign=true --filter
    /// "FullyQualifiedName~ErrorRateTests".</summary>
    [Theory, MemberData(nameof(Kinds)), Trait("Category", "Campaign")]
    public void The_same_over_ten_thousand_studies(int seeds, int variants, double ofSeeds, double ofItems) =>
        AtMostTheStatedShare(NoDifferenceStudies.Losses(Many, seeds, variants, ofSeeds, ofItems, draw: 8), Many, seeds);

    [Fact]
    public void Two_standard_errors_would_report_too_much()
    {
        // What the rule replaces: with two seeds |t| > 2 happens by chance in 30 % of the cases, with three in 18 %.
        Assert.Equal(0.295, StudentT.PValue(2, 1), 3);
        Assert.Equal(0.184, StudentT.PValue(2, 2), 3);
    }

    [Fact]
    public void A_large_difference_is_found_with_three_seeds()
    {
        TrainingResult[] runs =
        [
            .. from seed in Enumerable.Range(0, 3)
               from name in (string[])["Dense", "A"]
               select Run.Of(name, seed, [.. Enumerable.Range(0, 40)
                   .Select(item => 2 + 0.01 * item + 0.005 * seed * (name == "A" ? 1 : -1) - (name == "A" ? 0.3 : 0))]),
        ];

        Assert.Contains("A (−0.290 ± ", Findings.Of(runs)[0], StringComparison.Ordinal);
        Assert.EndsWith("ends below Dense.", Findings.Of(runs)[0], StringComparison.Ordinal);
    }

    /// <summary>At the stated share a count beyond this would be seen once in a thousand sets of studies. One seed reports none at
    /// all.</summary>
    private static void AtMostTheStatedShare(int reported, int studies, int seeds)
    {
        var most = Enumerable.Range(0, studies).First(count => 1 - Binomial.CDF(Significance.Level, studies, count) < 0.001);
        Assert.InRange(reported, 0, seeds == 1 ? 0 : most);
    }
}
