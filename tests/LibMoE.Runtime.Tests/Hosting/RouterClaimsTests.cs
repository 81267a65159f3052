using LibMoE.Runtime.Hosting.Studies.Presets;
using LibMoE.Runtime.Studies;
using LibMoE.Runtime.Tests.Reporting;
using LibMoE.Runtime.Tests.Reporting.Report;

namespace LibMoE.Runtime.Tests.Hosting;

/// <summary>What is said of LibMoE's observations follows from the figures of three seeds.</summary>
public sealed class RouterClaimsTests
{
    [Fact]
    public void The_best_expert_left_out_hurts_helps_or_decides_nothing()
    {
        var answer = RouterClaims.Answer(
        [
            Cell("Hurt", 0, 0.30, -0.20), Cell("Hurt", 1, 0.31, -0.21), Cell("Hurt", 2, 0.29, -0.19),
            Cell("Mixed", 0, 0.30, 0.20), Cell("Mixed", 1, -0.30, -0.21), Cell("Mixed", 2, 0.01, 0.01),
        ]);

        // t = 0.3/√(0.01²/3 + 0.001²) = 51.2 with 2 degrees of freedom.
        Assert.Equal("Hurt without each token's best expert: loss +0.300 ± 0.006 (p = 0.000): it hurts.", answer[0]);
        Assert.Equal("Hurt without each token's best expert: accuracy −0.200 ± 0.006 (p = 0.001): it hurts.", answer[1]);
        Assert.Equal("Mixed without each token's best expert: loss +0.003 ± 0.173 (p = 0.986): undecided.", answer[2]);
        Assert.EndsWith("undecided.", answer[3], StringComparison.Ordinal);
    }

    [Fact]
    public void Depth_is_told_by_a_line_through_the_blocks_and_training_by_its_first_and_last_change()
    {
        var answer = RouterClaims.Answer([Cell("A", 0, 0.1, 0), Cell("A", 1, 0.1, 0), Cell("A", 2, 0.1, 0)]);

        Assert.Contains("A, router margin from the first block to the last: 0.100 ± 0.000, 0.300 ± 0.000, 0.200 ± 0.000; a block further "
            + "+0.050 ± 0.000 (p = 0.000): it rises.", answer);
        Assert.Contains("A, change rate between moments of training: 0.300 ± 0.000, 0.200 ± 0.000, 0.150 ± 0.000, 0.120 ± 0.000; "
            + "from the first to the last −0.180 ± 0.000 (p = 0.000): routing settles.", answer);
    }

    [Fact]
    public void One_seed_decides_nothing() =>
        Assert.Equal(
            "A without each token's best expert: loss +0.100 ± 0.001: one seed decides nothing.",
            RouterClaims.Answer([Cell("A", 0, 0.1, 0)])[0]);

    [Fact]
    public void The_slope_is_that_of_least_squares()
    {
        Assert.Equal(2, RouterClaims.Slope([1, 3, 5, 7]), 1e-12);
        Assert.Equal(0.05, RouterClaims.Slope([0.1, 0.3, 0.2]), 1e-12);
    }

    private static AnalysedCell Cell(string variant, long seed, double loss, double accuracy)
    {
        var analysis = SampleAnalysis.Of("Smoe", 0, blocks: 3);
        double[] margins = [0.1, 0.3, 0.2];
        return new AnalysedCell(variant, Run.Of(variant, seed, [1, 2]), analysis with
        {
            Blocks = [.. analysis.Blocks.Zip(margins, (block, margin) => block with { MarginOnWeights = margin })],
            Perturbations =
            [
                new PerturbationResult
                {
                    Name = "DropTop1",
                    Loss = 1,
                    Difference = loss,
                    StandardError = 0.001,
                    Tasks = new Dictionary<string, PairedDifference> { ["accuracy"] = new(accuracy, 0.001) },
                },
            ],
        });
    }
}
