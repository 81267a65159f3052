using LibMoE.Runtime.Reporting.Tracking;
using LibMoE.Runtime.Studies;

namespace LibMoE.Runtime.Reporting.Report.Records;

/// <summary>What the folder of one run holds.</summary>
internal sealed record CellRecord
{
    /// <summary>The variant's name, with the settings of a grid after it where there is one.</summary>
    public required string Variant { get; init; }

    /// <summary>The seed of weights and data order.</summary>
    public required long Seed { get; init; }

    /// <summary>The folder, relative to the study's.</summary>
    public required string Folder { get; init; }

    /// <summary>What was run; null where the file is absent or cannot be read.</summary>
    public CellConfig? Config { get; init; }

    /// <summary>The reports of the run so far, in order.</summary>
    public IReadOnlyList<TrainingProgress> Progress { get; init; } = [];

    /// <summary>Its result; null until it has ended well.</summary>
    public TrainingResult? Result { get; init; }

    /// <summary>What is known of its routing; null where it was not analysed.</summary>
    public CellAnalysis? Analysis { get; init; }

    /// <summary>Its scores on tasks; null where it was not evaluated.</summary>
    public EvaluationResults? Evaluation { get; init; }

    /// <summary>The C# that the generator wrote for its layers; null where nobody kept it.</summary>
    public string? Code { get; init; }

    /// <summary>Texts that it drew while it was trained; empty where none were asked for.</summary>
    public IReadOnlyList<TextSample> Samples { get; init; } = [];

    /// <summary>What it died of, in full; null where it did not.</summary>
    public string? Error { get; init; }

    /// <summary>By which program it was trained, and when; null where nobody noted it.</summary>
    public CellOrigin? Origin { get; init; }

    /// <summary>How far it came.</summary>
    public CellStatus Status => Result is not null ? CellStatus.Finished : Error is not null ? CellStatus.Failed : CellStatus.Unfinished;

    /// <summary>The first line of <see cref="Error"/>, without the exception's type.</summary>
    public string? Reason => Error?.Split('\n')[0].Split(": ", 2)[^1].Trim();

    /// <summary>The number in the model, from 0, of a block with a mixture.</summary>
    /// <param name="index">Its place among those blocks.</param>
    public int BlockOf(int index) =>
        Config?.Model is { MoeBlocks: not null } model && index < model.MoeBlockNumbers.Count ? model.MoeBlockNumbers[index]
        : Config is { Model: null } && Analysis is { } analysis && index < analysis.Blocks.Count ? analysis.Blocks[index].Block
        : index;

    /// <summary>Variant and seed, for a list or a legend.</summary>
    public string Label => FormattableString.Invariant($"{Variant}, seed {Seed}");
}
