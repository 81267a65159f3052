namespace LibMoE.Runtime.Data.Tokenizers;

/// <summary>A tokenizer with marks: pieces that stand for no words, such as <c>&lt;|im_end|&gt;</c>, and are found in a text as they
/// stand.</summary>
internal interface IMarkedTokenizer
{
    /// <summary>The ids of a text in which marks are read in some places only.</summary>
    /// <param name="text">The text.</param>
    /// <param name="isWords">Whether any character from one place up to another is of somebody's words, in which no mark is read.</param>
    int[] Encode(string text, Func<int, int, bool> isWords);

    /// <summary>Whether an id is a special mark: one that no words of others are read as.</summary>
    bool IsMark(int id);

    /// <summary>The text of an id; null where it has none.</summary>
    string? TextOf(int id);
}
