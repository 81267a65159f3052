using System.Globalization;
using LibMoE.Runtime;
using Spectre.Console;

namespace LibMoE.Federated.Hosting;

/// <summary>Writes what became of each round.</summary>
/// <param name="console">The screen.</param>
internal sealed class RoundLines(IAnsiConsole console) : IProgress<FederatedRound>
{
    /// <inheritdoc />
    public void Report(FederatedRound value)
    {
        var loss = value.Loss is { } mean ? string.Create(CultureInfo.InvariantCulture, $", held-out loss {mean:F4}") : "";
        var metrics = value.Measured.SelectMany(member => member.Metrics.Keys).Distinct().Take(2)
            .Where(name => name != LearnerMetric.LossName)
            .Select(name => string.Create(CultureInfo.InvariantCulture, $", {name} {value.Mean(name):F3}"));
        console.WriteLine($"round {value.Number}: {value.Members.Count} members{loss}{string.Concat(metrics)}");
        foreach (var (name, reason) in value.Refused)
        {
            console.WriteLine($"  without {name}: it {reason}");
        }
    }
}
