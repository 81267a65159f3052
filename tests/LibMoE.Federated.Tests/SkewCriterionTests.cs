using Federated;

namespace LibMoE.Federated.Tests;

/// <summary>What examples/Federated says of members with skewed labels, of whom a figure was asked for.</summary>
public sealed class SkewCriterionTests
{
    private const string Asked = "Asked for: with α = 0.1 FedAvg at most 0.050 below all data in one place, of all kinds";

    [Fact]
    public void Averaging_within_five_points_of_all_data_in_one_place_is_reached_and_below_is_missed() => Assert.Equal(
        $"{Asked}. Dense, FedAvg −0.040 ± 0.010: reached; mixture, FedAvg −0.060 ± 0.000: missed.",
        SkewCriterion.Of(new Dictionary<string, IReadOnlyList<double>>
        {
            [SkewCriterion.DenseFedAvg] = [0.80, 0.82],
            [SkewCriterion.DensePooled] = [0.85, 0.85],
            [SkewCriterion.MixtureFedAvg] = [0.79, 0.80],
            [SkewCriterion.MixturePooled] = [0.85, 0.86],
        }));

    [Fact]
    public void Of_one_seed_there_is_no_error_and_a_method_that_was_left_out_is_not_spoken_of() => Assert.Equal(
        $"{Asked}. Dense, FedAvg −0.100 (one seed): missed.",
        SkewCriterion.Of(new Dictionary<string, IReadOnlyList<double>>
        {
            [SkewCriterion.DenseFedAvg] = [0.75],
            [SkewCriterion.DensePooled] = [0.85],
            [SkewCriterion.MixtureFedAvg] = [0.7],
        }));

    [Fact]
    public void With_another_alpha_it_is_not_measured() =>
        Assert.Equal($"{Asked}: not measured.", SkewCriterion.Of(new Dictionary<string, IReadOnlyList<double>>()));

    [Fact]
    public void The_names_are_those_of_the_table() => Assert.Equal(
        ("Dense, pooled, 8 epochs", "mixture, pooled, 8 epochs"), (SkewCriterion.DensePooled, SkewCriterion.MixturePooled));
}
