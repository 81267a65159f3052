namespace LibMoE.Runtime;

/// <summary>Turns text into token ids and back.</summary>
public interface ITokenizer
{
    /// <summary>V: ids go from 0 to V − 1.</summary>
    int Vocabulary { get; }

    /// <summary>The id that every sequence starts with; null where the vocabulary has none. <see cref="Encode"/> never adds it.</summary>
    int? Bos { get; }

    /// <summary>The id that ends a text; null where the vocabulary has none, or <see cref="Bos"/> stands between texts.</summary>
    int? Eos => null;

    /// <summary>SHA-256, in lower-case hexadecimal, of everything that decides which ids a text gets.</summary>
    string Hash { get; }

    /// <summary>What <see cref="TokenizerTable"/> makes this tokenizer from: a name of its table, or the name of a
    /// vocabulary file.</summary>
    string Name { get; }

    /// <summary>The files that must lie in one folder to make it again; none where the name says all.</summary>
    IReadOnlyList<TokenizerFile> Files { get; }

    /// <summary>The ids of a text, without a start or end id.</summary>
    int[] Encode(string text);

    /// <summary>The text of ids; start ids are left out, bytes that are not UTF-8 become U+FFFD.</summary>
    /// <exception cref="ArgumentOutOfRangeException">An id is not in the vocabulary.</exception>
    string Decode(ReadOnlySpan<int> ids);
}
