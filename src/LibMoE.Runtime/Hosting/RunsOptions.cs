using LibMoE.Runtime.Reporting.Index;

namespace LibMoE.Runtime;

/// <summary>What the verb <c>runs</c> does with which runs; configuration section <c>Runs</c>.</summary>
public sealed record RunsOptions
{
    /// <summary>What is done.</summary>
    public RunsAction Action { get; init; }

    /// <summary>The runs, by name under <c>Run:Folder</c> or by path; of <see cref="RunsAction.Import"/> the file.</summary>
    public IReadOnlyList<string> Names { get; init; } = [];

    /// <summary>Tags, separated by commas: what a run gets or loses, and of a list what its runs must have.</summary>
    public string Tags { get; init; } = "";

    /// <summary>Really deletes.</summary>
    public bool Yes { get; init; }

    /// <summary>Lists runs as JSON.</summary>
    public bool Json { get; init; }

    /// <summary><see cref="Tags"/>, one by one.</summary>
    internal IReadOnlyList<string> TagList => Tags.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    /// <summary>What is wrong, one sentence each; empty where all is well.</summary>
    public IReadOnlyList<string> Problems()
    {
        var problems = TagList.Where(tag => !RunTags.IsTag(tag))
            .Select(tag => $"Runs:Tags has '{tag}'; a tag must be {RunTags.Rule}.").ToList();
        var (least, what) = Action switch
        {
            RunsAction.Compare => (2, "two runs or more: runs compare A B"),
            RunsAction.Tag => (1, "a run: runs tag RUN --tags A,B"),
            RunsAction.Untag => (1, "a run: runs untag RUN --tags A,B"),
            RunsAction.Delete => (1, "a run: runs delete RUN --yes"),
            RunsAction.Import => (1, "a file: runs import FILE.csv --name NAME"),
            _ => (0, ""),
        };
        if (Names.Count < least)
        {
            problems.Add($"Runs:Names has {Names.Count} names; {Action} needs {what}.");
        }

        if (Action is RunsAction.Tag or RunsAction.Untag && TagList.Count == 0)
        {
            problems.Add($"Runs:Tags is empty; {Action} needs tags, separated by commas.");
        }

        if (Action == RunsAction.Import && Names.Count > 1)
        {
            problems.Add($"Runs:Names has {Names.Count} names; Import takes one file.");
        }

        return problems;
    }
}

/// <summary>What can be done with runs.</summary>
public enum RunsAction
{
    /// <summary>Lists them.</summary>
    List,

    /// <summary>Shows them beside each other.</summary>
    Compare,

    /// <summary>Gives them tags.</summary>
    Tag,

    /// <summary>Takes tags from them.</summary>
    Untag,

    /// <summary>Deletes them.</summary>
    Delete,

    /// <summary>Makes a run of another tracker's CSV export.</summary>
    Import,
}
