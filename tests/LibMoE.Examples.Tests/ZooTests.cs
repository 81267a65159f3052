using System.Globalization;
using System.Text.Json;
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
        Assert.Equal(
            ["Granularity", "Granularity_TopK1_Hidden256", "Granularity_TopK4_Hidden64"], mixtures.Select(variant => variant.Key).Order());
        Assert.Single(mixtures.Select(variant => Flops().Match(variant.Value).Groups[1].Value).Distinct());
    }

    [Fact]
    public async Task The_expert_count_study_varies_the_experts_the_picks_and_the_width_at_equal_flops()
    {
        File.Copy(Repository.PathOf("examples", "Zoo", "studies", "expert-count", "appsettings.json"), _session.PathOf("appsettings.json"));
        File.WriteAllText(_session.PathOf("text.txt"), string.Concat(
            Enumerable.Range(0, 900).Select(line => $"Line {line} counts {line * line % 97}.\n")));
        var ended = await _session.Run(
            "Zoo", "study", "--name", "count", "--corpus", "text.txt", "--steps", "1", "--batch", "1", "--seeds", "1", "--sequence-length",
            "16", "--threads", "1",
            "--Model:Layers=1", "--Model:Dim=64", "--Training:Warmup=0", "--Training:ValidationSequences=2", "--Analysis:Enabled=false");
        Assert.Empty(ended.Errors);
        Assert.Equal(0, ended.ExitCode);

        using var results = JsonDocument.Parse(File.ReadAllText(_session.PathOf("runs", "count", "results.json")));
        var flops = results.RootElement.GetProperty("variants").EnumerateArray().ToDictionary(
            variant => variant.GetProperty("name").GetString()!, variant => variant.GetProperty("flopsPerToken").GetInt64());
        Assert.True(flops.Remove("Dense"));
        string[] of16 = ["ExpertCount", "ExpertCount_Count16_TopK4_Hidden64"],
            of32 = ["ExpertCount_Count32_TopK2_Hidden128", "ExpertCount_Count32_TopK4_Hidden64"];
        Assert.Equal(of16.Concat(of32), flops.Keys.Order());

        // Three matrices of D times K·H = 256, whatever E, K and H; 2 for a multiply-add. A router has E·D.
        var least = flops["ExpertCount"];
        Assert.True(least > 2 * 3 * 64 * 256 + 2 * 64 * 16);
        Assert.All(of16, name => Assert.Equal(least, flops[name]));
        Assert.All(of32, name => Assert.Equal(least + 2 * 64 * (32 - 16), flops[name]));
        Assert.InRange((double)flops.Values.Max() / least, 1, 1.02);
        Assert.Contains("ExpertCount_Count32_TopK4_Hidden64: 32 experts, 4 picked (E/K = 8), width 64, ", Words(ended.Output),
            StringComparison.Ordinal);
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

    /// <summary>The output without its line breaks.</summary>
    private static string Words(string output) => string.Join(' ', output.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));

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
