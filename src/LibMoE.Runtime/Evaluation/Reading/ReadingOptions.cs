namespace LibMoE.Runtime;

/// <summary>How a task's items are read.</summary>
public sealed record ReadingOptions
{
    /// <summary>At most that many items, spread evenly over the data so that every part is represented; null takes all.</summary>
    public int? Limit { get; init; }

    /// <summary>How many examples of the development split stand before each question.</summary>
    public int Shots { get; init; }

    /// <summary>Which examples: 0 takes the first ones of the item's group, any other number draws them.</summary>
    public int ShotSeed { get; init; }

    /// <summary>Reads the questions of a task with images without these, which need not be there then.</summary>
    public bool QuestionOnly { get; init; }

    /// <summary>Leaves out items with a missing field, a label out of range or an empty option, and counts them, where these are
    /// errors otherwise. A damaged file is always an error.</summary>
    public bool RefuseMalformed { get; init; }
}
