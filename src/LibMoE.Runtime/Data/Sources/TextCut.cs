using System.Runtime.InteropServices;

namespace LibMoE.Runtime.Data.Sources;

/// <summary>Cuts a text after blank lines, or lines where it has none, into documents of about equal length.</summary>
internal static class TextCut
{
    /// <summary>The length of a document before the cut, in characters: a hundredth of the text, but no more than this.</summary>
    public const int Longest = 1 << 20;

    /// <summary>What one reading shows about a text.</summary>
    /// <param name="Characters">Its length.</param>
    /// <param name="HasParagraphs">Whether it has a blank line.</param>
    public readonly record struct Shape(long Characters, bool HasParagraphs);

    /// <summary>Reads a text once.</summary>
    public static Shape Measure(CorpusFile file)
    {
        using var stream = new CharacterStream(file);
        var (length, paragraphs, ended) = (0L, false, false);
        for (var block = stream.Next(); block.Length > 0; block = stream.Next())
        {
            paragraphs |= block.Contains("\n\n", StringComparison.Ordinal) || (ended && block[0] == '\n');
            ended = block[^1] == '\n';
            length += block.Length;
        }

        return new Shape(length, paragraphs);
    }

    /// <summary>The documents, named by where they start.</summary>
    /// <param name="file">The text.</param>
    /// <param name="separator">What a document ends with.</param>
    /// <param name="least">Characters before the first cut that is allowed. Where no separator follows for a long stretch, the text is
    /// cut without.</param>
    public static IEnumerable<Document> Cut(CorpusFile file, string separator, long least)
    {
        using var stream = new CharacterStream(file);
        var (pending, start, searched) = (new List<char>(), 0L, 0L);
        while (Append(stream, pending))
        {
            while (End(CollectionsMarshal.AsSpan(pending), separator, least, ref searched) is { } end)
            {
                yield return Take(file, start, pending, end);
                (start, searched) = (start + end, 0);
            }
        }

        if (pending.Count > 0)
        {
            yield return Take(file, start, pending, pending.Count);
        }
    }

    private static Document Take(CorpusFile file, long start, List<char> pending, int end)
    {
        var text = new string(CollectionsMarshal.AsSpan(pending)[..end]);
        pending.RemoveRange(0, end);
        return new Document(FormattableString.Invariant($"{file.Name} from {start:D12}"), text);
    }

    private static bool Append(CharacterStream stream, List<char> pending)
    {
        var block = stream.Next();
        pending.AddRange(block);
        return block.Length > 0;
    }

    /// <summary>Where the first document of the pending text ends; null where that takes more text.</summary>
    private static int? End(ReadOnlySpan<char> pending, string separator, long least, ref long searched)
    {
        var from = (int)Math.Min(Math.Max(least, searched), pending.Length);
        var cut = pending[from..].IndexOf(separator, StringComparison.Ordinal);
        if (cut >= 0)
        {
            return from + cut + separator.Length;
        }

        searched = pending.Length - separator.Length + 1;
        return pending.Length < least + Longest ? null : pending.Length - (char.IsHighSurrogate(pending[^1]) ? 1 : 0);
    }
}
