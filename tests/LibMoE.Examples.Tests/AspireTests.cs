using System.Text.Json.Nodes;

namespace LibMoE.Examples.Tests;

/// <summary>A study that is told where a collector is shows itself on Aspire's dashboard.</summary>
public sealed class AspireTests : IDisposable
{
    private readonly UserSession _session = new();

    public void Dispose() => _session.Dispose();

    [SkippableFact]
    public async Task A_study_shows_its_metrics_and_a_trace_of_each_cell()
    {
        Skip.If(AspireDashboard.WhyNot is not null, AspireDashboard.WhyNot);
        using var dashboard = await AspireDashboard.StartAsync();
        File.WriteAllText(_session.PathOf("text.txt"), string.Concat(Enumerable.Range(0, 2_000).Select(i => $"line {i * 7919 % 1000}\n")));

        var ended = await _session.Run(
            "Quickstart", "study", "--corpus", "text.txt", "--variants", "Smoe", "--seeds", "2", "--steps", "4", "--batch", "2",
            "--sequence-length", "16", "--Analysis:Enabled=false", $"--Tracking:OtlpEndpoint={dashboard.Collector}");

        Assert.True(ended.ExitCode == 0, string.Join('\n', ended.Errors));
        var resources = await dashboard.Until("resources", answer => answer.AsArray().Count > 0);
        var study = Assert.Single(resources.AsArray())!;
        Assert.Equal(
            ("Quickstart", true, true),
            ((string?)study["name"], (bool)study["hasMetrics"]!, (bool)study["hasTraces"]!));
        var answered = await dashboard.Until("spans", answer => Spans(answer).Count(span => span == "cell") == 2);
        Assert.Equal(["cell", "cell", "training", "training"], Spans(answered).Where(span => span is "cell" or "training").Order());
    }

    private static IEnumerable<string> Spans(JsonNode answer) =>
        from resource in answer["data"]!["resourceSpans"]!.AsArray()
        from scope in resource!["scopeSpans"]!.AsArray()
        from span in scope!["spans"]!.AsArray()
        select (string)span!["name"]!;
}
