using System.Text.Json.Nodes;

namespace LibMoE.Runtime;

/// <summary>One question of a task, ready to be scored.</summary>
public sealed record EvaluationItem
{
    /// <summary>The place among the task's items, from 0, in the order of the data and before any limit.</summary>
    public required int Index { get; init; }

    /// <summary>The place among the items of its group, from 0, before any limit.</summary>
    public int IndexInGroup { get; init; }

    /// <summary>Where it stands: file and line.</summary>
    public required string Place { get; init; }

    /// <summary>The part of the benchmark; empty where there are none.</summary>
    public required string Group { get; init; }

    /// <summary>What is asked.</summary>
    public required TaskForm Form { get; init; }

    /// <summary>The options; one where nothing is chosen.</summary>
    public required IReadOnlyList<TextPair> Options { get; init; }

    /// <summary>The length of each option's own text in Unicode code points, without the blank before it; where it is not given, as
    /// in programs written before it was, the same as <see cref="Bytes"/>, which is right for ASCII.</summary>
    public IReadOnlyList<int> Characters { get => field ?? Bytes; init; }

    /// <summary>The length of each option's own text in UTF-8 bytes, without the blank before it.</summary>
    public required IReadOnlyList<int> Bytes { get; init; }

    /// <summary>Which option is right, from 0.</summary>
    public required int Gold { get; init; }

    /// <summary>Running text: how many words it has, one more than runs of white space.</summary>
    public int Words { get; init; }

    /// <summary>The images that the question is about, in the order in which they are shown; empty where there are none.</summary>
    public IReadOnlyList<EvaluationImage> Images { get; init; } = [];

    /// <summary>What a generated answer is held against by the task's <see cref="AnswerRule"/>; null where there is no rule.</summary>
    public AnswerKey? Key { get; init; }

    /// <summary>Items with one unit are one sample, such as the two questions on an image; empty: the item is one by itself.</summary>
    public string Unit { get; init; } = "";

    /// <summary>What the file says, for the samples of the results.</summary>
    public required JsonObject Document { get; init; }
}
