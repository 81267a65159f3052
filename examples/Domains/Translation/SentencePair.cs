namespace Translation;

/// <summary>A sentence and its translation into English.</summary>
/// <param name="Language">What it is translated from: an index into <see cref="Languages"/>.</param>
/// <param name="Source">The sentence.</param>
/// <param name="Target">The translation.</param>
internal sealed record SentencePair(int Language, string Source, string Target)
{
    /// <summary>What is translated from.</summary>
    public static IReadOnlyList<string> Languages { get; } = ["Swedish", "Dutch", "Indonesian"];
}
