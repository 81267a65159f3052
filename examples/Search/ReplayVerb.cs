using System.Globalization;
using LibMoE.Runtime;
using Microsoft.Extensions.Configuration;
using Spectre.Console;

namespace Search;

/// <summary>Replays searches on a study of the whole family: how good is the best after so many trainings, how soon is one of the best 2 %
/// found, and how much of loss and FLOPs is covered?</summary>
internal sealed class ReplayVerb(IConfiguration configuration, IEnumerable<MoeVariant> declared, IAnsiConsole console) : IVerb
{
    private const int Times = 500;
    private const string Rate = "Training:LearningRate";

    /// <summary>By what share evolution was to need fewer trials than random search.</summary>
    private const double Asked = 0.3;

    private static readonly int[] Looks = [5, 10, 20, 40, 80];

    public static string Name => "replay";

    public static string Description => "Replays every strategy of 'search' on a finished study of the family.";

    public static IReadOnlyList<VerbOption> Options => [new("--run", "Replay:Run", "FOLDER", "The study's folder. [default: runs/search]")];

    public Task<int> RunAsync(CancellationToken stop)
    {
        var results = StudyResults.Read(configuration["Replay:Run"] ?? Path.Combine("runs", "search"));
        var whole = TrialTable.Of(declared, results, _ => true);
        Write("All axes", whole, budget: 40);
        Halve(whole, budget: 40);
        foreach (var rate in results.Variants.Select(row => row.Settings?.GetValueOrDefault(Rate)).OfType<string>().Distinct())
        {
            Write($"The rate fixed at {rate}", TrialTable.Of(declared, results, settings => settings[Rate] == rate), budget: 10);
        }

        return Task.FromResult(ExitCode.Done);
    }

    private void Write(string title, TrialTable table, int budget)
    {
        var losses = table.Full.Select(score => score.Loss).ToList();
        List<int> looks = [.. Looks.Where(look => look < table.Space.Count)];
        Say(string.Create(CultureInfo.InvariantCulture,
            $"{title}: {table.Space.Count} declarations and settings, losses from {losses.Min():F3} to {losses.Max():F3}; "
            + $"{Times} replays."));
        var random = Replays.Of(table, SearchStrategy.All[0], Times).Volumes(budget);
        var trials = new Dictionary<string, IReadOnlyList<int>>();
        foreach (var strategy in SearchStrategy.All)
        {
            var replays = Replays.Of(table, strategy, Times);
            var (found, volumes) = (replays.TrialsToTop, replays.Volumes(budget));
            Say(string.Create(CultureInfo.InvariantCulture,
                $"{strategy.Name,-10} trials to the best 2 %: median {found[Times / 2]}, mean {found.Average():F1}; regret after "
                + $"{string.Join(", ", looks)}: {string.Join(", ", looks.Select(look => Number(replays.Regret(look))))}; hypervolume at "
                + $"{budget}: {volumes.Average():F3}, against random {Interval(PairedDifference.Of(volumes, random))}"));
            trials[strategy.Name] = found;
        }

        Judge(trials["evolution"], trials["random"]);
    }

    /// <summary>What was asked for before anything was trained, by the median and by the mean of replays.</summary>
    private void Judge(IReadOnlyList<int> evolution, IReadOnlyList<int> random)
    {
        var (median, mean) = (1 - ((double)evolution[Times / 2] / random[Times / 2]), 1 - (evolution.Average() / random.Average()));
        Say(string.Create(CultureInfo.InvariantCulture,
            $"Asked for: evolution finds one of the best 2 % in at least {100 * Asked:F0} % fewer trials than random, by the median. "
            + $"{100 * median:F0} %: {(median >= Asked ? "reached" : "missed")} (by the mean {100 * mean:F0} %)."));
    }

    /// <summary>Where the study has the steps of a first rung as well.</summary>
    private void Halve(TrialTable table, int budget)
    {
        if (table.Scores.Count < 2)
        {
            return;
        }

        var (few, all) = (table.Scores.Keys[0], table.Scores.Keys[^1]);
        var rungs = SuccessiveHalving.Rungs(budget, all / few, all, few);
        Say($"Halving at the cost of {budget}: {string.Join(", then ", rungs.Select(rung => $"{rung.Trials} of {rung.Steps} steps"))}.");
        foreach (var strategy in SearchStrategy.All)
        {
            var (halved, plain) = (Replays.Halved(table, strategy, rungs, Times), Replays.Of(table, strategy, Times));
            Say($"{strategy.Name,-10} regret {Number(halved.Regret(budget))} (without {Number(plain.Regret(budget))}), hypervolume "
                + $"{Number(halved.Volumes(budget).Average())} (without {Number(plain.Volumes(budget).Average())})");
        }
    }

    /// <summary>A mean difference with its 95 % interval over replays.</summary>
    private static string Interval(PairedDifference difference)
    {
        var reach = 1.96 * difference.StandardError;
        return $"{Signed(difference.Mean)} [{Signed(difference.Mean - reach)}, {Signed(difference.Mean + reach)}]";
    }

    private static string Signed(double value) => PairedDifference.Signed(value, decimals: 3);

    private static string Number(double value) => (Math.Round(value, 3) + 0.0).ToString("F3", CultureInfo.InvariantCulture);

    private void Say(string text) => console.Profile.Out.Writer.WriteLine(text);
}
