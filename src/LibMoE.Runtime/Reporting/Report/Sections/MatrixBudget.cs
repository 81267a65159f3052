namespace LibMoE.Runtime.Reporting.Report.Sections;

/// <summary>How much of large matrices a page can hold: blocks are left out once a report would become too heavy to open.</summary>
internal static class MatrixBudget
{
    /// <summary>Values of one kind of matrix, over all runs: about a megabyte of the page.</summary>
    internal const int Values = 60_000;

    /// <summary>So many blocks of each run, evenly chosen, as the budget allows; at least the first.</summary>
    /// <param name="runs">How many runs are shown.</param>
    /// <param name="blocks">How many blocks each has.</param>
    /// <param name="each">How many values a block's matrix has.</param>
    public static IReadOnlyList<int> Blocks(int runs, int blocks, int each)
    {
        var most = Math.Max(1, Values / Math.Max(1, runs * each));
        return blocks <= most
            ? [.. Enumerable.Range(0, blocks)]
            : [.. Enumerable.Range(0, most).Select(part => (int)((long)part * blocks / most))];
    }

    /// <summary>What is left out, in a sentence; empty where nothing is.</summary>
    public static string Note(int shown, int blocks) =>
        shown == blocks ? "" : FormattableString.Invariant($" {shown} of {blocks} blocks are shown; `analysis.json` has all.");
}
