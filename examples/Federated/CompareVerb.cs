using LibMoE.Runtime;
using Spectre.Console;

namespace Federated;

/// <summary>Runs every method with every seed.</summary>
internal sealed class CompareVerb(StudyOptions study, FederatedOptions federated, IAnsiConsole console) : IVerb
{
    /// <inheritdoc />
    public static string Name => "compare";

    /// <inheritdoc />
    public static string Description => "Compares federations of four hospitals with each alone and with all data in one place.";

    /// <inheritdoc />
    public static IReadOnlyList<VerbOption> Options { get; } =
    [
        new("--seeds", "Study:Seeds", "N", "How many seeds each method runs with. [default: 5]"),
        new("--rounds", "Federated:Rounds", "N", "How many rounds each federation has. [default: 15]"),
    ];

    /// <inheritdoc />
    public static IReadOnlyDictionary<string, string?> Quick { get; } =
        new Dictionary<string, string?> { ["Study:Seeds"] = "1", ["Federated:Rounds"] = "3" };

    /// <inheritdoc />
    public Task<int> RunAsync(CancellationToken stop)
    {
        var hospitals = Hospitals.Load();
        console.WriteLine(
            $"Accuracy on each hospital's {string.Join(", ", hospitals.Each.Select(data => data.Test.Count))} test rows "
            + $"({(hospitals.IsFlambys ? "FLamby's split" : "every third row")}), {study.Seeds} seeds, {federated.Rounds} rounds; "
            + "± one standard error over seeds.");
        string[] columns = [.. hospitals.Each.Select(data => data.Name), "all", "balanced"];
        console.WriteLine($"{"",-30}{string.Concat(columns.Select(name => $"{name,15}"))}");
        var accuracies = new Dictionary<string, IReadOnlyList<IReadOnlyList<double>>>();
        foreach (var method in Method.All(new FederatedOptions { Rounds = federated.Rounds, Members = hospitals.Each.Count }))
        {
            stop.ThrowIfCancellationRequested();
            var figures = Enumerable.Range(0, study.Seeds).Select(seed => Accuracies(hospitals, method.Say(hospitals, seed))).ToList();
            accuracies[method.Name] = figures;
            console.WriteLine($"{method.Name,-30}{string.Concat(Enumerable.Range(0, figures[0].Count)
                .Select(column => $"{SeedMean.Text([.. figures.Select(row => row[column])]),15}"))}");
        }

        var criteria = new HeartCriteria(columns[..hospitals.Each.Count], accuracies);
        console.WriteLine(criteria.Published(hospitals.IsFlambys));
        console.WriteLine(criteria.Gains());
        console.WriteLine(criteria.Losses());

        return Task.FromResult(ExitCode.Done);
    }

    /// <summary>Of each hospital, of all rows, and the mean of both classes' shares over all rows.</summary>
    private static List<double> Accuracies(Hospitals hospitals, IReadOnlyList<int[]> said)
    {
        var all = hospitals.Each.Zip(said).SelectMany(pair => pair.First.Test.Labels.Zip(pair.Second)).ToList();
        return
        [
            .. hospitals.Each.Zip(said).Select(pair => Right(pair.First.Test.Labels.Zip(pair.Second))), Right(all),
            all.GroupBy(row => row.First).Average(Right),
        ];
    }

    private static double Right(IEnumerable<(int Truth, int Said)> rows) => rows.Average(row => row.Truth == row.Said ? 1.0 : 0);
}
