using LibMoE.Runtime.Hosting.Studies;

namespace LibMoE.Distributed.Tests;

/// <summary>What a launcher's processes are refused.</summary>
public sealed class TeamTests : IDisposable
{
    private static readonly string[] Variables = ["RANK", "WORLD_SIZE"];

    public TeamTests() => Array.ForEach(Variables, name => Environment.SetEnvironmentVariable(name, "2"));

    public void Dispose() => Array.ForEach(Variables, name => Environment.SetEnvironmentVariable(name, null));

    [Fact]
    public void Work_of_one_process_is_refused_to_several_that_were_not_joined()
    {
        Environment.SetEnvironmentVariable("RANK", "1");
        using var team = new RankTeam(
            new RankOptions(), new RunOptions(), new AnalysisOptions(), new TrackingOptions(), lifetime: null!);

        var error = Assert.Throws<ConfigurationException>(team.RefuseSeveral);

        Assert.Equal(
            "torchrun's variables started 2 processes; several ranks work together in 'study', 'train', 'run-cell', 'evaluate' and "
                + "'analyze' alone. Start this in one process.",
            error.Message);
        Assert.True(RankTeam.IsFollower);
    }

    [Fact]
    public void A_rank_beyond_the_number_of_ranks_is_a_wrong_setting() =>
        Assert.Contains("a rank is from 0 to below", Assert.Throws<ConfigurationException>(() => RankTeam.IsFollower).Message);

    [Fact]
    public void Alone_nothing_is_refused()
    {
        Dispose();
        using var team = new RankTeam(
            new RankOptions(), new RunOptions(), new AnalysisOptions(), new TrackingOptions(), lifetime: null!);

        team.RefuseSeveral();

        Assert.False(RankTeam.IsFollower);
    }
}
