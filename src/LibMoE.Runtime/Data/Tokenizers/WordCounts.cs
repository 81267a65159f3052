using System.Text;

namespace LibMoE.Runtime.Data.Tokenizers;

/// <summary>How often each word of a text occurs, as <see cref="GptSplit"/> cuts it.</summary>
internal static class WordCounts
{
    /// <summary>The words as UTF-8 with their counts, in ordinal order.</summary>
    public static IReadOnlyList<(byte[] Word, long Count)> Of(IEnumerable<string> texts)
    {
        var counts = new Dictionary<string, long>();
        var bySpan = counts.GetAlternateLookup<ReadOnlySpan<char>>();
        foreach (var text in texts)
        {
            foreach (var (offset, length) in GptSplit.Words(text))
            {
                var word = text.AsSpan(offset, length);
                bySpan.TryGetValue(word, out var count);
                bySpan[word] = count + 1;
            }
        }

        return [.. counts.OrderBy(word => word.Key, StringComparer.Ordinal).Select(word => (Encoding.UTF8.GetBytes(word.Key), word.Value))];
    }
}
