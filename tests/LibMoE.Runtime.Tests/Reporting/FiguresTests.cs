using System.Globalization;
using LibMoE.Runtime.Reporting;

namespace LibMoE.Runtime.Tests.Reporting;

public sealed class FiguresTests
{
    [Theory]
    [InlineData(0, "0")]
    [InlineData(999, "999")]
    [InlineData(109_312, "109.3k")]
    [InlineData(1_234_567, "1.2M")]
    [InlineData(61_440.4, "61.4k")]
    public void Counts_have_a_metric_prefix(double count, string text) => Assert.Equal(text, Figures.Count(count));

    [Theory]
    [InlineData(0.04, "0.0 s")]
    [InlineData(4.24, "4.2 s")]
    [InlineData(9.96, "10 s")]
    [InlineData(59.4, "59 s")]
    [InlineData(59.6, "1:00")]
    [InlineData(125, "2:05")]
    [InlineData(3725, "1:02:05")]
    [InlineData(90_000, "25:00:00")]
    public void Times_are_short(double seconds, string text) => Assert.Equal(text, Figures.Time(seconds));

    [Fact]
    public void Differences_have_a_sign()
    {
        Assert.Equal("−0.084 ± 0.008", Figures.Difference(-0.084, 0.008));
        Assert.Equal("+0.022 ± 0.010", Figures.Difference(0.022, 0.01));
    }

    [Fact]
    public void No_number_is_a_dash() => Assert.Equal("–", Figures.Number(null, 2));

    [Fact]
    public void The_machines_language_changes_nothing()
    {
        var culture = CultureInfo.CurrentCulture;
        CultureInfo.CurrentCulture = CultureInfo.GetCultureInfo("fr-FR");
        try
        {
            Assert.Equal("109.3k", Figures.Count(109_312));
            Assert.Equal("1.329 ± 0.005", Figures.Loss(1.329, 0.005));
            Assert.Equal("2 minutes, 5 seconds", Figures.Words(TimeSpan.FromSeconds(125)));
            Assert.Equal("fr-FR", CultureInfo.CurrentCulture.Name);
        }
        finally
        {
            CultureInfo.CurrentCulture = culture;
        }
    }
}
