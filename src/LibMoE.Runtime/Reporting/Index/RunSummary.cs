using System.Text.Json.Serialization;

namespace LibMoE.Runtime.Reporting.Index;

/// <summary>A run as the list of runs has it: what its folder says without its curves being read.</summary>
/// <param name="Name">The folder's name.</param>
/// <param name="Folder">Its path.</param>
internal sealed record RunSummary(string Name, string Folder)
{
    /// <summary>When its first cell was begun; where nobody noted that, when the folder was written last.</summary>
    public required DateTimeOffset Date { get; init; }

    /// <summary>The program that began it; null where it is not known.</summary>
    public string? Program { get; init; }

    /// <summary>Its variants, in the order of its cells.</summary>
    public IReadOnlyList<string> Variants { get; init; } = [];

    /// <summary>How it stands.</summary>
    public RunState State { get; init; }

    /// <summary>Cells in all.</summary>
    public int Cells { get; init; }

    /// <summary>Cells that ended well.</summary>
    public int Finished { get; init; }

    /// <summary>Cells that failed.</summary>
    public int Failed { get; init; }

    /// <summary>The variant whose main metric is best, among those that are ranked; null until a cell is done.</summary>
    public string? BestVariant { get; init; }

    /// <summary>That metric; null until a cell is done.</summary>
    public MetricFigure? Best { get; init; }

    /// <summary>What people called it; in alphabetical order.</summary>
    public IReadOnlyList<string> Tags { get; init; } = [];

    /// <summary>The first file that could not be read, in a sentence; null where all could.</summary>
    public string? Problem { get; init; }

    /// <summary>How it stands, in words.</summary>
    [JsonIgnore]
    public string Status => State switch
    {
        RunState.Planned => "planned",
        RunState.Imported => "imported",
        RunState.Finished => "finished",
        RunState.Failed => FormattableString.Invariant($"failed ({Finished} of {Cells} done)"),
        RunState.Running => FormattableString.Invariant($"running ({Finished} of {Cells} done)"),
        _ => FormattableString.Invariant($"stopped ({Finished} of {Cells} done)"),
    };

    /// <summary>The best metric in words, with its error and the variant that has it.</summary>
    [JsonIgnore]
    public string BestWords => Best is null ? Figures.None : $"{MetricWords.Cell(Best)} {BestVariant}";
}
