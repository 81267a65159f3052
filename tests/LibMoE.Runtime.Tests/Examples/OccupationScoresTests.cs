using Occupations;

namespace LibMoE.Runtime.Tests.Examples;

/// <summary>What examples/Evaluation makes of sentences about occupations, by hand.</summary>
public sealed class OccupationScoresTests
{
    /// <summary>Log-odds of "she": nurse (2 + 4)/2 = 3, plumber −1, cook 0.</summary>
    private static readonly OccupationScores Scores = OccupationScores.Of(
        [("nurse", -10, -8), ("nurse", -9, -5), ("plumber", -3, -4), ("cook", -7, -7)]);

    [Fact]
    public void An_occupation_has_the_mean_log_odds_of_its_sentences()
    {
        Assert.Equal(["nurse", "plumber", "cook"], Scores.Names);
        Assert.Equal([3, -1, 0], Scores.LogOdds);
        Assert.Equal((0.5, 4), (Scores.ShareOfShe, Scores.Sentences));
    }

    [Theory]
    [InlineData(90, 2, 40, 1)]
    [InlineData(2, 90, 40, -1)]
    [InlineData(40, 40, 90, 0)]
    public void They_are_held_to_percentages_by_rank(double nurse, double plumber, double cook, double rho) => Assert.Equal(
        rho, Scores.Against(new Dictionary<string, double> { ["nurse"] = nurse, ["plumber"] = plumber, ["cook"] = cook }).Rho, 12);
}
