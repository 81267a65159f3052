using LibMoE.Runtime.Training.Distilling;
using static TorchSharp.torch;

namespace LibMoE.Runtime.Tests.Training.Distilling;

/// <summary>Which experts of a teacher speak, against the chances that they are drawn with.</summary>
public sealed class TeacherPicksTests
{
    private const int Tokens = 20_000;

    [Fact]
    public void Sampled_experts_come_first_as_often_as_their_scores_say_and_second_as_often_as_what_is_left()
    {
        using var scope = NewDisposeScope();
        double[] scores = [0.5, 0.3, 0.2];
        var scores_TE = tensor(scores).expand(Tokens, -1);

        var drawn = TeacherPicks.Sampled(scores_TE, 2, new Random(1)).data<long>().ToArray().Chunk(2).ToList();

        Assert.All(drawn, pair => Assert.NotEqual(pair[0], pair[1]));
        for (var first = 0; first < 3; first++)
        {
            Assert.Equal(scores[first], drawn.Count(pair => pair[0] == first) / (double)Tokens, 0.015);
            for (var second = 0; second < 3; second++)
            {
                var expected = first == second ? 0 : scores[first] * scores[second] / (1 - scores[first]);
                Assert.Equal(expected, drawn.Count(pair => pair[0] == first && pair[1] == second) / (double)Tokens, 0.015);
            }
        }
    }

    [Fact]
    public void Draws_follow_from_seed_and_position()
    {
        using var scope = NewDisposeScope();
        var own = Own();

        long[] Drawn(long seed, long position) =>
            [.. TeacherPicks.Of(TeacherRouting.Sampled, seed, position)!(own).Experts.data<long>()];
        Assert.Equal(Drawn(1, 7), Drawn(1, 7));
        Assert.NotEqual(Drawn(1, 7), Drawn(1, 8));
        Assert.NotEqual(Drawn(1, 7), Drawn(2, 7));
    }

    [Fact]
    public void All_are_all_experts_of_each_token_and_Picked_leaves_the_gate_alone()
    {
        using var scope = NewDisposeScope();
        var own = Own();

        var all_TE = TeacherPicks.Of(TeacherRouting.All, 0, 0)!(own).Experts;
        Assert.Equal([32L, 4], all_TE.shape);
        Assert.All(all_TE.data<long>().ToArray().Chunk(4), token => Assert.Equal([0, 1, 2, 3], token));
        Assert.Null(TeacherPicks.Of(TeacherRouting.Picked, 0, 0));
    }

    [Fact]
    public void A_gate_without_scores_keeps_its_picks()
    {
        using var scope = NewDisposeScope();
        var own = new Routing(RoutingKind.TokenChoice)
        {
            Experts = tensor(new long[] { 2, 0 }, [2, 1]),
            Weights = ones([2, 1]),
            AuxiliaryLoss = zeros([]),
        };

        Assert.Equal([2L, 0], TeacherPicks.Of(TeacherRouting.Sampled, 0, 0)!(own).Experts.data<long>());
    }

    private static Routing Own() => new(RoutingKind.TokenChoice)
    {
        Scores = ones([32, 4]) / 4,
        Experts = zeros([32, 2], ScalarType.Int64),
        Weights = ones([32, 2]) / 2,
        AuxiliaryLoss = zeros([]),
    };
}
