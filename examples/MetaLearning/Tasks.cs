using System.Globalization;
using LibMoE.Runtime;
using Microsoft.Extensions.Configuration;

namespace MetaLearning;

/// <summary>What a task is: the program's own settings.</summary>
/// <param name="Shots">Drawings of each character that a test task is adapted to.</param>
/// <param name="TrainShots">The same of a training task.</param>
/// <param name="Adapt">What is adapted on test tasks, each measured for itself.</param>
/// <param name="After">After how many steps.</param>
internal sealed record Tasks(int Shots, int TrainShots, IReadOnlyList<string> Adapt, IReadOnlyList<int> After)
{
    /// <summary>Reads them.</summary>
    public static Tasks Of(IConfiguration configuration) => new(
        Number(configuration, "Omniglot:Shots", 1), Number(configuration, "Omniglot:TrainShots", 5),
        Words(configuration["Omniglot:Adapt"] ?? "all"),
        [.. Words(configuration["Omniglot:After"] ?? "1,5,20,50").Select(word => Read("Omniglot:After", word, "steps", 0, 1000))]);

    private static int Number(IConfiguration configuration, string key, int otherwise) =>
        configuration[key] is { } text ? Read(key, text, "drawings", 1, 10) : otherwise;

    private static string[] Words(string text) =>
        text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    private static int Read(string key, string text, string of, int least, int most) =>
        int.TryParse(text, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most
            ? number
            : throw new ConfigurationException($"{key} is '{text}'; it must be a number of {of} from {least} to {most}.");
}
