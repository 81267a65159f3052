namespace LibMoE.Runtime;

/// <summary>A conversation as a model reads it.</summary>
/// <param name="Id">What the data call it.</param>
/// <param name="Images">The images' files, in the order of their places.</param>
/// <param name="Ids">Ids of words, and <see cref="Image"/> once for each feature of an image.</param>
/// <param name="Labels">For each id that the model is to say the id itself, for others <see cref="Ignored"/>.</param>
public sealed record ConversationTokens(string Id, IReadOnlyList<string> Images, int[] Ids, int[] Labels)
{
    /// <summary>The id of a place for one feature of an image, as LLaVA has it. It is in no vocabulary.</summary>
    public const int Image = -200;

    /// <summary>The label of a token that is in no loss, as PyTorch and LLaVA have it.</summary>
    public const int Ignored = -100;

    /// <summary>How many tokens the model is to say.</summary>
    public int Answered => Labels.Count(label => label != Ignored);
}
