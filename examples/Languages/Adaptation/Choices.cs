using System.Globalization;
using LibMoE.Runtime;
using Microsoft.Extensions.Configuration;

namespace Languages;

/// <summary>The program's own settings.</summary>
/// <param name="HeldOut">Languages to adapt to.</param>
/// <param name="Adapt">What is adapted, each measured for itself.</param>
/// <param name="After">After how many steps it is measured.</param>
/// <param name="Rates">Rates of adaptation to choose from.</param>
internal sealed record Choices(
    IReadOnlyList<string> HeldOut, IReadOnlyList<string> Adapt, IReadOnlyList<int> After, IReadOnlyList<double> Rates)
{
    /// <summary>Reads them.</summary>
    public static Choices Of(IConfiguration configuration) => new(
        Words(configuration, "HeldOut", "Portuguese,Swedish"),
        Words(configuration, "Adapt", "all"),
        [.. Words(configuration, "After", "50,10,0").Select(word =>
            int.TryParse(word, CultureInfo.InvariantCulture, out var steps) && steps is >= 0 and <= 1000
                ? steps
                : throw Wrong("After", word, "a number of steps from 0 to 1000"))],
        [.. Words(configuration, "Rates", "0.001,0.003,0.01,0.03").Select(word =>
            double.TryParse(word, CultureInfo.InvariantCulture, out var rate) && rate > 0 && double.IsFinite(rate)
                ? rate
                : throw Wrong("Rates", word, "a rate above 0"))]);

    private static string[] Words(IConfiguration configuration, string key, string otherwise) =>
        (configuration[$"Languages:{key}"] ?? otherwise).Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    private static ConfigurationException Wrong(string key, string word, string allowed) =>
        new($"Languages:{key} has '{word}'; it must be {allowed}.");
}
