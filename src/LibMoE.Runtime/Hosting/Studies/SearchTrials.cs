using LibMoE.Runtime.Studies;

namespace LibMoE.Runtime.Hosting.Studies;

/// <summary>A trial that was made.</summary>
/// <param name="Member">What was tried, by its number.</param>
/// <param name="Rung">With how many steps.</param>
/// <param name="Score">What it came to; null where it is planned and not trained yet.</param>
internal sealed record SearchTrial(int Member, SearchRung Rung, SearchScore? Score)
{
    /// <summary>The loss; infinite where there is none.</summary>
    public double Loss => Score?.Loss ?? double.PositiveInfinity;
}

/// <summary>A strategy needs the score of a trial that is not trained yet.</summary>
internal sealed class TrialPendingException() : Exception("The trial is not trained yet.");

/// <summary>The trials of a search, one after the other: the strategy chooses those of the first rung, the best of each go on.</summary>
internal sealed class SearchTrials(SearchPlan plan, SearchSettings settings)
{
    private readonly List<SearchTrial> _made = [];

    /// <summary>The trials so far.</summary>
    public IReadOnlyList<SearchTrial> Made => _made;

    /// <summary>The trials of all steps, the best first.</summary>
    public IReadOnlyList<SearchTrial> Best => [.. _made.Where(trial => trial.Rung == plan.Rungs[^1] && double.IsFinite(trial.Loss))
        .OrderBy(trial => trial.Loss)];

    /// <summary>How many there will be at most.</summary>
    public int Planned => plan.Rungs.Sum(rung => Math.Min(rung.Trials, plan.Space.Count));

    /// <summary>Notes what a trial came to; called before the next one is asked for.</summary>
    public void Add(SearchTrial trial) => _made.Add(trial);

    /// <summary>What is to be trained next, until the budget is spent.</summary>
    /// <exception cref="TrialPendingException">Which one is next depends on a trial that has no score yet.</exception>
    public IEnumerable<(int Member, SearchRung Rung)> Next()
    {
        var strategy = settings.Chosen;
        var scores = new Dictionary<int, SearchScore>();
        var first = plan.Rungs[0];
        foreach (var member in strategy.Trials(plan.Space, first.Trials, new Random(settings.Seed), Known))
        {
            yield return (member, first);
            if (_made[^1].Score is { } score)
            {
                scores[member] = score;
            }
        }

        foreach (var (before, rung) in plan.Rungs.Zip(plan.Rungs.Skip(1)))
        {
            List<SearchTrial> tried = [.. _made.Where(trial => trial.Rung == before)];
            List<(int Member, SearchScore Score)> candidates =
            [
                .. tried.Select(trial => (trial.Member, Score: trial.Score ?? throw new TrialPendingException()))
                    .Where(trial => double.IsFinite(trial.Score.Loss)),
            ];
            foreach (var place in strategy.Order([.. candidates.Select(trial => trial.Score)]).Take(rung.Trials))
            {
                yield return (candidates[place].Member, rung);
            }
        }

        SearchScore Known(int member) => scores.TryGetValue(member, out var known) ? known : throw new TrialPendingException();
    }

    /// <summary>The score of a trial's trainings: the mean loss over seeds, infinite where one of them failed.</summary>
    /// <param name="results">Those that ended well.</param>
    /// <param name="cells">All of them.</param>
    public static SearchScore ScoreOf(IReadOnlyList<TrainingResult> results, IReadOnlyList<PlannedCell> cells)
    {
        var loss = results.Count == cells.Count ? results.Average(result => result.ValidationLoss) : double.PositiveInfinity;
        return new SearchScore(double.IsFinite(loss) ? loss : double.PositiveInfinity, cells[0].Cell.Variant.FlopsPerToken);
    }
}
