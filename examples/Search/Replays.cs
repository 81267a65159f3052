using LibMoE.Runtime;

namespace Search;

/// <summary>A search replayed many times on a table.</summary>
/// <param name="Table">The table.</param>
/// <param name="Trials">What each replay tried, in order.</param>
internal sealed record Replays(TrialTable Table, IReadOnlyList<IReadOnlyList<SearchScore>> Trials)
{
    private const double Top = 0.02;
    private const int Longest = 80;

    private readonly List<double> _losses = [.. Table.Full.Select(score => score.Loss).Order()];

    /// <summary>Replays a search, with another seed each time.</summary>
    public static Replays Of(TrialTable table, SearchStrategy strategy, int times) => new(table,
    [
        .. Enumerable.Range(0, times).Select(seed => strategy
            .Trials(table.Space, Longest, new Random(seed), member => table.Full[member])
            .Select(member => table.Full[member]).ToList()),
    ]);

    /// <summary>Replays a search whose first trials have few steps; what counts is what was trained with all.</summary>
    /// <param name="table">The table, with a part for the steps of every rung.</param>
    /// <param name="strategy">What chooses the trials of the first rung.</param>
    /// <param name="rungs">How many trials with how many steps.</param>
    /// <param name="times">How often.</param>
    public static Replays Halved(TrialTable table, SearchStrategy strategy, IReadOnlyList<SearchRung> rungs, int times)
    {
        return new Replays(table, [.. Enumerable.Range(0, times).Select(Once)]);

        List<SearchScore> Once(int seed)
        {
            var first = table.Scores[rungs[0].Steps];
            List<int> members = [.. strategy.Trials(table.Space, rungs[0].Trials, new Random(seed), member => first[member])];
            foreach (var (before, rung) in rungs.Zip(rungs.Skip(1)))
            {
                var order = strategy.Order([.. members.Select(member => table.Scores[before.Steps][member])]);
                members = [.. order.Take(rung.Trials).Select(place => members[place])];
            }

            return [.. members.Select(member => table.Full[member])];
        }
    }

    /// <summary>The best loss after so many trials minus the best of all, a mean over replays.</summary>
    public double Regret(int trials) => Trials.Average(trial => trial.Take(trials).Min(score => score.Loss)) - _losses[0];

    /// <summary>How many trials until one of the best 2 % was found, in ascending order of replays; all there are where it was not within
    /// 80.</summary>
    public IReadOnlyList<int> TrialsToTop => [.. Trials.Select(trial => 1 + trial.ToList().FindIndex(score => score.Loss <= Bound))
        .Select(found => found == 0 ? Table.Space.Count : found).Order()];

    /// <summary>The area of loss and FLOPs dominated after so many trials, as a share of what the whole table dominates: one a
    /// replay.</summary>
    public IReadOnlyList<double> Volumes(int trials)
    {
        var reference = (_losses[_losses.Count / 2], Table.Full.Max(score => score.Flops) * 1.01);
        var whole = Hypervolume.Of(Table.Full.Select(Point), reference);
        return [.. Trials.Select(trial => Hypervolume.Of(trial.Take(trials).Select(Point), reference) / whole)];
    }

    private double Bound => _losses[(int)Math.Ceiling(Top * _losses.Count) - 1];

    private static (double Loss, double Flops) Point(SearchScore score) => (score.Loss, score.Flops);
}
