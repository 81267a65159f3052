using System.Globalization;
using LibMoE.Runtime.Analysis.Pages;

namespace LibMoE.Runtime.Tests.Reporting;

/// <summary>Colours alone tell sixteen experts apart, by distances in OKLab (Ottosson 2020) and contrast as WCAG 2 defines it.</summary>
public sealed class ExpertColoursTests
{
    public static TheoryData<string> Themes => ["light", "dark"];

    [Theory]
    [MemberData(nameof(Themes))]
    public void Sixteen_experts_have_colours_that_differ(string theme)
    {
        var colours = Of(theme);

        Assert.Equal(16, colours.Count);
        foreach (var (index, one) in colours.Index())
        {
            Assert.All(
                colours.Take(index), other => Assert.True(Distance(one, other) > 0.12, $"{one} and {other}: {Distance(one, other):F3}"));
        }
    }

    [Theory]
    [MemberData(nameof(Themes))]
    public void Each_stands_out_from_the_page(string theme)
    {
        var page = theme == "light" ? "#ffffff" : "#15181c";

        Assert.All(Of(theme), colour => Assert.True(Contrast(colour, page) >= 3, $"{colour}: {Contrast(colour, page):F2}"));
    }

    [Fact]
    public void The_seventeenth_expert_has_the_first_one_s_colour_and_another_line()
    {
        Assert.Equal("--expert:var(--expert-0);--line-of:solid", ExpertColours.Style(0));
        Assert.Equal("--expert:var(--expert-0);--line-of:dashed", ExpertColours.Style(16));
        Assert.Equal(64, Enumerable.Range(0, 64).Select(ExpertColours.Style).Distinct().Count());
    }

    private static IReadOnlyList<string> Of(string theme) => theme == "light" ? ExpertColours.Light : ExpertColours.Dark;

    private static double Distance(string one, string other) => Math.Sqrt(OkLab(one).Zip(OkLab(other), (a, b) => (a - b) * (a - b)).Sum());

    private static double Contrast(string one, string other)
    {
        var (a, b) = (Luminance(one), Luminance(other));
        return (Math.Max(a, b) + 0.05) / (Math.Min(a, b) + 0.05);
    }

    private static double Luminance(string colour) =>
        Linear(colour) is [var r, var g, var b] ? (0.2126 * r) + (0.7152 * g) + (0.0722 * b) : 0;

    private static double[] OkLab(string colour)
    {
        var (r, g, b) = (Linear(colour)[0], Linear(colour)[1], Linear(colour)[2]);
        var l = Math.Cbrt((0.4122214708 * r) + (0.5363325363 * g) + (0.0514459929 * b));
        var m = Math.Cbrt((0.2119034982 * r) + (0.6806995451 * g) + (0.1073969566 * b));
        var s = Math.Cbrt((0.0883024619 * r) + (0.2817188376 * g) + (0.6299787005 * b));
        return
        [
            (0.2104542553 * l) + (0.7936177850 * m) - (0.0040720468 * s),
            (1.9779984951 * l) - (2.4285922050 * m) + (0.4505937099 * s),
            (0.0259040371 * l) + (0.7827717662 * m) - (0.8086757660 * s),
        ];
    }

    private static double[] Linear(string colour) =>
    [
        .. new[] { 1, 3, 5 }.Select(at => int.Parse(colour.AsSpan(at, 2), NumberStyles.HexNumber, CultureInfo.InvariantCulture) / 255.0)
            .Select(value => value <= 0.04045 ? value / 12.92 : Math.Pow((value + 0.055) / 1.055, 2.4)),
    ];
}
