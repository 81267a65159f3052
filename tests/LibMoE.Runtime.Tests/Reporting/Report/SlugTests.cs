using LibMoE.Runtime.Reporting.Report.Sections;

namespace LibMoE.Runtime.Tests.Reporting.Report;

/// <summary>Names of files and addresses in a report.</summary>
public sealed class SlugTests
{
    [Theory]
    [InlineData("accuracy.5 dB", "accuracy-5-db")]
    [InlineData("accuracy.-5 dB", "accuracy-minus-5-db")]
    [InlineData("Smoe seed-0", "smoe-seed-0")]
    [InlineData("Expert 3-5", "expert-3-5")]
    public void A_negative_number_has_a_name_of_its_own_and_a_hyphen_stays_one(string name, string slug) =>
        Assert.Equal(slug, Slug.Of(name));
}
