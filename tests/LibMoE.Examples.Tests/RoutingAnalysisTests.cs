using System.Text.Json;

namespace LibMoE.Examples.Tests;

/// <summary>Six layers on text of five domains, on a small scale.</summary>
public sealed class RoutingAnalysisTests : IDisposable
{
    private static readonly string[] Domains = ["documentation", "prose", "code", "languages", "mathematics"];
    private static readonly string[] Layers = ["CosineRouter", "Mixtral", "MoePlusPlus", "Olmoe", "ReMoe", "SharedEV3"];

    private readonly UserSession _session = new();

    public void Dispose() => _session.Dispose();

    [Fact]
    public async Task Six_layers_say_which_expert_each_of_five_domains_leans_on()
    {
        var ended = await _session.Run(
            "RoutingAnalysis", "study", "--steps", "20", "--batch", "4", "--threads", "1", "--Training:Warmup=5",
            "--Training:ValidationSequences=20",
            "--Analysis:Sequences=40", "--Analysis:PerturbationSequences=10", "--name", "six");

        Assert.Empty(ended.Errors);
        Assert.Equal(0, ended.ExitCode);
        using var preset = JsonDocument.Parse(File.ReadAllText(_session.PathOf("runs", "six", "preset.json")));
        var answer = preset.RootElement.GetProperty("answer").EnumerateArray().Select(sentence => sentence.GetString()!).ToList();
        Assert.Equal(Layers, answer.Select(sentence => sentence.Split(',')[0]).Order(StringComparer.Ordinal));
        Assert.All(answer, sentence => Assert.All(Domains, domain => Assert.Contains($"{domain} on ", sentence, StringComparison.Ordinal)));
        Assert.All(Layers, layer =>
        {
            using var analysis = JsonDocument.Parse(File.ReadAllText(_session.PathOf("runs", "six", layer, "seed-0", "analysis.json")));
            Assert.Equal(Domains, analysis.RootElement.GetProperty("domains").EnumerateArray().Select(
                domain => domain.GetProperty("name").GetString()));
            Assert.Single(analysis.RootElement.GetProperty("domains")
                .EnumerateArray().Select(domain => domain.GetProperty("tokens").GetInt64()).Distinct());
        });
    }
}
