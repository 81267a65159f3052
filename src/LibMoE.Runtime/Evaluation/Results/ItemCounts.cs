namespace LibMoE.Runtime;

/// <summary>What became of a task's items. Nothing is skipped silently.</summary>
public sealed record ItemCounts
{
    /// <summary>In nats: what rounding changes a log-likelihood by at most.</summary>
    public const double Close = 1e-4;

    /// <summary>How many the data has.</summary>
    public required int Found { get; init; }

    /// <summary>How many were scored.</summary>
    public required int Used { get; init; }

    /// <summary>How many could not be read or scored.</summary>
    public required int Refused { get; init; }

    /// <summary>How many a limit left out.</summary>
    public required int LeftOut { get; init; }

    /// <summary>Of those used, how many lost tokens of context on the left because they did not fit the model.</summary>
    public required int Cut { get; init; }

    /// <summary>How many tokens those lost.</summary>
    public required long CutTokens { get; init; }

    /// <summary>Of those used, in how many several options share the highest log-likelihood: ties are not right.</summary>
    public required int Ties { get; init; }

    /// <summary>Of those used, in how many the two highest log-likelihoods differ by less than <see cref="Close"/>, ties included: which is
    /// higher may depend on batch size and threads.</summary>
    public required int CloseCalls { get; init; }

    /// <summary>Of those used, in how many answers a rule found nothing; what that counts is the rule's own.</summary>
    [System.Text.Json.Serialization.JsonIgnore(Condition = System.Text.Json.Serialization.JsonIgnoreCondition.WhenWritingDefault)]
    public int Unread { get; init; }

    /// <summary>How many archive entries the task does not name.</summary>
    public required int IgnoredEntries { get; init; }

    internal static ItemCounts Of(TaskOutcome outcome) => new()
    {
        Found = outcome.Found,
        Used = outcome.Items.Count,
        Refused = outcome.Refused.Count,
        LeftOut = outcome.Found - outcome.Items.Count - outcome.Refused.Count,
        Cut = outcome.Items.Count(item => item.Cut > 0),
        CutTokens = outcome.Items.Sum(item => (long)item.Cut),
        Ties = outcome.Items.Count(item => item.LogLikelihoods.Length > 1 && item.Margin == 0),
        CloseCalls = outcome.Items.Count(item => item.LogLikelihoods.Length > 1 && item.Margin < Close),
        Unread = outcome.Items.Count(item => item.Score is not null && item.Read is null),
        IgnoredEntries = outcome.IgnoredEntries,
    };
}
