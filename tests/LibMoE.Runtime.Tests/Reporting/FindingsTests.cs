using LibMoE.Runtime;

namespace LibMoE.Tests.Reporting;

public sealed class FindingsTests
{
    private static readonly TrainingResult Dense = Run.Of("Dense", 0, [2, 2.1, 1.9, 2], wall: 10);

    [Fact]
    public void Each_variant_is_said_to_be_below_like_or_above_the_baseline()
    {
        var findings = Findings.Of(
        [
            Dense,
            Run.Of("Good", 0, [1.9, 2.0, 1.8, 1.9], wall: 21),
            Run.Of("Better", 0, [1.8, 1.9, 1.7, 1.8], wall: 21),
            Run.Of("Alike", 0, [2.1, 2, 1.9, 2]),
            Run.Of("Bad", 0, [2.1, 2.2, 2, 2.1]),
        ]);

        Assert.Equal(
            "At equal active parameters and tokens, Better (−0.200 ± 0.000) and Good (−0.100 ± 0.000) end below Dense; "
            + "Alike (+0.000 ± 0.041) cannot be told from Dense; Bad (+0.100 ± 0.000) ends above Dense.",
            findings[0]);
    }

    [Fact]
    public void One_seed_is_said_to_be_one_seed()
    {
        Assert.Contains("With one seed it leaves out", Findings.Of([Dense, Run.Of("A", 0, [1, 1, 1, 1])])[1], StringComparison.Ordinal);
        Assert.Contains(
            "paired over 4 held-out sequences and 2 seeds; a difference counts from 2 of them.",
            Findings.Of([Dense, Dense with { Seed = 1 }, Run.Of("A", 0, [1, 1, 1, 1])])[1],
            StringComparison.Ordinal);
    }

    [Fact]
    public void Equal_wall_time_is_worded_as_steps_of_the_baseline() =>
        Assert.Equal(
            "At equal wall time Dense would see 2.1 times the tokens, because A took 2.1 times as long; "
            + "'study --variants Dense --steps 1260' shows what that is worth.",
            Findings.Of([Dense, Run.Of("A", 0, [1, 1, 1, 1], wall: 21)])[2]);

    [Fact]
    public void A_variant_as_fast_as_the_baseline_needs_no_second_look() =>
        Assert.Equal(
            "A took no longer than Dense, so equal wall time says the same.",
            Findings.Of([Dense, Run.Of("A", 0, [1, 1, 1, 1], wall: 10)])[2]);

    [Fact]
    public void A_slower_variant_that_is_no_better_needs_no_second_look_either() =>
        Assert.Equal(
            "A took 2.0 times as long as Dense, so equal wall time favours Dense.",
            Findings.Of([Dense, Run.Of("A", 0, [2, 2.1, 1.9, 2], wall: 20)])[2]);

    [Fact]
    public void Without_a_baseline_there_is_nothing_to_say()
    {
        Assert.Empty(Findings.Of([Run.Of("A", 0, [1]), Run.Of("B", 0, [1])]));
        Assert.Empty(Findings.Of([Dense]));
    }
}
