using LibMoE.Runtime.Common;

namespace LibMoE.Runtime.Tests.Hosting;

public sealed class NearestNameTests
{
    private static readonly string[] Names = ["study", "train", "describe", "--learning-rate"];

    [Theory]
    [InlineData("studdy", "study")]
    [InlineData("sutdy", "study")]
    [InlineData("TRAIN", "train")]
    [InlineData("descibe", "describe")]
    [InlineData("--learningrate", "--learning-rate")]
    [InlineData("evaluate", null)]
    public void The_nearest_name_is_found_if_one_is_near(string wrong, string? nearest) =>
        Assert.Equal(nearest, NearestName.Of(wrong, Names));

    [Fact]
    public void Nothing_is_near_where_nothing_is_allowed() => Assert.Null(NearestName.Of("study", []));
}
