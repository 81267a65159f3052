using LibMoE.Runtime.Reporting;

namespace LibMoE.Runtime.Tests.Reporting;

/// <summary>Sentences stay short where a family has many members.</summary>
public sealed class NameListTests
{
    [Theory]
    [InlineData(1, "v1")]
    [InlineData(2, "v1 and v2")]
    [InlineData(6, "v1, v2, v3, v4, v5 and v6")]
    [InlineData(24, "v1, v2, v3, v4, v5 and 19 more")]
    public void All_of_a_few_and_the_first_of_many(int count, string said) =>
        Assert.Equal(said, NameList.Of([.. Enumerable.Range(1, count).Select(number => $"v{number}")]));
}
