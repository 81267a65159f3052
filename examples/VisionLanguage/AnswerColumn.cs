using System.Globalization;

namespace VisionLanguage;

/// <summary>A share of right answers.</summary>
/// <param name="Value">From 0 to 1.</param>
/// <param name="StdErr">Its standard error; null where it has none.</param>
internal sealed record AnswerShare(double Value, double? StdErr = null)
{
    /// <summary>In percent.</summary>
    public override string ToString() => StdErr is { } error ? $"{Percent(Value)} ± {Percent(error)}" : Percent(Value);

    /// <summary>A share in percent.</summary>
    public static string Percent(double share) => (100 * share).ToString("F1", CultureInfo.InvariantCulture);
}

/// <summary>A column of the table of right answers.</summary>
/// <param name="Header">Its header.</param>
/// <param name="Cell">What it shows of shares by kind of question, and under <see cref="All"/> of all of them.</param>
internal sealed record AnswerColumn(string Header, Func<IReadOnlyDictionary<string, AnswerShare>, string> Cell)
{
    /// <summary>The name of the share of all questions.</summary>
    public const string All = "all";

    /// <summary>All questions, and each kind of them.</summary>
    public static IReadOnlyList<AnswerColumn> Plain(IReadOnlyCollection<PictureQuestion> test) =>
    [
        Of(All, test.Count),
        .. test.CountBy(row => row.Kind).OrderBy(kind => kind.Key, StringComparer.Ordinal).Select(kind => Of(kind.Key, kind.Value)),
    ];

    private static AnswerColumn Of(string kind, int count) =>
        new(string.Create(CultureInfo.InvariantCulture, $"{kind}\n{count:N0}"), shares => shares[kind].ToString());
}
