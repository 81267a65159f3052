using System.Globalization;
using System.Text.RegularExpressions;

namespace LibMoE.Examples.Tests;

/// <summary>The catalog as a program.</summary>
public sealed partial class ZooTests : IDisposable
{
    private static readonly string[] Declared = Directory.GetFiles(Repository.PathOf("examples", "Zoo", "Variants"), "*.cs");

    private readonly UserSession _session = new();

    public void Dispose() => _session.Dispose();

    [Fact]
    public async Task Describe_prints_parameters_flops_and_formulas_of_every_declared_layer()
    {
        var ended = await _session.Run("Zoo", "describe");
        Assert.Equal(0, ended.ExitCode);
        Assert.Empty(ended.Errors);

        var variants = Variants(ended.Output);
        foreach (var name in Declared.Select(path => Path.GetFileNameWithoutExtension(path)))
        {
            Assert.True(variants.TryGetValue(name, out var text), $"{name} is not described.");
            var parameters = Parameters().Match(text);
            Assert.InRange(Number(parameters.Groups[2]), 1, Number(parameters.Groups[1]));
            Assert.Matches(@"FLOPs\s+[\d,]+ for a token", text);
            Assert.Matches(@"formulas\s+experts ", text);
        }
    }

    [Fact]
    public async Task The_granularity_study_compares_one_two_and_four_picks_at_equal_flops()
    {
        File.Copy(Repository.PathOf("examples", "Zoo", "studies", "granularity", "appsettings.json"), _session.PathOf("appsettings.json"));
        var ended = await _session.Run("Zoo", "describe");
        Assert.Equal(0, ended.ExitCode);

        var mixtures = Variants(ended.Output).Where(variant => variant.Key != "Dense").ToList();
        Assert.Equal(["Granularity", "Granularity_TopK1_Hidden256", "Granularity_TopK4_Hidden64"], mixtures.Select(variant => variant.Key).Order());
        Assert.Single(mixtures.Select(variant => Flops().Match(variant.Value).Groups[1].Value).Distinct());
    }

    [Fact]
    public void A_declaration_takes_four_to_ten_lines_and_cites_its_paper() => Assert.All(Declared, path =>
    {
        var lines = File.ReadAllLines(path).Where(line => line.Length > 0).ToList();
        Assert.InRange(lines.Count, 4, 10);
        Assert.Contains(lines, line => Citation().IsMatch(line));
    });

    /// <summary>What stands under each name, which begins its line.</summary>
    private static Dictionary<string, string> Variants(string output) =>
        Names().Matches(output.ReplaceLineEndings("\n")).ToDictionary(match => match.Groups[1].Value, match => match.Groups[2].Value);

    private static long Number(Group text) => long.Parse(text.Value, NumberStyles.AllowThousands, CultureInfo.InvariantCulture);

    /// <summary>Authors and a year, with the arXiv number where there is one.</summary>
    [GeneratedRegex(@"\([A-Z]\w+.* \d{4}[,;)]|arXiv:\d{4}\.\d{5}")]
    private static partial Regex Citation();

    [GeneratedRegex(@"(?m)^(\w+)\s*\n((?:  .*\n)+)")]
    private static partial Regex Names();

    [GeneratedRegex(@"parameters\s+([\d,]+) in total, ([\d,]+) active")]
    private static partial Regex Parameters();

    [GeneratedRegex(@"FLOPs\s+([\d,]+) for a token")]
    private static partial Regex Flops();
}
