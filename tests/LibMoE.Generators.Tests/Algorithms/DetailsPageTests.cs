using System.Globalization;
using System.Text.RegularExpressions;
using LibMoE.Generators.Tests.Support;

namespace LibMoE.Generators.Tests.Algorithms;

/// <summary>The page of details names for each of forty a test or a page that there is.</summary>
public partial class DetailsPageTests
{
    private static readonly Lazy<HashSet<string>> Tests = new(() =>
        [
            .. Directory.GetFiles(Repository.Path("tests"), "*Tests.cs", SearchOption.AllDirectories)
                .Select(path => Path.GetFileNameWithoutExtension(path)),
        ]);

    public static TheoryData<int> Details => [.. Enumerable.Range(1, 40)];

    [Theory]
    [MemberData(nameof(Details))]
    public void A_detail_stands_in_a_test_on_a_page_or_in_its_own_row(int number)
    {
        var folder = Repository.Path("docs", "algorithms");
        var start = string.Create(CultureInfo.InvariantCulture, $"| {number} | ");
        var row = Assert.Single(
            File.ReadAllLines(Path.Combine(folder, "details.md")), line => line.StartsWith(start, StringComparison.Ordinal));
        var cells = row.Split(" | ");

        Assert.Equal(3, cells.Length);
        Assert.True(cells[2].TrimEnd(' ', '|').Length > 0, row);
        Assert.All(Links().Matches(row), link => Assert.True(File.Exists(Path.Combine(folder, link.Groups[1].Value)), link.Value));
        Assert.All(TestNames().Matches(row), test => Assert.Contains(test.Groups[1].Value, Tests.Value));
        Assert.All(Variants().Matches(row), variant =>
            Assert.True(File.Exists(Repository.Path("examples", "Zoo", "Variants", $"{variant.Groups[1].Value}.cs")), variant.Value));
    }

    [GeneratedRegex("\\]\\(([^)]+)\\)")]
    private static partial Regex Links();

    [GeneratedRegex("`(\\w+Tests)`")]
    private static partial Regex TestNames();

    [GeneratedRegex("Zoo: (\\w+)")]
    private static partial Regex Variants();
}
